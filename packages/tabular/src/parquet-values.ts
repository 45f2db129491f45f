import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { millisOfNanos, type ValueType } from './cells.ts';
import type { ParquetColumn } from './parquet-column.ts';
import { decodeUtf8, type Cell } from './table.ts';

/** Times as milliseconds, finer ones with all their digits; text that is not UTF-8 is refused. */
export const PARSERS = {
  ...DEFAULT_PARSERS,
  timestampFromMilliseconds: (millis: bigint) => Number(millis),
  timestampFromMicroseconds: millisecondsOf,
  timestampFromNanoseconds: (nanos: bigint) => nanos,
  dateFromDays: (days: number) => days * 86_400_000,
  stringFromBytes: (bytes: Uint8Array | undefined) =>
    bytes === undefined ? undefined : decodeUtf8(bytes, () => 'a text'),
  jsonFromBytes: (bytes: Uint8Array | undefined) =>
    bytes === undefined ? undefined : decodeUtf8(bytes, () => 'a text'),
};

/** Microseconds as milliseconds; where a double cannot hold both, the millisecond that they lie in. */
function millisecondsOf(micros: bigint): number {
  const double = Number(micros);
  if (Number.isSafeInteger(double)) return double / 1000;
  return Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n);
}

/** Values as the executor takes them. */
export function plain(values: ArrayLike<unknown>, { type, scale, shown }: ParquetColumn): ArrayLike<unknown> {
  if (type === 'decimal') {
    // The decoder multiplies by 10^-scale, which rounds twice; the quotient of the exact digits rounds once.
    const factor = 10 ** -scale;
    const whole = 10 ** scale;
    return Array.from(values, (value) => (typeof value === 'number' ? Math.round(value / factor) / whole : value));
  }
  if (type === 'time') return Array.from(values, (value) => timeText(value, shown));
  if (values instanceof BigInt64Array && type === 'integer') {
    const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
    const doubles = new Float64Array(values.length);
    for (let index = 0; index < values.length; index++) {
      const high = halves[2 * index + 1]!;
      if (high > 0x1f_ffff || high < -0x20_0000) return values;
      doubles[index] = high * 0x1_0000_0000 + (halves[2 * index]! >>> 0);
    }
    return doubles;
  }
  return values;
}

/** Milliseconds as whole numbers of 32 bits, micro- or nanoseconds as bigint: `08:30:00.25`. */
function timeText(value: unknown, shown: string): string | undefined {
  if (value === null || value === undefined) return undefined;
  const digits = typeof value === 'number' ? 3 : /NANOS/.test(shown) ? 9 : 6;
  const units = BigInt(value as number | bigint);
  const perSecond = 10n ** BigInt(digits);
  const seconds = units / perSecond;
  const two = (part: bigint): string => part.toString().padStart(2, '0');
  const fraction = (units % perSecond).toString().padStart(digits, '0').replace(/0+$/, '');
  return `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A value as a cell. */
export function toCell(value: unknown, type: ValueType): Cell {
  if (value === null || value === undefined) return null;
  if (type === 'date' || type === 'timestamp') {
    const millis = typeof value === 'bigint' ? millisOfNanos(value) : Math.floor(value as number);
    return new Date(millis).toISOString();
  }
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  return value as string | number | boolean;
}
