import { millisOfNanos, type CodedCells, type DoubleCells, type ValueCells } from './cells.ts';
import { readMoment } from './moments.ts';
import { readNumber } from './numbers.ts';

export const PRESENT = 0;
export const MISSING = 1;
export const INVALID = 2;

/** Cells read as doubles. What is not present has no meaning in `values`. */
export interface Doubles {
  readonly values: Float64Array;
  /** PRESENT, MISSING or INVALID by row. */
  readonly states: Uint8Array;
}

/** Doubles in memory that is used again from batch to batch. */
export class DoublesScratch implements Doubles {
  ready = false;
  values = new Float64Array(0);
  states = new Uint8Array(0);

  of(rows: number): this {
    if (this.states.length < rows) {
      this.values = new Float64Array(rows);
      this.states = new Uint8Array(rows);
    }
    this.ready = true;
    return this;
  }
}

export function numbersOfDoubles(
  { values, type }: DoubleCells,
  rows: number,
  missing: Uint8Array,
  into: DoublesScratch,
): void {
  if (type === 'date' || type === 'timestamp') {
    for (let row = 0; row < rows; row++) into.states[row] = missing[row] === PRESENT ? INVALID : MISSING;
    return;
  }
  into.states.set(missing.subarray(0, rows));
  into.values.set(values);
}

/** Each text of the dictionary is read once. */
export function codedDoubles(
  { codes, texts }: CodedCells,
  read: (text: string) => number | undefined,
  rows: number,
  missing: Uint8Array,
  into: DoublesScratch,
): void {
  const known = texts.map(read);
  for (let row = 0; row < rows; row++) {
    if (missing[row] !== PRESENT) {
      into.states[row] = MISSING;
      continue;
    }
    const value = known[codes[row]!];
    into.states[row] = value === undefined ? INVALID : PRESENT;
    if (value !== undefined) into.values[row] = value;
  }
}

export function knownMoment(text: string): number | undefined {
  const moment = momentOfText(text);
  return Number.isNaN(moment) ? undefined : moment;
}

export function momentOfText(text: string): number {
  const bytes = Buffer.from(text);
  return readMoment(bytes, 0, bytes.length);
}

export function numbersOfValues(
  { values, type }: ValueCells,
  rows: number,
  missing: Uint8Array,
  into: Float64Array,
  states: Uint8Array,
): void {
  states.set(missing.subarray(0, rows));
  const readable = type !== 'date' && type !== 'timestamp' && type !== 'time';
  for (let row = 0; row < rows; row++) {
    if (states[row] !== PRESENT) continue;
    const value = values[row];
    const number = !readable
      ? undefined
      : typeof value === 'number'
        ? value
        : typeof value === 'bigint'
          ? Number(value)
          : typeof value === 'string'
            ? readNumber(value)
            : undefined;
    if (number === undefined) states[row] = INVALID;
    else into[row] = number;
  }
}

export const momentOf = (value: unknown): number =>
  typeof value === 'bigint' ? millisOfNanos(value) : typeof value === 'number' ? Math.floor(value) : NaN;
