import { afterEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseFaults, type Fault } from '../src/index.ts';
import { deploymentOf, done, modelOf, PARENT, startWithClients, type Clients } from './support.ts';

let clients: Clients;
afterEach(() => clients.close());

/** An endpoint with so many models, the first of which has all traffic. */
async function serving(models: number, faults: readonly Fault[] = []): Promise<string> {
  clients = await startWithClients({ containers: false });
  const { emulator, endpoints } = clients;
  await done(clients.models.uploadModel({ parent: PARENT, modelId: 'm', model: modelOf('localhost:1/m:v1') }));
  await done(endpoints.createEndpoint({ parent: PARENT, endpointId: 'e', endpoint: { displayName: 'e' } }));
  const endpoint = `${PARENT}/endpoints/e`;
  emulator.setFaults(faults);
  for (let id = 1; id <= models; id++) {
    const deployedModel = deploymentOf(`${PARENT}/models/m@1`, { id: String(id) });
    await done(endpoints.deployModel({ endpoint, deployedModel, trafficSplit: id === 1 ? { 0: 100 } : {} }));
  }
  return endpoint;
}

test.each([
  ['before', false],
  ['after', true],
] as const)('a caller who goes away while a call is held %s its work: it was done: %s', async (when, isDone) => {
  const name = await serving(1);
  const { emulator, endpoints } = clients;
  emulator.setFaults([{ rpc: 'UpdateEndpoint', when, delay: 600_000 }]);
  const update = { endpoint: { name, displayName: 'other' }, updateMask: { paths: ['display_name'] } };
  await expect(endpoints.updateEndpoint(update, { timeout: 200 })).rejects.toMatchObject({ code: 4 });
  const call = emulator.calls().at(-1)!;
  while (call.code === undefined) await sleep(1);
  expect(call).toMatchObject({ held: when, code: 'CANCELLED' });
  expect(Object.values(emulator.state().endpoints)).toMatchObject([{ displayName: isDone ? 'other' : 'e' }]);
});

describe('another client', () => {
  test('labels the endpoint: an update with the old etag is refused, and the traffic is the same', async () => {
    const name = await serving(2);
    const [{ etag, trafficSplit }] = await clients.endpoints.getEndpoint({ name });
    clients.emulator.setFaults([{ rpc: 'UpdateEndpoint', meanwhile: 'label' }]);
    const update = {
      endpoint: { name, etag: etag!, trafficSplit: { 2: 100 } },
      updateMask: { paths: ['traffic_split'] },
    };
    await expect(clients.endpoints.updateEndpoint(update)).rejects.toMatchObject({ code: 10 });
    const [after] = await clients.endpoints.getEndpoint({ name });
    expect(after.trafficSplit).toEqual(trafficSplit);
    expect(after.labels).toHaveProperty('another-client');
  });

  test('moves the traffic to who had least', async () => {
    const name = await serving(2);
    clients.emulator.setFaults([{ rpc: 'GetEndpoint', meanwhile: 'traffic' }]);
    expect((await clients.endpoints.getEndpoint({ name }))[0].trafficSplit).toEqual({ 2: 100 });
    expect(clients.emulator.state().violations).toEqual([]);
  });
});

test('replicas can fail although the deployment succeeded', async () => {
  const name = await serving(2, [{ operation: 'DeployModel', nth: 2, replicas: 0 }]);
  const [{ deployedModels }] = await clients.endpoints.getEndpoint({ name });
  expect(deployedModels).toMatchObject([
    { id: '1', status: { availableReplicaCount: 1 } },
    { id: '2', status: { availableReplicaCount: 0, message: 'Replicas failed to become available.' } },
  ]);
});

test.each<[unknown, RegExp]>([
  [{ rpc: 'UpdateEndpoint' }, /needs 'code', 'delay' or 'meanwhile'/],
  [{ rpc: 'UpdateEndpoint', meanwhile: 'delete' }, /'meanwhile' must be one of label, traffic/],
  [{ operation: 'DeployModel', replicas: -1 }, /'replicas' must be a whole number from 0/],
  [{ operation: 'UploadModel', replicas: 0 }, /'replicas' is for a DeployModel that succeeds/],
])('a plan that makes no sense is refused: %j', async (fault, message) => {
  clients = await startWithClients({ containers: false });
  expect(() => parseFaults([fault])).toThrow(message);
});
