/**
 * The tar format as POSIX.1-2001 defines it (ustar headers and pax extended headers), as far as image layers use it.
 * Writing is deterministic: equal entries give equal bytes.
 */

export const BLOCK = 512;

/** What a header says of an entry. */
export interface TarHeader {
  /** `/`-separated, without a leading slash. */
  path: string;
  type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';
  /** Permission bits. */
  mode: number;
  /** Bytes of content that follow. */
  size: number;
  /** Target of a link. */
  linkTarget?: string;
}

const TYPE_FLAG = { file: '0', hardlink: '1', symlink: '2', directory: '5' } as const;
const MAXIMUM_OCTAL_SIZE = 0o77777777777;

/** Bytes that fill the last block after `size` bytes. */
export const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** The end of an archive. */
export const END_OF_ARCHIVE = Buffer.alloc(2 * BLOCK);

/** Header blocks of an entry: owner 0:0 without names, `mtime` in seconds; what ustar cannot hold goes to a pax header. */
export function encodeHeader(header: TarHeader & { type: keyof typeof TYPE_FLAG }, mtime: number): Buffer {
  const path = header.type === 'directory' && !header.path.endsWith('/') ? `${header.path}/` : header.path;
  const target = header.linkTarget ?? '';
  const pax: Record<string, string> = {};
  const split = splitPath(path);
  if (split === undefined) pax['path'] = path;
  if (!fits(target, 100)) pax['linkpath'] = target;
  if (header.size > MAXIMUM_OCTAL_SIZE) pax['size'] = String(header.size);

  const { name, prefix } = split ?? { name: fallbackName(path), prefix: '' };
  const main = headerBlock({
    name,
    prefix,
    mode: header.mode,
    size: Math.min(header.size, MAXIMUM_OCTAL_SIZE),
    mtime,
    flag: TYPE_FLAG[header.type],
    target: 'linkpath' in pax ? fallbackName(target) : target,
  });
  if (Object.keys(pax).length === 0) return main;

  const records = Buffer.concat(
    Object.keys(pax)
      .sort()
      .map((key) => paxRecord(key, pax[key]!)),
  );
  const extended = headerBlock({
    name: 'PaxHeader',
    prefix: '',
    mode: 0o644,
    size: records.length,
    mtime,
    flag: 'x',
    target: '',
  });
  return Buffer.concat([extended, records, Buffer.alloc(padding(records.length)), main]);
}

function headerBlock(fields: {
  name: string;
  prefix: string;
  mode: number;
  size: number;
  mtime: number;
  flag: string;
  target: string;
}): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, offset: number, length: number): void => {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'latin1');
  };
  block.write(fields.name, 0, 100, 'utf8');
  octal(fields.mode, 100, 8);
  octal(0, 108, 8); // uid
  octal(0, 116, 8); // gid
  octal(fields.size, 124, 12);
  octal(fields.mtime, 136, 12);
  block.write(fields.flag, 156, 'latin1');
  block.write(fields.target, 157, 100, 'utf8');
  block.write('ustar\x0000', 257, 'latin1');
  octal(0, 329, 8); // device numbers
  octal(0, 337, 8);
  block.write(fields.prefix, 345, 155, 'utf8');
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** Sum of a header's bytes, its own field counted as spaces. */
export function checksum(block: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < BLOCK; index++) sum += index >= 148 && index < 156 ? 0x20 : block[index]!;
  return sum;
}

/** Name and prefix of ustar, or `undefined` if the path needs a pax header. */
function splitPath(path: string): { name: string; prefix: string } | undefined {
  if (!isAscii(path)) return undefined;
  if (path.length <= 100) return { name: path, prefix: '' };
  for (let slash = path.indexOf('/'); slash >= 0 && slash <= 155; slash = path.indexOf('/', slash + 1)) {
    const name = path.slice(slash + 1);
    if (slash > 0 && name.length > 0 && name.length <= 100) return { name, prefix: path.slice(0, slash) };
  }
  return undefined;
}

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);
const fits = (text: string, length: number): boolean => isAscii(text) && text.length <= length;

/** What readers without pax see instead of a long name. */
const fallbackName = (path: string): string =>
  path
    .replace(/[^\x20-\x7e]/g, '_')
    .slice(-100)
    .replace(/^\/+/, '');

/** `<length> <key>=<value>\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const body = Buffer.byteLength(` ${key}=${value}\n`);
  let length = body + String(body).length;
  length = body + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}
