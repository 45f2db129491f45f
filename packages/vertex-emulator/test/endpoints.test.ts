import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { deploymentOf, done, modelOf, PARENT, startWithClients, type Clients } from './support.ts';

let clients: Clients;
let count = 0;
/** An endpoint of the test's own. */
let endpoint: string;

const MODEL = `${PARENT}/models/m`;

interface Deployed {
  deployedModel: { id: string; modelVersionId: string };
}

beforeAll(async () => {
  clients = await startWithClients({ containers: false });
  await done(clients.models.uploadModel({ parent: PARENT, modelId: 'm', model: modelOf('i') }));
  await done(clients.models.uploadModel({ parent: PARENT, parentModel: MODEL, model: modelOf('i') }));
});
afterAll(() => clients.close());
beforeEach(async () => {
  const endpointId = `e${++count}`;
  endpoint = `${PARENT}/endpoints/${endpointId}`;
  await done(clients.endpoints.createEndpoint({ parent: PARENT, endpointId, endpoint: { displayName: 'E' } }));
});

const deploy = async (
  trafficSplit: Record<string, number> = {},
  model = `${MODEL}@1`,
  rest: object = {},
): Promise<string> =>
  (
    await done<Deployed>(
      clients.endpoints.deployModel({ endpoint, deployedModel: deploymentOf(model, rest), trafficSplit }),
    )
  ).deployedModel.id;
const get = async () => (await clients.endpoints.getEndpoint({ name: endpoint }))[0];
const setTraffic = (trafficSplit: Record<string, number>, rest: object = {}): Promise<unknown> =>
  clients.endpoints.updateEndpoint({
    endpoint: { name: endpoint, trafficSplit, ...rest },
    updateMask: { paths: ['traffic_split'] },
  });

describe('an endpoint', () => {
  test('is created sparsely and read whole', async () => {
    const created = await done<object>(
      clients.endpoints.createEndpoint({ parent: PARENT, endpoint: { displayName: 'new', labels: { a: 'b' } } }),
    );
    expect(created).toMatchObject({
      name: expect.stringMatching(/^projects\/\d+\/.*\/\d{19}$/) as unknown,
      displayName: 'new',
    });
    expect(created).toMatchObject({ etag: '' });
    expect(await get()).toMatchObject({
      displayName: 'E',
      deployedModels: [],
      trafficSplit: {},
      etag: expect.stringMatching(/./) as unknown,
    });
  });

  test.each(['1234567890', 'A', 'a_b', 'a-', '-a'])('cannot have the id %s', async (endpointId) => {
    await expect(
      clients.endpoints.createEndpoint({ parent: PARENT, endpointId, endpoint: { displayName: 'E' } }),
    ).rejects.toMatchObject({ code: 3 });
  });

  test('cannot be created twice, nor with traffic', async () => {
    const create = (endpointId: string, rest: object): Promise<unknown> =>
      clients.endpoints.createEndpoint({ parent: PARENT, endpointId, endpoint: { displayName: 'E', ...rest } });
    await expect(create(`e${count}`, {})).rejects.toMatchObject({ code: 6 });
    await expect(create('other', { trafficSplit: { 1: 100 } })).rejects.toMatchObject({ code: 3 });
  });

  test('is listed by id, name and label', async () => {
    const [found] = await clients.endpoints.listEndpoints({ parent: PARENT, filter: `endpoint=e${count}` });
    expect(found.map(({ name }) => name!.split('/').pop())).toEqual([`e${count}`]);
  });

  test('is updated under its etag', async () => {
    const { etag } = await get();
    const update = (rest: object, paths: string[]): Promise<unknown> =>
      clients.endpoints.updateEndpoint({ endpoint: { name: endpoint, ...rest }, updateMask: { paths } });
    await update({ etag, labels: { a: 'b' } }, ['labels']);
    expect(await get()).toMatchObject({ labels: { a: 'b' } });
    await expect(update({ etag, labels: {} }, ['labels'])).rejects.toMatchObject({ code: 10 });
    await update({ labels: {} }, ['labels']);
    await expect(update({ network: 'x' }, ['network'])).rejects.toMatchObject({ code: 3 });
    await expect(update({}, [])).rejects.toMatchObject({ code: 3 });
  });

  test('that does not exist is not found, in two wordings', async () => {
    await expect(clients.endpoints.getEndpoint({ name: `${PARENT}/endpoints/none` })).rejects.toMatchObject({
      code: 5,
      message: expect.stringMatching(
        /endpoint "projects\/\d+\/locations\/europe-west4\/endpoints\/none" not found/,
      ) as unknown,
    });
    await expect(clients.predictions.predict({ endpoint: `${PARENT}/endpoints/none` })).rejects.toMatchObject({
      code: 5,
      message: expect.stringMatching(/Endpoint `projects\/.*` not found\./) as unknown,
    });
  });

  test('without traffic predicts nothing', async () => {
    await expect(clients.predictions.predict({ endpoint, instances: [{ numberValue: 1 }] })).rejects.toMatchObject({
      code: 9,
      message: expect.stringContaining("doesn't have traffic_split") as unknown,
    });
  });

  test('is deleted only when nothing is deployed', async () => {
    const id = await deploy();
    await expect(clients.endpoints.deleteEndpoint({ name: endpoint })).rejects.toMatchObject({
      code: 9,
      message: expect.stringContaining('has deployed or being-deployed DeployedModel(s)') as unknown,
    });
    await done(clients.endpoints.undeployModel({ endpoint, deployedModelId: id }));
    await done(clients.endpoints.deleteEndpoint({ name: endpoint }));
    await expect(get()).rejects.toMatchObject({ code: 5 });
  });
});

describe('deploying', () => {
  test('with an empty split gives no traffic, even to the first', async () => {
    const id = await deploy();
    expect(await get()).toMatchObject({
      trafficSplit: {},
      deployedModels: [
        {
          id,
          model: expect.stringMatching(/\/models\/m$/) as unknown,
          modelVersionId: '1',
          displayName: 'credit risk',
          dedicatedResources: { minReplicaCount: 1, maxReplicaCount: 1, machineSpec: { machineType: 'n1-standard-2' } },
          status: { availableReplicaCount: 1 },
        },
      ],
    });
  });

  test('with a split overwrites it wholesale, 0 being the new model', async () => {
    const first = await deploy({ 0: 100 });
    const second = await deploy({ 0: 10, [first]: 90 }, `${MODEL}@2`);
    expect((await get()).trafficSplit).toEqual({ [first]: 90, [second]: 10 });
    const third = await deploy({ 0: 100 });
    expect(await get()).toMatchObject({ trafficSplit: { [third]: 100 } });
    expect((await get()).deployedModels).toHaveLength(3);
  });

  test('resolves a bare name and an alias when it is asked for', async () => {
    await deploy({}, MODEL);
    await deploy({}, `${MODEL}@default`);
    expect((await get()).deployedModels!.map(({ modelVersionId }) => modelVersionId)).toEqual(['1', '1']);
  });

  test('holds on to the version that is deployed', async () => {
    await deploy({}, `${MODEL}@2`);
    await expect(clients.models.deleteModelVersion({ name: `${MODEL}@2` })).rejects.toMatchObject({ code: 9 });
    await expect(clients.models.deleteModel({ name: MODEL })).rejects.toMatchObject({
      code: 9,
      message: expect.stringMatching(
        /deployed or being deployed at the following Endpoint\(s\): .*Please undeploy/,
      ) as unknown,
    });
    const [model] = await clients.models.getModel({ name: `${MODEL}@2` });
    expect(model.deployedModels!.length).toBeGreaterThan(0);
  });

  test.each([
    ['no resources', { dedicatedResources: null }, 3, 'prediction_resources'],
    ['automatic resources', { dedicatedResources: null, automaticResources: {} }, 3, 'automatic_resources'],
    ['no replicas', { dedicatedResources: { minReplicaCount: 0 } }, 3, 'min_replica_count'],
    [
      'fewer replicas than its least',
      { dedicatedResources: { minReplicaCount: 2, maxReplicaCount: 1 } },
      3,
      'max_replica',
    ],
    [
      'a strange machine',
      { dedicatedResources: { minReplicaCount: 1, machineSpec: { machineType: 'big' } } },
      3,
      "'big'",
    ],
    ['a bad id', { id: '12345678901' }, 3, '1 to 10 digits'],
    ['the id 0', { id: '0' }, 3, 'Invalid DeployedModel ID'],
    ['an unknown model', { model: `${PARENT}/models/none` }, 5, 'does not exist'],
    ['an unknown version', { model: `${MODEL}@99` }, 5, 'does not exist'],
  ])('with %s is refused', async (_, rest, code, message) => {
    await expect(deploy({}, MODEL, rest)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as unknown,
    });
  });

  test('with a bad split is refused', async () => {
    await expect(deploy({ 0: 99 })).rejects.toMatchObject({
      code: 3,
      message: expect.stringContaining('add up to 99') as unknown,
    });
    await expect(deploy({ 0: 50, 77: 50 })).rejects.toMatchObject({
      code: 3,
      message: expect.stringContaining('[77] do not exist') as unknown,
    });
  });

  test('takes an id that is free', async () => {
    expect(await deploy({}, MODEL, { id: '42' })).toBe('42');
    await expect(deploy({}, MODEL, { id: '42' })).rejects.toMatchObject({ code: 6 });
  });
});

describe('traffic', () => {
  test('moves at once, and only between deployed models', async () => {
    const [first, second] = [await deploy({ 0: 100 }), await deploy()];
    await setTraffic({ [first]: 95, [second]: 5 });
    expect((await get()).trafficSplit).toEqual({ [first]: 95, [second]: 5 });
    await expect(setTraffic({ 0: 100 })).rejects.toMatchObject({
      code: 3,
      message: expect.stringContaining('The following DeployedModel ID(s) [0] do not exist.') as unknown,
    });
    await expect(setTraffic({ [first]: 50 })).rejects.toMatchObject({ code: 3 });
    expect((await get()).trafficSplit).toEqual({ [first]: 95, [second]: 5 });
  });
});

describe('undeploying', () => {
  const undeploy = (deployedModelId: string, trafficSplit: Record<string, number> = {}): Promise<unknown> =>
    done(clients.endpoints.undeployModel({ endpoint, deployedModelId, trafficSplit }));

  test('needs the traffic gone', async () => {
    const [first, second] = [await deploy({ 0: 100 }), await deploy()];
    await expect(undeploy(first)).rejects.toMatchObject({ code: 9 });
    await expect(undeploy(second, { [first]: 50, [second]: 50 })).rejects.toMatchObject({ code: 9 });
    await undeploy(first, { [second]: 100 });
    expect((await get()).trafficSplit).toEqual({ [second]: 100 });
    await expect(undeploy(first)).rejects.toMatchObject({ code: 5 });
    // The last one goes whatever it has.
    await undeploy(second);
    expect(await get()).toMatchObject({ deployedModels: [], trafficSplit: {} });
  });
});

describe('mutating', () => {
  const mutate = (deployedModel: object, paths: string[]): Promise<unknown> =>
    done(clients.endpoints.mutateDeployedModel({ endpoint, deployedModel, updateMask: { paths } }));

  test('changes replicas, not machines', async () => {
    const id = await deploy();
    await mutate({ id, dedicatedResources: { minReplicaCount: 2, maxReplicaCount: 4 } }, [
      'dedicated_resources.min_replica_count',
      'max_replica_count',
    ]);
    expect((await get()).deployedModels![0]).toMatchObject({
      dedicatedResources: { minReplicaCount: 2, maxReplicaCount: 4, machineSpec: { machineType: 'n1-standard-2' } },
      status: { availableReplicaCount: 2 },
    });
    await expect(mutate({ id }, ['dedicated_resources.machine_spec'])).rejects.toMatchObject({ code: 3 });
    await expect(mutate({ id, dedicatedResources: {} }, ['min_replica_count'])).rejects.toMatchObject({ code: 3 });
    await expect(mutate({ id: '9' }, ['min_replica_count'])).rejects.toMatchObject({ code: 5 });
  });
});

test('nothing that was asked broke an invariant, save endpoints that were turned off', () => {
  const broken = clients.emulator
    .state()
    .violations.filter(({ invariant }) => invariant !== 'endpoint-stopped-serving');
  expect(broken).toEqual([]);
});
