import { readBytes, type ByteSource } from './source.ts';

/** The bytes end before a value does, or a value is not what its format allows. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

const WINDOW = 1 << 16;
const LINE_FEED = 10;

/** Reads a source forwards through a small window. Skipping costs nothing, whatever the distance. */
export class Cursor {
  readonly source: ByteSource;
  readonly #window: Buffer;
  #windowStart = 0;
  #windowLength = 0;
  #at = 0;

  constructor(source: ByteSource, position = 0) {
    this.source = source;
    this.#window = Buffer.allocUnsafe(Math.max(1, Math.min(WINDOW, source.size)));
    this.#windowStart = position;
  }

  get position(): number {
    return this.#windowStart + this.#at;
  }

  get remaining(): number {
    return this.source.size - this.position;
  }

  seek(position: number): void {
    const at = position - this.#windowStart;
    if (at >= 0 && at <= this.#windowLength) this.#at = at;
    else {
      this.#windowStart = position;
      this.#windowLength = 0;
      this.#at = 0;
    }
  }

  /** Passes over `length` bytes that must be there. */
  skip(length: number): void {
    if (length > this.remaining) throw new FormatError(`${length} bytes are announced, ${this.remaining} are left`);
    this.seek(this.position + length);
  }

  byte(): number {
    if (this.#at >= this.#windowLength) this.#fill(1);
    return this.#window[this.#at++]!;
  }

  /** True if the next two bytes announce a binary pickle (PROTO with a version). Moves nothing. */
  startsPickle(): boolean {
    if (this.#windowLength - this.#at < 2) {
      if (this.remaining < 2) return false;
      this.#fill(2);
    }
    const version = this.#window[this.#at + 1]!;
    return this.#window[this.#at] === 0x80 && version >= 2 && version <= 5;
  }

  uint16(): number {
    this.#need(2);
    const value = this.#window.readUInt16LE(this.#at);
    this.#at += 2;
    return value;
  }

  uint32(): number {
    this.#need(4);
    const value = this.#window.readUInt32LE(this.#at);
    this.#at += 4;
    return value;
  }

  int32(): number {
    return this.uint32() | 0;
  }

  /** A length or offset of 64 bits. Beyond 2^53 it loses precision, which no comparison with a real size notices. */
  uint64(): number {
    const low = this.uint32();
    return this.uint32() * 0x1_0000_0000 + low;
  }

  /** A copy of the next `length` bytes. The caller bounds `length`. */
  bytes(length: number): Buffer {
    if (length > this.remaining) throw new FormatError(`${length} bytes are announced, ${this.remaining} are left`);
    const target = Buffer.allocUnsafe(length);
    const inWindow = Math.min(length, this.#windowLength - this.#at);
    this.#window.copy(target, 0, this.#at, this.#at + inWindow);
    this.#at += inWindow;
    if (inWindow < length) {
      const position = this.position;
      this.source.readInto(target.subarray(inWindow), position);
      this.seek(position + length - inWindow);
    }
    return target;
  }

  /** The next `length` bytes as UTF-8 text. The caller bounds `length`. */
  text(length: number): string {
    if (this.#windowLength - this.#at < length) return this.bytes(length).toString('utf8');
    const text = this.#window.toString('utf8', this.#at, this.#at + length);
    this.#at += length;
    return text;
  }

  /** Passes over a line and its line feed; returns the line, or `undefined` if it is longer than `limit` bytes. */
  line(limit: number): Buffer | undefined {
    const start = this.position;
    for (;;) {
      if (this.#at >= this.#windowLength) this.#fill(1);
      const end = this.#window.subarray(this.#at, this.#windowLength).indexOf(LINE_FEED);
      if (end < 0) {
        this.#at = this.#windowLength;
        continue;
      }
      this.#at += end + 1;
      const length = this.position - 1 - start;
      return length > limit ? undefined : readBytes(this.source, start, length);
    }
  }

  #need(length: number): void {
    if (this.#windowLength - this.#at < length) this.#fill(length);
  }

  /** Moves the window to the cursor and makes sure that it holds at least `length` bytes. */
  #fill(length: number): void {
    this.#windowStart = this.position;
    this.#at = 0;
    this.#windowLength = this.source.readInto(this.#window, this.#windowStart);
    if (this.#windowLength < length) throw new FormatError('the bytes end in the middle of a value');
  }
}
