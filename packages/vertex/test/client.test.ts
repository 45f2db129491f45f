import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  append,
  connectVertex,
  createEndpoint,
  deployDark,
  findVersion,
  fullSplit,
  getModelVersion,
  moveTraffic,
  predictor,
  requireEndpoint,
  resize,
  setAliases,
  setVersionLabels,
  statusOf,
  TrafficConflict,
  undeploy,
  uploadVersion,
  importEvaluation,
  listEvaluations,
  type EndpointState,
  type LedgerEntry,
  type ModelVersion,
  type VersionUpload,
} from '../src/index.ts';
import { lastCall, methodsSince, place, startWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const upload = (image: string, over: Partial<VersionUpload> = {}): VersionUpload => ({
  modelId: 'sum',
  displayName: 'Sum',
  description: undefined,
  labels: { 'image-digest': image.slice(image.indexOf('sha256:') + 7).slice(0, 63) },
  container: { imageUri: image, predictRoute: '/predict', healthRoute: '/health', port: 8080 },
  artifactUri: undefined,
  modelDigest: undefined,
  ...over,
});

const register = async (modelId: string, bias: number): Promise<ModelVersion> => {
  const modelExists = (await getModelVersion(world.vertex, modelId)) !== undefined;
  return uploadVersion(world.vertex, upload(await world.image({ bias }), { modelId }), {
    modelExists,
    timeout: 30_000,
  });
};

const makeEndpoint = (id: string): Promise<EndpointState> =>
  createEndpoint(world.vertex, { id, displayName: id, labels: { team: 'risk' }, timeout: 30_000 });

const shape = { machineType: 'n1-standard-2', minReplicas: 1, maxReplicas: 2 };
const deploy = (endpointId: string, version: ModelVersion): Promise<string> =>
  deployDark(world.vertex, endpointId, { version, shape, timeout: 30_000 });

const trial = (version: ModelVersion, deployedModelId: string): readonly LedgerEntry[] =>
  append([], {
    modelId: version.modelId,
    versionId: version.versionId,
    deployedModelId,
    since: 1,
    digest: undefined,
    verdict: 'trial',
  });

describe('registry', () => {
  test('versions are counted, `default` stays on the first, and the same content is found again', async () => {
    const first = await register('sum', 1);
    const second = await register('sum', 2);
    expect([first.versionId, first.aliases, second.versionId, second.aliases]).toEqual(['1', ['default'], '2', []]);
    expect((await getModelVersion(world.vertex, 'sum'))?.versionId).toBe('1');

    const image = await world.image({ bias: 2 });
    expect((await findVersion(world.vertex, 'sum', upload(image)))?.versionId).toBe('2');
    const elsewhere = { ...upload(image), container: { ...upload(image).container, predictRoute: '/other' } };
    expect(await findVersion(world.vertex, 'sum', elsewhere)).toBeUndefined();
    expect(await getModelVersion(world.vertex, 'sum', '9')).toBeUndefined();
    expect(await getModelVersion(world.vertex, 'nobody')).toBeUndefined();
  });

  test('aliases move, labels are replaced, evaluations are imported once', async () => {
    const version = await register('marked', 1);
    await setAliases(world.vertex, version, ['champion', 'candidate']);
    await setVersionLabels(world.vertex, version, { 'rolled-back': 'e' });
    const now = await getModelVersion(world.vertex, 'marked', 'champion');
    expect(now).toMatchObject({ versionId: '1', labels: { 'rolled-back': 'e' } });
    expect([...now!.aliases].sort()).toEqual(['candidate', 'champion', 'default']);

    const evaluation = { displayName: 'gate', metrics: { auc: 0.8, slices: [1, null] }, metadata: { verdict: 'pass' } };
    const { name, imported } = await importEvaluation(world.vertex, version, evaluation);
    expect(imported).toBe(true);
    expect(await importEvaluation(world.vertex, version, evaluation)).toEqual({ name, imported: false });
    expect(await listEvaluations(world.vertex, version)).toEqual([evaluation]);
  });
});

describe('endpoint', () => {
  test('a model is dark until traffic moves, and its answers say whose they are', async () => {
    const version = await register('dark', 10);
    await makeEndpoint('dark');
    const id = await deploy('dark', version);
    const before = await requireEndpoint(world.vertex, 'dark');
    expect(before).toMatchObject({
      split: {},
      labels: { team: 'risk' },
      deployed: [{ id, modelId: 'dark', versionId: '1', shape }],
    });
    expect(fullSplit(before)).toEqual({ [id]: 0 });
    await expect(predictor(world.vertex, before)([1, 2])).rejects.toThrow();

    const after = await moveTraffic(world.vertex, before, { [id]: 100 }, trial(version, id));
    expect(after.split).toEqual({ [id]: 100 });
    expect(after.ledger.entries).toMatchObject([{ deployedModelId: id, verdict: 'trial' }]);
    expect(after.labels['team']).toBe('risk');
    expect(await predictor(world.vertex, after)([1, 2])).toEqual({
      prediction: 13,
      deployedModelId: id,
      versionId: '1',
    });
    expect((await requireEndpoint(world.vertex, 'dark')).ledger).toEqual(after.ledger);
  });

  test('replicas change, and a model without traffic goes, twice if need be', async () => {
    const version = await register('sized', 1);
    await makeEndpoint('sized');
    const id = await deploy('sized', version);
    await resize(world.vertex, 'sized', id, { minReplicas: 2, maxReplicas: 5, timeout: 30_000 });
    expect((await requireEndpoint(world.vertex, 'sized')).deployed[0]?.shape).toMatchObject({
      minReplicas: 2,
      maxReplicas: 5,
    });
    await undeploy(world.vertex, 'sized', id, 30_000);
    await undeploy(world.vertex, 'sized', id, 30_000);
    expect((await requireEndpoint(world.vertex, 'sized')).deployed).toEqual([]);
  });

  test('creating what is there is as good', async () => {
    const made = await makeEndpoint('twice');
    expect((await makeEndpoint('twice')).name).toBe(made.name);
  });

  test('an update that somebody else was before of is refused, unless it left the traffic alone', async () => {
    const version = await register('contested', 1);
    await makeEndpoint('contested');
    const id = await deploy('contested', version);
    const seen = await requireEndpoint(world.vertex, 'contested');

    // Somebody renames the endpoint: the etag is another one, the traffic is not.
    const name = 'projects/acme-qa/locations/europe-west4/endpoints/contested';
    await world.vertex.endpoints.updateEndpoint({
      endpoint: { name, displayName: 'New' },
      updateMask: { paths: ['display_name'] },
    });
    const moved = await moveTraffic(world.vertex, seen, { [id]: 100 }, trial(version, id));
    expect(moved).toMatchObject({ displayName: 'New', split: { [id]: 100 } });

    // Somebody moves the traffic.
    await moveTraffic(world.vertex, moved, {}, trial(version, id));
    await expect(moveTraffic(world.vertex, moved, { [id]: 100 }, [])).rejects.toThrow(TrafficConflict);
    expect((await requireEndpoint(world.vertex, 'contested')).split).toEqual({});
  });
});

describe('faults', () => {
  test('an update whose answer is lost is not made twice', async () => {
    const version = await register('lost', 1);
    await makeEndpoint('lost');
    const id = await deploy('lost', version);
    const before = await requireEndpoint(world.vertex, 'lost');
    world.emulator.setFaults([{ rpc: 'UpdateEndpoint', when: 'after', code: 'UNAVAILABLE' }]);
    const start = lastCall(world.emulator);
    expect((await moveTraffic(world.vertex, before, { [id]: 100 }, trial(version, id))).split).toEqual({ [id]: 100 });
    expect(methodsSince(world.emulator, start)).toEqual(['UpdateEndpoint', 'GetEndpoint']);
  });

  test('an update that was not made is made again', async () => {
    const version = await register('again', 1);
    await makeEndpoint('again');
    const id = await deploy('again', version);
    const before = await requireEndpoint(world.vertex, 'again');
    world.emulator.setFaults([{ rpc: 'UpdateEndpoint', when: 'before', code: 'UNAVAILABLE', times: 2 }]);
    expect((await moveTraffic(world.vertex, before, { [id]: 100 }, trial(version, id))).split).toEqual({ [id]: 100 });
  });

  test.each(['before', 'after'] as const)(
    'a deployment whose answer is lost (%s it began) is made once',
    async (when) => {
      const version = await register(`deploy-${when}`, 1);
      await makeEndpoint(`deploy-${when}`);
      world.emulator.setFaults([{ rpc: 'DeployModel', when, code: 'UNAVAILABLE' }]);
      const id = await deploy(`deploy-${when}`, version);
      expect((await requireEndpoint(world.vertex, `deploy-${when}`)).deployed.map((model) => model.id)).toEqual([id]);
    },
  );

  test('polls that fail do not end the wait, reads are asked again', async () => {
    const version = await register('patient', 1);
    await makeEndpoint('patient');
    world.emulator.setFaults([
      { rpc: 'GetOperation', code: 'UNAVAILABLE', times: 2 },
      { rpc: 'GetEndpoint', code: 'UNAVAILABLE', times: 2 },
    ]);
    expect(await deploy('patient', version)).toMatch(/^\d+$/);
  });

  test('an operation that fails tells why, and what to do', async () => {
    const version = await register('broken', 1);
    await makeEndpoint('broken');
    world.emulator.setFaults([
      {
        operation: 'DeployModel',
        stage: 'STARTING_MODEL_SERVER',
        code: 'RESOURCE_EXHAUSTED',
        message: 'The following quota metrics exceed quota limits: aiplatform.googleapis.com/custom_model_serving_cpus',
      },
    ]);
    const error = await deploy('broken', version).catch((failure: unknown) => failure);
    expect(error).toMatchObject({
      message: expect.stringContaining('could not deploy broken@1 to endpoint broken'),
      fix: expect.stringContaining('custom_model_serving_cpus'),
    });
    expect(statusOf(error)).toBe(8);
  });

  test('an operation that never ends is given up, and said to go on', async () => {
    const version = await register('endless', 1);
    await makeEndpoint('endless');
    world.emulator.setFaults([{ operation: 'DeployModel' }]);
    await expect(deployDark(world.vertex, 'endless', { version, shape, timeout: 300 })).rejects.toThrow(
      /it is not done/,
    );
  });

  test('nobody there: one clear error at once', async () => {
    await expect(connectVertex(place, { emulator: '127.0.0.1:1' })).rejects.toThrow(
      /No emulator answers .*127\.0\.0\.1:1/,
    );
    await expect(connectVertex(place, { emulator: 'localhost' })).rejects.toThrow(/not host:port/);
  });
});

test('calls say who makes them', () => {
  const clients = new Set(world.emulator.calls().map(({ client }) => /mlops-actions\/[\d.]+/.exec(client)?.[0]));
  expect([...clients]).toEqual(['mlops-actions/0.1.0']);
});

test('no invariant was violated, save where a test took all traffic away itself', () => {
  const violations = world.emulator.state().violations.filter(({ resource }) => !resource.endsWith('/contested'));
  expect(violations).toEqual([]);
});
