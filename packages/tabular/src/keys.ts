import { createHash } from 'node:crypto';
import type { Column } from './column.ts';
import { MISSING } from './doubles.ts';
import { keyOf, valueOf } from './cells.ts';

/** Bytes of a record: digest of 128 bits, and the line or row as a double. */
export const RECORD_BYTES = 24;

/**
 * Digests of the keys of a batch: four lanes of 32 bits, seeded by the run, so that nobody can prepare keys that collide. Two different keys among a
 * billion share a digest with a probability of about 10^-21.
 */
export class KeyDigests {
  readonly #seeds: readonly number[];
  #lanes = [new Int32Array(0), new Int32Array(0), new Int32Array(0), new Int32Array(0)] as const;
  #skipped = new Uint8Array(0);
  #rows = 0;

  constructor(salt: string) {
    const digest = createHash('sha256').update(salt).digest();
    this.#seeds = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
  }

  start(rows: number): void {
    this.#rows = rows;
    if (this.#skipped.length < rows) {
      this.#skipped = new Uint8Array(rows);
      this.#lanes = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows), new Int32Array(rows)];
    }
    this.#skipped.fill(0, 0, rows);
    this.#lanes.forEach((lane, index) => lane.fill(this.#seeds[index]!, 0, rows));
  }

  /** Adds the next part of the keys. */
  add(column: Column): void {
    const { cells, rows } = column;
    const missing = column.missing();
    for (let row = 0; row < rows; row++) {
      if (missing[row] === MISSING) {
        this.#skipped[row] = 1;
      } else if (cells.kind === 'text') {
        const at = cells.offset + row * cells.stride;
        this.#mix(row, cells.bytes, cells.bounds[at]!, cells.bounds[at + 1]!);
      } else {
        const bytes = Buffer.from(keyOf(valueOf(cells, row), cells.type));
        this.#mix(row, bytes, 0, bytes.length);
      }
    }
  }

  #mix(row: number, bytes: Buffer, from: number, to: number): void {
    const [a, b, c, d] = this.#lanes;
    let h1 = a[row]!;
    let h2 = b[row]!;
    let h3 = c[row]!;
    let h4 = d[row]!;
    // The length goes first, so that ("ab", "c") is not ("a", "bc").
    let word = to - from;
    for (let at = from; ; at += 4) {
      h1 = Math.imul(rotate(h1 ^ Math.imul(word, 0xcc9e2d51), 15), 0x1b873593) + h2;
      h2 = Math.imul(rotate(h2 ^ Math.imul(word, 0x85ebca6b), 17), 0xc2b2ae35) + h3;
      h3 = Math.imul(rotate(h3 ^ Math.imul(word, 0x27d4eb2f), 13), 0x165667b1) + h4;
      h4 = Math.imul(rotate(h4 ^ Math.imul(word, 0x9e3779b1), 19), 0x38b34ae5) + h1;
      if (at >= to) break;
      word = bytes[at]!;
      if (at + 1 < to) word |= bytes[at + 1]! << 8;
      if (at + 2 < to) word |= bytes[at + 2]! << 16;
      if (at + 3 < to) word |= bytes[at + 3]! << 24;
    }
    a[row] = finish(h1);
    b[row] = finish(h2);
    c[row] = finish(h3);
    d[row] = finish(h4);
  }

  /** A record for each row that has a whole key. */
  records(numbers: ArrayLike<number>): Buffer {
    const [a, b, c, d] = this.#lanes;
    let count = 0;
    for (let row = 0; row < this.#rows; row++) if (this.#skipped[row] === 0) count++;
    const words = new Int32Array(count * 6);
    const doubles = new Float64Array(words.buffer);
    let record = 0;
    for (let row = 0; row < this.#rows; row++) {
      if (this.#skipped[row] !== 0) continue;
      const at = record * 6;
      words[at] = a[row]!;
      words[at + 1] = b[row]!;
      words[at + 2] = c[row]!;
      words[at + 3] = d[row]!;
      doubles[record * 3 + 2] = numbers[row]!;
      record++;
    }
    return Buffer.from(words.buffer);
  }
}

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

function finish(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
