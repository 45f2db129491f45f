import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { FormatError, type Cursor } from '../cursor.ts';
import { readBytes } from '../source.ts';
import { Dictionary, LzmaDecoder } from './lzma.ts';

const MAGIC = Buffer.from('fd377a585a00', 'hex');
const PADDING = Buffer.alloc(4);
const LZMA2 = 0x21;

/** Bytes of a check by its identifier; others exist on paper only. */
const CHECK_SIZES: Readonly<Record<number, number>> = { 0: 0, 1: 4, 4: 8, 10: 32 };

/**
 * Unpacks the xz streams from the cursor on and leaves the cursor behind the last one, as https://tukaani.org/xz/xz-file-format.txt has it.
 * Filters beside LZMA2, which no framework sets, are an error.
 */
export function* decodeXz(cursor: Cursor): Generator<Buffer> {
  do {
    const header = cursor.bytes(12);
    const check = header[7]!;
    const checkSize = CHECK_SIZES[check];
    if (!header.subarray(0, 6).equals(MAGIC) || header[6] !== 0 || checkSize === undefined)
      throw new FormatError('the stream has no valid header');
    if (crc32(header.subarray(6, 8)) !== header.readUInt32LE(8)) throw new FormatError('the header is damaged');

    const blocks: Block[] = [];
    for (;;) {
      const size = cursor.byte();
      if (size === 0) break;
      blocks.push(yield* decodeBlock(cursor, size, check, checkSize));
    }
    readIndex(cursor, blocks);
    const footer = cursor.bytes(12);
    if (footer.toString('latin1', 10) !== 'YZ' || crc32(footer.subarray(4, 10)) !== footer.readUInt32LE(0))
      throw new FormatError('the stream has no valid end');
  } while (startsStream(cursor));
}

/** What the index must repeat. */
interface Block {
  /** Bytes of the block without its padding. */
  unpadded: number;
  uncompressed: number;
}

function* decodeBlock(cursor: Cursor, headerSize: number, check: number, checkSize: number): Generator<Buffer, Block> {
  const start = cursor.position - 1;
  const length = (headerSize + 1) * 4;
  const header = readBytes(cursor.source, start, length);
  if (header.length < length || crc32(header.subarray(0, -4)) !== header.readUInt32LE(length - 4))
    throw new FormatError('the header of a block is damaged');
  const flags = cursor.byte();
  if ((flags & 0x3f) !== 0) throw new FormatError('a block is filtered in a way that is not read');
  if ((flags & 0x40) !== 0) variable(cursor);
  if ((flags & 0x80) !== 0) variable(cursor);
  if (variable(cursor) !== LZMA2 || variable(cursor) !== 1)
    throw new FormatError('a block is filtered in a way that is not read');
  const dictionarySize = cursor.byte();
  if (dictionarySize > 40) throw new FormatError('a block has no valid dictionary size');
  cursor.seek(start + length);

  const verify = checker(check);
  let uncompressed = 0;
  for (const chunk of decodeLzma2(
    cursor,
    new Dictionary((2 | (dictionarySize & 1)) * 2 ** ((dictionarySize >>> 1) + 11)),
  )) {
    verify.update(chunk);
    uncompressed += chunk.length;
    yield chunk;
  }
  const unpadded = cursor.position - start + checkSize;
  cursor.skip((4 - ((cursor.position - start) % 4)) % 4);
  const stated = cursor.bytes(checkSize);
  if (!stated.equals(verify.digest())) throw new FormatError('the checksum of a block does not match');
  return { unpadded, uncompressed };
}

/** LZMA in chunks, some of them stored as they are. */
function* decodeLzma2(cursor: Cursor, dictionary: Dictionary): Generator<Buffer> {
  let decoder: LzmaDecoder | undefined;
  let properties: number | undefined;
  let needsReset = true;
  for (;;) {
    const control = cursor.byte();
    if (control === 0) break;
    if (control === 1 || control >= 0xe0) dictionary.reset();
    else if (needsReset) throw new FormatError('the first chunk does not begin anew');
    needsReset = false;
    if (control < 0x80) {
      if (control > 2) throw new FormatError('a chunk is of no known kind');
      for (const byte of cursor.bytes(big16(cursor) + 1)) dictionary.put(byte);
      yield* dictionary.take();
      continue;
    }
    const size = ((control & 0x1f) << 16) + big16(cursor) + 1;
    const packed = big16(cursor) + 1;
    if (control >= 0xc0) properties = cursor.byte();
    if (properties !== undefined && (properties % 9) + (Math.floor(properties / 9) % 5) > 4)
      throw new FormatError('the properties are none of LZMA2');
    if (properties === undefined) throw new FormatError('a chunk has no properties');
    if (control >= 0xa0) decoder = new LzmaDecoder(properties, dictionary);
    if (decoder === undefined) throw new FormatError('a chunk continues nothing');
    const end = cursor.position + packed;
    yield* decoder.decode(cursor, size);
    if (cursor.position !== end) throw new FormatError('a chunk does not fill its place');
  }
  yield* dictionary.take(true);
}

function readIndex(cursor: Cursor, blocks: readonly Block[]): void {
  const start = cursor.position - 1;
  const matches =
    variable(cursor) === blocks.length &&
    blocks.every(({ unpadded, uncompressed }) => variable(cursor) === unpadded && variable(cursor) === uncompressed);
  if (!matches) throw new FormatError('the index does not fit the blocks');
  cursor.skip((4 - ((cursor.position - start) % 4)) % 4);
  const stated = cursor.uint32();
  if (crc32(readBytes(cursor.source, start, cursor.position - 4 - start)) !== stated)
    throw new FormatError('the index is damaged');
}

/** Streams may follow each other, with zeros in fours between them. */
function startsStream(cursor: Cursor): boolean {
  let next = cursor.position;
  while (readBytes(cursor.source, next, PADDING.length).equals(PADDING)) next += PADDING.length;
  if (!readBytes(cursor.source, next, MAGIC.length).equals(MAGIC)) return false;
  cursor.seek(next);
  return true;
}

const big16 = (cursor: Cursor): number => cursor.byte() * 256 + cursor.byte();

/** Seven bits a byte, lowest first. */
function variable(cursor: Cursor): number {
  let value = 0;
  for (let index = 0; index < 9; index++) {
    const byte = cursor.byte();
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return value;
  }
  throw new FormatError('a number is longer than 63 bits');
}

interface Checker {
  update(chunk: Buffer): void;
  digest(): Buffer;
}

function checker(check: number): Checker {
  if (check === 1) return new Crc32();
  if (check === 4) return new Crc64();
  if (check === 10) {
    const hash: Hash = createHash('sha256');
    return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest() };
  }
  return { update: () => undefined, digest: () => Buffer.alloc(0) };
}

class Crc32 implements Checker {
  #crc = 0;
  update(chunk: Buffer): void {
    this.#crc = crc32(chunk, this.#crc);
  }
  digest(): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(this.#crc);
    return bytes;
  }
}

const CRC64_LOW = new Uint32Array(256);
const CRC64_HIGH = new Uint32Array(256);
for (let index = 0; index < 256; index++) {
  let crc = BigInt(index);
  for (let bit = 0; bit < 8; bit++) crc = (crc >> 1n) ^ ((crc & 1n) === 1n ? 0xc96c5795d7870f42n : 0n);
  CRC64_LOW[index] = Number(crc & 0xffffffffn);
  CRC64_HIGH[index] = Number(crc >> 32n);
}

/** CRC-64 of ECMA-182, in halves. */
class Crc64 implements Checker {
  #low = 0xffffffff;
  #high = 0xffffffff;
  update(chunk: Buffer): void {
    let low = this.#low;
    let high = this.#high;
    for (const byte of chunk) {
      const index = (low ^ byte) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ CRC64_LOW[index]!;
      high = (high >>> 8) ^ CRC64_HIGH[index]!;
    }
    this.#low = low;
    this.#high = high;
  }
  digest(): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32LE(~this.#low >>> 0, 0);
    bytes.writeUInt32LE(~this.#high >>> 0, 4);
    return bytes;
  }
}
