import { UserError } from '@mlops-actions/action-kit';
import type { RawBatch, ValueCells } from './cells.ts';
import { decodeUtf8, locateColumns, RECORD_LIMIT, type Batch, type Cell } from './table.ts';

const LF = 0x0a;

/** Reads columns of NDJSON: one JSON object a line, blank lines skipped. Every object has the wanted keys. */
export async function* readNdjson(
  file: string,
  chunks: AsyncIterable<Buffer>,
  wanted: readonly string[],
): AsyncGenerator<Batch> {
  const reader = new NdjsonReader(file, wanted, (keys, line) => {
    locateColumns(`${file}, line ${line}`, keys, wanted);
  });
  const batches = function* (chunk: Buffer, last: boolean): Generator<Batch> {
    const { rows, numbers, cells } = reader.push(chunk, last);
    const columns = wanted.map((_, index) => cells(index).values as Cell[]);
    if (rows > 0) yield { length: rows, columns, placeOf: (index) => `line ${numbers[index]!}` };
  };
  for await (const chunk of chunks) yield* batches(chunk, false);
  yield* batches(Buffer.alloc(0), true);
}

/** A batch of values that have their own types. */
export interface NdjsonBatch extends RawBatch {
  readonly cells: (column: number) => ValueCells;
}

/** Splits bytes into lines, and these into values. */
export class NdjsonReader {
  readonly #file: string;
  readonly #wanted: readonly string[];
  readonly #onAbsent: ((keys: string[], line: number) => void) | undefined;
  /** All keys that were seen, in the order in which they were. */
  readonly keys: Set<string> | undefined;
  #rest = Buffer.alloc(0);
  #line = 0;
  #left: number;

  /**
   * @param onAbsent is told when a wanted key is not there; otherwise its value is null
   * @param length bytes after which no line starts that belongs to the range
   * @param keys where all keys are noted
   */
  constructor(
    file: string,
    wanted: readonly string[],
    onAbsent?: (keys: string[], line: number) => void,
    length = Infinity,
    keys?: Set<string>,
  ) {
    this.#file = file;
    this.#wanted = wanted;
    this.#onAbsent = onAbsent;
    this.#left = length;
    this.keys = keys;
  }

  /** Lines that were passed. */
  get lines(): number {
    return this.#line;
  }

  get overhang(): number | undefined {
    return this.#left <= 0 ? -this.#left : undefined;
  }

  push(chunk: Buffer, last: boolean): NdjsonBatch {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const columns: Cell[][] = this.#wanted.map(() => []);
    const numbers: number[] = [];
    let start = 0;
    while (this.#left > 0 && start < bytes.length) {
      const found = bytes.indexOf(LF, start);
      if (found < 0 && !last) break;
      const end = found < 0 ? bytes.length : found;
      this.#add(bytes.subarray(start, end), columns, numbers);
      this.#left -= Math.min(end + 1, bytes.length) - start;
      start = end + 1;
    }
    // The chunk's memory is used again.
    this.#rest = this.#left > 0 ? Buffer.from(bytes.subarray(start)) : Buffer.alloc(0);
    if (this.#rest.length > RECORD_LIMIT) {
      throw new UserError(`'${this.#file}': line ${this.#line + 1} is longer than 4 MiB.`);
    }
    return {
      rows: numbers.length,
      unit: 'line',
      numbers,
      cells: (index) => ({ kind: 'values', type: 'json', values: columns[index]! }),
    };
  }

  #add(bytes: Buffer, columns: Cell[][], numbers: number[]): void {
    const line = ++this.#line;
    const text = decodeUtf8(bytes, () => `'${this.#file}': line ${line}`).trim();
    if (text === '') return;
    const row = parseRow(text, this.#file, line);
    if (this.keys !== undefined) for (const key of Object.keys(row)) this.keys.add(key);
    this.#wanted.forEach((name, slot) => {
      const has = Object.hasOwn(row, name);
      if (!has) this.#onAbsent?.(Object.keys(row), line);
      columns[slot]!.push(has ? toCell(row[name], name, this.#file, line) : null);
    });
    numbers.push(line);
  }
}

function parseRow(text: string, file: string, line: number): Record<string, unknown> {
  let row: unknown;
  try {
    row = /\d{16}/.test(text) ? JSON.parse(text, exactIntegers) : JSON.parse(text);
  } catch (error) {
    throw new UserError(`'${file}': line ${line} is not JSON.`, { cause: error });
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw new UserError(`'${file}': line ${line} is not a JSON object.`);
  }
  return row as Record<string, unknown>;
}

/** Keeps the digits of whole numbers that a double would round: two ids must not become one. */
function exactIntegers(_: string, value: unknown, context?: { source?: string }): unknown {
  const inexact = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return inexact && /^-?\d+$/.test(context?.source ?? '') ? context!.source : value;
}

function toCell(value: unknown, name: string, file: string, line: number): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  throw new UserError(`'${file}': line ${line} has a nested value in '${name}'.`);
}
