import { FormatError } from '../cursor.ts';
import { readBytes, type ByteSource } from '../source.ts';

const EOCD_SIZE = 22;
const MAX_COMMENT = 65_535;
const CENTRAL = 0x02014b50;

/** Where the end-of-central-directory record is; `undefined` if the source does not end as a zip archive. */
export function findZipEnd(source: ByteSource): { position: number; end: number } | undefined {
  const tailStart = Math.max(0, source.size - EOCD_SIZE - MAX_COMMENT);
  const tail = readBytes(source, tailStart, EOCD_SIZE + MAX_COMMENT);
  for (let at = tail.length - EOCD_SIZE; at >= 0; at--) {
    if (tail[at] !== 0x50 || tail.readUInt32LE(at) !== 0x06054b50) continue;
    const position = tailStart + at;
    const directory = tail.readUInt32LE(at + 12);
    // A signature in random bytes has no directory before it.
    if (directory !== 0xffffffff && directory > position) continue;
    if (tail.readUInt16LE(at + 10) > 0 && !hasDirectory(source, position, directory)) continue;
    return { position, end: position + EOCD_SIZE + tail.readUInt16LE(at + 20) };
  }
  return undefined;
}

function hasDirectory(source: ByteSource, position: number, directorySize: number): boolean {
  if (directorySize === 0xffffffff || zip64Locator(source, position) !== undefined) return true;
  return uint32At(source, position - directorySize) === CENTRAL;
}

function uint32At(source: ByteSource, position: number): number | undefined {
  if (position < 0) return undefined;
  const bytes = readBytes(source, position, 4);
  return bytes.length < 4 ? undefined : bytes.readUInt32LE(0);
}

function zip64Locator(source: ByteSource, eocd: number): Buffer | undefined {
  if (eocd < 20) return undefined;
  const locator = readBytes(source, eocd - 20, 20);
  return locator.readUInt32LE(0) === 0x07064b50 ? locator : undefined;
}

/** The central directory: where it is, and where the archive's end says that it is. */
export interface Directory {
  position: number;
  size: number;
  count: number;
  statedOffset: number;
}

/** Finds the central directory from the end of the archive. Throws a {@link FormatError} where its records contradict each other. */
export function locateDirectory(source: ByteSource, eocd: number): Directory {
  const record = readBytes(source, eocd, EOCD_SIZE);
  let [count, size, statedOffset] = [record.readUInt16LE(10), record.readUInt32LE(12), record.readUInt32LE(16)];
  let behind = eocd;
  const locator = zip64Locator(source, eocd);
  if (locator !== undefined) {
    const zip64 = readBytes(source, Number(locator.readBigUInt64LE(8)), 56);
    const near = readBytes(source, eocd - 20 - 56, 56);
    // Before a prefixed archive, the stated offset misses; the record stands right before its locator.
    const recordBytes = zip64.length === 56 && zip64.readUInt32LE(0) === 0x06064b50 ? zip64 : near;
    if (recordBytes.length < 56 || recordBytes.readUInt32LE(0) !== 0x06064b50) {
      throw new FormatError('the zip64 record is missing');
    }
    const large = {
      count: recordBytes.readBigUInt64LE(32),
      size: recordBytes.readBigUInt64LE(40),
      offset: recordBytes.readBigUInt64LE(48),
    };
    const agrees =
      (count === 0xffff || BigInt(count) === large.count) &&
      (size === 0xffffffff || BigInt(size) === large.size) &&
      (statedOffset === 0xffffffff || BigInt(statedOffset) === large.offset);
    if (!agrees) throw new FormatError('the zip64 record contradicts the end of the archive');
    [count, size, statedOffset] = [Number(large.count), Number(large.size), Number(large.offset)];
    behind = eocd - 20 - 56;
  }
  const position = behind - size;
  if (position < 0) throw new FormatError('the directory of the zip archive is longer than the archive');
  return { position, size, count, statedOffset };
}

/** An entry as the central directory has it. */
export interface CentralHeader {
  name: string;
  rawName: Buffer;
  /** The name of the Unicode extra field, which some readers take in place of the other. */
  unicodeName: string | undefined;
  flags: number;
  method: number;
  crc32: number;
  compressedSize: number;
  size: number;
  localOffset: number;
  unixMode: number;
}

/** All entries of the central directory, which must fill it. */
export function readCentralHeaders(source: ByteSource, position: number, size: number, count: number): CentralHeader[] {
  if (size > 256 * 2 ** 20) throw new FormatError('the directory of the zip archive is too large');
  const bytes = readBytes(source, position, size);
  const headers: CentralHeader[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL) {
      throw new FormatError(`entry ${index + 1} of ${count} is missing in the directory of the zip archive`);
    }
    const nameLength = bytes.readUInt16LE(at + 28);
    const extraLength = bytes.readUInt16LE(at + 30);
    const next = at + 46 + nameLength + extraLength + bytes.readUInt16LE(at + 32);
    if (next > bytes.length) throw new FormatError('an entry reaches over the end of the directory');
    const rawName = bytes.subarray(at + 46, at + 46 + nameLength);
    const extra = bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const sizes = zip64Sizes(extra, {
      size: bytes.readUInt32LE(at + 24),
      compressedSize: bytes.readUInt32LE(at + 20),
      localOffset: bytes.readUInt32LE(at + 42),
    });
    headers.push({
      rawName,
      name: rawName.toString('utf8'),
      unicodeName: extraField(extra, 0x7075)?.subarray(5).toString('utf8'),
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      crc32: bytes.readUInt32LE(at + 16),
      unixMode: bytes.readUInt16LE(at + 40),
      ...sizes,
    });
    at = next;
  }
  if (at !== bytes.length) throw new FormatError('the directory of the zip archive holds more than its entries');
  return headers;
}

interface Sizes {
  size: number;
  compressedSize: number;
  localOffset: number;
}

/** Fields of 32 bits that are full stand in the zip64 extra field instead. */
export function zip64Sizes(extra: Buffer, sizes: Sizes): Sizes {
  const field = extraField(extra, 1);
  if (field === undefined) return sizes;
  const result = { ...sizes };
  let used = 0;
  for (const key of ['size', 'compressedSize', 'localOffset'] as const) {
    if (sizes[key] !== 0xffffffff || used + 8 > field.length) continue;
    result[key] = Number(field.readBigUInt64LE(used));
    used += 8;
  }
  return result;
}

/** The first extra field of a kind. */
function extraField(extra: Buffer, kind: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === kind) return extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  }
  return undefined;
}
