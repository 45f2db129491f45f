import { textOf, valueOf, type Cells, type TextCells } from './cells.ts';
import { Dictionary } from './dictionary.ts';
import {
  codedDoubles,
  DoublesScratch,
  INVALID,
  knownMoment,
  MISSING,
  momentOf,
  momentOfText,
  numbersOfDoubles,
  numbersOfValues,
  PRESENT,
  type Doubles,
} from './doubles.ts';
import { readMoment } from './moments.ts';
import { readNumber, readPlainNumber } from './numbers.ts';
import { decodeUtf8 } from './table.ts';

/**
 * One column of a table, with its texts for missing values, batch after batch. It is read as what is asked for, at most once each: as numbers, as
 * points in time, or as texts by id.
 */
export class Column {
  readonly dictionary = new Dictionary();
  readonly #tokens: readonly Buffer[];
  readonly #tokenTexts: ReadonlySet<string>;
  #cells: Cells | undefined;
  #rows = 0;
  #placeOf: (row: number) => string = String;
  readonly #missing = new Scratch();
  readonly #numbers = new DoublesScratch();
  readonly #moments = new DoublesScratch();
  #ids = new Int32Array(0);
  #hasIds = false;

  constructor(missing: readonly string[] = []) {
    this.#tokens = missing.map((token) => Buffer.from(token));
    this.#tokenTexts = new Set(missing);
  }

  get rows(): number {
    return this.#rows;
  }

  get cells(): Cells {
    if (this.#cells === undefined) throw new RangeError('No batch was loaded.');
    return this.#cells;
  }

  /** Turns to the next batch. `placeOf` says where a row is, for messages. */
  load(cells: Cells, rows: number, placeOf: (row: number) => string): void {
    this.#cells = cells;
    this.#rows = rows;
    this.#placeOf = placeOf;
    this.#missing.ready = false;
    this.#numbers.ready = false;
    this.#moments.ready = false;
    this.#hasIds = false;
    this.dictionary.renew();
  }

  /** Lets go of the batch. */
  release(): void {
    this.#cells = undefined;
  }

  /** 1 where there is no value: null, empty or one of the texts for it. */
  missing(): Uint8Array {
    const scratch = this.#missing;
    if (scratch.ready) return scratch.bytes;
    const missing = scratch.of(this.#rows);
    const { cells } = this;
    if (cells.kind === 'text') this.#missingTexts(cells, missing);
    else this.#missingTyped(cells, missing);
    return missing;
  }

  #missingTexts({ bytes, bounds, offset, stride }: TextCells, missing: Uint8Array): void {
    const rows = this.#rows;
    const tokens = this.#tokens;
    for (let row = 0, at = offset; row < rows; row++, at += stride) {
      const from = bounds[at]!;
      const length = bounds[at + 1]! - from;
      let is = length === 0 ? MISSING : PRESENT;
      for (let each = 0; each < tokens.length && is === PRESENT; each++) {
        const token = tokens[each]!;
        if (token.length === length && token[0] === bytes[from] && sameBytes(token, bytes, from)) is = MISSING;
      }
      missing[row] = is;
    }
  }

  #missingTyped(cells: Exclude<Cells, TextCells>, missing: Uint8Array): void {
    const rows = this.#rows;
    if (cells.kind === 'doubles' && this.#tokenTexts.size === 0) {
      const { present } = cells;
      if (present === undefined) missing.fill(PRESENT, 0, rows);
      else for (let row = 0; row < rows; row++) missing[row] = present[row] === 0 ? MISSING : PRESENT;
      return;
    }
    if (cells.kind === 'coded') {
      const known = cells.texts.map((text) => (text === '' || this.#tokenTexts.has(text) ? MISSING : PRESENT));
      for (let row = 0; row < rows; row++) missing[row] = cells.codes[row]! < 0 ? MISSING : known[cells.codes[row]!]!;
      return;
    }
    const { type } = cells;
    const numbers = new Set([...this.#tokenTexts].map(Number).filter((n) => this.#tokenTexts.has(String(n))));
    const moments = new Set([...this.#tokenTexts].map((text) => Date.parse(text)));
    for (let row = 0; row < rows; row++) {
      const value = valueOf(cells, row);
      let is = value === null || value === undefined || value === '';
      if (!is && this.#tokenTexts.size > 0) {
        if (type === 'timestamp') is = moments.has(momentOf(value));
        else if (typeof value === 'number' && type !== 'date') is = Number.isFinite(value) && numbers.has(value);
        else is = this.#tokenTexts.has(textOf(value, type));
      }
      missing[row] = is ? MISSING : PRESENT;
    }
  }

  /** Numbers; NaN and infinities are present. */
  numbers(): Doubles {
    const scratch = this.#numbers;
    if (scratch.ready) return scratch;
    const missing = this.missing();
    const { values, states } = scratch.of(this.#rows);
    const { cells } = this;
    if (cells.kind === 'text') this.#numbersOfTexts(cells, missing, values, states);
    else if (cells.kind === 'coded') codedDoubles(cells, readNumber, this.#rows, missing, scratch);
    else if (cells.kind === 'doubles') numbersOfDoubles(cells, this.#rows, missing, scratch);
    else numbersOfValues(cells, this.#rows, missing, values, states);
    return scratch;
  }

  #numbersOfTexts(cells: TextCells, missing: Uint8Array, values: Float64Array, states: Uint8Array): void {
    const { bytes, bounds, offset, stride } = cells;
    const rows = this.#rows;
    for (let row = 0, at = offset; row < rows; row++, at += stride) {
      if (missing[row] !== PRESENT) {
        states[row] = MISSING;
        continue;
      }
      const value = readPlainNumber(bytes, bounds[at]!, bounds[at + 1]!);
      values[row] = value;
      states[row] = PRESENT;
      if (value !== value) {
        const number = readNumber(this.#text(cells, row));
        if (number === undefined) states[row] = INVALID;
        else values[row] = number;
      }
    }
  }

  /** Points in time, as milliseconds since the epoch. */
  moments(): Doubles {
    const scratch = this.#moments;
    if (scratch.ready) return scratch;
    const missing = this.missing();
    const { values, states } = scratch.of(this.#rows);
    const { cells } = this;
    if (cells.kind === 'coded') {
      codedDoubles(cells, knownMoment, this.#rows, missing, scratch);
      return scratch;
    }
    for (let row = 0; row < this.#rows; row++) {
      if (missing[row] !== PRESENT) {
        states[row] = MISSING;
        continue;
      }
      let moment: number;
      if (cells.kind === 'text') {
        const at = cells.offset + row * cells.stride;
        moment = readMoment(cells.bytes, cells.bounds[at]!, cells.bounds[at + 1]!);
      } else if (cells.type === 'date' || cells.type === 'timestamp') {
        moment = momentOf(cells.values[row]);
      } else {
        const value = cells.values[row];
        moment = typeof value === 'string' && cells.type !== 'time' ? momentOfText(value) : NaN;
      }
      values[row] = moment;
      states[row] = Number.isNaN(moment) ? INVALID : PRESENT;
    }
    return scratch;
  }

  /** The ids of the texts in the dictionary, -1 where there is none. They hold for this batch only if the dictionary's generation changes. */
  ids(): Int32Array {
    if (this.#hasIds) return this.#ids;
    const missing = this.missing();
    const rows = this.#rows;
    if (this.#ids.length < rows) this.#ids = new Int32Array(rows);
    const ids = this.#ids;
    const { cells, dictionary } = this;
    if (cells.kind === 'text') {
      const { bytes, bounds, offset, stride } = cells;
      let row = 0;
      const place = (): string => this.#placeOf(row);
      for (let at = offset; row < rows; row++, at += stride) {
        ids[row] = missing[row] === PRESENT ? dictionary.idOf(bytes, bounds[at]!, bounds[at + 1]!, place) : -1;
      }
    } else if (cells.kind === 'coded') {
      const known = new Int32Array(cells.texts.length).fill(-1);
      for (let row = 0; row < rows; row++) {
        const code = cells.codes[row]!;
        if (missing[row] !== PRESENT) ids[row] = -1;
        else
          ids[row] = known[code]! >= 0 ? known[code]! : (known[code] = dictionary.idOfValue(cells.texts[code], String));
      }
    } else {
      const write = (value: unknown): string => textOf(value, cells.type);
      const { values } = cells;
      for (let row = 0; row < rows; row++) {
        ids[row] = missing[row] === PRESENT ? dictionary.idOfValue(values[row], write) : -1;
      }
    }
    this.#hasIds = true;
    return ids;
  }

  /** The text of one cell. */
  text(row: number): string {
    const { cells } = this;
    if (cells.kind === 'text') return this.#text(cells, row);
    const value = valueOf(cells, row);
    return value === null || value === undefined ? '' : textOf(value, cells.type);
  }

  #text({ bytes, bounds, offset, stride }: TextCells, row: number): string {
    const at = offset + row * stride;
    return decodeUtf8(bytes.subarray(bounds[at], bounds[at + 1]), () => this.#placeOf(row));
  }
}

function sameBytes(token: Buffer, bytes: Buffer, from: number): boolean {
  for (let at = 0; at < token.length; at++) if (token[at] !== bytes[from + at]) return false;
  return true;
}

/** Memory that is used again from batch to batch. */
class Scratch {
  ready = false;
  bytes = new Uint8Array(0);

  of(rows: number): Uint8Array {
    if (this.bytes.length < rows) this.bytes = new Uint8Array(rows);
    this.ready = true;
    return this.bytes;
  }
}
