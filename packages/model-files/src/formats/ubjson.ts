import { Cursor, FormatError } from '../cursor.ts';
import type { ByteSource } from '../source.ts';

const MAX_DEPTH = 64;
const MAX_TEXT = 1 << 26;
/** Integers of one array that are kept; longer ones cannot be reviewed. */
const MAX_INTEGERS = 100_000_000;

/** Bytes of the numbers by their marks. */
const FLOATS: Readonly<Record<string, number>> = { d: 4, D: 8 };
const INTEGERS: Readonly<Record<string, (bytes: Buffer) => number>> = {
  i: (bytes) => bytes.readInt8(0),
  U: (bytes) => bytes.readUInt8(0),
  I: (bytes) => bytes.readInt16BE(0),
  l: (bytes) => bytes.readInt32BE(0),
  L: (bytes) => Number(bytes.readBigInt64BE(0)),
};
const WIDTHS: Readonly<Record<string, number>> = { i: 1, U: 1, I: 2, l: 4, L: 8 };

/** Reads Universal Binary JSON (https://ubjson.org, draft 12) to plain values. Floating-point numbers are passed over: they become 0. */
export function readUbjson(source: ByteSource): unknown {
  const reader = new UbjsonReader(new Cursor(source));
  const value = reader.value(reader.mark(), 0);
  if (reader.remaining > 0) throw new FormatError(`${reader.remaining} bytes follow the UBJSON`);
  return value;
}

class UbjsonReader {
  readonly #cursor: Cursor;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  get remaining(): number {
    return this.#cursor.remaining;
  }

  mark(): string {
    let mark = String.fromCharCode(this.#cursor.byte());
    // N is no value at all.
    while (mark === 'N') mark = String.fromCharCode(this.#cursor.byte());
    return mark;
  }

  value(mark: string, depth: number): unknown {
    if (depth > MAX_DEPTH) throw new FormatError(`the UBJSON nests more than ${MAX_DEPTH} deep`);
    const width = FLOATS[mark];
    if (width !== undefined) {
      this.#cursor.skip(width);
      return 0;
    }
    if (mark in INTEGERS) return this.#integer(mark);
    switch (mark) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case 'S':
      case 'H':
        return this.#text();
      case 'C':
        return String.fromCharCode(this.#cursor.byte());
      case 'Z':
        return null;
      case 'T':
        return true;
      case 'F':
        return false;
      default:
        throw new FormatError(`0x${mark.charCodeAt(0).toString(16)} is no mark of UBJSON`);
    }
  }

  #integer(mark: string): number {
    const read = INTEGERS[mark];
    if (read === undefined) throw new FormatError('a length of the UBJSON is no integer');
    return read(this.#cursor.bytes(WIDTHS[mark]!));
  }

  #length(): number {
    const length = this.#integer(this.mark());
    if (length < 0 || length > this.#cursor.remaining)
      throw new FormatError('a length of the UBJSON does not fit the file');
    return length;
  }

  #text(): string {
    const length = this.#length();
    if (length > MAX_TEXT) throw new FormatError('a text of the UBJSON is too long to review');
    return this.#cursor.bytes(length).toString('utf8');
  }

  #object(depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    const { type, count, first } = this.#container();
    let mark = first;
    for (let index = 0; count === undefined ? mark !== '}' : index < count; index++) {
      const length = this.#integer(mark ?? this.mark());
      if (length < 0 || length > this.#cursor.remaining || length > MAX_TEXT)
        throw new FormatError('a key of the UBJSON is too long');
      const key = this.#cursor.bytes(length).toString('utf8');
      if (key in object) throw new FormatError(`the key ${key} stands twice in the UBJSON`);
      object[key] = this.value(type ?? this.mark(), depth + 1);
      mark = count === undefined ? this.mark() : undefined;
    }
    return object;
  }

  #array(depth: number): unknown[] {
    const { type, count, first } = this.#container();
    if (type !== undefined && count !== undefined) {
      const width = FLOATS[type] ?? WIDTHS[type];
      if (width !== undefined && count * width > this.#cursor.remaining)
        throw new FormatError('an array of the UBJSON does not fit the file');
      if (FLOATS[type] !== undefined) {
        this.#cursor.skip(count * width!);
        return [];
      }
      if (count > MAX_INTEGERS) throw new FormatError('an array of the UBJSON is too long to review');
      return Array.from({ length: count }, () => this.value(type, depth + 1));
    }
    const items: unknown[] = [];
    let mark = first;
    for (let index = 0; count === undefined ? mark !== ']' : index < count; index++) {
      items.push(this.value(mark ?? this.mark(), depth + 1));
      mark = count === undefined ? this.mark() : undefined;
    }
    return items;
  }

  /** Type and number of items where they are announced; else the first mark. */
  #container(): { type?: string; count?: number; first?: string } {
    let mark = this.mark();
    let type: string | undefined;
    if (mark === '$') {
      type = this.mark();
      mark = this.mark();
      if (mark !== '#') throw new FormatError('a type of the UBJSON comes without a count');
    }
    return mark === '#' ? { ...(type !== undefined && { type }), count: this.#length() } : { first: mark };
  }
}
