import type { JsonValue } from '@mlops-actions/serving';
import { RpcError } from './status.ts';
import type { Timestamp, Value } from './wire.ts';

/** google.protobuf.Value as JSON. NaN and infinities, which protobuf can say and JSON cannot, are refused. */
export function toJson(value: Value): JsonValue {
  if ('numberValue' in value) {
    if (!Number.isFinite(value.numberValue)) throw new RpcError('INVALID_ARGUMENT', 'A number is not finite.');
    return value.numberValue;
  }
  if ('stringValue' in value) return value.stringValue;
  if ('boolValue' in value) return value.boolValue;
  if ('listValue' in value) return value.listValue.values.map(toJson);
  if ('structValue' in value) {
    return Object.fromEntries(Object.entries(value.structValue.fields).map(([key, field]) => [key, toJson(field)]));
  }
  return null;
}

/** JSON as google.protobuf.Value. */
export function fromJson(json: JsonValue): Value {
  if (json === null) return { nullValue: 0 };
  if (typeof json === 'number') return { numberValue: json };
  if (typeof json === 'string') return { stringValue: json };
  if (typeof json === 'boolean') return { boolValue: json };
  if (Array.isArray(json)) return { listValue: { values: json.map(fromJson) } };
  return {
    structValue: { fields: Object.fromEntries(Object.entries(json).map(([key, field]) => [key, fromJson(field)])) },
  };
}

/** A time of the state (ISO 8601) on the wire. */
export function toTimestamp(time: string): Timestamp {
  const milliseconds = Date.parse(time);
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds: String(seconds), nanos: (milliseconds - seconds * 1000) * 1_000_000 };
}
