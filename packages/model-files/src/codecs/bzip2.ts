import { FormatError, type Cursor } from '../cursor.ts';

const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;
/** Symbols that one Huffman table is used for. */
const GROUP = 50;
const LONGEST_CODE = 20;

/**
 * Unpacks the bzip2 streams from the cursor on, block by block, and leaves the cursor behind the last one. Written after the description of
 * the format at https://github.com/dsnet/compress/blob/master/doc/bzip2-format.pdf.
 */
export function* decodeBzip2(cursor: Cursor): Generator<Buffer> {
  const scratch = new Uint32Array(900_000);
  do {
    const bits = new Bits(cursor);
    if (bits.read(24) !== 0x425a68) throw new FormatError('a bzip2 stream begins with BZh');
    const level = bits.read(8) - 0x30;
    if (level < 1 || level > 9) throw new FormatError('the block size is not one of bzip2');
    let combined = 0;
    for (;;) {
      const magic = bits.read(24) * 0x1000000 + bits.read(24);
      const checksum = bits.uint32();
      if (magic === END_MAGIC) {
        if (checksum !== combined) throw new FormatError('the checksum of the stream does not match');
        break;
      }
      if (magic !== BLOCK_MAGIC) throw new FormatError('a block has no valid beginning');
      const content = decodeBlock(bits, scratch.subarray(0, level * 100_000));
      if (checksumOf(content) !== checksum) throw new FormatError('the checksum of a block does not match');
      combined = (((combined << 1) | (combined >>> 31)) ^ checksum) >>> 0;
      yield content;
    }
  } while (startsStream(cursor));
}

/** Python's reader takes streams that follow each other for one, and leaves what else follows alone. */
function startsStream(cursor: Cursor): boolean {
  if (cursor.remaining < 4) return false;
  const start = cursor.position;
  const magic = cursor.bytes(3).toString('latin1');
  cursor.seek(start);
  return magic === 'BZh';
}

/** @param last room for a block of the largest size */
function decodeBlock(bits: Bits, last: Uint32Array): Buffer {
  const blockSize = last.length;
  if (bits.read(1) !== 0) throw new FormatError('randomised blocks are obsolete and not read');
  const origin = bits.read(24);
  const alphabet = readAlphabet(bits);
  const symbols = alphabet.length + 2;
  const tableCount = bits.read(3);
  const selectorCount = bits.read(15);
  if (tableCount < 2 || tableCount > 6 || selectorCount < 1) throw new FormatError('a block names no valid tables');
  const selectors = readSelectors(bits, tableCount, selectorCount);
  const tables = Array.from({ length: tableCount }, () => new HuffmanTable(readCodeLengths(bits, symbols)));

  const counts = new Uint32Array(256);
  const recent = Uint8Array.from(alphabet);
  const end = symbols - 1;
  let length = 0;
  let run = 0;
  let runUnit = 1;
  for (let index = 0; ; index++) {
    const selector = selectors[Math.floor(index / GROUP)];
    if (selector === undefined) throw new FormatError('a block has more symbols than its selectors cover');
    const symbol = tables[selector]!.decode(bits);
    if (symbol < 2) {
      // Runs of the most recent byte, as a number of digits 1 and 2.
      run += runUnit << symbol;
      runUnit *= 2;
      if (run > blockSize) throw new FormatError('a run is longer than its block');
      continue;
    }
    if (run > 0) {
      if (length + run > blockSize) throw new FormatError('a block is longer than the stream allows');
      const byte = recent[0]!;
      last.fill(byte, length, length + run);
      counts[byte]! += run;
      length += run;
      run = 0;
      runUnit = 1;
    }
    if (symbol === end) break;
    if (length >= blockSize) throw new FormatError('a block is longer than the stream allows');
    const position = symbol - 1;
    const byte = recent[position]!;
    recent.copyWithin(1, 0, position);
    recent[0] = byte;
    last[length++] = byte;
    counts[byte]!++;
  }
  if (origin >= length) throw new FormatError('a block begins outside of itself');
  return expandRuns(invertTransform(last, counts, length, origin), length);
}

/** Bytes that occur in the block, in order. */
function readAlphabet(bits: Bits): number[] {
  const ranges = bits.read(16);
  const alphabet: number[] = [];
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >>> range)) === 0) continue;
    const members = bits.read(16);
    for (let member = 0; member < 16; member++) {
      if ((members & (0x8000 >>> member)) !== 0) alphabet.push(range * 16 + member);
    }
  }
  if (alphabet.length === 0) throw new FormatError('a block uses no bytes');
  return alphabet;
}

function readSelectors(bits: Bits, tableCount: number, selectorCount: number): Uint8Array {
  const recent = Array.from({ length: tableCount }, (_, index) => index);
  const selectors = new Uint8Array(selectorCount);
  for (let index = 0; index < selectorCount; index++) {
    let position = 0;
    while (bits.read(1) === 1) if (++position >= tableCount) throw new FormatError('a selector names no table');
    const [table] = recent.splice(position, 1);
    recent.unshift(table!);
    selectors[index] = table!;
  }
  return selectors;
}

function readCodeLengths(bits: Bits, symbols: number): Uint8Array {
  const lengths = new Uint8Array(symbols);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > LONGEST_CODE) throw new FormatError('a Huffman code has no valid length');
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return lengths;
}

/** A canonical Huffman code, read bit by bit. */
class HuffmanTable {
  readonly #counts = new Uint32Array(LONGEST_CODE + 1);
  readonly #symbols: Uint16Array;

  constructor(lengths: Uint8Array) {
    for (const length of lengths) this.#counts[length]!++;
    const next = new Uint32Array(LONGEST_CODE + 2);
    for (let length = 1; length <= LONGEST_CODE; length++) next[length + 1] = next[length]! + this.#counts[length]!;
    this.#symbols = new Uint16Array(lengths.length);
    lengths.forEach((length, symbol) => (this.#symbols[next[length]!++] = symbol));
  }

  decode(bits: Bits): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      code |= bits.read(1);
      const count = this.#counts[length]!;
      if (code - first < count) return this.#symbols[index + code - first]!;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new FormatError('a Huffman code is none of its table');
  }
}

/** Undoes the Burrows-Wheeler transform in place: each entry gets the position of its successor above its byte. */
function invertTransform(last: Uint32Array, counts: Uint32Array, length: number, origin: number): Uint8Array {
  const next = new Uint32Array(256);
  for (let byte = 1; byte < 256; byte++) next[byte] = next[byte - 1]! + counts[byte - 1]!;
  for (let index = 0; index < length; index++) last[next[last[index]! & 0xff]!++]! |= index << 8;
  const content = new Uint8Array(length);
  let entry = last[origin]!;
  for (let index = 0; index < length; index++) {
    entry = last[entry >>> 8]!;
    content[index] = entry & 0xff;
  }
  return content;
}

/** Four equal bytes are followed by how often the byte comes again. */
function expandRuns(content: Uint8Array, length: number): Buffer {
  let size = 0;
  const visit = (emit: (byte: number, times: number) => void): void => {
    let same = 0;
    let previous = -1;
    for (let index = 0; index < length; index++) {
      const byte = content[index]!;
      if (same === 4) {
        emit(previous, byte);
        same = 0;
        previous = -1;
        continue;
      }
      same = byte === previous ? same + 1 : 1;
      previous = byte;
      emit(byte, 1);
    }
  };
  visit((_, times) => (size += times));
  const expanded = Buffer.allocUnsafe(size);
  let at = 0;
  visit((byte, times) => {
    expanded.fill(byte, at, at + times);
    at += times;
  });
  return expanded;
}

/** CRC-32 with the bits the other way round than in zip. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index << 24;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  return crc >>> 0;
});

function checksumOf(content: Buffer): number {
  let crc = -1;
  for (const byte of content) crc = (crc << 8) ^ CRC_TABLE[((crc >>> 24) ^ byte) & 0xff]!;
  return ~crc >>> 0;
}

/** Bits, highest first. Between streams they begin at a byte of their own. */
class Bits {
  readonly #cursor: Cursor;
  #held = 0;
  #count = 0;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** Up to 24 bits. */
  read(count: number): number {
    while (this.#count < count) {
      this.#held = ((this.#held << 8) | this.#cursor.byte()) >>> 0;
      this.#count += 8;
    }
    this.#count -= count;
    const value = this.#held >>> this.#count;
    this.#held &= (1 << this.#count) - 1;
    return value;
  }

  uint32(): number {
    return this.read(16) * 0x10000 + this.read(16);
  }
}
