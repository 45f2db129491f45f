import { once } from 'node:events';
import { connect } from 'node:net';
import type { EndpointServiceClient } from '@google-cloud/aiplatform/build/src/v1/endpoint_service_client.js';
import type { JobServiceClient } from '@google-cloud/aiplatform/build/src/v1/job_service_client.js';
import type { ModelServiceClient } from '@google-cloud/aiplatform/build/src/v1/model_service_client.js';
import type { PipelineServiceClient } from '@google-cloud/aiplatform/build/src/v1/pipeline_service_client.js';
import type { PredictionServiceClient } from '@google-cloud/aiplatform/build/src/v1/prediction_service_client.js';
import type { ModelMonitoringServiceClient } from '@google-cloud/aiplatform/build/src/v1beta1/model_monitoring_service_client.js';
import { UserError } from '@mlops-actions/action-kit';
import type { CallOptions, ClientOptions } from 'google-gax';
import { missingCredentials, Status } from './errors.ts';
import { checkPlace, type Place } from './names.ts';

/** Vertex AI in one project and region. Close it, or its connections keep the process alive. */
export interface Vertex extends Place {
  /** `host:port` of the emulator that answers instead of the cloud. */
  readonly emulator: string | undefined;
  readonly models: ModelServiceClient;
  readonly endpoints: EndpointServiceClient;
  readonly predictions: PredictionServiceClient;
  readonly pipelines: PipelineServiceClient;
  readonly jobs: JobServiceClient;
  /** Of the preview API (v1beta1), which few ask: loaded when it is first asked for. */
  modelMonitoring(): Promise<ModelMonitoringServiceClient>;
  /** The headers that let a request over HTTP in: none for an emulator without identities. */
  authorization(): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** What the calls say about who makes them (`x-goog-api-client`). */
const ATTRIBUTION = { libName: 'mlops-actions', libVersion: '0.1.0' };

const ENDPOINT_OVERRIDE = 'CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * Connects to Vertex AI in a region with Application Default Credentials, as google-github-actions/auth leaves them; or, where
 * `VERTEX_AI_EMULATOR_HOST` is set, to an emulator without credentials.
 *
 * The client library is loaded here and not at import, and each client is made when it is first used: an action that does not call the
 * cloud does not pay for them.
 *
 * @throws UserError if the place is malformed or there are no credentials
 */
export async function connectVertex(
  place: Place,
  { emulator = process.env['VERTEX_AI_EMULATOR_HOST'] || undefined }: { emulator?: string | undefined } = {},
): Promise<Vertex> {
  checkPlace(place);
  const { options, authorization } = emulator === undefined ? await cloudAccess(place) : await emulatorAccess(emulator);
  const [
    { ModelServiceClient },
    { EndpointServiceClient },
    { PredictionServiceClient },
    { PipelineServiceClient },
    { JobServiceClient },
  ] = await Promise.all([
    import('@google-cloud/aiplatform/build/src/v1/model_service_client.js'),
    import('@google-cloud/aiplatform/build/src/v1/endpoint_service_client.js'),
    import('@google-cloud/aiplatform/build/src/v1/prediction_service_client.js'),
    import('@google-cloud/aiplatform/build/src/v1/pipeline_service_client.js'),
    import('@google-cloud/aiplatform/build/src/v1/job_service_client.js'),
  ]);
  const made: { close(): Promise<void> }[] = [];
  const lazily = <T extends { close(): Promise<void> }>(make: () => T): (() => T) => {
    let client: T | undefined;
    return () => {
      if (client === undefined) made.push((client = make()));
      return client;
    };
  };
  const models = lazily(() => new ModelServiceClient({ ...options }));
  const endpoints = lazily(() => new EndpointServiceClient({ ...options }));
  const predictions = lazily(() => new PredictionServiceClient({ ...options }));
  const pipelines = lazily(() => new PipelineServiceClient({ ...options }));
  const jobs = lazily(() => new JobServiceClient({ ...options }));
  let modelMonitoring: Promise<ModelMonitoringServiceClient> | undefined;
  return {
    project: place.project,
    region: place.region,
    emulator,
    get models() {
      return models();
    },
    get endpoints() {
      return endpoints();
    },
    get predictions() {
      return predictions();
    },
    get pipelines() {
      return pipelines();
    },
    get jobs() {
      return jobs();
    },
    modelMonitoring() {
      modelMonitoring ??= import('@google-cloud/aiplatform/build/src/v1beta1/model_monitoring_service_client.js').then(
        ({ ModelMonitoringServiceClient }) => {
          const client = new ModelMonitoringServiceClient({ ...options });
          made.push(client);
          return client;
        },
      );
      return modelMonitoring;
    },
    authorization,
    async close() {
      await Promise.all(made.splice(0).map((client) => client.close()));
    },
  };
}

/** Runs `body` with a connection, and closes it whatever happens. */
export async function withVertex<T>(place: Place, body: (vertex: Vertex) => Promise<T>): Promise<T> {
  const vertex = await connectVertex(place);
  try {
    return await body(vertex);
  } finally {
    await vertex.close();
  }
}

/** How clients reach the service and who they are. */
interface Access extends Pick<Vertex, 'authorization'> {
  options: ClientOptions;
}

/** The host is always the region's: without it, the client would ask the global one, which knows no models or endpoints. */
async function cloudAccess({ project, region }: Place): Promise<Access> {
  const { GoogleAuth } = await import('google-auth-library');
  // Told the project, a workload identity need not ask the Resource Manager for it, which takes a permission and an API more.
  const auth = new GoogleAuth({ scopes: [SCOPE], projectId: project });
  await auth.getClient().catch((cause: unknown) => {
    throw missingCredentials(cause);
  });
  // gax types its own copy of the auth library, which need not be the same version.
  return {
    options: { ...ATTRIBUTION, ...apiEndpoint(region), auth: auth },
    // Each time anew: the tokens of workload identities live for minutes.
    authorization: async () => Object.fromEntries((await auth.getRequestHeaders()).entries()),
  };
}

/**
 * The region's host, or the one of Private Service Connect or a restricted network that `CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM` names,
 * as it does for gcloud.
 */
function apiEndpoint(region: string): Pick<ClientOptions, 'apiEndpoint' | 'port'> {
  const override = process.env[ENDPOINT_OVERRIDE];
  if (override === undefined || override === '') return { apiEndpoint: `${region}-aiplatform.googleapis.com` };
  const url = URL.parse(override);
  if (url?.protocol !== 'https:' || url.pathname !== '/' || url.search !== '' || url.username !== '') {
    throw new UserError(`${ENDPOINT_OVERRIDE} is '${override}', which is not https://host/.`);
  }
  return { apiEndpoint: url.hostname, ...(url.port !== '' && { port: Number(url.port) }) };
}

async function emulatorAccess(address: string): Promise<Access> {
  const [, host, port] = /^(\[[0-9a-fA-F:]+\]|[^:/]+):(\d{1,5})$/.exec(address) ?? [];
  if (host === undefined || port === undefined) {
    throw new UserError(`VERTEX_AI_EMULATOR_HOST is '${address}', which is not host:port.`);
  }
  await checkReachable(address, host, Number(port));
  const [{ grpc }, { PassThroughClient }] = await Promise.all([import('google-gax'), import('google-auth-library')]);
  return {
    options: {
      ...ATTRIBUTION,
      apiEndpoint: host,
      port: Number(port),
      sslCreds: grpc.credentials.createInsecure(),
      authClient: new PassThroughClient(),
    },
    authorization: () => Promise.resolve({}),
  };
}

/** An emulator is on this machine or near: if it does not answer at once, it will not after a minute of retries. */
async function checkReachable(address: string, host: string, port: number): Promise<void> {
  const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(10_000) });
  } catch (cause) {
    throw new UserError(`No emulator answers at VERTEX_AI_EMULATOR_HOST (${address}).`, {
      fix: "Start one ('npm run emulator'), or unset the variable to work in the cloud.",
      cause,
    });
  } finally {
    socket.destroy();
  }
}

const RETRIED = [Status.UNAVAILABLE, Status.DEADLINE_EXCEEDED, Status.RESOURCE_EXHAUSTED];

/**
 * For calls that only read, or that may be made twice. The client's own settings retry nothing and give up after 30 s; this asks again for
 * a minute.
 */
export const REPEATABLE: CallOptions = {
  timeout: 30_000,
  retry: {
    retryCodes: RETRIED,
    backoffSettings: {
      initialRetryDelayMillis: 200,
      retryDelayMultiplier: 2,
      maxRetryDelayMillis: 10_000,
      initialRpcTimeoutMillis: 30_000,
      rpcTimeoutMultiplier: 1,
      maxRpcTimeoutMillis: 30_000,
      totalTimeoutMillis: 60_000,
    },
  },
};

/** The same for lists: pages are asked for as they are needed. */
export const PAGED: CallOptions = { ...REPEATABLE, autoPaginate: false };

/** For calls that must not be made twice without looking at what the first one did. */
export const ONCE: CallOptions = { timeout: 60_000 };
