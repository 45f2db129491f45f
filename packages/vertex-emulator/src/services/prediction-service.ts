import { Metadata } from '@grpc/grpc-js';
import { requestContainer } from '@mlops-actions/serving';
import { endpointName } from '../names.ts';
import { Predictions, statusOfHttp } from '../predictions.ts';
import type { Endpoint } from '../state.ts';
import { RpcError } from '../status.ts';
import { fromJson, toJson } from '../values.ts';
import type { Value } from '../wire.ts';
import type { Context, Handlers } from './context.ts';

/** Bytes that a prediction's request may have on a shared endpoint. */
const REQUEST_LIMIT = 1_500_000;

/** A dedicated endpoint answers at its own address only. */
function refuseDedicated({ id, settings }: Endpoint): void {
  if (settings.dedicatedEndpointEnabled !== true) return;
  throw new RpcError(
    'FAILED_PRECONDITION',
    `Endpoint ${id} is a dedicated endpoint: send the request to its own DNS name, ${settings.dedicatedEndpointDns ?? ''}.`,
  );
}

/** google.cloud.aiplatform.v1.PredictionService: each request goes to one deployed model's own server, by chance and the traffic split. */
export function predictionService(context: Context): Handlers {
  const served = new Predictions(context);
  return {
    async Predict(request: { endpoint?: string; instances: Value[]; parameters?: Value }) {
      const chosen = served.choose(request.endpoint);
      refuseDedicated(chosen.endpoint);
      const instances = request.instances.map(toJson);
      if (instances.length === 0) throw new RpcError('INVALID_ARGUMENT', 'There are no instances to predict for.');
      const parameters = request.parameters && toJson(request.parameters);
      checkSize(Buffer.byteLength(JSON.stringify({ instances, parameters })));
      const { predictions, metadata, ...who } = await served.predict(chosen, { instances, parameters });
      return {
        ...who,
        predictions: predictions.map(fromJson),
        ...(metadata !== undefined && { metadata: fromJson(metadata) }),
      };
    },

    async RawPredict(request: { endpoint?: string; httpBody?: { contentType?: string; data?: Uint8Array } }, call) {
      const { endpoint, deployed } = served.choose(request.endpoint);
      refuseDedicated(endpoint);
      const { data = new Uint8Array(), contentType = '' } = request.httpBody ?? {};
      checkSize(data.byteLength);
      const answer = await served.served(endpoint, deployed, (fleet) =>
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
}

function checkSize(bytes: number): void {
  if (bytes > REQUEST_LIMIT) {
    throw new RpcError('INVALID_ARGUMENT', `Request payload size exceeds the limit: ${REQUEST_LIMIT} bytes.`);
  }
}
