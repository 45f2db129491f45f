import { crc32 } from 'node:zlib';
import { expand } from '../expand.ts';
import { FormatError } from '../cursor.ts';
import type { Scope } from '../scope.ts';
import { chunksOf, readBytes, SliceSource, type ByteSource } from '../source.ts';
import { pathProblem } from './paths.ts';

/** An entry of a zip archive, as its central directory has it. */
export interface ZipEntry {
  name: string;
  method: number;
  flags: number;
  crc32: number;
  compressedSize: number;
  size: number;
  /** Offset of the entry's data in the archive. */
  dataStart: number;
  isFolder: boolean;
}

/** A zip archive whose directory could be read. */
export interface ZipArchive {
  source: ByteSource;
  entries: ZipEntry[];
  /** Offset of the first byte that belongs to the archive. */
  start: number;
  /** Offset behind its last byte. */
  end: number;
}

const EOCD_SIZE = 22;
const MAX_COMMENT = 65_535;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const ENCRYPTED = 0x2041; // bits 0, 6 and 13
const DESCRIPTOR = 0x8;

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

/**
 * Reads the central directory and every local header, and reports where they disagree and which bytes belong to neither.
 * Throws a {@link FormatError} where the directory cannot be read.
 */
export function readZip(source: ByteSource, scope: Scope): ZipArchive {
  const found = findZipEnd(source);
  if (found === undefined) throw new FormatError('the end of the zip archive is missing');
  const directory = locateDirectory(source, found.position);
  if (directory.count > scope.budget.entries) {
    scope.budget.entries = 0;
    throw new FormatError(`the archive holds ${directory.count} entries, more than may be looked at`);
  }
  scope.budget.entries -= directory.count;

  // Offsets count from the archive's own first byte, wherever in the file that is.
  const start = directory.position - directory.statedOffset;
  if (start < 0) throw new FormatError('the directory of the zip archive is not where it says');
  const headers = readCentralHeaders(source, directory.position, directory.size, directory.count);
  const covered: { from: number; to: number; name: string }[] = [];
  const entries: ZipEntry[] = [];
  for (const header of headers) {
    const entry = locateEntry(source, start, header, scope);
    if (entry === undefined) continue;
    entries.push(entry);
    covered.push({
      from: start + header.localOffset,
      to: entry.dataStart + entry.compressedSize + entry.descriptor,
      name: entry.name,
    });
  }
  reportNames(headers, scope);
  reportCoverage(covered, start, directory.position, scope);
  if (start > 0) scope.report('MV207', `${start} bytes precede the first entry`, { offset: 0 });
  if (found.end < source.size) {
    scope.report('MV207', `${source.size - found.end} bytes follow the end of the archive`, { offset: found.end });
  }
  if (found.end > source.size) scope.report('MV206', 'The archive ends in the middle of its comment');
  return { source, entries, start, end: found.end };
}

interface Directory {
  position: number;
  size: number;
  count: number;
  statedOffset: number;
}

function locateDirectory(source: ByteSource, eocd: number): Directory {
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

interface CentralHeader {
  name: string;
  rawName: Buffer;
  flags: number;
  method: number;
  crc32: number;
  compressedSize: number;
  size: number;
  localOffset: number;
  unixMode: number;
}

function readCentralHeaders(source: ByteSource, position: number, size: number, count: number): CentralHeader[] {
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
    const sizes = zip64Sizes(bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength), {
      size: bytes.readUInt32LE(at + 24),
      compressedSize: bytes.readUInt32LE(at + 20),
      localOffset: bytes.readUInt32LE(at + 42),
    });
    headers.push({
      rawName,
      name: rawName.toString('utf8'),
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
function zip64Sizes(extra: Buffer, sizes: Sizes): Sizes {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    const result = { ...sizes };
    let used = 0;
    for (const key of ['size', 'compressedSize', 'localOffset'] as const) {
      if (sizes[key] !== 0xffffffff || used + 8 > field.length) continue;
      result[key] = Number(field.readBigUInt64LE(used));
      used += 8;
    }
    return result;
  }
  return sizes;
}

/** Finds an entry's data by its local header, and compares the two headers. */
function locateEntry(
  source: ByteSource,
  start: number,
  header: CentralHeader,
  scope: Scope,
): (ZipEntry & { descriptor: number }) | undefined {
  const { name } = header;
  const position = start + header.localOffset;
  const local = readBytes(source, position, 30);
  if (local.length < 30 || local.readUInt32LE(0) !== LOCAL) {
    scope.report('MV201', `${name} has no local header where the directory says`, { offset: position, symbol: name });
    return undefined;
  }
  const differs = (what: string): void =>
    scope.report('MV201', `${what} of ${name} differs between directory and local header`, {
      offset: position,
      symbol: name,
    });
  const flags = local.readUInt16LE(6);
  const nameLength = local.readUInt16LE(26);
  const extraLength = local.readUInt16LE(28);
  const localName = readBytes(source, position + 30, nameLength);
  if (!localName.equals(header.rawName)) differs(`The name (${localName.toString('utf8')})`);
  if (local.readUInt16LE(8) !== header.method) differs('The method');
  // Bit 11 only tells how the name is encoded; some writers set it in one place.
  if ((flags & ~0x800) !== (header.flags & ~0x800)) differs('A flag');
  const hasDescriptor = (flags & DESCRIPTOR) !== 0;
  const localSizes = zip64Sizes(readBytes(source, position + 30 + nameLength, extraLength), {
    size: local.readUInt32LE(22),
    compressedSize: local.readUInt32LE(18),
    localOffset: 0,
  });
  const later = (value: number): boolean => hasDescriptor && value === 0;
  if (localSizes.size !== header.size && !later(localSizes.size)) differs('The size');
  if (localSizes.compressedSize !== header.compressedSize && !later(localSizes.compressedSize))
    differs('The packed size');
  const localCrc = local.readUInt32LE(14);
  if (localCrc !== header.crc32 && !later(localCrc)) differs('The checksum');
  if (header.method === 0 && header.size !== header.compressedSize) differs('The size of stored data');

  const dataStart = position + 30 + nameLength + extraLength;
  if (dataStart + header.compressedSize > source.size) {
    scope.report('MV206', `${name} ends beyond the archive`, { offset: dataStart, symbol: name });
    return undefined;
  }
  return {
    name,
    method: header.method,
    flags: header.flags,
    crc32: header.crc32,
    compressedSize: header.compressedSize,
    size: header.size,
    dataStart,
    isFolder: name.endsWith('/'),
    descriptor: hasDescriptor ? descriptorLength(source, dataStart + header.compressedSize, header) : 0,
  };
}

/** A data descriptor is 12 bytes, 20 with sizes of 64 bits, and 4 more with its optional signature. */
function descriptorLength(source: ByteSource, position: number, header: CentralHeader): number {
  const bytes = readBytes(source, position, 24);
  const signed = bytes.length >= 4 && bytes.readUInt32LE(0) === 0x08074b50;
  const at = signed ? 4 : 0;
  if (bytes.length < at + 12 || bytes.readUInt32LE(at) !== header.crc32) return 0;
  const narrow =
    bytes.readUInt32LE(at + 4) === header.compressedSize % 2 ** 32 &&
    bytes.readUInt32LE(at + 8) === header.size % 2 ** 32;
  return at + (narrow ? 12 : 20);
}

function reportNames(headers: readonly CentralHeader[], scope: Scope): void {
  const seen = new Map<string, string>();
  for (const { name, unixMode, flags } of headers) {
    const problem = pathProblem(name);
    if (problem !== undefined) scope.report('MV203', `The archive's entry ${name} ${problem}`, { symbol: name });
    const kind = unixMode & 0o170000;
    if (kind !== 0 && kind !== 0o100000 && kind !== 0o040000) {
      scope.report('MV204', `The archive's entry ${name} is a link or a device`, { symbol: name });
    }
    if ((flags & ENCRYPTED) !== 0) scope.report('MV206', `${name} is encrypted or marked as such`, { symbol: name });
    const folded = name.toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined)
      scope.report('MV202', `The archive's entry ${name} collides with ${other}`, { symbol: name });
    seen.set(folded, name);
  }
}

/** Entries must follow each other without overlap, and without room between them. */
function reportCoverage(
  covered: { from: number; to: number; name: string }[],
  start: number,
  end: number,
  scope: Scope,
): void {
  let at = start;
  for (const { from, to, name } of covered.sort((a, b) => a.from - b.from)) {
    if (from < at) scope.report('MV207', `${name} overlaps the entry before it`, { offset: from, symbol: name });
    if (from > at) scope.report('MV207', `${from - at} bytes before ${name} belong to no entry`, { offset: at });
    at = Math.max(at, to);
  }
  if (at < end) scope.report('MV207', `${end - at} bytes before the directory belong to no entry`, { offset: at });
}

/**
 * Opens an entry's content, with its checksum verified, and hands it to `use`. What cannot be opened is a finding, and `use` is not called.
 */
export async function withEntry(
  archive: ZipArchive,
  entry: ZipEntry,
  scope: Scope,
  use: (content: ByteSource) => Promise<void>,
): Promise<void> {
  const packed = new SliceSource(archive.source, entry.dataStart, entry.compressedSize);
  if (entry.method === 0) {
    const claim = { start: entry.dataStart, length: entry.compressedSize, crc32: entry.crc32, name: entry.name };
    if (!scope.claimChecksum(archive.source, claim)) verifyChecksum(packed, entry, scope);
    return use(packed);
  }
  if (entry.method !== 8 && entry.method !== 93) {
    scope.report('MV206', `${entry.name} is packed by method ${entry.method}, which cannot be undone here`, {
      symbol: entry.name,
    });
    return;
  }
  const expanded = await expand(packed, entry.method === 8 ? 'deflate' : 'zstd', scope, entry.name);
  if (expanded === undefined) return;
  try {
    if (expanded.source.size !== entry.size) {
      scope.report('MV201', `${entry.name} unpacks to ${expanded.source.size} bytes, not ${entry.size}`, {
        symbol: entry.name,
      });
    }
    if (expanded.used < packed.size) {
      scope.report('MV207', `${packed.size - expanded.used} bytes follow the packed data of ${entry.name}`, {
        symbol: entry.name,
      });
    }
    verifyChecksum(expanded.source, entry, scope);
    await use(expanded.source);
  } finally {
    expanded.close();
  }
}

function verifyChecksum(content: ByteSource, entry: ZipEntry, scope: Scope): void {
  let crc = 0;
  for (const chunk of chunksOf(content)) crc = crc32(chunk, crc);
  if (crc !== entry.crc32)
    scope.report('MV206', `The checksum of ${entry.name} does not match`, { symbol: entry.name });
}
