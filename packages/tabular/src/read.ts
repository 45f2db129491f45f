import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf, UserError } from '@mlops-actions/action-kit';
import { readCsv } from './csv.ts';
import { readNdjson } from './ndjson.ts';
import type { Batch } from './table.ts';

export type TableFormat = 'csv' | 'ndjson' | 'parquet';

export interface TableOptions {
  /** The columns to read, each of which must be there once. */
  columns: readonly string[];
}

/**
 * Reads some columns of a table, in batches, without holding the file in memory.
 *
 * The format is that of the file's name (`.csv`, `.tsv`, `.ndjson`, `.jsonl`, `.parquet`, the text formats also with `.gz`), or of its content where
 * the name does not say. CSV is RFC 4180 with a header, in UTF-8; its separator is the comma, semicolon, tab or bar that the header has most of.
 *
 * @throws UserError naming file and row: unreadable, cut off, not of its format, ragged, a column missing
 */
export async function* readTable(file: string, { columns }: TableOptions): AsyncGenerator<Batch> {
  const head = await readHead(file);
  if (head.length === 0) throw new UserError(`'${file}' is empty.`);
  const format = formatByName(file) ?? (isParquet(head) ? 'parquet' : undefined);
  if (format === 'parquet') {
    const { readParquet } = await import('./parquet.ts');
    yield* readParquet(file, columns);
    return;
  }
  const chunks = isGzip(head) ? gunzipped(file) : raw(file);
  const first = await chunks.next();
  if (first.done === true) throw new UserError(`'${file}' is empty.`);
  const all = startingWith(withoutBom(first.value, file), chunks);
  const textFormat = format ?? (/^\s*\{/.test(first.value.toString('latin1', 0, 200)) ? 'ndjson' : 'csv');
  yield* textFormat === 'ndjson' ? readNdjson(file, all, columns) : readCsv(file, all, columns);
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

const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;
const isParquet = (head: Buffer): boolean => head.toString('latin1', 0, 4) === 'PAR1';

async function readHead(file: string): Promise<Buffer> {
  try {
    const handle = await open(file);
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(file, error);
  }
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

const CHUNK_BYTES = 256 * 1024;

async function* raw(file: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) yield chunk as Buffer;
  } catch (error) {
    throw unreadable(file, error);
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

function withoutBom(first: Buffer, file: string): Buffer {
  const [a, b, c] = first;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw new UserError(`'${file}' is UTF-16.`, { fix: 'Save it as UTF-8.' });
  }
  return a === 0xef && b === 0xbb && c === 0xbf ? first.subarray(3) : first;
}

async function* startingWith(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}
