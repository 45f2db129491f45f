import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { credentials, makeGenericClientConstructor, type ClientUnaryCall, type Metadata } from '@grpc/grpc-js';
import { existsSync } from 'node:fs';
import type { ProcessFacts } from '../src/fleet.ts';
import { serviceDefinition } from '../src/protos.ts';
import {
  deploymentOf,
  done,
  modelOf,
  PARENT,
  pushServer,
  serverScript,
  startWithClients,
  type Clients,
} from './support.ts';

let clients: Clients;

beforeAll(async () => {
  clients = await startWithClients({ seed: 'containers', startTimeout: 20_000 });
});
afterAll(() => clients.close());

const upload = (id: string, image: string, rest: object = {}): Promise<unknown> =>
  done(clients.models.uploadModel({ parent: PARENT, modelId: id, model: modelOf(image, rest) }));

const createEndpoint = async (endpointId: string): Promise<string> => {
  await done(clients.endpoints.createEndpoint({ parent: PARENT, endpointId, endpoint: { displayName: 'E' } }));
  return `${PARENT}/endpoints/${endpointId}`;
};

const deploy = async (endpoint: string, model: string, trafficSplit: Record<string, number>): Promise<string> =>
  (
    await done<{ deployedModel: { id: string } }>(
      clients.endpoints.deployModel({
        endpoint,
        deployedModel: deploymentOf(`${PARENT}/models/${model}`),
        trafficSplit,
      }),
    )
  ).deployedModel.id;

const predict = async (endpoint: string, value = 1) =>
  (await clients.predictions.predict({ endpoint, instances: [{ numberValue: value }] }))[0];

const processOf = (deployedModelId: string) =>
  clients.emulator.state().processes.find((process) => process.deployedModelId === deployedModelId);

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries === 3000) throw new Error('It never came true.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('images', () => {
  test('that are missing, malformed or elsewhere fail the upload', async () => {
    const { registryAddress } = clients.emulator;
    await expect(upload('missing', `${registryAddress}/none:v1`)).rejects.toMatchObject({
      code: 5,
      message: `Image ${registryAddress}/none:v1 not found.`,
    });
    await expect(upload('malformed', 'UPPER')).rejects.toMatchObject({ code: 9 });
    await expect(upload('remote', 'europe-docker.pkg.dev/p/r/i:v1')).rejects.toMatchObject({
      code: 9,
      message: expect.stringContaining('registries of this machine only') as unknown,
    });
    await expect(clients.models.getModel({ name: `${PARENT}/models/missing` })).rejects.toMatchObject({ code: 5 });
  });

  test('are known by digest from the upload on: a moved tag changes nothing', async () => {
    const image = await pushServer(clients.emulator, 'moving', serverScript(`'old'`));
    await upload('moving', image);
    await pushServer(clients.emulator, 'moving', serverScript(`'new'`));
    const endpoint = await createEndpoint('moving');
    await deploy(endpoint, 'moving', { 0: 100 });
    expect((await predict(endpoint)).predictions).toMatchObject([{ stringValue: 'old' }]);
  });
});

describe('predictions', () => {
  test('are answered by the containers, each its share, and say who answered', async () => {
    await upload('double', await pushServer(clients.emulator, 'double', serverScript('instance * 2')));
    await upload('triple', await pushServer(clients.emulator, 'triple', serverScript('instance * 3')));
    const endpoint = await createEndpoint('split');
    const first = await deploy(endpoint, 'double', { 0: 100 });
    const second = await deploy(endpoint, 'triple', { 0: 20, [first]: 80 });
    const answers = await Promise.all(Array.from({ length: 100 }, () => predict(endpoint, 7)));
    for (const { deployedModelId, predictions, model, modelVersionId, modelDisplayName } of answers) {
      const [id, value] = deployedModelId === first ? ['double', 14] : ['triple', 21];
      expect(predictions).toMatchObject([{ numberValue: value }]);
      expect(model).toMatch(new RegExp(`^projects/\\d+/.*/models/${id}$`));
      expect([modelVersionId, modelDisplayName]).toEqual(['1', 'credit risk']);
    }
    const counts = Object.values(clients.emulator.state().predictions).find((found) => found[first] !== undefined)!;
    expect(counts[first]! + counts[second]!).toBe(100);
    // The seed makes the share what it is; any seed gives roughly 20.
    expect(counts[second]).toBeGreaterThan(5);
    expect(counts[second]).toBeLessThan(40);
  });

  test('see the environment that the cloud gives', async () => {
    const names = ['AIP_ENDPOINT_ID', 'AIP_DEPLOYED_MODEL_ID', 'AIP_VERSION_NAME', 'AIP_STORAGE_URI', 'OWN'];
    const image = await pushServer(
      clients.emulator,
      'env',
      serverScript(`${JSON.stringify(names)}.map((name) => process.env[name])`),
    );
    const containerSpec = {
      imageUri: image,
      predictRoute: '/predict',
      healthRoute: '/health',
      env: [{ name: 'OWN', value: 'x' }],
    };
    await upload('env', image, { containerSpec, artifactUri: 'gs://bucket/model' });
    const endpoint = await createEndpoint('env');
    const id = await deploy(endpoint, 'env', { 0: 100 });
    const { predictions } = await predict(endpoint);
    expect(predictions![0]!.listValue!.values!.map(({ stringValue }) => stringValue)).toEqual([
      'env',
      id,
      '1',
      'gs://bucket/model',
      'x',
    ]);
  });

  test('can be raw; headers say who answered', async () => {
    await upload('raw', await pushServer(clients.emulator, 'raw', serverScript('instance + 1')));
    const endpoint = await createEndpoint('raw');
    const id = await deploy(endpoint, 'raw', { 0: 100 });
    // The real client does not show headers: a bare one does.
    const definition = serviceDefinition('google.cloud.aiplatform.v1.PredictionService', ['RawPredict']);
    const Client = makeGenericClientConstructor(definition, 'PredictionService');
    const client = new Client(clients.emulator.address, credentials.createInsecure());
    const request = { endpoint, httpBody: { contentType: 'application/json', data: Buffer.from('{"instances":[1]}') } };
    const send = client['RawPredict'] as (
      request: object,
      callback: (error: Error | null, response: { contentType: string; data: Buffer }) => void,
    ) => ClientUnaryCall;
    let headers: Metadata | undefined;
    const answer = await new Promise<{ contentType: string; data: Buffer }>((resolve, reject) => {
      const call = send.call(client, request, (error, response) => {
        if (error === null) resolve(response);
        else reject(error);
      });
      call.on('metadata', (metadata) => (headers = metadata));
    });
    client.close();
    expect(JSON.parse(answer.data.toString())).toEqual({ predictions: [2] });
    expect(answer.contentType).toBe('application/json');
    expect(headers!.getMap()).toMatchObject({
      'x-vertex-ai-endpoint-id': 'raw',
      'x-vertex-ai-deployed-model-id': id,
      'x-vertex-ai-model-version-id': '1',
    });
  });

  test("keep the status of the server's own errors", async () => {
    const script = serverScript('0').replace(
      'const predictions',
      `return response.writeHead(400).end("no column age"); const predictions`,
    );
    await upload('refusing', await pushServer(clients.emulator, 'refusing', script));
    const endpoint = await createEndpoint('refusing');
    await deploy(endpoint, 'refusing', { 0: 100 });
    await expect(predict(endpoint)).rejects.toMatchObject({
      code: 3,
      message: expect.stringContaining('The predict route answered 400: no column age') as unknown,
    });
  });

  test('fail as the service says it', async () => {
    await upload(
      'failing',
      await pushServer(clients.emulator, 'failing', serverScript(`(() => { throw new Error('bad'); })()`)),
    );
    const endpoint = await createEndpoint('failing');
    const id = await deploy(endpoint, 'failing', { 0: 100 });
    const { pid } = processOf(id)!;
    await expect(predict(endpoint)).rejects.toMatchObject({ code: 14 });
    // The server has crashed: it is seen, recorded as a violation, and set up again.
    const status = () =>
      Object.values(clients.emulator.state().endpoints)
        .flatMap(({ deployedModels }) => deployedModels)
        .find((model) => model.id === id)!.status;
    await until(() => status().availableReplicaCount === 0 || processOf(id)?.pid !== pid);
    await until(() => status().availableReplicaCount === 1 && processOf(id)?.pid !== pid);
    const { violations } = clients.emulator.state();
    expect(violations.filter(({ resource }) => resource.endsWith('/failing'))).toMatchObject([
      { invariant: 'traffic-to-unhealthy-model', cause: 'ModelServer' },
      { invariant: 'endpoint-stopped-serving', cause: 'ModelServer' },
    ]);
    await expect(clients.predictions.predict({ endpoint, instances: [] })).rejects.toMatchObject({ code: 3 });
    await expect(
      clients.predictions.predict({ endpoint, instances: [{ stringValue: 'x'.repeat(1_500_001) }] }),
    ).rejects.toMatchObject({ code: 3, message: expect.stringContaining('exceeds the limit') as unknown });
  });
});

describe('deployments', () => {
  test.each([
    [
      'crashes',
      `console.error('no such file: model.onnx'); process.exit(2)`,
      /^Model server exited unexpectedly \(exit code 2\)\. .*no such file: model\.onnx/s,
    ],
    [
      'ignores its port',
      `setInterval(() => {}, 1000); console.log('waiting')`,
      /^Model server never became ready within 4 s: nothing listens on port \d+.*AIP_HTTP_PORT.*waiting/s,
    ],
    [
      'has another health route',
      serverScript('1').replace('process.env.AIP_HEALTH_ROUTE', `'/ping'`),
      /^Model server never became ready within 4 s: the server listens but has no route '\/health' \(404\)/s,
    ],
  ])('of a server that %s fail, with the log and its place', async (what, script, message) => {
    const id = what.replace(/ /g, '-');
    const image = await pushServer(clients.emulator, id, script);
    const containerSpec = {
      imageUri: image,
      predictRoute: '/predict',
      healthRoute: '/health',
      // Long enough for a busy machine to start the server, and for nothing more.
      deploymentTimeout: { seconds: 4 },
    };
    await upload(id, image, { containerSpec });
    const endpoint = await createEndpoint(id);
    await expect(deploy(endpoint, id, { 0: 100 })).rejects.toMatchObject({
      code: 9,
      message: expect.stringMatching(message) as unknown,
    });
    const [{ deployedModels, trafficSplit }] = await clients.endpoints.getEndpoint({ name: endpoint });
    expect({ deployedModels, trafficSplit }).toEqual({ deployedModels: [], trafficSplit: {} });
    expect(clients.emulator.state().processes.filter((process) => process.endpoint.endsWith(`/${id}`))).toEqual([]);
  });

  test('end their process when they are undeployed, after the answers that it owes', async () => {
    const slow = `await new Promise((resolve) => setTimeout(resolve, 300)); response.setHeader`;
    const script = serverScript('instance').replace('response.setHeader', slow);
    await upload('slow', await pushServer(clients.emulator, 'slow', script));
    const endpoint = await createEndpoint('slow');
    const id = await deploy(endpoint, 'slow', { 0: 100 });
    const { pid } = processOf(id)!;
    const answer = predict(endpoint, 5);
    await until(() =>
      clients.emulator.calls().some(({ method, code }) => method.endsWith('.Predict') && code === undefined),
    );
    await done(clients.endpoints.undeployModel({ endpoint, deployedModelId: id }));
    expect((await answer).predictions).toMatchObject([{ numberValue: 5 }]);
    await until(() => !isRunning(pid));
  });
});

test('closing stops every process and removes the data', async () => {
  const own = await startWithClients();
  const image = await pushServer(own.emulator, 'last', serverScript('1'));
  await done(own.models.uploadModel({ parent: PARENT, modelId: 'last', model: modelOf(image) }));
  await done(own.endpoints.createEndpoint({ parent: PARENT, endpointId: 'last', endpoint: { displayName: 'E' } }));
  const deployedModel = deploymentOf(`${PARENT}/models/last`);
  await done(own.endpoints.deployModel({ endpoint: `${PARENT}/endpoints/last`, deployedModel }));
  const [{ pid, log }] = own.emulator.state().processes as [ProcessFacts];
  expect([isRunning(pid), existsSync(log)]).toEqual([true, true]);
  await own.close();
  expect([isRunning(pid), existsSync(log)]).toEqual([false, false]);
});
