import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ActionResult } from '@mlops-actions/action-kit';
import {
  connectVertex,
  getModelVersion,
  setVersionLabels,
  type ModelVersion,
  type Vertex,
} from '@mlops-actions/vertex';
import { atEveryCall } from '../../../packages/vertex/test/support/interrupt.ts';
import {
  context,
  lastCall,
  methodsSince,
  place,
  startWorld,
  type World,
} from '../../../packages/vertex/test/support/world.ts';
import type { Inputs } from '../src/inputs.ts';
import { run } from '../src/run.ts';

const ELSEWHERE = 'europe-west1';
const image = (digit: string): string => `europe-docker.pkg.dev/acme/models/credit-risk@sha256:${digit.repeat(64)}`;
const modelDigest = `sha256:${'a'.repeat(64)}`;
const nameOf = (version: string, region = place.region): string =>
  `projects/${place.project}/locations/${region}/models/credit-risk@${version}`;

let world: World;
let elsewhere: Vertex;
const begin = async (copiedLabels: 'keep' | 'drop'): Promise<void> => {
  world = await startWorld({ containers: false, operationDelay: 0, copiedLabels });
  elsewhere = await connectVertex({ ...place, region: ELSEWHERE });
};
const end = async (): Promise<void> => {
  await elsewhere.close();
  await world.close();
};

const register = (over: Partial<Inputs>): Promise<ActionResult> =>
  run(
    {
      manifest: 'model.yaml',
      dryRun: false,
      evidenceDir: path.join(world.folder, 'evidence'),
      projectId: place.project,
      region: place.region,
      modelId: 'credit-risk',
      ...over,
    },
    context,
  );
const original = (over: Partial<Inputs> = {}): Promise<ActionResult> =>
  register({
    image: image('1'),
    modelDigest,
    predictRoute: '/v1/predict',
    port: 9090,
    labels: { team: 'risk' },
    ...over,
  });
const copy = (over: Partial<Inputs> = {}): Promise<ActionResult> =>
  register({ region: ELSEWHERE, sourceModel: nameOf('1'), ...over });

const content = ({ container, artifactUri, labels }: ModelVersion): object => ({ container, artifactUri, labels });
const versionIn = async (vertex: Vertex, version: string, id = 'credit-risk'): Promise<ModelVersion> =>
  (await getModelVersion(vertex, id, version))!;

describe.each(['keep', 'drop'] as const)('a copy, where the service would %s labels', (copiedLabels) => {
  beforeEach(() => begin(copiedLabels));
  afterEach(end);

  test('in another region serves the same, says where it came from, and is made once', async () => {
    await original({ artifactUri: 'gs://acme-models/credit-risk/1' });
    const { outputs, report } = await copy({ aliases: ['candidate'], labels: { stage: 'dr' } });
    expect(outputs).toMatchObject({ created: 'true', 'model-version': nameOf('1', ELSEWHERE), image: image('1') });
    expect(report['copiedFrom']).toBe(nameOf('1'));
    const [source, made] = [await versionIn(world.vertex, '1'), await versionIn(elsewhere, '1')];
    expect(content(made)).toEqual({ ...content(source), labels: { ...source.labels, stage: 'dr' } });
    expect(made.aliases.sort()).toEqual(['candidate', 'default']);

    const start = lastCall(world.emulator);
    const again = await copy({ aliases: ['candidate'], labels: { stage: 'dr' } });
    expect(again.outputs).toMatchObject({ created: 'false', 'version-id': '1' });
    expect(methodsSince(world.emulator, start).filter((method) => !/^(Get|List)/.test(method))).toEqual([]);
  });

  test('becomes the next version of a model that is there, and moves no default', async () => {
    await original();
    await register({ region: ELSEWHERE, image: image('9') });
    expect((await copy()).outputs).toMatchObject({ created: 'true', 'version-id': '2' });
    expect((await versionIn(elsewhere, 'default')).versionId).toBe('1');
  });

  test('to another model of the same region', async () => {
    await original();
    const { outputs } = await copy({ region: place.region, modelId: 'credit-risk-stress' });
    expect(outputs).toMatchObject({ created: 'true', 'version-id': '1' });
    expect(content(await versionIn(world.vertex, '1', 'credit-risk-stress'))).toEqual(
      content(await versionIn(world.vertex, '1')),
    );
  });

  test('is the version that is there already, if that serves the same', async () => {
    await original();
    await original({ region: ELSEWHERE });
    expect((await copy()).outputs).toMatchObject({ created: 'false', 'version-id': '1' });
  });

  test('is no second one and no nameless one, wherever a run dies', async () => {
    await original();
    const { labels } = await versionIn(world.vertex, '1');
    let round = 0;
    const points = await atEveryCall(world.emulator, async () => {
      const modelId = `round-${++round}`;
      return {
        interrupted: () => copy({ modelId }),
        again: async () => {
          await copy({ modelId });
          const { versions } = Object.values(world.emulator.state().models).find(({ id }) => id === modelId)!;
          expect(versions.map((version) => version.labels)).toEqual([labels]);
        },
      };
    });
    expect(points).toBeGreaterThan(8);
  });
});

describe('a copy is refused', () => {
  beforeEach(() => begin('keep'));
  afterEach(end);

  test.each<[string, Partial<Inputs>, RegExp]>([
    ['from another project', { sourceModel: nameOf('1').replace('acme-qa', 'acme-prod') }, /copies within a project/],
    ['of an alias', { sourceModel: nameOf('1').replace('@1', '@champion') }, /is not the name of a version/],
    ['of another image than was said', { image: image('2') }, /its image is .*1+, not .*2+/],
    ['of another model than was said', { modelDigest: `sha256:${'b'.repeat(64)}` }, /the digest a+, not sha256:b+/],
    ['with routes of its own', { predictRoute: '/predict' }, /'predict-route' and 'source-model' do not go together/],
    ['of a version that is not there', { sourceModel: nameOf('7') }, /no model version credit-risk@7/],
  ])('%s', async (_, over, message) => {
    await original();
    await expect(copy(over)).rejects.toThrow(message);
    expect(await getModelVersion(elsewhere, 'credit-risk')).toBeUndefined();
  });

  test('of what was rolled back', async () => {
    await original();
    const { labels } = await versionIn(world.vertex, '1');
    await setVersionLabels(world.vertex, { modelId: 'credit-risk', versionId: '1' }, { ...labels, 'rolled-back': 'e' });
    await expect(copy()).rejects.toThrow('credit-risk@1 cannot be copied: it was rolled back.');
  });

  test('with an evaluation of another model', async () => {
    await original();
    const evaluation = path.join(world.folder, 'decision.json');
    const write = (digest: string): Promise<void> =>
      writeFile(evaluation, JSON.stringify({ metrics: { auc: 0.8 }, candidate: { modelDigest: digest } }));
    await write(`sha256:${'b'.repeat(64)}`);
    await expect(copy({ evaluation })).rejects.toThrow(/is about the model sha256:b+, not about a+/);
    await write(modelDigest);
    expect((await copy({ evaluation })).outputs['created']).toBe('true');
  });
});
