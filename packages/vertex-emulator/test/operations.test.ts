import { afterEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../src/index.ts';
import { deploymentOf, done, modelOf, PARENT, startWithClients, type Clients } from './support.ts';

let clients: Clients;
afterEach(() => clients.close());

const MODEL = `${PARENT}/models/m`;
const ENDPOINT = `${PARENT}/endpoints/e`;

/** An emulator with a model and an endpoint, whose next operations take `operationDelay`. */
async function start(faults: Fault[] = [], operationDelay = 0): Promise<void> {
  clients = await startWithClients({ containers: false, operationDelay });
  await done(clients.models.uploadModel({ parent: PARENT, modelId: 'm', model: modelOf('i') }));
  await done(clients.endpoints.createEndpoint({ parent: PARENT, endpointId: 'e', endpoint: { displayName: 'E' } }));
  clients.emulator.setFaults(faults);
}

const deploy = () =>
  clients.endpoints.deployModel({ endpoint: ENDPOINT, deployedModel: deploymentOf(MODEL), trafficSplit: { 0: 100 } });
const deployed = (): string[] =>
  Object.values(clients.emulator.state().endpoints).flatMap(({ deployedModels }) => deployedModels.map(({ id }) => id));

type OperationRequest = Parameters<Clients['endpoints']['operationsClient']['getOperation']>[0];
const read = async (name: string) =>
  (await clients.endpoints.operationsClient.getOperation({ name } as OperationRequest))[0];
async function ended(name: string) {
  for (;;) {
    const state = await read(name);
    if (state.done) return state;
  }
}

describe('operations', () => {
  test('are named after their resource, and go through the stages of a deployment', async () => {
    await start([], 200);
    const [operation] = await deploy();
    expect(operation.name).toMatch(/^projects\/\d+\/locations\/europe-west4\/endpoints\/e\/operations\/\d+$/);
    const stages = new Set<string>();
    while (!operation.done) {
      const progress = await clients.endpoints.checkDeployModelProgress(operation.name!);
      stages.add(String((progress.metadata as { deploymentStage?: unknown }).deploymentStage));
      if (progress.done) break;
    }
    expect([...stages]).toEqual(['5', '6', '7', '8', '9', '3', '4', '11']);
  });

  test('can be cancelled; what they had begun is taken back', async () => {
    await start([{ operation: 'DeployModel', stage: 'CREATING_SERVING_CLUSTER' }]);
    const [operation] = await deploy();
    await expect(clients.endpoints.deleteEndpoint({ name: ENDPOINT })).rejects.toMatchObject({ code: 9 });
    await operation.cancel();
    expect((await ended(operation.name!)).error).toMatchObject({ code: 1 });
    expect(deployed()).toEqual([]);
    await done(clients.endpoints.deleteEndpoint({ name: ENDPOINT }));
  });

  test('can be listed by resource and by whether they are done, and deleted when they are', async () => {
    await start();
    const { operationsClient } = clients.endpoints;
    type ListRequest = Parameters<typeof operationsClient.listOperationsAsync>[0];
    const list = async (name: string, filter = ''): Promise<string[]> => {
      const names: string[] = [];
      for await (const { name: found } of operationsClient.listOperationsAsync({ name, filter } as ListRequest)) {
        names.push(found!);
      }
      return names;
    };
    expect(await list(ENDPOINT)).toHaveLength(1);
    expect(await list(PARENT)).toHaveLength(2);
    expect(await list(PARENT, 'done=false')).toEqual([]);
    const [name] = await list(ENDPOINT);
    await operationsClient.deleteOperation({ name } as Parameters<typeof operationsClient.deleteOperation>[0]);
    await expect(read(name!)).rejects.toMatchObject({ code: 5 });
  });

  test('of one endpoint do not run side by side', async () => {
    await start([{ operation: 'DeployModel' }]);
    const [operation] = await deploy();
    await expect(deploy()).rejects.toMatchObject({
      code: 9,
      message: expect.stringContaining(operation.name!) as unknown,
    });
    await operation.cancel();
    await ended(operation.name!);
    await done(deploy());
  });
});

test('a schedule decides when a call does something, and when an operation is done', async () => {
  await start();
  const turns: { what: string; go: () => void }[] = [];
  clients.emulator.setSchedule(
    ({ kind, method, by }) => new Promise((go) => turns.push({ what: `${kind} ${method} ${by}`, go })),
  );
  const next = async (): Promise<string> => {
    while (turns.length === 0) await sleep(1);
    const { what, go } = turns.shift()!;
    go();
    return what;
  };
  const asked = deploy();
  expect(await next()).toBe(`call DeployModel ${clients.emulator.address}`);
  const [operation] = await asked;
  while (turns.length === 0) await sleep(1);
  expect(deployed()).toEqual([]);
  expect(await next()).toMatch(/^operation DeployModel projects\/\d+\/locations\/europe-west4\/endpoints\/e$/);
  clients.emulator.setSchedule(undefined);
  expect((await ended(operation.name!)).error).toBeFalsy();
  expect(deployed()).toHaveLength(1);
});

describe('faults', () => {
  test('before a call: nothing happens, and the next call is answered', async () => {
    await start([{ rpc: 'DeleteModel', code: 'UNAVAILABLE', message: 'away' }]);
    await expect(clients.models.deleteModel({ name: MODEL })).rejects.toMatchObject({
      code: 14,
      message: expect.stringContaining('away') as unknown,
    });
    await clients.models.getModel({ name: MODEL });
    await done(clients.models.deleteModel({ name: MODEL }));
  });

  test('after a call: it is done, and its answer is lost', async () => {
    await start([{ rpc: 'DeployModel', when: 'after', code: 'UNAVAILABLE' }]);
    await expect(deploy()).rejects.toMatchObject({ code: 14 });
    const { operations } = clients.emulator.state();
    const lost = Object.values(operations).find(({ method }) => method === 'DeployModel');
    await ended(lost!.name);
    expect(deployed()).toHaveLength(1);
  });

  test('at the nth poll, so many times', async () => {
    await start([{ rpc: 'GetOperation', nth: 2, times: 2, code: 'UNAVAILABLE' }], 200);
    const [operation] = await deploy();
    const poll = async (): Promise<unknown> =>
      clients.endpoints.operationsClient
        .getOperation({ name: operation.name! } as OperationRequest, { retry: { retryCodes: [] } })
        .then(() => 0)
        .catch((error: { code: number }) => error.code);
    expect([await poll(), await poll(), await poll(), await poll()]).toEqual([0, 14, 14, 0]);
  });

  test('a slow answer outlasts the deadline of the caller', async () => {
    await start([{ rpc: 'GetModel', delay: 60_000 }]);
    await expect(clients.models.getModel({ name: MODEL }, { timeout: 100 })).rejects.toMatchObject({ code: 4 });
  });

  test('an operation fails at a stage', async () => {
    await start([
      { operation: 'DeployModel', stage: 'ADDING_NODES_TO_CLUSTER', code: 'RESOURCE_EXHAUSTED', message: 'quota' },
    ]);
    const [operation] = await deploy();
    await expect(operation.promise()).rejects.toMatchObject({ code: 8, message: 'quota' });
    expect(clients.emulator.state().operations[operation.name!]).toMatchObject({ stage: 'FAILED_TO_DEPLOY' });
    expect(deployed()).toEqual([]);
    await done(deploy());
  });
});
