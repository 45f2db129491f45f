import type { ServingContainer } from './container.ts';
import { ServingError, type ServingFailure } from './errors.ts';
import { requestContainer } from './http.ts';

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

export interface PredictOptions {
  /** Path of predictions, from `/` on. */
  predictRoute: string;
  instances: readonly JsonValue[];
  parameters?: JsonValue;
  /** Milliseconds until the whole answer must be there; a minute unless told otherwise. */
  timeout?: number;
  /** Bytes that the answer may have; 1.5 MB unless told otherwise. */
  maxBytes?: number;
}

export interface PredictResult {
  /** One prediction for each instance, in their order. */
  predictions: JsonValue[];
  /** The answer's `metadata`, if it has one. */
  metadata?: JsonValue;
}

/**
 * Posts `{"instances": [...], "parameters": ...}` to the predict route and reads `{"predictions": [...]}`.
 *
 * @throws ServingError `no-predict-route`, `predict-status`, `bad-predictions`, `wrong-length` or those of {@link requestContainer}.
 */
export async function predict(container: ServingContainer, options: PredictOptions): Promise<PredictResult> {
  const { predictRoute, instances, parameters, timeout, maxBytes } = options;
  const response = await requestContainer(container, {
    method: 'POST',
    route: predictRoute,
    body: Buffer.from(JSON.stringify({ instances, ...(parameters !== undefined && { parameters }) })),
    ...(timeout !== undefined && { timeout }),
    ...(maxBytes !== undefined && { maxBytes }),
  });
  const fail = (failure: ServingFailure, message: string): ServingError =>
    new ServingError(failure, message, { logTail: container.logTail() });

  if (response.status === 404) {
    throw fail('no-predict-route', `The server has no predict route '${predictRoute}' (404).`);
  }
  if (response.status !== 200) {
    const { status, body } = response;
    throw new ServingError('predict-status', `The predict route answered ${status}: ${excerpt(body)}`, {
      status,
      logTail: container.logTail(),
    });
  }
  let answer: unknown;
  try {
    answer = JSON.parse(response.body.toString('utf8'));
  } catch {
    throw fail('bad-predictions', `The predict route answered something that is not JSON: ${excerpt(response.body)}`);
  }
  if (!isObject(answer) || !Array.isArray(answer['predictions'])) {
    throw fail(
      'bad-predictions',
      `The predict route must answer {"predictions": [...]}, not ${excerpt(response.body)}`,
    );
  }
  const predictions = answer['predictions'];
  if (predictions.length !== instances.length) {
    throw fail(
      'wrong-length',
      `The predict route answered ${predictions.length} predictions for ${instances.length} instances.`,
    );
  }
  const { metadata } = answer;
  return { predictions, ...(metadata !== undefined && { metadata }) };
}

function isObject(value: unknown): value is Record<string, JsonValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The beginning of an answer, for a message. */
function excerpt(body: Buffer): string {
  const text = body.subarray(0, 800).toString('utf8').replace(/\s+/g, ' ').trim();
  if (text === '') return 'an empty answer';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
