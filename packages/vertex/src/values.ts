import type { google } from '@google-cloud/aiplatform/build/protos/protos.js';

type IValue = google.protobuf.IValue;

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** JSON as `google.protobuf.Value`. (The package's own helper takes objects only.) */
export function toValue(json: Json): IValue {
  if (json === null) return { nullValue: 'NULL_VALUE' };
  if (typeof json === 'boolean') return { boolValue: json };
  if (typeof json === 'number') return { numberValue: json };
  if (typeof json === 'string') return { stringValue: json };
  if (isArray(json)) return { listValue: { values: json.map(toValue) } };
  return {
    structValue: { fields: Object.fromEntries(Object.entries(json).map(([key, item]) => [key, toValue(item)])) },
  };
}

/** `google.protobuf.Value` as JSON; a value without any kind is null. */
export function fromValue(value: IValue): Json {
  if (typeof value.boolValue === 'boolean') return value.boolValue;
  if (typeof value.numberValue === 'number') return value.numberValue;
  if (typeof value.stringValue === 'string') return value.stringValue;
  if (value.listValue) return (value.listValue.values ?? []).map(fromValue);
  if (value.structValue) {
    const fields = Object.entries(value.structValue.fields ?? {});
    return Object.fromEntries(fields.map(([key, item]) => [key, fromValue(item)]));
  }
  return null;
}

const isArray = (json: Json): json is readonly Json[] => Array.isArray(json);

/** Whether two JSON texts say the same, where numbers may differ by `tolerance`. Numbers that are not finite never agree. */
export function agrees(actual: Json, expected: Json, tolerance: number): boolean {
  if (typeof actual === 'number' && typeof expected === 'number') return Math.abs(actual - expected) <= tolerance;
  if (actual === null || expected === null || typeof actual !== 'object' || typeof expected !== 'object') {
    return actual === expected;
  }
  if (isArray(actual) || isArray(expected)) {
    return (
      isArray(actual) &&
      isArray(expected) &&
      actual.length === expected.length &&
      actual.every((item, index) => agrees(item, expected[index]!, tolerance))
    );
  }
  const keys = Object.keys(expected);
  return (
    keys.length === Object.keys(actual).length &&
    keys.every((key) => Object.hasOwn(actual, key) && agrees(actual[key]!, expected[key]!, tolerance))
  );
}
