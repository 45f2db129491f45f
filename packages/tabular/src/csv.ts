import { UserError } from '@mlops-actions/action-kit';
import { decodeUtf8, locateColumns, RECORD_LIMIT, type Batch } from './table.ts';

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Reads columns of CSV (RFC 4180) from chunks of bytes: quoted values with doubled quotes, separators and line breaks in them; lines end by LF or CRLF;
 * blank lines are skipped. Every record has as many values as the header. Only wanted values are decoded.
 */
export async function* readCsv(
  file: string,
  chunks: AsyncIterable<Buffer>,
  wanted: readonly string[],
): AsyncGenerator<Batch> {
  const tokenizer = new CsvTokenizer(file, wanted);
  for await (const chunk of chunks) {
    tokenizer.push(chunk, false);
    if (tokenizer.pendingRows > 0) yield tokenizer.take();
  }
  tokenizer.push(Buffer.alloc(0), true);
  if (!tokenizer.hasHeader) throw new UserError(`'${file}' has no header.`);
  if (tokenizer.pendingRows > 0) yield tokenizer.take();
}

/** Splits bytes into records. What a chunk leaves unfinished is scanned again, from its start, with the next one. */
class CsvTokenizer {
  readonly #file: string;
  readonly #wanted: readonly string[];
  #separator = 0;
  /** For each column of the file the place of its value among the wanted ones, -1 if it is not wanted. Empty before the header. */
  #slots: Int32Array = new Int32Array(0);
  #rest: Buffer = Buffer.alloc(0);
  /** Line, from 1, at which the next record starts. */
  #line = 1;
  #columns: string[][];
  #lines: number[] = [];

  constructor(file: string, wanted: readonly string[]) {
    this.#file = file;
    this.#wanted = wanted;
    this.#columns = wanted.map(() => []);
  }

  get hasHeader(): boolean {
    return this.#slots.length > 0;
  }

  get pendingRows(): number {
    return this.#lines.length;
  }

  /** Hands over the finished rows. */
  take(): Batch {
    const lines = this.#lines;
    const columns = this.#columns;
    this.#lines = [];
    this.#columns = this.#wanted.map(() => []);
    return { length: lines.length, columns, placeOf: (index) => `line ${lines[index]!}` };
  }

  push(chunk: Buffer, last: boolean): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let position = 0;
    while (position < bytes.length) {
      const end = this.hasHeader ? this.#record(bytes, position, last) : this.#header(bytes, position, last);
      if (end < 0) break;
      position = end;
    }
    this.#rest = bytes.subarray(position);
    if (this.#rest.length > RECORD_LIMIT) throw this.#error('is longer than 4 MiB; is a quote left open?');
  }

  #error(message: string, line = this.#line): UserError {
    return new UserError(`'${this.#file}': the record at line ${line} ${message}`);
  }

  #header(bytes: Buffer, start: number, last: boolean): number {
    const blank = this.#blankLine(bytes, start);
    if (blank > 0) return blank;
    this.#separator = commonestSeparator(bytes, start);
    const names: string[] = [];
    const end = this.#scan(bytes, start, last, (from, to, quoted, ascii) => {
      names.push(this.#text(bytes, from, to, quoted, ascii));
    });
    if (end < 0) return -1;
    if (names.some((name) => name.includes('\0'))) {
      throw new UserError(`'${this.#file}' is not text.`, { fix: 'Give a CSV, NDJSON or Parquet file.' });
    }
    const slots = new Int32Array(names.length).fill(-1);
    locateColumns(this.#file, names, this.#wanted).forEach((column, slot) => (slots[column] = slot));
    this.#slots = slots;
    return end;
  }

  #record(bytes: Buffer, start: number, last: boolean): number {
    const blank = this.#blankLine(bytes, start);
    if (blank > 0) return blank;
    const line = this.#line;
    const slots = this.#slots;
    const values: string[] = [];
    let column = 0;
    const end = this.#scan(bytes, start, last, (from, to, quoted, ascii) => {
      const slot = slots[column++];
      if (slot !== undefined && slot >= 0) values[slot] = this.#text(bytes, from, to, quoted, ascii);
    });
    if (end < 0) return -1;
    if (column !== slots.length) {
      throw this.#error(`has ${column} values, the header has ${slots.length}.`, line);
    }
    for (let slot = 0; slot < values.length; slot++) this.#columns[slot]!.push(values[slot]!);
    this.#lines.push(line);
    return end;
  }

  /** Where the next line starts if the line at `start` is empty, otherwise 0. */
  #blankLine(bytes: Buffer, start: number): number {
    const end = bytes[start] === CR && bytes[start + 1] === LF ? start + 2 : bytes[start] === LF ? start + 1 : 0;
    if (end > 0) this.#line++;
    return end;
  }

  /**
   * Visits the values of one record.
   *
   * @param visit gets the bytes of a value, without its quotes
   * @returns where the next record starts, or -1 if the record goes on in the next chunk
   */
  #scan(
    bytes: Buffer,
    start: number,
    last: boolean,
    visit: (from: number, to: number, quoted: boolean, ascii: boolean) => void,
  ): number {
    const separator = this.#separator;
    const length = bytes.length;
    let breaks = 0;
    let position = start;
    for (;;) {
      let high = 0;
      let byte = bytes[position];
      if (byte === QUOTE) {
        const from = ++position;
        let escaped = false;
        for (; ; position++) {
          byte = bytes[position];
          if (byte === undefined) {
            if (last) throw this.#error('has a quote that is not closed.');
            return -1;
          }
          high |= byte;
          if (byte === LF) breaks++;
          if (byte !== QUOTE) continue;
          if (bytes[position + 1] !== QUOTE) break;
          escaped = true;
          position++;
        }
        // Whether the quote is the closing one shows only in the byte after it.
        if (position + 1 === length && !last) return -1;
        visit(from, position, escaped, high < 0x80);
        byte = bytes[++position];
      } else {
        const from = position;
        while (byte !== undefined && byte !== separator && byte !== LF && byte !== CR) {
          if (byte === QUOTE) throw this.#error('has a quote within a value that does not begin with one.');
          high |= byte;
          byte = bytes[++position];
        }
        if (byte === undefined && !last) return -1;
        visit(from, position, false, high < 0x80);
      }

      if (byte === separator) {
        position++;
        continue;
      }
      if (byte === CR) {
        byte = bytes[++position];
        if (byte === undefined && !last) return -1;
        if (byte !== LF && byte !== undefined) throw this.#error('has a carriage return without a line feed.');
      }
      if (byte !== LF && byte !== undefined) throw this.#error('has text after a closing quote.');
      this.#line += breaks + 1;
      return byte === undefined ? position : position + 1;
    }
  }

  #text(bytes: Buffer, from: number, to: number, escaped: boolean, ascii: boolean): string {
    const text = ascii
      ? bytes.toString('latin1', from, to)
      : decodeUtf8(bytes.subarray(from, to), () => `'${this.#file}': the record at line ${this.#line}`);
    return escaped ? text.replaceAll('""', '"') : text;
  }
}

const SEPARATORS = [',', ';', '\t', '|'].map((character) => character.charCodeAt(0));

/** The separator that the line at `start` has most of outside of quotes; the comma if it has none. */
function commonestSeparator(bytes: Buffer, start: number): number {
  const counts = new Map(SEPARATORS.map((separator) => [separator, 0]));
  let quoted = false;
  for (let position = start; position < bytes.length; position++) {
    const byte = bytes[position]!;
    if (byte === QUOTE) quoted = !quoted;
    if (quoted) continue;
    if (byte === LF) break;
    const count = counts.get(byte);
    if (count !== undefined) counts.set(byte, count + 1);
  }
  return SEPARATORS.reduce((best, separator) => (counts.get(separator)! > counts.get(best)! ? separator : best));
}
