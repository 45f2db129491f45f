import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ActionResult } from '@mlops-actions/action-kit';
import {
  append,
  createEndpoint,
  deployDark,
  moveTraffic,
  requireEndpoint,
  ROLLED_BACK_LABEL,
  setVersionLabels,
  type LedgerVerdict,
} from '@mlops-actions/vertex';
import { context, place, startWorld, type World } from '../../../packages/vertex/test/support/world.ts';
import type { Inputs } from '../src/inputs.ts';
import { run } from '../src/run.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ containers: true });
});
afterAll(() => world.close());

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** A model that serves in qa, as a release leaves it, and a model.yaml that says where that is. */
async function serving(
  name: string,
  {
    verdict = 'passed',
    share = 100,
    labels = {},
  }: { verdict?: LedgerVerdict; share?: number; labels?: Record<string, string> } = {},
): Promise<{ image: string; promote: (over?: Partial<Inputs>) => Promise<ActionResult> }> {
  const { vertex } = world;
  const manifest = path.join(world.folder, `${name}.yaml`);
  const lines = [
    'schema-version: 1',
    `model: { name: ${name}, owner: risk@acme.example }`,
    'artifact: { path: model }',
    'environments:',
    `  qa: { project-id: ${place.project}, region: ${place.region} }`,
    `  production: { project-id: acme-prod, region: ${place.region} }`,
  ];
  await writeFile(manifest, `${lines.join('\n')}\n`);
  const common = { manifest, dryRun: false, evidenceDir: path.join(world.folder, 'evidence') };
  const image = await world.image({ bias: name.length });
  const registered = await run({ ...common, environment: 'qa', image, modelDigest: digest('a') }, context);
  const version = { modelId: name, versionId: registered.outputs['version-id']! };
  await createEndpoint(vertex, { id: name, displayName: name, labels: {}, timeout: 30_000 });
  const shape = { machineType: 'n1-standard-2', minReplicas: 1, maxReplicas: 1 };
  const deployed = await deployDark(vertex, name, { version, shape, timeout: 30_000 });
  const other = share === 100 ? undefined : await deployDark(vertex, name, { version, shape, timeout: 30_000 });
  const entry = { ...version, deployedModelId: deployed, since: 1, digest: undefined, verdict };
  const split = { [deployed]: share, ...(other !== undefined && { [other]: 100 - share }) };
  await moveTraffic(vertex, await requireEndpoint(vertex, name), split, append([], entry));
  if (Object.keys(labels).length > 0) {
    await setVersionLabels(vertex, version, { 'run-id': '4711', ...labels });
  }
  return {
    image,
    promote: (over = {}) =>
      run({ ...common, environment: 'production', promotedFrom: 'qa', modelDigest: digest('a'), ...over }, context),
  };
}

describe('promoted-from', () => {
  test('finds what serves and passed, and who registered it', async () => {
    const { image, promote } = await serving('good');
    const look = await promote({ environment: 'qa', dryRun: true });
    expect(look.outputs).toMatchObject({ image, 'source-run-id': '4711', created: 'false' });
    const promoted = await promote();
    expect(promoted.outputs).toMatchObject({
      image,
      'model-version': 'projects/acme-prod/locations/europe-west4/models/good@1',
      created: 'true',
    });
    expect(promoted.report).toMatchObject({
      source: { environment: 'qa', endpoint: 'good', version: 'good@1', image },
    });
  });

  test.each<[string, Parameters<typeof serving>[1], RegExp]>([
    ['is still being judged', { verdict: 'trial' }, /has not passed there \(trial\)/],
    ['failed', { verdict: 'failed' }, /has not passed there \(failed\)/],
    ['served before anybody looked', { verdict: 'adopted' }, /has not passed there \(adopted\)/],
    ['has only a part of the traffic', { share: 60 }, /shares its traffic/],
    ['was rolled back', { labels: { [ROLLED_BACK_LABEL]: 'true' } }, /it was rolled back/],
  ])('refuses what %s', async (what, state, message) => {
    const { promote } = await serving(what.replaceAll(/[^a-z]+/g, '-'), state);
    await expect(promote()).rejects.toThrow(message);
  });

  test('refuses another image than the one that serves', async () => {
    const { promote } = await serving('other');
    await expect(promote({ image: `registry.example/m@${digest('1')}` })).rejects.toThrow(/In qa serves/);
  });
});

describe('require-passed', () => {
  const decision = (over: Record<string, unknown> = {}, predicate: Record<string, unknown> = {}): unknown => ({
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: 'https://mlops-actions.dev/predicate/gate-decision/v1',
    predicate: { verdict: 'pass', candidate: { modelDigest: digest('a') }, metrics: { auc: 0.8 }, ...predicate },
    ...over,
  });
  const register = async (statement: unknown): Promise<ActionResult> => {
    const evaluation = path.join(world.folder, 'decision.json');
    await writeFile(evaluation, JSON.stringify(statement));
    const inputs = { projectId: place.project, region: place.region, modelId: 'decided', modelDigest: digest('a') };
    const image = await world.image({ bias: 50 });
    const common = { manifest: 'model.yaml', dryRun: false, evidenceDir: path.join(world.folder, 'evidence') };
    return run({ ...common, ...inputs, image, evaluation, requirePassed: true }, context);
  };

  test('takes the decision that let this model pass', async () => {
    expect((await register(decision())).verdict).toBe('pass');
  });

  test.each<[string, unknown, RegExp]>([
    ['fail', decision({}, { verdict: 'fail' }), /has the verdict "fail"/],
    ['inconclusive', decision({}, { verdict: 'inconclusive' }), /has the verdict "inconclusive"/],
    ['nothing', decision({}, { verdict: undefined }), /has the verdict null/],
    ['something of no model', decision({}, { candidate: {} }), /does not name the model/],
    ['something of another model', decision({}, { candidate: { modelDigest: digest('b') } }), /is about the model/],
    ['what looks like a decision', decision({ predicateType: 'x' }), /is no decision/],
  ])('refuses one that says %s', async (_, statement, message) => {
    await expect(register(statement)).rejects.toThrow(message);
  });
});
