import { Metadata } from '@grpc/grpc-js';
import { predict, requestContainer, ServingError, type ServingFailure } from '@mlops-actions/serving';
import { endpointName, parseEndpoint } from '../names.ts';
import type { DeployedModel, Endpoint } from '../state.ts';
import { RpcError, type StatusName } from '../status.ts';
import { route } from '../traffic.ts';
import { fromJson, toJson } from '../values.ts';
import type { Value } from '../wire.ts';
import type { Context, Handlers } from './context.ts';

/** Bytes that a prediction's request may have on a shared endpoint. */
const REQUEST_LIMIT = 1_500_000;

const STATUS_OF_FAILURE: Partial<Record<ServingFailure, StatusName>> = {
  timeout: 'DEADLINE_EXCEEDED',
  'too-large': 'RESOURCE_EXHAUSTED',
  exited: 'UNAVAILABLE',
  'not-listening': 'UNAVAILABLE',
  disconnected: 'UNAVAILABLE',
};

/** google.cloud.aiplatform.v1.PredictionService: each request goes to one deployed model's own server, by chance and the traffic split. */
export function predictionService({ store, containers, predictions }: Context): Handlers {
  return {
    async Predict(request: { endpoint?: string; instances: Value[]; parameters?: Value }) {
      const { endpoint, deployed } = choose(request.endpoint);
      const instances = request.instances.map(toJson);
      if (instances.length === 0) throw new RpcError('INVALID_ARGUMENT', 'There are no instances to predict for.');
      const parameters = request.parameters && toJson(request.parameters);
      checkSize(Buffer.byteLength(JSON.stringify({ instances, parameters })));
      const answer = await served(endpoint, deployed, (fleet) =>
        fleet.use(endpointName(endpoint), deployed.id, (container, { predictRoute }) =>
          predict(container, { predictRoute, instances, ...(parameters !== undefined && { parameters }) }),
        ),
      );
      return {
        predictions: answer.predictions.map(fromJson),
        ...(answer.metadata !== undefined && { metadata: fromJson(answer.metadata) }),
        deployedModelId: deployed.id,
        model: deployed.model,
        modelVersionId: deployed.modelVersionId,
        modelDisplayName: store.state.models[deployed.model]?.displayName ?? '',
      };
    },

    async RawPredict(request: { endpoint?: string; httpBody?: { contentType?: string; data?: Uint8Array } }, call) {
      const { endpoint, deployed } = choose(request.endpoint);
      const { data = new Uint8Array(), contentType = '' } = request.httpBody ?? {};
      checkSize(data.byteLength);
      const answer = await served(endpoint, deployed, (fleet) =>
        fleet.use(endpointName(endpoint), deployed.id, async (container, { predictRoute }) => {
          const response = await requestContainer(container, {
            method: 'POST',
            route: predictRoute,
            body: data,
            ...(contentType !== '' && { contentType }),
          });
          const { status, body } = response;
          if (status !== 200) {
            throw new RpcError(
              statusOfHttp(status),
              body.toString('utf8', 0, 2000) || `The model server answered ${status}.`,
            );
          }
          return response;
        }),
      );
      const headers = new Metadata();
      headers.set('x-vertex-ai-endpoint-id', endpoint.id);
      headers.set('x-vertex-ai-deployed-model-id', deployed.id);
      headers.set('x-vertex-ai-model', deployed.model);
      headers.set('x-vertex-ai-model-version-id', deployed.modelVersionId);
      call.sendHeaders(headers);
      return { contentType: answer.contentType, data: answer.body };
    },
  } satisfies Handlers;

  /** Chooses who answers. */
  function choose(text: string | undefined): { endpoint: Endpoint; deployed: DeployedModel } {
    const name = endpointName(parseEndpoint('endpoint', text));
    const endpoint = store.state.endpoints[name];
    if (endpoint === undefined) throw new RpcError('NOT_FOUND', `Endpoint \`${name}\` not found.`);
    const id = route(endpoint.trafficSplit, store.chance.number());
    if (id === undefined) throw new RpcError('FAILED_PRECONDITION', `Endpoint ${name} doesn't have traffic_split.`);
    const deployed = endpoint.deployedModels.find((model) => model.id === id);
    if (deployed === undefined) throw new RpcError('UNAVAILABLE', `The DeployedModel ${id} does not exist.`);
    return { endpoint, deployed };
  }

  /** Asks a deployed model's server, counts its answers, and says its failures as the service would. */
  async function served<T>(
    endpoint: Endpoint,
    deployed: DeployedModel,
    ask: (fleet: NonNullable<Context['containers']>['fleet']) => Promise<T>,
  ): Promise<T> {
    if (containers === undefined) {
      throw new RpcError('FAILED_PRECONDITION', 'This emulator runs no containers: nothing can answer a prediction.');
    }
    try {
      const answer = await ask(containers.fleet);
      const name = endpointName(endpoint);
      const counts = predictions.get(name) ?? new Map<string, number>();
      predictions.set(name, counts.set(deployed.id, (counts.get(deployed.id) ?? 0) + 1));
      return answer;
    } catch (error) {
      if (!(error instanceof ServingError)) throw error;
      const { failure, status, message } = error;
      throw new RpcError(
        status === undefined ? (STATUS_OF_FAILURE[failure] ?? 'INTERNAL') : statusOfHttp(status),
        message,
      );
    }
  }
}

function checkSize(bytes: number): void {
  if (bytes > REQUEST_LIMIT) {
    throw new RpcError('INVALID_ARGUMENT', `Request payload size exceeds the limit: ${REQUEST_LIMIT} bytes.`);
  }
}

const STATUS_OF_HTTP: Record<number, StatusName> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** The status that the caller gets for the server's own. */
const statusOfHttp = (http: number): StatusName =>
  STATUS_OF_HTTP[http] ?? (http < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
