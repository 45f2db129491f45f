import type { Declaration, Parameter, ParameterType } from '../declaration.ts';
import { field, isObject, listField, type Json } from '../json.ts';

const TYPES: ReadonlyMap<unknown, ParameterType> = new Map<unknown, ParameterType>([
  ['string', 'text'],
  ['integer', 'integer'],
  ['number', 'number'],
  ['boolean', 'boolean'],
  ['array', 'list'],
  ['object', 'object'],
]);

/** The params of a DAG (`/dags/{id}/details`): values with JSON Schemas. Airflow checks the rest of the schemas when it is asked for the run. */
export function declarationOf(details: unknown): Declaration {
  const params = field(details, 'params');
  return {
    // `conf` may hold more than the DAG declares.
    open: true,
    parameters: Object.entries(isObject(params) ? params : {}).map(([name, param]) => parameterOf(name, param)),
  };
}

function parameterOf(name: string, param: Json): Parameter {
  const schema = field(param, 'schema');
  const declared = field(schema, 'type');
  const types = (Array.isArray(declared) ? (declared as readonly unknown[]) : [declared]).filter(
    (type) => type !== 'null',
  );
  const nullable = Array.isArray(declared) && declared.includes('null');
  const choices = listField(schema, 'enum') as readonly Json[];
  const value = field(param, 'value');
  return {
    name,
    type: types.length === 1 ? (TYPES.get(types[0]) ?? 'any') : 'any',
    nullable,
    // A param without a value, that may not be null, has to be given.
    required: declared !== undefined && !nullable && (value === undefined || value === null),
    ...(choices.length > 0 && { choices }),
  };
}
