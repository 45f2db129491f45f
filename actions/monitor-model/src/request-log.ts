import { UserError } from '@mlops-actions/action-kit';
import type { Cell } from '@mlops-actions/tabular';

/** The table that Vertex AI logs requests and responses of an endpoint to: a row a request, with lists of payloads in JSON. */

/** Its columns, as far as they are read. */
export const REQUEST_LOG = {
  model: 'deployed_model_id',
  time: 'logging_time',
  id: 'request_id',
  request: 'request_payload',
  response: 'response_payload',
} as const;

export function isRequestLog(columns: readonly { name: string; type: string }[]): boolean {
  const typeOf = (name: string): string | undefined => columns.find((column) => column.name === name)?.type;
  return (
    typeOf(REQUEST_LOG.request) === 'ARRAY<STRING>' &&
    typeOf(REQUEST_LOG.response) === 'ARRAY<STRING>' &&
    typeOf(REQUEST_LOG.time) === 'TIMESTAMP'
  );
}

/** What was logged of a request. */
export interface LoggedRequest {
  id: string;
  /** ISO 8601. */
  time: string;
  /** Lists of payloads, as JSON. */
  request: string | null;
  response: string | null;
}

/**
 * The rows of a request, one for each instance. Payloads are instances and predictions, or whole bodies of them (`instances`, `predictions`).
 *
 * The fields of an instance are columns by their names; of one that is a list, by the names that the model's contract has for its places. A prediction is the
 * column `prediction`; its parts, if it has any, are `prediction_0` or `prediction_<name>`. Beside these each row has `request_id`, `logging_time` and
 * `id`, which is the request's with the place of the instance, unless the instance has one of its own.
 *
 * @param places names of the places of instances that are lists; undefined if the contract does not say
 * @returns undefined if the payloads cannot be read as such
 * @throws UserError if instances are lists and the contract does not say what of
 */
export function unfold(
  { id, time, request, response }: LoggedRequest,
  places: readonly string[] | undefined,
): Map<string, Cell>[] | undefined {
  const instances = listed(request, 'instances');
  const predictions = listed(response, 'predictions') ?? [];
  const rows = instances?.map((instance, index): Map<string, Cell> | undefined => {
    const fields = fieldsOf(instance, places);
    if (fields === undefined) return undefined;
    const row = new Map<string, Cell>([['id', `${id}-${index}`]]);
    for (const [name, value] of fields) row.set(name, cellOf(value));
    row.set(REQUEST_LOG.id, id).set(REQUEST_LOG.time, time);
    if (predictions[index] !== undefined) addParts(row, 'prediction', predictions[index], DEEPEST);
    return row;
  });
  return rows?.every((row) => row !== undefined) === true ? rows : undefined;
}

function listed(payloads: string | null, key: string): unknown[] | undefined {
  if (payloads === null) return undefined;
  try {
    return (JSON.parse(payloads) as string[]).flatMap((payload): unknown[] => {
      const value = JSON.parse(payload) as unknown;
      const inner = isObject(value) ? value[key] : undefined;
      return Array.isArray(inner) ? (inner as unknown[]) : [value];
    });
  } catch {
    return undefined;
  }
}

function fieldsOf(
  instance: unknown,
  places: readonly string[] | undefined,
): readonly (readonly [string, unknown])[] | undefined {
  if (isObject(instance)) return Object.entries(instance);
  if (!Array.isArray(instance)) return undefined;
  if (places === undefined) {
    throw new UserError('The logged instances are lists, and it is not said what their places are.', {
      fix: 'Name them in order by contract.inputs of model.yaml.',
    });
  }
  return instance.length === places.length ? places.map((name, index) => [name, instance[index]] as const) : undefined;
}

/** Parts of parts of a prediction that are columns; what lies deeper stays JSON. */
const DEEPEST = 3;

function addParts(row: Map<string, Cell>, name: string, value: unknown, depth: number): void {
  const parts =
    depth === 0
      ? undefined
      : Array.isArray(value)
        ? value.entries()
        : isObject(value)
          ? Object.entries(value)
          : undefined;
  if (parts === undefined) row.set(name, cellOf(value));
  else for (const [key, part] of parts) addParts(row, `${name}_${key}`, part, depth - 1);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const cellOf = (value: unknown): Cell =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : JSON.stringify(value);
