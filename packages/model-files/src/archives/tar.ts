import { FormatError } from '../cursor.ts';
import type { Scope } from '../scope.ts';
import { readBytes, SliceSource, type ByteSource } from '../source.ts';
import { pathProblem } from './paths.ts';

const BLOCK = 512;
const MAX_META = 1 << 20;

/** Every entry of a tar archive as a file; links and devices are findings. */
export async function scanTar(source: ByteSource, scope: Scope): Promise<void> {
  const names = new Set<string>();
  let longName: string | undefined;
  let at = 0;
  while (at + BLOCK <= source.size) {
    const header = readBytes(source, at, BLOCK);
    if (header.every((byte) => byte === 0)) break;
    if (!hasChecksum(header)) throw new FormatError(`the tar header at byte ${at} is damaged`);
    if (--scope.budget.entries < 0) throw new FormatError('the archive holds more entries than may be looked at');
    const size = sizeOf(header);
    const start = at + BLOCK;
    if (start + size > source.size) throw new FormatError(`the tar entry at byte ${at} ends beyond the archive`);
    at = start + Math.ceil(size / BLOCK) * BLOCK;

    const type = String.fromCharCode(header[156]!);
    if (type === 'L' || type === 'x') {
      const meta = readBytes(source, start, Math.min(size, MAX_META));
      const name = type === 'L' ? text(meta) : paxPath(meta);
      longName = name ?? longName;
      continue;
    }
    if (type === 'K' || type === 'g') continue;
    const prefix = header.toString('latin1', 257, 262) === 'ustar' ? text(header.subarray(345, 500)) : '';
    const name = longName ?? (prefix === '' ? '' : `${prefix}/`) + text(header.subarray(0, 100));
    longName = undefined;
    reportName(name, names, scope);
    if (type === '0' || type === '\0' || type === '7') await scope.inspect(new SliceSource(source, start, size), name);
    else if (type === '1' || type === '2' || type === '3' || type === '4' || type === '6') {
      scope.report('MV204', `The archive's entry ${name} is a link or a device`, { symbol: name });
    } else if (type !== '5') {
      scope.report('MV206', `The archive's entry ${name} is of type ${type}, which cannot be read here`, {
        symbol: name,
      });
    }
  }
  reportTail(source, at, scope);
}

function reportName(name: string, names: Set<string>, scope: Scope): void {
  const problem = pathProblem(name);
  if (problem !== undefined) scope.report('MV203', `The archive's entry ${name} ${problem}`, { symbol: name });
  const folded = name.toLowerCase();
  if (names.has(folded)) scope.report('MV202', `The archive's entry ${name} stands there twice`, { symbol: name });
  names.add(folded);
}

function reportTail(source: ByteSource, end: number, scope: Scope): void {
  const limit = Math.min(source.size, end + (1 << 20));
  const tail = readBytes(source, end, limit - end);
  const hidden = tail.findIndex((byte) => byte !== 0);
  if (hidden >= 0 || limit < source.size) {
    scope.report('MV207', `${source.size - end} bytes follow the last entry of the archive`, { offset: end });
  }
}

/** True if the bytes begin with a tar header. */
export function isTar(source: ByteSource): boolean {
  const header = readBytes(source, 0, BLOCK);
  return header.length === BLOCK && header.some((byte) => byte !== 0) && hasChecksum(header);
}

/** The sum of the header's bytes, with its own field taken as spaces. */
function hasChecksum(header: Buffer): boolean {
  const stated = octal(header.subarray(148, 156));
  if (stated === undefined) return false;
  let sum = 8 * 0x20;
  for (let index = 0; index < BLOCK; index++) if (index < 148 || index >= 156) sum += header[index]!;
  return sum === stated;
}

function sizeOf(header: Buffer): number {
  const field = header.subarray(124, 136);
  // Sizes beyond 8 GiB are binary, marked by the highest bit.
  const size = (field[0]! & 0x80) !== 0 ? Number(field.readBigUInt64BE(4)) : octal(field);
  if (size === undefined || !Number.isSafeInteger(size)) throw new FormatError('a tar entry has no size');
  return size;
}

function octal(field: Buffer): number | undefined {
  const digits = text(field).trim();
  return /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : undefined;
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}

/** The `path` of a pax header: records of `length key=value\n`. */
function paxPath(meta: Buffer): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < meta.length;) {
    const space = meta.indexOf(0x20, at);
    const length = space < 0 ? NaN : Number(meta.toString('latin1', at, space));
    if (!(length > space - at) || at + length > meta.length) break;
    const record = meta.toString('utf8', space + 1, at + length - 1);
    if (record.startsWith('path=')) path = record.slice(5);
    at += length;
  }
  return path;
}
