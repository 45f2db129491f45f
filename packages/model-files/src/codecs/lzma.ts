import { FormatError, type Cursor } from '../cursor.ts';

const CHUNK = 1 << 16;
/** Twice what the highest preset of xz takes. */
const LARGEST_DICTIONARY = 128 * 2 ** 20;
const STATES = 12;
const PROBABILITY_BITS = 11;
const HALF = 1 << (PROBABILITY_BITS - 1);

/** What was unpacked so far, as far as later matches may refer to it, and what is still to be handed on. */
export class Dictionary {
  readonly #limit: number;
  #window = Buffer.alloc(CHUNK);
  #at = 0;
  /** Bytes that a match may reach back to. */
  #filled = 0;
  #chunk = Buffer.allocUnsafe(CHUNK);
  #chunkLength = 0;
  #ready: Buffer[] = [];
  /** Bytes unpacked since the last reset. */
  total = 0;

  constructor(size: number) {
    if (size > LARGEST_DICTIONARY) throw new FormatError('its dictionary is larger than any preset uses');
    this.#limit = Math.max(4096, size);
  }

  get last(): number {
    return this.#filled === 0 ? 0 : this.byteAt(1);
  }

  /** The byte `distance` before the end, from 1. */
  byteAt(distance: number): number {
    if (distance > this.#filled) throw new FormatError('a match reaches back to before the beginning');
    const index = this.#at - distance;
    return this.#window[index < 0 ? index + this.#window.length : index]!;
  }

  put(byte: number): void {
    if (this.#at === this.#window.length) this.#wrap();
    this.#window[this.#at++] = byte;
    if (this.#filled < this.#limit) this.#filled++;
    this.total++;
    this.#chunk[this.#chunkLength++] = byte;
    if (this.#chunkLength === CHUNK) this.#flush();
  }

  repeat(distance: number, length: number): void {
    for (let index = 0; index < length; index++) this.put(this.byteAt(distance));
  }

  /** Forgets what was unpacked. */
  reset(): void {
    this.#at = 0;
    this.#filled = 0;
    this.total = 0;
  }

  /** Chunks that are full; with `all`, the rest as well. */
  *take(all = false): Generator<Buffer> {
    if (all) this.#flush();
    const ready = this.#ready;
    this.#ready = [];
    yield* ready;
  }

  get hasReady(): boolean {
    return this.#ready.length > 0;
  }

  #flush(): void {
    if (this.#chunkLength > 0) this.#ready.push(Buffer.from(this.#chunk.subarray(0, this.#chunkLength)));
    this.#chunkLength = 0;
  }

  /** The window grows to the dictionary's size as it is needed, and only then begins anew. */
  #wrap(): void {
    if (this.#window.length >= this.#limit) {
      this.#at = 0;
      return;
    }
    const grown = Buffer.alloc(Math.min(this.#limit, this.#window.length * 2));
    this.#window.copy(grown);
    this.#window = grown;
  }
}

const probabilities = (count: number): Uint16Array => new Uint16Array(count).fill(HALF);

/** Lengths of matches: short, middle, long. */
class LengthCoder {
  readonly #choice = probabilities(2);
  readonly #low = probabilities(16 << 3);
  readonly #middle = probabilities(16 << 3);
  readonly #high = probabilities(1 << 8);

  decode(range: RangeDecoder, positionState: number): number {
    if (range.bit(this.#choice, 0) === 0) return 2 + range.tree(this.#low, positionState << 3, 3);
    if (range.bit(this.#choice, 1) === 0) return 10 + range.tree(this.#middle, positionState << 3, 3);
    return 18 + range.tree(this.#high, 0, 8);
  }
}

/** The arithmetic decoder under LZMA. */
class RangeDecoder {
  readonly #cursor: Cursor;
  #range = 0xffffffff;
  #code = 0;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
    if (cursor.byte() !== 0) throw new FormatError('the range coder has no valid beginning');
    for (let index = 0; index < 4; index++) this.#code = ((this.#code << 8) | cursor.byte()) >>> 0;
  }

  get isFinished(): boolean {
    return this.#code === 0;
  }

  bit(model: Uint16Array, index: number): 0 | 1 {
    const probability = model[index]!;
    const bound = (this.#range >>> PROBABILITY_BITS) * probability;
    let bit: 0 | 1;
    if (this.#code < bound) {
      this.#range = bound;
      model[index] = probability + (((1 << PROBABILITY_BITS) - probability) >>> 5);
      bit = 0;
    } else {
      this.#range -= bound;
      this.#code -= bound;
      model[index] = probability - (probability >>> 5);
      bit = 1;
    }
    this.normalise();
    return bit;
  }

  /** Bits that are as likely 0 as 1, highest first. */
  direct(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++) {
      this.#range >>>= 1;
      const bit = this.#code >= this.#range ? 1 : 0;
      if (bit === 1) this.#code -= this.#range;
      value = value * 2 + bit;
      this.normalise();
    }
    return value;
  }

  /** A number of `bits` bits, highest first, each with the bits before it as context. */
  tree(model: Uint16Array, offset: number, bits: number): number {
    let node = 1;
    for (let index = 0; index < bits; index++) node = (node << 1) | this.bit(model, offset + node);
    return node - (1 << bits);
  }

  /** The same, lowest bit first. */
  reverseTree(model: Uint16Array, offset: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let index = 0; index < bits; index++) {
      const bit = this.bit(model, offset + node);
      node = (node << 1) | bit;
      value |= bit << index;
    }
    return value;
  }

  normalise(): void {
    if (this.#range >= 0x1000000) return;
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | this.#cursor.byte()) >>> 0;
  }
}

/** The state of an LZMA stream: what was met, and how likely everything is. Written after the LZMA specification in the LZMA SDK (public domain). */
export class LzmaDecoder {
  readonly #dictionary: Dictionary;
  readonly #literalContext: number;
  readonly #literalPosition: number;
  readonly #positionBits: number;
  readonly #literals: Uint16Array;
  readonly #isMatch = probabilities(STATES << 4);
  readonly #isRepeat = probabilities(STATES);
  readonly #isRepeat0 = probabilities(STATES);
  readonly #isRepeat1 = probabilities(STATES);
  readonly #isRepeat2 = probabilities(STATES);
  readonly #isRepeat0Long = probabilities(STATES << 4);
  readonly #slots = probabilities(4 << 6);
  readonly #distances = probabilities(128);
  readonly #alignment = probabilities(16);
  readonly #matchLength = new LengthCoder();
  readonly #repeatLength = new LengthCoder();
  readonly #repeats: [number, number, number, number] = [0, 0, 0, 0];
  #state = 0;

  /** @param properties the byte that holds lc, lp and pb */
  constructor(properties: number, dictionary: Dictionary) {
    if (properties >= 225) throw new FormatError('the properties are none of LZMA');
    this.#literalContext = properties % 9;
    this.#literalPosition = Math.floor(properties / 9) % 5;
    this.#positionBits = Math.floor(properties / 45);
    this.#literals = probabilities(0x300 << (this.#literalContext + this.#literalPosition));
    this.#dictionary = dictionary;
  }

  /**
   * Unpacks from the cursor on, up to `size` bytes or the end mark.
   *
   * @param size `undefined` if only the end mark ends the stream
   */
  *decode(cursor: Cursor, size: number | undefined): Generator<Buffer> {
    const range = new RangeDecoder(cursor);
    const dictionary = this.#dictionary;
    const end = size === undefined ? Infinity : dictionary.total + size;
    while (dictionary.total < end) {
      const length = this.#step(range);
      if (length === 'end') {
        if (size !== undefined) throw new FormatError('the stream ends before its size');
        break;
      }
      if (dictionary.total + length > end) throw new FormatError('a match goes over the end of the stream');
      if (length > 0) dictionary.repeat(this.#repeats[0] + 1, length);
      if (dictionary.hasReady) yield* dictionary.take();
    }
    if (!range.isFinished) throw new FormatError('the range coder does not end where the stream does');
  }

  /** Takes one symbol: 0 for a literal, which is put out; the length of a match at the newest distance; or the end mark. */
  #step(range: RangeDecoder): number | 'end' {
    const positionState = this.#dictionary.total & ((1 << this.#positionBits) - 1);
    const state = this.#state;
    if (range.bit(this.#isMatch, (state << 4) + positionState) === 0) {
      this.#dictionary.put(this.#literal(range));
      this.#state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      return 0;
    }
    const repeats = this.#repeats;
    if (range.bit(this.#isRepeat, state) === 0) {
      repeats.copyWithin(1, 0, 3);
      const length = this.#matchLength.decode(range, positionState);
      this.#state = state < 7 ? 7 : 10;
      repeats[0] = this.#distance(range, length);
      return repeats[0] === 0xffffffff ? 'end' : length;
    }
    if (range.bit(this.#isRepeat0, state) === 0) {
      if (range.bit(this.#isRepeat0Long, (state << 4) + positionState) === 0) {
        this.#state = state < 7 ? 9 : 11;
        return 1;
      }
    } else {
      const which = range.bit(this.#isRepeat1, state) === 0 ? 1 : range.bit(this.#isRepeat2, state) === 0 ? 2 : 3;
      const distance = repeats[which];
      repeats.copyWithin(1, 0, which);
      repeats[0] = distance;
    }
    this.#state = state < 7 ? 8 : 11;
    return this.#repeatLength.decode(range, positionState);
  }

  #literal(range: RangeDecoder): number {
    const dictionary = this.#dictionary;
    const position = dictionary.total & ((1 << this.#literalPosition) - 1);
    const context = (position << this.#literalContext) + (dictionary.last >>> (8 - this.#literalContext));
    const offset = 0x300 * context;
    let symbol = 1;
    if (this.#state >= 7) {
      // Behind a match, the byte that would have continued it is context, as long as it is right.
      let matched = dictionary.byteAt(this.#repeats[0] + 1);
      while (symbol < 0x100) {
        const expected = (matched >>> 7) & 1;
        matched <<= 1;
        const bit = range.bit(this.#literals, offset + ((1 + expected) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (bit !== expected) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | range.bit(this.#literals, offset + symbol);
    return symbol & 0xff;
  }

  #distance(range: RangeDecoder, length: number): number {
    const slot = range.tree(this.#slots, Math.min(length - 2, 3) << 6, 6);
    if (slot < 4) return slot;
    const bits = (slot >>> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** bits;
    if (slot < 14) return base + range.reverseTree(this.#distances, base - slot, bits);
    return base + range.direct(bits - 4) * 16 + range.reverseTree(this.#alignment, 0, 4);
  }
}

/** Unpacks an LZMA file of the old kind (`.lzma`) from the cursor on. */
export function* decodeLzmaAlone(cursor: Cursor): Generator<Buffer> {
  const properties = cursor.byte();
  const dictionary = new Dictionary(cursor.uint32());
  const low = cursor.uint32();
  const high = cursor.uint32();
  const size = low === 0xffffffff && high === 0xffffffff ? undefined : high * 2 ** 32 + low;
  yield* new LzmaDecoder(properties, dictionary).decode(cursor, size);
  yield* dictionary.take(true);
}
