import type { ExpressionData } from '@actions/expressions/data/expressiondata';
import { data } from './github.ts';

/** What an expression is worth, and what a context holds: JSON. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/** A context or a part of one. */
export type ValueMap = Record<string, Value>;

/** Turns JSON into the evaluator's own data. */
export function toData(value: Value | undefined): ExpressionData {
  if (value === null || value === undefined) return new data.Null();
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'string') return new data.StringData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  return dictionary(Object.entries(value).map(([key, item]) => ({ key, value: toData(item) })));
}

/** The evaluator's map. */
export function dictionary(pairs: { key: string; value: ExpressionData }[]): InstanceType<typeof data.Dictionary> {
  const map = new data.Dictionary();
  // The package indexes its keys in an object with a prototype, which would swallow a key such as `constructor`.
  (map as unknown as { indexMap: object }).indexMap = Object.create(null) as object;
  for (const { key, value } of pairs) map.add(key, value);
  return map;
}

/** Turns the evaluator's data into JSON. */
export function fromData(item: ExpressionData): Value {
  switch (item.kind) {
    case data.Kind.Null:
      return null;
    case data.Kind.Boolean:
      return item.value;
    case data.Kind.Number:
      return item.value;
    case data.Kind.String:
      return item.value;
    case data.Kind.Array:
      return item.values().map(fromData);
    default: {
      const map = Object.create(null) as ValueMap;
      for (const { key, value } of item.pairs()) map[key] = fromData(value);
      return map;
    }
  }
}

/** The text that GitHub makes of a scalar; `undefined` for a list or a map, which have none. */
export function scalarText(value: Value): string | undefined {
  return value !== null && typeof value === 'object' ? undefined : toData(value).coerceString();
}

/** Whether GitHub takes a value for true. */
export function truthy(value: Value): boolean {
  return value !== null && value !== false && value !== '' && value !== 0 && !Number.isNaN(value);
}

/** Whether two values are the same JSON. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || canonical(a) === canonical(b);
}

function canonical(value: Value | undefined): string {
  return JSON.stringify(value, (_key, item: Value) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/** A value's own property without regard to case, as GitHub looks up names. */
export function lookUp<T>(map: Record<string, T>, name: string): T | undefined {
  if (Object.hasOwn(map, name)) return map[name];
  const lower = name.toLowerCase();
  const key = Object.keys(map).find((candidate) => candidate.toLowerCase() === lower);
  return key === undefined ? undefined : map[key];
}
