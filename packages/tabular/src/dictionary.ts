import { decodeUtf8 } from './table.ts';

/** From this many texts on, a dictionary is emptied before the next batch: memory stays bounded, and ids are remembered anew. */
const MOST_TEXTS = 32_768;
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Numbers the different texts of a column, so that each is decoded, looked up and checked once, however often it occurs. Texts are found by their bytes.
 */
export class Dictionary {
  readonly texts: string[] = [];
  /** Counts up whenever ids lose their meaning. */
  generation = 0;
  #bytes = Buffer.allocUnsafe(1024);
  #used = 0;
  #ends = new Int32Array(64);
  #hashes = new Int32Array(64);
  #table = new Int32Array(128).fill(-1);
  readonly #values = new Map<unknown, number>();

  /** Call between batches. */
  renew(): void {
    if (this.texts.length < MOST_TEXTS && this.#used < MOST_BYTES) return;
    this.texts.length = 0;
    this.#used = 0;
    this.#table.fill(-1);
    this.#values.clear();
    this.generation++;
  }

  /** The id of a text, which is decoded if it is new. */
  idOf(bytes: Buffer, from: number, to: number, place: () => string): number {
    let hash = to - from;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    hash ^= hash >>> 15;
    const mask = this.#table.length - 1;
    let slot = hash & mask;
    for (let id = this.#table[slot]!; id >= 0; id = this.#table[slot]!) {
      if (this.#hashes[id] === hash && this.#equals(id, bytes, from, to)) return id;
      slot = (slot + 1) & mask;
    }
    const id = this.#add(decodeUtf8(bytes.subarray(from, to), place), hash, to - from);
    bytes.copy(this.#bytes, this.#used - (to - from), from, to);
    this.#table[slot] = id;
    if (2 * this.texts.length > this.#table.length) this.#grow();
    return id;
  }

  /** The id of a typed value, which is written as text if it is new. */
  idOfValue(value: unknown, textOf: (value: unknown) => string): number {
    let id = this.#values.get(value);
    if (id === undefined) {
      const text = textOf(value);
      id = this.texts.push(text) - 1;
      this.#used += 2 * text.length;
      this.#values.set(value, id);
    }
    return id;
  }

  #equals(id: number, bytes: Buffer, from: number, to: number): boolean {
    const start = id === 0 ? 0 : this.#ends[id - 1]!;
    if (this.#ends[id]! - start !== to - from) return false;
    const known = this.#bytes;
    for (let at = from, other = start; at < to; at++, other++) if (bytes[at] !== known[other]) return false;
    return true;
  }

  #add(text: string, hash: number, length: number): number {
    const id = this.texts.push(text) - 1;
    if (id === this.#ends.length) {
      this.#ends = doubled(this.#ends);
      this.#hashes = doubled(this.#hashes);
    }
    if (this.#used + length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(2 * (this.#used + length));
      this.#bytes.copy(larger, 0, 0, this.#used);
      this.#bytes = larger;
    }
    this.#used += length;
    this.#ends[id] = this.#used;
    this.#hashes[id] = hash;
    return id;
  }

  #grow(): void {
    const table = new Int32Array(2 * this.#table.length).fill(-1);
    const mask = table.length - 1;
    for (let id = 0; id < this.texts.length; id++) {
      let slot = this.#hashes[id]! & mask;
      while (table[slot]! >= 0) slot = (slot + 1) & mask;
      table[slot] = id;
    }
    this.#table = table;
  }
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
