import { ranksOf } from '@mlops-actions/statistics';
import type { Column } from '@mlops-actions/tabular';

/** The ids of rows, as the bytes of their texts one behind the other: a million strings would take longer than all else that is read. */
export class Ids {
  length = 0;
  #bytes = Buffer.alloc(1 << 16);
  #used = 0;
  /** For each row the place after its last byte. */
  #ends = new Uint32Array(1 << 12);
  #hashes = new Float64Array(1 << 12);

  /** Adds the ids in some rows, without white space around them; where there is none, the empty text. */
  add(column: Column, rows: number): void {
    const { cells } = column;
    for (let row = 0; row < rows; row++) {
      if (cells.kind === 'text') {
        const at = cells.offset + row * cells.stride;
        const [from, to] = [cells.bounds[at]!, cells.bounds[at + 1]!];
        if (isPlain(cells.bytes, from, to)) {
          this.#append(cells.bytes, from, to);
          continue;
        }
      }
      const text = Buffer.from(column.text(row).trim());
      this.#append(text, 0, text.length);
    }
  }

  #append(bytes: Uint8Array, from: number, to: number): void {
    const end = this.#used + to - from;
    if (end > this.#bytes.length) {
      const larger = Buffer.alloc(2 * end);
      larger.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = larger;
    }
    if (this.length === this.#ends.length) {
      const [ends, hashes] = [new Uint32Array(2 * this.length), new Float64Array(2 * this.length)];
      ends.set(this.#ends);
      hashes.set(this.#hashes);
      [this.#ends, this.#hashes] = [ends, hashes];
    }
    for (let at = from, to_ = this.#used; at < to; at++, to_++) this.#bytes[to_] = bytes[at]!;
    this.#hashes[this.length] = hash(bytes, from, to);
    this.#used = end;
    this.#ends[this.length++] = end;
  }

  at(row: number): string {
    return this.#bytes.toString('utf8', this.#start(row), this.#ends[row]);
  }

  isEmpty(row: number): boolean {
    return this.#start(row) === this.#ends[row];
  }

  #start(row: number): number {
    return row === 0 ? 0 : this.#ends[row - 1]!;
  }

  *[Symbol.iterator](): Generator<string> {
    for (let row = 0; row < this.length; row++) yield this.at(row);
  }

  /** How an id compares with one of these or others, by their bytes. */
  compare(row: number, others: Ids, other: number): number {
    return this.#bytes.compare(
      others.#bytes,
      others.#start(other),
      others.#ends[other],
      this.#start(row),
      this.#ends[row],
    );
  }

  /** Whether the rows have the same ids in the same order. */
  equals(others: Ids): boolean {
    return (
      this.length === others.length &&
      this.#bytes.subarray(0, this.#used).equals(others.#bytes.subarray(0, others.#used)) &&
      this.#ends.every((end, row) => row >= this.length || end === others.#ends[row])
    );
  }

  /**
   * An order of the rows that hangs on their ids alone, and not on the order of the file: by a hash of 53 bits, which radix sorts in a tenth of the time that
   * comparing texts takes; ids of one hash by their bytes. And the rows whose id was there before.
   */
  ordered(): { order: Uint32Array; repeated: number[] } {
    const { order, ends } = ranksOf(this.#hashes.subarray(0, this.length));
    const repeated: number[] = [];
    let start = 0;
    for (const end of ends) {
      if (end > start + 1) {
        order.subarray(start, end).sort((a, b) => this.compare(a, this, b) || a - b);
        for (let position = start + 1; position < end; position++) {
          const row = order[position]!;
          if (this.compare(row, this, order[position - 1]!) === 0) repeated.push(row);
        }
      }
      start = end;
    }
    return { order, repeated: repeated.sort((a, b) => a - b) };
  }
}

/** Whether a text has no white space around it and no letters but those of ASCII, so that its bytes can be taken as they are. */
function isPlain(bytes: Uint8Array, from: number, to: number): boolean {
  if (to > from && (bytes[from]! <= 0x20 || bytes[to - 1]! <= 0x20)) return false;
  let all = 0;
  for (let at = from; at < to; at++) all |= bytes[at]!;
  return all < 0x80;
}

/** FNV-1a (G. Fowler, L. C. Noll and K.-P. Vo) twice, from two starts, as a whole number of 53 bits. */
function hash(bytes: Uint8Array, from: number, to: number): number {
  let [first, second] = [0x811c9dc5, 0x9747b28c];
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    first = Math.imul(first ^ byte, 0x01000193);
    second = Math.imul(second ^ byte, 0x85ebca6b);
    second ^= second >>> 13;
  }
  return (first >>> 0) * 2 ** 21 + (second >>> 11);
}
