import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inputReader, type ActionResult } from '@mlops-actions/action-kit';
import { getModelVersion, listEvaluations } from '@mlops-actions/vertex';
import { atEveryCall } from '../../../packages/vertex/test/support/interrupt.ts';
import {
  context,
  lastCall,
  methodsSince,
  place,
  startWorld,
  type World,
} from '../../../packages/vertex/test/support/world.ts';
import { readInputs, type Inputs } from '../src/inputs.ts';
import { run } from '../src/run.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ containers: true });
});
afterAll(() => world.close());

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

const inputs = (over: Partial<Inputs> & Pick<Inputs, 'image'>): Inputs => ({
  manifest: 'model.yaml',
  dryRun: false,
  evidenceDir: path.join(world.folder, 'evidence'),
  projectId: place.project,
  region: place.region,
  modelId: 'credit-risk',
  modelDigest: digest('a'),
  ...over,
});

const register = (over: Partial<Inputs> & Pick<Inputs, 'image'>): Promise<ActionResult> => run(inputs(over), context);

describe('register-version', () => {
  test('makes the model, then versions of it, and no version twice', async () => {
    const firstImage = await world.image({ bias: 1 });
    const first = await register({ image: firstImage });
    expect(first.outputs).toEqual({
      image: firstImage,
      'source-run-id': '',
      'model-name': 'projects/acme-qa/locations/europe-west4/models/credit-risk',
      'version-id': '1',
      'model-version': 'projects/acme-qa/locations/europe-west4/models/credit-risk@1',
      created: 'true',
    });
    const image = await world.image({ bias: 2 });
    const second = await register({ image, modelDigest: digest('b'), aliases: ['candidate'] });
    expect(second.outputs).toMatchObject({ 'version-id': '2', created: 'true' });
    expect(second.verdict).toBe('pass');

    const start = lastCall(world.emulator);
    const again = await register({ image, modelDigest: digest('b'), aliases: ['candidate'] });
    expect(again.outputs).toMatchObject({ 'version-id': '2', created: 'false' });
    expect(methodsSince(world.emulator, start)).toEqual(['GetModel', 'ListModelVersions', 'GetModel']);

    // The bare model still means the first version.
    expect((await getModelVersion(world.vertex, 'credit-risk'))?.versionId).toBe('1');
    expect((await getModelVersion(world.vertex, 'credit-risk', '2'))?.aliases).toEqual(['candidate']);
  });

  test('labels say where the version comes from', async () => {
    const { outputs } = await register({ image: await world.image({ bias: 3 }), labels: { team: 'risk' } });
    const version = await getModelVersion(world.vertex, 'credit-risk', outputs['version-id']);
    expect(version?.labels).toEqual({
      team: 'risk',
      'managed-by': 'mlops-actions',
      commit: context.commit,
      'run-id': '4711',
      repository: expect.stringMatching(/^acme-credit-risk-[0-9a-f]{8}$/),
      'image-digest': expect.stringMatching(/^[0-9a-f]{63}$/),
      'model-digest': 'a'.repeat(63),
    });
  });

  test('another model or another route is another version, even of the same image', async () => {
    const image = await world.image({ bias: 4 });
    const id = async (over: Partial<Inputs>): Promise<string | undefined> =>
      (await register({ image, modelId: 'routes', ...over })).outputs['version-id'];
    expect(await id({})).toBe('1');
    expect(await id({ predictRoute: '/v2/predict' })).toBe('2');
    expect(await id({ modelDigest: digest('c') })).toBe('3');
    expect(await id({})).toBe('1');
  });

  test('aliases move, or are left to who has them', async () => {
    const images = [await world.image({ bias: 5 }), await world.image({ bias: 6 })] as const;
    await register({ image: images[0], modelId: 'aliased', aliases: ['candidate'] });
    await expect(
      register({ image: images[1], modelId: 'aliased', aliases: ['candidate'], aliasPolicy: 'fail' }),
    ).rejects.toThrow("The alias 'candidate' belongs to aliased@1.");
    expect(await getModelVersion(world.vertex, 'aliased', '2')).toBeUndefined();
    const moved = await register({ image: images[1], modelId: 'aliased', aliases: ['candidate'] });
    expect(moved.report['aliases']).toEqual([{ alias: 'candidate', before: '1' }]);
    expect((await getModelVersion(world.vertex, 'aliased', 'candidate'))?.versionId).toBe('2');
  });

  test('a dry run changes nothing', async () => {
    const before = JSON.stringify(world.emulator.state().models);
    const result = await register({ image: await world.image({ bias: 7 }), modelId: 'dry', dryRun: true });
    expect(result.outputs).toMatchObject({ 'model-version': '', created: 'false' });
    expect(JSON.stringify(world.emulator.state().models)).toBe(before);
  });

  test.each(['before', 'after'] as const)(
    'an upload whose answer is lost (%s it began) makes one version',
    async (when) => {
      const modelId = `lost-${when}`;
      await register({ image: await world.image({ bias: 1 }), modelId });
      world.emulator.setFaults([{ rpc: 'UploadModel', when, code: 'UNAVAILABLE' }]);
      const { outputs } = await register({ image: await world.image({ bias: 2 }), modelId, modelDigest: digest('b') });
      expect(outputs['version-id']).toBe('2');
      expect(await getModelVersion(world.vertex, modelId, '3')).toBeUndefined();
    },
  );

  test('a run that dies at any of its calls is finished by the next one, which uploads nothing twice', async () => {
    const images = [await world.image({ bias: 1 }), await world.image({ bias: 2 })] as const;
    const points = await atEveryCall(world.emulator, async ({ call, when }) => {
      const modelId = `dying-${when}-${call}`;
      await register({ image: images[0], modelId });
      const dying = { image: images[1], modelId, aliases: ['candidate'] };
      return {
        interrupted: () => register(dying),
        async again() {
          expect((await register(dying)).outputs['version-id']).toBe('2');
          expect(await getModelVersion(world.vertex, modelId, '3')).toBeUndefined();
          expect(await getModelVersion(world.vertex, modelId, '2')).toMatchObject({ aliases: ['candidate'] });
        },
      };
    });
    expect(points).toBeGreaterThan(10);
  });

  test('imports the metrics of the gate, once, and refuses those of another model', async () => {
    const file = path.join(world.folder, 'decision.json');
    // As evaluate-gate writes it.
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      predicate: {
        verdict: 'pass',
        policyDigest: digest('e'),
        candidate: { modelDigest: digest('a') },
        metrics: { auc: 0.79, brier: 0.17 },
        rows: 400,
        events: 122,
      },
    };
    await writeFile(file, JSON.stringify(statement));
    const image = await world.image({ bias: 8 });
    const given = { image, modelId: 'evaluated', evaluation: file };
    await register(given);
    await register(given);
    expect(await listEvaluations(world.vertex, { modelId: 'evaluated', versionId: '1' })).toEqual([
      {
        displayName: expect.stringMatching(/^mlops-actions-[0-9a-f]{16}$/),
        metrics: { auc: 0.79, brier: 0.17 },
        metadata: {
          recordDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
          modelDigest: digest('a'),
          policyDigest: digest('e'),
          verdict: 'pass',
          rows: 400,
          events: 122,
        },
      },
    ]);
    const version = await getModelVersion(world.vertex, 'evaluated', '1');
    expect(version?.labels['policy-digest']).toBe('e'.repeat(63));
    await expect(register({ ...given, modelDigest: digest('d') })).rejects.toThrow(
      /is about the model sha256:a+, not about sha256:d+/,
    );
  });

  test('text from outside is shown escaped', async () => {
    const image = await world.image({ bias: 9 });
    const { summary } = await register({ image, modelId: 'hostile', displayName: '<img src=x>|`::set-output' });
    expect(summary.source).not.toMatch(/<img|::set-output/);
  });
});

describe('what is refused before anything is changed', () => {
  const image = `registry.example/m@${digest('1')}`;
  test.each<[string, Partial<Inputs>, RegExp]>([
    ['a tag', { image: 'registry.example/m:latest' }, /is not pinned by digest/],
    ['a tag beside nothing', { image: 'registry.example/m' }, /is not pinned by digest/],
    ['half a digest', { image: 'registry.example/m@sha256:abc' }, /is not pinned by digest/],
    ['the alias default', { image, aliases: ['default'] }, /'default' is not set by this action/],
    ['a display name as id', { image, modelId: 'Credit Risk' }, /is not a model id/],
    ['no model', { image, modelId: undefined }, /which model this is a version of/],
    ['no region', { image, region: undefined }, /which region/],
    ['a digest that is none', { image, modelDigest: 'abc' }, /'model-digest' must be sha256/],
    ['a bucket that is none', { image, artifactUri: 'http://x' }, /'artifact-uri' must be a folder in Cloud Storage/],
    [
      'a bucket without the model’s digest',
      { image, artifactUri: 'gs://bucket/model', modelDigest: undefined },
      /needs 'model-digest'/,
    ],
    ['a route that is none', { image, predictRoute: 'predict' }, /'predict-route' must be a path/],
    ['a label of our own', { image, labels: { commit: 'x' } }, /'commit' is written by this action/],
    ['an evaluation that is not there', { image, evaluation: '/nonexistent.json' }, /cannot be read/],
    ['a manifest that is not there', { image, manifest: 'nowhere/model.yaml' }, /no model manifest/],
  ])('%s', async (_, over, message) => {
    await expect(run(inputs({ image, ...over }), context)).rejects.toThrow(message);
  });
});

test('inputs are read as action.yml names them', () => {
  const given: Record<string, string> = {
    image: 'i',
    aliases: 'a, b',
    labels: 'k=v',
    port: '9000',
    'alias-policy': 'fail',
  };
  expect(readInputs(inputReader((name) => given[name] ?? ''))).toMatchObject({
    image: 'i',
    aliases: ['a', 'b'],
    labels: { k: 'v' },
    port: 9000,
    aliasPolicy: 'fail',
    manifest: 'model.yaml',
    dryRun: false,
  });
});

test('an image is needed, given or found', async () => {
  await expect(run({ ...inputs({ image: '' }), image: undefined }, context)).rejects.toThrow(
    'It is not said which image is registered.',
  );
});
