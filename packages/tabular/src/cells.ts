/** What a column of typed values holds. `json`: each value has the type that its JSON has. */
export type ValueType =
  | 'text'
  | 'integer'
  | 'float'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'time'
  | 'json'
  /** Bytes, lists, records and whatever else has no values to count. */
  | 'other';

/** Cells of one column as bytes of UTF-8, of which nothing has been decoded yet. */
export interface TextCells {
  readonly kind: 'text';
  /** Valid only until the next batch is asked for. */
  readonly bytes: Buffer;
  /** Cell i lies from `bounds[offset + i * stride]` to the bound after it, without its quotes. */
  readonly bounds: Int32Array;
  readonly offset: number;
  readonly stride: number;
}

/**
 * Cells of one column as values; null and undefined are no value. Dates and timestamps are milliseconds since the epoch, with
 * microseconds as a fraction; a timestamp in nanoseconds is a bigint of these. Times are text. Whole numbers may be bigint.
 */
export interface ValueCells {
  readonly kind: 'values';
  readonly type: ValueType;
  readonly values: ArrayLike<unknown>;
}

/** Numbers, dates or timestamps without any that a double would round. */
export interface DoubleCells {
  readonly kind: 'doubles';
  readonly type: ValueType;
  readonly values: Float64Array;
  /** 0 where there is no value; undefined if there is one everywhere. */
  readonly present: Uint8Array | undefined;
}

/** Texts of which there are few different ones. */
export interface CodedCells {
  readonly kind: 'coded';
  readonly type: 'text';
  /** Places in `texts`; -1 where there is no value. */
  readonly codes: Int32Array;
  readonly texts: readonly string[];
}

export type Cells = TextCells | ValueCells | DoubleCells | CodedCells;

/** One value of typed cells; undefined where there is none. */
export function valueOf(cells: Exclude<Cells, TextCells>, row: number): unknown {
  switch (cells.kind) {
    case 'values':
      return cells.values[row];
    case 'doubles':
      return cells.present === undefined || cells.present[row] !== 0 ? cells.values[row] : undefined;
    case 'coded':
      return cells.codes[row]! < 0 ? undefined : cells.texts[cells.codes[row]!];
  }
}

/** Some consecutive rows, by column, as they come out of a file. */
export interface RawBatch {
  readonly rows: number;
  /** The cells of a column, by its place among those that were asked for. One column is in memory at a time where the file has columns. */
  readonly cells: (column: number) => Cells | Promise<Cells>;
  /** `line` for text, `row` for Parquet. */
  readonly unit: 'line' | 'row';
  /** The line or row, from 1, at which each row starts; of ranges of a file, counted from the start of the range. */
  readonly numbers: ArrayLike<number>;
}

/** The text of a typed value, the same that generated SQL has for it. */
export function textOf(value: unknown, type: ValueType): string {
  if (typeof value === 'number') {
    if (type === 'date') return new Date(value).toISOString().slice(0, 10);
    if (type === 'timestamp') return new Date(Math.floor(value)).toISOString();
  }
  if (typeof value === 'bigint' && type === 'timestamp') return new Date(millisOfNanos(value)).toISOString();
  return String(value);
}

/** What tells values apart: as {@link textOf}, with every digit. */
export function keyOf(value: unknown, type: ValueType): string {
  return type === 'timestamp' ? String(value) : textOf(value, type);
}

/** Rounded down. */
export function millisOfNanos(nanos: bigint): number {
  const millis = nanos / 1_000_000n;
  return Number(nanos < 0n && millis * 1_000_000n !== nanos ? millis - 1n : millis);
}
