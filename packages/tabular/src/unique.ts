import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RECORD_BYTES } from './keys.ts';

/** Bytes of records that are kept in memory; more go to a temporary file, and are compared in as many passes as it takes. */
const MEMORY_BYTES = 24 * 1024 * 1024;

export interface Repetition {
  /** The part of the table, and the line or row in it. */
  readonly part: number;
  readonly number: number;
}

export interface Repetitions {
  /** Keys that were looked at. */
  readonly keys: number;
  readonly repeated: number;
  /** The first rows that repeat a key, in the order of the table. */
  readonly first: readonly Repetition[];
  /** All of them by part, ascending, where they were asked for: 8 bytes each. */
  readonly rows: ReadonlyMap<number, Float64Array>;
}

/** Records of the keys of a table, in whatever order its parts come. */
export class KeySpool {
  readonly #parts = new Map<number, Segment[]>();
  readonly #memoryBytes: number;
  #inMemory = 0;
  #folder: string | undefined;
  #file: FileHandle | undefined;
  #fileBytes = 0;

  constructor(memoryBytes = MEMORY_BYTES) {
    this.#memoryBytes = memoryBytes;
  }

  async add(part: number, records: Buffer): Promise<void> {
    if (records.length === 0) return;
    const segments = this.#parts.get(part) ?? [];
    this.#parts.set(part, segments);
    if (this.#inMemory + records.length <= this.#memoryBytes) {
      this.#inMemory += records.length;
      segments.push({ records });
      return;
    }
    if (this.#file === undefined) {
      this.#folder = await mkdtemp(path.join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'keys-'));
      this.#file = await open(path.join(this.#folder, 'records'), 'w+', 0o600);
    }
    const offset = this.#fileBytes;
    this.#fileBytes += records.length;
    segments.push({ offset, length: records.length });
    await this.#file.write(records, 0, records.length, offset);
  }

  /** Forgets what a part had, because it is read again. */
  drop(part: number): void {
    this.#parts.delete(part);
  }

  /**
   * Finds the keys that occur more than once, exactly.
   *
   * @param count `rows`: every row beyond the first of its key; `keys`: only the second
   * @param most rows to return
   * @param all whether to return the others as well
   */
  async resolve(count: 'rows' | 'keys', most: number, all = false): Promise<Repetitions> {
    const parts = [...this.#parts].sort(([a], [b]) => a - b);
    let keys = 0;
    for (const [, segments] of parts) for (const segment of segments) keys += lengthOf(segment) / RECORD_BYTES;
    const passes = Math.max(1, Math.ceil((keys * RECORD_BYTES) / this.#memoryBytes));
    let repeated = 0;
    const first: Repetition[] = [];
    const rows = new Map<number, number[]>();
    for (let pass = 0; pass < passes; pass++) {
      const table = new DigestTable(Math.ceil(keys / passes));
      const found: Repetition[] = [];
      for (const [part, segments] of parts) {
        for (const segment of segments) {
          const records = await this.#read(segment);
          for (let at = 0; at < records.length; at += RECORD_BYTES) {
            if (passes > 1 && records.readUInt32LE(at + 12) % passes !== pass) continue;
            const times = table.add(records, at);
            if (count === 'rows' ? times < 2 : times !== 2) continue;
            repeated++;
            const number = records.readDoubleLE(at + 16);
            if (found.length < most) found.push({ part, number });
            if (all) {
              const numbers = rows.get(part);
              if (numbers === undefined) rows.set(part, [number]);
              else numbers.push(number);
            }
          }
        }
      }
      first.push(...found);
    }
    first.sort((a, b) => a.part - b.part || a.number - b.number);
    return {
      keys,
      repeated,
      first: first.slice(0, most),
      rows: new Map([...rows].map(([part, numbers]) => [part, Float64Array.from(numbers).sort()])),
    };
  }

  async #read(segment: Segment): Promise<Buffer> {
    if ('records' in segment) return segment.records;
    const buffer = Buffer.allocUnsafe(segment.length);
    await this.#file!.read(buffer, 0, segment.length, segment.offset);
    return buffer;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}

type Segment = { readonly records: Buffer } | { readonly offset: number; readonly length: number };

const lengthOf = (segment: Segment): number => ('records' in segment ? segment.records.length : segment.length);

/** Digests of 128 bits, with how often each was added, up to three times. */
class DigestTable {
  #size = 0;
  #mask: number;
  #words: Int32Array;
  #times: Uint8Array;

  constructor(expected: number) {
    const slots = 2 ** Math.max(4, Math.ceil(Math.log2(expected * 1.6 + 1)));
    this.#mask = slots - 1;
    this.#words = new Int32Array(4 * slots);
    this.#times = new Uint8Array(slots);
  }

  /** How often the digest is there now. */
  add(records: Buffer, at: number): number {
    const a = records.readInt32LE(at);
    const b = records.readInt32LE(at + 4);
    const c = records.readInt32LE(at + 8);
    const d = records.readInt32LE(at + 12);
    const words = this.#words;
    const times = this.#times;
    let slot = a & this.#mask;
    while (times[slot] !== 0) {
      const word = 4 * slot;
      if (words[word] === a && words[word + 1] === b && words[word + 2] === c && words[word + 3] === d) {
        if (times[slot]! < 3) times[slot]!++;
        return times[slot]!;
      }
      slot = (slot + 1) & this.#mask;
    }
    words.set([a, b, c, d], 4 * slot);
    times[slot] = 1;
    this.#size++;
    if (1.25 * this.#size > this.#mask) this.#grow();
    return 1;
  }

  #grow(): void {
    const words = this.#words;
    const times = this.#times;
    const slots = 2 * times.length;
    this.#mask = slots - 1;
    this.#words = new Int32Array(4 * slots);
    this.#times = new Uint8Array(slots);
    for (let old = 0; old < times.length; old++) {
      if (times[old] === 0) continue;
      let slot = words[4 * old]! & this.#mask;
      while (this.#times[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#words.set(words.subarray(4 * old, 4 * old + 4), 4 * slot);
      this.#times[slot] = times[old]!;
    }
  }
}
