import { UserError } from '@mlops-actions/action-kit';
import { BLOCK, checksum, padding, type TarHeader } from './tar-format.ts';

/** Names and pax headers longer than this have no honest use. */
const METADATA_LIMIT = 1024 * 1024;

/** Takes exact amounts of bytes out of a stream of chunks of any size. */
class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #current: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes, at most `limit` of them, or `undefined` at the end. */
  async some(limit: number): Promise<Uint8Array | undefined> {
    while (this.#current.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return undefined;
      this.#current = next.value;
    }
    const taken = this.#current.subarray(0, limit);
    this.#current = this.#current.subarray(taken.length);
    return taken;
  }

  /** Exactly `size` bytes; `undefined` if the stream has ended before the first. */
  async exactly(size: number): Promise<Buffer | undefined> {
    const bytes = Buffer.alloc(size);
    let filled = 0;
    while (filled < size) {
      const taken = await this.some(size - filled);
      if (taken === undefined) {
        if (filled === 0) return undefined;
        throw malformed('it ends in the middle of an entry');
      }
      bytes.set(taken, filled);
      filled += taken.length;
    }
    return bytes;
  }

  async skip(size: number): Promise<void> {
    for (let left = size; left > 0;) {
      const taken = await this.some(left);
      if (taken === undefined) throw malformed('it ends in the middle of an entry');
      left -= taken.length;
    }
  }

  async drain(): Promise<void> {
    while ((await this.some(Number.MAX_SAFE_INTEGER)) !== undefined);
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

const malformed = (problem: string): UserError => new UserError(`The tar archive of a layer is malformed: ${problem}.`);

/** An entry of an archive that is being read. Its content must be read, or left, before the next entry is asked for. */
export interface TarEntry extends TarHeader {
  content: () => AsyncGenerator<Uint8Array, void, void>;
}

/**
 * Reads an archive of untrusted origin as a stream: ustar, pax (also global headers) and GNU long names. Paths are given as they
 * stand there. The source is read to its very end, so that a digest over it is complete.
 */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, void> {
  const reader = new ByteReader(chunks);
  const global: Record<string, string> = {};
  let local: Record<string, string> = {};
  try {
    for (;;) {
      const block = await reader.exactly(BLOCK);
      if (block === undefined) break;
      if (block.every((byte) => byte === 0)) break;
      if (block.length < BLOCK || checksum(block) !== number(block, 148, 8))
        throw malformed('a header has a wrong checksum');
      const flag = String.fromCharCode(block[156]!);
      const ownSize = number(block, 124, 12);

      if (flag === 'x' || flag === 'g' || flag === 'L' || flag === 'K') {
        if (ownSize > METADATA_LIMIT) throw malformed('a header is larger than 1 MiB');
        const bytes = (await reader.exactly(ownSize)) ?? Buffer.alloc(0);
        await reader.skip(padding(ownSize));
        if (flag === 'x') Object.assign(local, paxRecords(bytes));
        else if (flag === 'g') Object.assign(global, paxRecords(bytes));
        else local[flag === 'L' ? 'path' : 'linkpath'] = untilNull(bytes);
        continue;
      }

      const pax: Record<string, string> = { ...global, ...local };
      local = {};
      if (flag === 'S' || Object.keys(pax).some((key) => key.startsWith('GNU.sparse.'))) {
        throw new UserError('A layer holds a sparse file, which is not supported.');
      }
      const size = pax['size'] === undefined ? ownSize : Number(pax['size']);
      if (!Number.isSafeInteger(size) || size < 0) throw malformed('an entry has no valid size');
      const type = typeOf(flag);
      const linkTarget = pax['linkpath'] ?? untilNull(block.subarray(157, 257));
      const path = pax['path'] ?? ustarPath(block);

      let left = size;
      const content = async function* (): AsyncGenerator<Uint8Array, void, void> {
        while (left > 0) {
          const taken = await reader.some(left);
          if (taken === undefined) throw malformed('it ends in the middle of a file');
          left -= taken.length;
          yield taken;
        }
      };
      yield {
        // Archives older than POSIX mark a directory by a slash at the end of its name.
        type: type === 'file' && path.endsWith('/') ? 'directory' : type,
        path,
        mode: number(block, 100, 8) & 0o7777,
        size,
        ...((type === 'symlink' || type === 'hardlink') && { linkTarget }),
        content,
      };
      await reader.skip(left);
      await reader.skip(padding(size));
    }
    await reader.drain();
  } finally {
    await reader.close();
  }
}

function typeOf(flag: string): TarHeader['type'] {
  switch (flag) {
    case '0':
    case '\0':
    case '7': // contiguous file
      return 'file';
    case '1':
      return 'hardlink';
    case '2':
      return 'symlink';
    case '5':
      return 'directory';
    default:
      return 'other';
  }
}

function untilNull(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

function ustarPath(block: Buffer): string {
  const name = untilNull(block.subarray(0, 100));
  // Only POSIX archives have a prefix there; GNU keeps other things in that place.
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? untilNull(block.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** A number in octal digits, or in GNU's binary form for what octal cannot hold. */
function number(block: Buffer, offset: number, length: number): number {
  const field = block.subarray(offset, offset + length);
  if ((field[0]! & 0x80) === 0) {
    const text = untilNull(field).trim();
    if (!/^[0-7]*$/.test(text)) throw malformed('a header holds a number that is not octal');
    return text === '' ? 0 : Number.parseInt(text, 8);
  }
  if (field[0] === 0xff) throw malformed('a header holds a negative number');
  let value = BigInt(field[0]! & 0x7f);
  for (const byte of field.subarray(1)) value = (value << 8n) | BigInt(byte);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('a header holds a number that is too large');
  return Number(value);
}

/** The records of a pax header: `<length> <key>=<value>\n`. */
function paxRecords(bytes: Buffer): Record<string, string> {
  const records: Record<string, string> = {};
  for (let start = 0; start < bytes.length;) {
    const space = bytes.indexOf(0x20, start);
    const digits = space < 0 ? '' : bytes.toString('latin1', start, space);
    const length = /^\d{1,7}$/.test(digits) ? Number(digits) : 0;
    const end = start + length;
    const equals = bytes.indexOf(0x3d, space);
    if (length === 0 || end > bytes.length || bytes[end - 1] !== 0x0a || equals < 0 || equals >= end) {
      throw malformed('a pax header is broken');
    }
    records[bytes.toString('utf8', space + 1, equals)] = bytes.toString('utf8', equals + 1, end - 1);
    start = end;
  }
  return records;
}
