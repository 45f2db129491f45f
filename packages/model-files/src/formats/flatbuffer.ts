import { FormatError } from '../cursor.ts';
import { readBytes, type ByteSource } from '../source.ts';

/** Names and settings; longer ones are cut. */
const MAX_TEXT = 1 << 16;
/** Items of one vector that are looked at. */
const MAX_ITEMS = 10_000_000;

/** A vector of fixed-width items: where it is, and how many. */
export interface Vector {
  start: number;
  length: number;
}

/** The table that a FlatBuffer begins with. Every offset is checked where it is followed; one that leads nowhere is a {@link FormatError}. */
export const rootTable = (source: ByteSource): Table => new Table(source, uint32(source, 0));

/** A table of a FlatBuffer, whose fields are known by their index in the schema. */
export class Table {
  readonly #source: ByteSource;
  readonly #position: number;
  /** Offsets of the fields from the table's start; 0 for those that are absent. */
  readonly #offsets: Buffer;

  constructor(source: ByteSource, position: number) {
    this.#source = source;
    this.#position = position;
    const vtable = position - int32(source, position);
    const size = bytes(source, vtable, 2).readUInt16LE(0);
    if (size < 4 || size % 2 !== 0) throw new FormatError('a table of the FlatBuffer has no valid description');
    this.#offsets = bytes(source, vtable + 4, size - 4);
  }

  int8(index: number): number {
    const at = this.#field(index);
    return at === undefined ? 0 : bytes(this.#source, at, 1).readInt8(0);
  }

  int32(index: number, absent = 0): number {
    const at = this.#field(index);
    return at === undefined ? absent : int32(this.#source, at);
  }

  /** Beyond 2^53 it loses precision, which no comparison with a real size notices. */
  uint64(index: number): number {
    const at = this.#field(index);
    return at === undefined ? 0 : Number(bytes(this.#source, at, 8).readBigUInt64LE(0));
  }

  text(index: number): string {
    const { start, length } = this.vector(index, 1);
    return readBytes(this.#source, start, Math.min(length, MAX_TEXT)).toString('utf8');
  }

  /** A vector of items of `width` bytes; empty if it is absent. */
  vector(index: number, width: number): Vector {
    const at = this.#field(index);
    if (at === undefined) return { start: 0, length: 0 };
    const start = at + uint32(this.#source, at);
    const length = uint32(this.#source, start);
    if (start + 4 + length * width > this.#source.size) {
      throw new FormatError('a vector of the FlatBuffer is longer than the file');
    }
    return { start: start + 4, length };
  }

  int32s(index: number): number[] {
    const { start, length } = this.vector(index, 4);
    if (length > MAX_ITEMS) throw new FormatError('a vector of the FlatBuffer is too long to review');
    const buffer = readBytes(this.#source, start, length * 4);
    return Array.from({ length }, (_, item) => buffer.readInt32LE(item * 4));
  }

  *tables(index: number): Generator<Table> {
    const { start, length } = this.vector(index, 4);
    for (let item = 0; item < length; item++) {
      const at = start + item * 4;
      yield new Table(this.#source, at + uint32(this.#source, at));
    }
  }

  table(index: number): Table | undefined {
    const at = this.#field(index);
    return at === undefined ? undefined : new Table(this.#source, at + uint32(this.#source, at));
  }

  #field(index: number): number | undefined {
    if (index * 2 + 2 > this.#offsets.length) return undefined;
    const offset = this.#offsets.readUInt16LE(index * 2);
    return offset === 0 ? undefined : this.#position + offset;
  }
}

function bytes(source: ByteSource, position: number, length: number): Buffer {
  const found = readBytes(source, position, length);
  if (found.length < length) throw new FormatError('an offset of the FlatBuffer leads out of the file');
  return found;
}

const uint32 = (source: ByteSource, position: number): number => bytes(source, position, 4).readUInt32LE(0);
const int32 = (source: ByteSource, position: number): number => bytes(source, position, 4).readInt32LE(0);
