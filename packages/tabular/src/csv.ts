import { UserError } from '@mlops-actions/action-kit';
import type { RawBatch, TextCells } from './cells.ts';
import { commonestSeparator, specialBytes } from './csv-bytes.ts';
import { decodeUtf8, locateColumns, RECORD_LIMIT } from './table.ts';

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/** A batch of which every cell is text. */
export interface CsvBatch extends RawBatch {
  readonly cells: (column: number) => TextCells;
}

/** What the header of a file says. */
export interface CsvHeader {
  readonly names: readonly string[];
  readonly separator: number;
}

/** Where a range of a file begins: behind its header, at a byte of which it is known or assumed that a record starts there. */
export interface CsvRange {
  readonly header: CsvHeader;
  /** Bytes after which no record starts that belongs to the range: how many there are from its first byte. */
  readonly length: number;
}

/**
 * Splits bytes into records and their values, as bounds into its buffer. What a chunk leaves unfinished is scanned again, from its start, with the
 * next one.
 */
export class CsvTokenizer {
  readonly #file: string;
  readonly #wanted: readonly string[];
  #header: CsvHeader | undefined;
  /** For each column of the file the place of its value among the wanted ones, -1 if it is not wanted. */
  #slots = new Int32Array(0);
  /** Bytes to scan, followed by a line feed that ends the scan. */
  #buffer = Buffer.allocUnsafe(0);
  #from = 0;
  #to = 0;
  /** Line, from 1, at which the next record starts. */
  #line = 1;
  #bounds = new Int32Array(0);
  #numbers = new Float64Array(0);
  /** Places in `#bounds` of values with doubled quotes. */
  readonly #escaped: number[] = [];
  /** End of the value that was scanned last. */
  #end = 0;
  #doubled = false;
  #breaks = 0;
  /** Bytes until the range ends. */
  #left: number;
  readonly #headerOnly: boolean;
  /** Bytes of the header, with its line break and blank lines before it. */
  headerBytes = 0;

  constructor(file: string, wanted: readonly string[], range?: CsvRange, headerOnly = false) {
    this.#file = file;
    this.#wanted = wanted;
    this.#headerOnly = headerOnly;
    this.#left = range?.length ?? Infinity;
    if (range !== undefined) this.#setHeader(range.header);
  }

  get header(): CsvHeader | undefined {
    return this.#header;
  }

  /** Line breaks that were passed. */
  get lines(): number {
    return this.#line - 1;
  }

  /** Bytes, behind the end of the range, that its last record took; undefined as long as the range goes on. */
  get overhang(): number | undefined {
    return this.#left <= 0 ? -this.#left : undefined;
  }

  /**
   * The records that are finished by a chunk. The batch is valid until the next call.
   *
   * @throws UserError naming file and line
   */
  push(chunk: Buffer, last: boolean): CsvBatch {
    this.#append(chunk);
    if (this.#header === undefined && !this.#readHeader(last)) {
      if (this.#to - this.#from > RECORD_LIMIT) throw this.#error('is longer than 4 MiB; is a quote left open?');
      return this.#batch(0);
    }
    if (this.#headerOnly) return this.#batch(0);
    const rows = this.#scan(last);
    const rest = this.#to - this.#from;
    if (rest > RECORD_LIMIT && this.#left > 0) throw this.#error('is longer than 4 MiB; is a quote left open?');
    return this.#batch(rows);
  }

  #append(chunk: Buffer): void {
    const rest = this.#to - this.#from;
    const needed = rest + chunk.length + 1;
    const target = needed > this.#buffer.length ? Buffer.allocUnsafe(needed + (needed >> 2)) : this.#buffer;
    this.#buffer.copy(target, 0, this.#from, this.#to);
    chunk.copy(target, rest);
    target[needed - 1] = LF;
    this.#buffer = target;
    this.#from = 0;
    this.#to = needed - 1;
  }

  #batch(rows: number): CsvBatch {
    const stride = 2 * this.#wanted.length;
    return {
      rows,
      unit: 'line',
      numbers: this.#numbers.subarray(0, rows),
      cells: (slot) => ({ kind: 'text', bytes: this.#buffer, bounds: this.#bounds, offset: 2 * slot, stride }),
    };
  }

  #error(message: string, line = this.#line): UserError {
    return new UserError(`'${this.#file}': the record at line ${line} ${message}`);
  }

  /** Whether the header is there as a whole. */
  #readHeader(last: boolean): boolean {
    const start = this.#from;
    let position = start;
    while (position < this.#to && this.#blank(position) > 0) position += this.#blank(position);
    if (position === this.#to && !last) return false;
    if (position === this.#to) throw new UserError(`'${this.#file}' has no header.`);
    const line = this.#line;
    for (let at = start; at < position; at++) if (this.#buffer[at] === LF) this.#line++;
    const separator = commonestSeparator(this.#buffer, position);
    const special = specialBytes(separator);
    const names: string[] = [];
    for (;;) {
      const from = position;
      const quoted = this.#buffer[position] === QUOTE;
      position = quoted ? this.#quoted(position, last) : this.#plain(position, special);
      if (position < 0) {
        this.#line = line;
        return false;
      }
      const text = decodeUtf8(
        this.#buffer.subarray(quoted ? from + 1 : from, this.#end),
        () => `'${this.#file}': the record at line ${this.#line}`,
      );
      names.push(this.#doubled && quoted ? text.replaceAll('""', '"') : text);
      if (this.#buffer[position] !== separator) break;
      position++;
    }
    const end = this.#recordEnd(position, last);
    if (end < 0) {
      this.#line = line;
      return false;
    }
    if (names.some((name) => name.includes('\0'))) {
      throw new UserError(`'${this.#file}' is not text.`, { fix: 'Give a CSV, NDJSON or Parquet file.' });
    }
    this.#line += this.#breaks + 1;
    this.#breaks = 0;
    this.headerBytes = Math.min(end, this.#to) - start;
    this.#left -= this.headerBytes;
    this.#from = Math.min(end, this.#to);
    this.#setHeader({ names, separator });
    return true;
  }

  #setHeader(header: CsvHeader): void {
    this.#header = header;
    this.#slots = new Int32Array(header.names.length).fill(-1);
    locateColumns(this.#file, header.names, this.#wanted).forEach((column, slot) => (this.#slots[column] = slot));
  }

  /** Scans all whole records, and returns how many there are. */
  #scan(last: boolean): number {
    const bytes = this.#buffer;
    const slots = this.#slots;
    const count = slots.length;
    const stride = 2 * this.#wanted.length;
    const to = this.#to;
    const { separator } = this.#header!;
    const special = specialBytes(separator);
    const stop = Math.min(to, this.#from + this.#left);
    let bounds = this.#bounds;
    let numbers = this.#numbers;
    let line = this.#line;
    let rows = 0;
    let start = this.#from;
    this.#escaped.length = 0;
    records: while (start < stop) {
      const blank = this.#blank(start);
      if (blank > 0) {
        if (start + blank > to && !last) break;
        start = Math.min(start + blank, to);
        line++;
        continue;
      }
      if (rows === numbers.length) {
        const room = Math.max(256, 2 * rows);
        (this.#numbers = new Float64Array(room)).set(numbers);
        (this.#bounds = new Int32Array(room * stride)).set(bounds);
        numbers = this.#numbers;
        bounds = this.#bounds;
      }
      const base = rows * stride;
      const escaped = this.#escaped.length;
      this.#breaks = 0;
      this.#line = line;
      let column = 0;
      let position = start;
      for (;;) {
        let from = position;
        let byte = bytes[position]!;
        let end: number;
        const quoted = byte === QUOTE;
        if (quoted) {
          position = this.#quoted(position, last);
          if (position < 0) {
            this.#escaped.length = escaped;
            break records;
          }
          from++;
          end = this.#end;
          byte = bytes[position]!;
        } else {
          while (special[byte] === 0) byte = bytes[++position]!;
          end = position;
          if (byte === QUOTE) throw this.#error('has a quote within a value that does not begin with one.');
        }
        if (column < count) {
          const slot = slots[column]!;
          if (slot >= 0) {
            bounds[base + 2 * slot] = from;
            bounds[base + 2 * slot + 1] = end;
            if (quoted && this.#doubled) this.#escaped.push(base + 2 * slot);
          }
        }
        column++;
        if (byte === separator) {
          position++;
          continue;
        }
        if (byte === CR || position === to || byte !== LF) {
          position = this.#recordEnd(position, last);
          if (position < 0) {
            this.#escaped.length = escaped;
            break records;
          }
        } else {
          position++;
        }
        break;
      }
      if (column !== count) throw this.#error(`has ${column} values, the header has ${count}.`, line);
      numbers[rows++] = line;
      line += this.#breaks + 1;
      start = Math.min(position, to);
    }
    this.#line = line;
    this.#left -= start - this.#from;
    this.#from = start;
    this.#unescape();
    return rows;
  }

  /** Bytes of the blank line at a place, 0 if there is none. */
  #blank(position: number): number {
    const bytes = this.#buffer;
    return bytes[position] === LF ? 1 : bytes[position] === CR && bytes[position + 1] === LF ? 2 : 0;
  }

  #plain(position: number, special: Uint8Array): number {
    let at = position;
    while (special[this.#buffer[at]!] === 0) at++;
    if (this.#buffer[at] === QUOTE) throw this.#error('has a quote within a value that does not begin with one.');
    this.#end = at;
    return at;
  }

  /** Passes a quoted value; returns the place behind it, or -1 if it goes on in the next chunk. */
  #quoted(position: number, last: boolean): number {
    const bytes = this.#buffer;
    const to = this.#to;
    this.#doubled = false;
    let at = position + 1;
    for (;;) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        if (bytes[at + 1] !== QUOTE || at + 1 >= to) break;
        this.#doubled = true;
        at += 2;
        continue;
      }
      if (byte === LF) {
        if (at >= to) {
          if (last) throw this.#error('has a quote that is not closed.');
          return -1;
        }
        this.#breaks++;
      }
      at++;
    }
    // Whether the quote is the closing one shows only in the byte after it.
    if (at + 1 === to && !last) return -1;
    this.#end = at;
    return at + 1;
  }

  /** The place behind the end of a record, or -1 if the next chunk has to tell. */
  #recordEnd(position: number, last: boolean): number {
    const bytes = this.#buffer;
    let at = position;
    if (bytes[at] === CR) {
      at++;
      if (bytes[at] !== LF) throw this.#error('has a carriage return without a line feed.');
    }
    if (bytes[at] !== LF) throw this.#error('has text after a closing quote.');
    return at >= this.#to && !last ? -1 : at + 1;
  }

  /** Makes one quote of two, in place. */
  #unescape(): void {
    const bytes = this.#buffer;
    for (const place of this.#escaped) {
      let write = this.#bounds[place]!;
      const end = this.#bounds[place + 1]!;
      for (let read = write; read < end; read++) {
        const byte = bytes[read]!;
        bytes[write++] = byte;
        if (byte === QUOTE) read++;
      }
      this.#bounds[place + 1] = write;
    }
  }
}
