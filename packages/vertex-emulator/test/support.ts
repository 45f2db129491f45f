import { EndpointServiceClient } from '@google-cloud/aiplatform/build/src/v1/endpoint_service_client.js';
import { ModelServiceClient } from '@google-cloud/aiplatform/build/src/v1/model_service_client.js';
import { PredictionServiceClient } from '@google-cloud/aiplatform/build/src/v1/prediction_service_client.js';
import { PassThroughClient } from 'google-auth-library';
import { grpc, type ClientOptions } from 'google-gax';
import { buildLayer, composeImage, pushImage, RegistryClient } from '@mlops-actions/oci';
import { startEmulator, type Emulator, type EmulatorOptions } from '../src/index.ts';

/** Parent of everything that the tests make. */
export const PARENT = 'projects/test-project/locations/europe-west4';

/** The real clients of an emulator. */
export interface Clients {
  emulator: Emulator;
  models: ModelServiceClient;
  endpoints: EndpointServiceClient;
  predictions: PredictionServiceClient;
  close: () => Promise<void>;
}

/** Starts an emulator with instant operations, and the real clients of it. */
export async function startWithClients(options: EmulatorOptions = {}): Promise<Clients> {
  const emulator = await startEmulator({ operationDelay: 0, ...options });
  const clients = connect(emulator);
  return {
    emulator,
    ...clients,
    async close() {
      await clients.close();
      await emulator.close();
    },
  };
}

/** The real clients, as they are configured for an emulator. */
export function connect(emulator: Emulator): Omit<Clients, 'emulator'> {
  const [host, port] = emulator.address.split(':');
  const options = (): ClientOptions => ({
    apiEndpoint: host!,
    port: Number(port),
    sslCreds: grpc.credentials.createInsecure(),
    authClient: new PassThroughClient(),
  });
  const models = new ModelServiceClient(options());
  const endpoints = new EndpointServiceClient(options());
  const predictions = new PredictionServiceClient(options());
  return {
    models,
    endpoints,
    predictions,
    async close() {
      await Promise.all([models.close(), endpoints.close(), predictions.close()]);
    },
  };
}

/** The answer of a long-running operation. */
export async function done<T>(start: Promise<unknown[]>): Promise<T> {
  const [operation] = (await start) as [{ promise(): Promise<[T]> }];
  const [response] = await operation.promise();
  return response;
}

/** A server that keeps the contract; `predict` computes one prediction from `instance`. */
export const serverScript = (predict: string): string => `
import http from 'node:http';
http.createServer(async (request, response) => {
  let input = '';
  for await (const chunk of request) input += chunk;
  if (request.url === process.env.AIP_HEALTH_ROUTE) return response.end('ok');
  if (request.url !== process.env.AIP_PREDICT_ROUTE) return response.writeHead(404).end();
  const predictions = JSON.parse(input).instances.map((instance) => (${predict}));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ predictions }));
}).listen(Number(process.env.AIP_HTTP_PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
`;

/** Pushes a scratch image with one Node script to the emulator's registry, and gives its reference. */
export async function pushServer(emulator: Emulator, name: string, script: string): Promise<string> {
  const layer = await buildLayer([{ path: '/app/server.mjs', from: { bytes: Buffer.from(script) } }], {
    kind: 'code',
  });
  const image = composeImage(undefined, { layers: [layer], entrypoint: ['node', '/app/server.mjs'] });
  await pushImage(new RegistryClient(), image, { registry: emulator.registryAddress, name }, ['v1']);
  return `${emulator.registryAddress}/${name}:v1`;
}

/** A model to upload that serves an image. */
export const modelOf = (imageUri: string, rest: object = {}): object => ({
  displayName: 'credit risk',
  containerSpec: { imageUri, predictRoute: '/predict', healthRoute: '/health', ports: [{ containerPort: 8080 }] },
  ...rest,
});

/** A deployed model to ask for. */
export const deploymentOf = (model: string, rest: object = {}): object => ({
  model,
  dedicatedResources: { minReplicaCount: 1, machineSpec: { machineType: 'n1-standard-2' } },
  ...rest,
});
