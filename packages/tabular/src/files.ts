import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { messageOf, UserError } from '@mlops-actions/action-kit';

export type TableFormat = 'csv' | 'ndjson' | 'parquet';

/** How the bytes of text files are letters; UTF-16 is known by its byte order mark and need not be said. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'iso-8859-1';

/** What the first bytes of a file and its name say about it. */
export interface FileFacts {
  readonly format: TableFormat;
  readonly gzip: boolean;
  readonly encoding: TextEncoding;
  /** Bytes of the byte order mark of UTF-8. */
  readonly bom: number;
  /** Whether text can be read from any byte on: neither packed nor in another encoding than UTF-8. */
  readonly seekable: boolean;
}

const CHUNK_BYTES = 256 * 1024;
/** Enough to see what a file is; one that holds no more is taken whole. */
const HEAD_BYTES = 4096;

/** @throws UserError if the file cannot be read or is empty */
export async function factsOf(file: string, encoding: TextEncoding = 'utf-8'): Promise<FileFacts> {
  const packed = await readHead(file);
  if (packed.length === 0) throw new UserError(`'${file}' is empty.`);
  const byName = formatByName(file);
  if (byName === 'parquet' || (byName === undefined && packed.toString('latin1', 0, 4) === 'PAR1')) {
    return { format: 'parquet', gzip: false, encoding: 'utf-8', bom: 0, seekable: true };
  }
  const gzip = packed[0] === 0x1f && packed[1] === 0x8b;
  const head = gzip ? await firstChunk(gunzipped(file)) : packed;
  if (head.length === 0) throw new UserError(`'${file}' is empty.`);
  const [a, b, c] = head;
  const marked: TextEncoding | undefined =
    a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : undefined;
  const bom = a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0;
  const found = marked ?? (bom > 0 ? 'utf-8' : encoding);
  const opening = new TextDecoder(found).decode(head.subarray(0, 400));
  return {
    format: byName ?? (/^\s*\{/.test(opening) ? 'ndjson' : 'csv'),
    gzip,
    encoding: found,
    bom,
    seekable: !gzip && found === 'utf-8',
  };
}

/**
 * The text of a file as UTF-8, without its byte order mark, from byte `start` on where it can be sought in.
 *
 * @throws UserError if it cannot be read, is cut off, or is not in its encoding
 */
export async function* readText(file: string, facts: FileFacts, start = 0): AsyncGenerator<Buffer> {
  if (facts.seekable) {
    yield* raw(file, Math.max(start, facts.bom));
    return;
  }
  const chunks = facts.gzip ? gunzipped(file) : raw(file, 0);
  if (facts.encoding === 'utf-8') {
    let skip = facts.bom;
    for await (const chunk of chunks) {
      const skipped = Math.min(skip, chunk.length);
      skip -= skipped;
      yield chunk.subarray(skipped);
    }
    return;
  }
  const decoder = new TextDecoder(facts.encoding, { fatal: true });
  try {
    for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
    yield Buffer.from(decoder.decode());
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError(`'${file}' holds bytes that are not ${facts.encoding.toUpperCase()}.`, { cause: error });
  }
}

function formatByName(file: string): TableFormat | undefined {
  const extension = /\.([a-z]+)(\.gz)?$/i.exec(file)?.[1]?.toLowerCase();
  switch (extension) {
    case 'csv':
    case 'tsv':
      return 'csv';
    case 'ndjson':
    case 'jsonl':
      return 'ndjson';
    case 'parquet':
      return 'parquet';
    default:
      return undefined;
  }
}

async function readHead(file: string): Promise<Buffer> {
  try {
    const handle = await open(file);
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function firstChunk(chunks: AsyncGenerator<Buffer>): Promise<Buffer> {
  for await (const chunk of chunks) return chunk;
  return Buffer.alloc(0);
}

function unreadable(file: string, error: unknown): UserError {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return new UserError(`There is no file '${file}'.`, {
        fix: 'Paths in inputs are relative to the working directory, those in model.yaml to its folder.',
      });
    case 'EISDIR':
      return new UserError(`'${file}' is a folder, not a file.`);
    default:
      return new UserError(`'${file}' cannot be read: ${messageOf(error)}.`, { cause: error });
  }
}

/** Two buffers in turn: what is yielded is valid until the next but one is asked for. */
async function* raw(file: string, start: number): AsyncGenerator<Buffer> {
  let handle;
  try {
    handle = await open(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  try {
    const buffers = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)];
    for (let position = start, turn = 0; ; turn ^= 1) {
      let bytesRead: number;
      try {
        ({ bytesRead } = await handle.read(buffers[turn]!, 0, CHUNK_BYTES, position));
      } catch (error) {
        throw unreadable(file, error);
      }
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffers[turn]!.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function* gunzipped(file: string): AsyncGenerator<Buffer> {
  const unpacked = new PassThrough({ readableHighWaterMark: CHUNK_BYTES });
  // A failure anywhere in the pipeline destroys its end, and so is thrown to whoever reads there.
  pipeline(createReadStream(file), createGunzip({ chunkSize: CHUNK_BYTES }), unpacked).catch(() => undefined);
  try {
    for await (const chunk of unpacked) yield chunk as Buffer;
  } catch (error) {
    throw new UserError(`'${file}' is not a whole gzip file: ${messageOf(error)}.`, { cause: error });
  }
}
