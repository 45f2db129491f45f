import { crc32 } from 'node:zlib';
import { expand } from '../expand.ts';
import { FormatError } from '../cursor.ts';
import type { Scope } from '../scope.ts';
import { chunksOf, readBytes, SliceSource, type ByteSource } from '../source.ts';
import { pathProblem } from './paths.ts';
import { findZipEnd, locateDirectory, readCentralHeaders, zip64Sizes, type CentralHeader } from './zip-directory.ts';

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

const LOCAL = 0x04034b50;
const ENCRYPTED = 0x2041; // bits 0, 6 and 13
const DESCRIPTOR = 0x8;

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
  for (const { name, unicodeName, unixMode, flags } of headers) {
    const problem = pathProblem(name);
    if (problem !== undefined) scope.report('MV203', `The archive's entry ${name} ${problem}`, { symbol: name });
    const kind = unixMode & 0o170000;
    if (kind !== 0 && kind !== 0o100000 && kind !== 0o040000) {
      scope.report('MV204', `The archive's entry ${name} is a link or a device`, { symbol: name });
    }
    if (unicodeName !== undefined && unicodeName !== name) {
      scope.report('MV201', `${name} is called ${unicodeName} in its Unicode field`, { symbol: name });
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
