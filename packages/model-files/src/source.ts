import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * Bytes that can be read anywhere: a file, a part of one, or something unpacked. Reads are synchronous, because parsers of hostile bytes
 * are only legible as straight code, and an action has nothing else to do meanwhile.
 */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /** Copies bytes from `position` into `target`, as many as there are; returns their number. */
  readInto(target: Buffer, position: number): number;
}

/** A file that is open. */
export class FileSource implements ByteSource {
  readonly size: number;
  readonly #descriptor: number;

  constructor(file: string) {
    this.#descriptor = openSync(file, 'r');
    this.size = fstatSync(this.#descriptor).size;
  }

  readInto(target: Buffer, position: number): number {
    let done = 0;
    while (done < target.length) {
      const count = readSync(this.#descriptor, target, done, target.length - done, position + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Bytes in memory. */
export class MemorySource implements ByteSource {
  readonly size: number;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.size = bytes.length;
  }

  readInto(target: Buffer, position: number): number {
    const start = Math.min(position, this.#bytes.length);
    return this.#bytes.copy(target, 0, start, Math.min(position + target.length, this.#bytes.length));
  }
}

/** A part of a source. */
export class SliceSource implements ByteSource {
  readonly size: number;
  readonly #source: ByteSource;
  readonly #start: number;

  /** What of the part lies beyond the source's end is cut off. */
  constructor(source: ByteSource, start: number, size: number) {
    this.#source = source;
    this.#start = Math.min(start, source.size);
    this.size = Math.max(0, Math.min(size, source.size - this.#start));
  }

  readInto(target: Buffer, position: number): number {
    const length = Math.max(0, Math.min(target.length, this.size - position));
    return length === 0 ? 0 : this.#source.readInto(target.subarray(0, length), this.#start + position);
  }
}

/** Up to `length` bytes from `position`; fewer where the source ends, none where it does not reach. */
export function readBytes(source: ByteSource, position: number, length: number): Buffer {
  if (!(position >= 0)) return Buffer.alloc(0);
  const available = Math.max(0, Math.min(length, source.size - position));
  const target = Buffer.allocUnsafe(available);
  return target.subarray(0, source.readInto(target, position));
}

const CHUNK = 1 << 20;

/** The source's bytes in order, in chunks that are valid until the next one. */
export function* chunksOf(source: ByteSource): Generator<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, source.size));
  for (let position = 0; position < source.size;) {
    const count = source.readInto(buffer, position);
    if (count === 0) return;
    yield buffer.subarray(0, count);
    position += count;
  }
}
