import { predict, ServingError, type JsonValue, type ServingFailure } from '@mlops-actions/serving';
import { endpointName, parseEndpoint } from './names.ts';
import type { Context } from './services/context.ts';
import type { DeployedModel, Endpoint } from './state.ts';
import { RpcError, type StatusName } from './status.ts';
import { route } from './traffic.ts';

const STATUS_OF_FAILURE: Partial<Record<ServingFailure, StatusName>> = {
  timeout: 'DEADLINE_EXCEEDED',
  'too-large': 'RESOURCE_EXHAUSTED',
  exited: 'UNAVAILABLE',
  'not-listening': 'UNAVAILABLE',
  disconnected: 'UNAVAILABLE',
};

/** What a prediction's caller gets, before it is put into the form of the API that was called. */
export interface Prediction {
  predictions: JsonValue[];
  metadata?: JsonValue;
  deployedModelId: string;
  model: string;
  modelVersionId: string;
  modelDisplayName: string;
}

/** Predictions by the traffic split: each request goes to one deployed model's own server, by chance. */
export class Predictions {
  readonly #context: Pick<Context, 'store' | 'containers' | 'predictions'>;

  constructor(context: Pick<Context, 'store' | 'containers' | 'predictions'>) {
    this.#context = context;
  }

  /** Chooses who answers. */
  choose(text: string | undefined): { endpoint: Endpoint; deployed: DeployedModel } {
    const { store } = this.#context;
    const name = endpointName(parseEndpoint('endpoint', text));
    const endpoint = store.state.endpoints[name];
    if (endpoint === undefined) throw new RpcError('NOT_FOUND', `Endpoint \`${name}\` not found.`);
    const id = route(endpoint.trafficSplit, store.chance.number());
    if (id === undefined) throw new RpcError('FAILED_PRECONDITION', `Endpoint ${name} doesn't have traffic_split.`);
    const deployed = endpoint.deployedModels.find((model) => model.id === id);
    if (deployed === undefined) throw new RpcError('UNAVAILABLE', `The DeployedModel ${id} does not exist.`);
    return { endpoint, deployed };
  }

  /** Has instances predicted. */
  async predict(
    { endpoint, deployed }: { endpoint: Endpoint; deployed: DeployedModel },
    { instances, parameters }: { instances: JsonValue[]; parameters: JsonValue | undefined },
  ): Promise<Prediction> {
    const answer = await this.served(endpoint, deployed, (fleet) =>
      fleet.use(endpointName(endpoint), deployed.id, (container, { predictRoute }) =>
        predict(container, { predictRoute, instances, ...(parameters !== undefined && { parameters }) }),
      ),
    );
    return {
      predictions: answer.predictions,
      ...(answer.metadata !== undefined && { metadata: answer.metadata }),
      deployedModelId: deployed.id,
      model: deployed.model,
      modelVersionId: deployed.modelVersionId,
      modelDisplayName: this.#context.store.state.models[deployed.model]?.displayName ?? '',
    };
  }

  /** Asks a deployed model's server, counts its answers, and says its failures as the service would. */
  async served<T>(
    endpoint: Endpoint,
    deployed: DeployedModel,
    ask: (fleet: NonNullable<Context['containers']>['fleet']) => Promise<T>,
  ): Promise<T> {
    const { containers, predictions } = this.#context;
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
export const statusOfHttp = (http: number): StatusName =>
  STATUS_OF_HTTP[http] ?? (http < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
