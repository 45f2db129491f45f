import { randomUUID } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';
import { messageOf } from '@mlops-actions/action-kit';
import { decodeBzip2 } from './codecs/bzip2.ts';
import { decodeLz4 } from './codecs/lz4.ts';
import { decodeLzmaAlone } from './codecs/lzma.ts';
import { decodeXz } from './codecs/xz.ts';
import { Cursor } from './cursor.ts';
import type { Scope } from './scope.ts';
import { chunksOf, FileSource, MemorySource, readBytes, type ByteSource } from './source.ts';

const ENGINES = {
  deflate: () => createInflateRaw(),
  gzip: () => createGunzip(),
  zlib: () => createInflate(),
  zstd: () => createZstdDecompress(),
};

/** Those that Node.js lacks. Each begins at the cursor and leaves it behind what it used. */
const DECODERS = {
  bzip2: decodeBzip2,
  lz4: decodeLz4,
  // The old kind of LZMA file has no magic number; its first byte is never that of xz.
  xz: (cursor: Cursor) =>
    (readBytes(cursor.source, cursor.position, 1)[0] === 0xfd ? decodeXz : decodeLzmaAlone)(cursor),
};

/** The compressions that can be undone. */
export type Compression = keyof typeof ENGINES | keyof typeof DECODERS;

/** Up to this size, unpacked data stays in memory; beyond, it goes to a temporary file. */
const IN_MEMORY = 64 * 2 ** 20;
/** Growth that no honest model shows, and from which size on it matters. */
const MAX_RATIO = 250;
const RATIO_COUNTS_FROM = 128 * 2 ** 20;

/** Unpacked bytes; `close` removes what was written to disk. */
export interface Expanded {
  source: ByteSource;
  /** Compressed bytes that were used; what follows them is no part of the stream. */
  used: number;
  close(): void;
}

/**
 * Unpacks a compressed source as a stream, within the budget. Damaged or exploding data is a finding, and then the result is `undefined`.
 */
export async function expand(
  source: ByteSource,
  compression: Compression,
  scope: Scope,
  name: string,
): Promise<Expanded | undefined> {
  const spool = new Spool();
  const take: Take = (chunk) => {
    scope.budget.unpackedBytes -= chunk.length;
    spool.write(chunk);
    const ratio = spool.size / Math.max(1, source.size);
    if (spool.size > RATIO_COUNTS_FROM && ratio > MAX_RATIO)
      return `${name} grows by a factor of more than ${MAX_RATIO}; it was not unpacked further`;
    if (scope.budget.unpackedBytes < 0)
      return `${name} exceeds what may be unpacked altogether; it was not unpacked further`;
    return undefined;
  };
  try {
    const { used, bomb } = isDecoder(compression)
      ? decode(source, compression, take)
      : await inflate(source, compression, take);
    if (bomb !== undefined) {
      scope.report('MV205', bomb);
      spool.discard();
      return undefined;
    }
    return { source: spool.finish(), used, close: () => spool.discard() };
  } catch (error) {
    spool.discard();
    scope.report('MV206', `${name} cannot be unpacked: ${messageOf(error)}`);
    return undefined;
  }
}

/** How unpacking ended: how many bytes were used, and why it was stopped, if it was. */
interface Unpacked {
  used: number;
  bomb: string | undefined;
}

/** Takes a chunk; a text says that it was one too many. */
type Take = (chunk: Buffer) => string | undefined;

function isDecoder(compression: Compression): compression is Exclude<Compression, keyof typeof ENGINES> {
  return compression in DECODERS;
}

function decode(source: ByteSource, compression: keyof typeof DECODERS, take: Take): Unpacked {
  const cursor = new Cursor(source);
  for (const chunk of DECODERS[compression](cursor)) {
    const bomb = take(chunk);
    if (bomb !== undefined) return { used: cursor.position, bomb };
  }
  return { used: cursor.position, bomb: undefined };
}

async function inflate(source: ByteSource, compression: keyof typeof ENGINES, take: Take): Promise<Unpacked> {
  const engine = ENGINES[compression]();
  const bomb = await new Promise<string | undefined>((resolve, reject) => {
    engine.on('data', (chunk: Buffer) => {
      const stop = take(chunk);
      if (stop === undefined) return;
      resolve(stop);
      engine.destroy();
    });
    engine.on('end', () => resolve(undefined));
    engine.on('error', reject);
    feed(engine, source);
  });
  return { used: engine.bytesWritten, bomb };
}

function feed(engine: ReturnType<(typeof ENGINES)[keyof typeof ENGINES]>, source: ByteSource): void {
  const chunks = chunksOf(source);
  const next = (): void => {
    for (;;) {
      if (engine.destroyed) return;
      const chunk = chunks.next();
      if (chunk.done === true) {
        engine.end();
        return;
      }
      // The chunk's memory is used again for the next one.
      if (!engine.write(Buffer.from(chunk.value))) {
        engine.once('drain', next);
        return;
      }
    }
  };
  next();
}

/** Collects bytes in memory, and in a temporary file when they become many. */
class Spool {
  size = 0;
  #chunks: Buffer[] = [];
  #file: string | undefined;
  #descriptor: number | undefined;
  #source: FileSource | undefined;

  write(chunk: Buffer): void {
    this.size += chunk.length;
    if (this.#descriptor === undefined) {
      this.#chunks.push(chunk);
      if (this.size > IN_MEMORY) this.#moveToDisk();
    } else writeSync(this.#descriptor, chunk);
  }

  finish(): ByteSource {
    if (this.#descriptor === undefined) return new MemorySource(Buffer.concat(this.#chunks));
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#source = new FileSource(this.#file!);
    return this.#source;
  }

  discard(): void {
    this.#chunks = [];
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#source?.close();
    this.#source = undefined;
    if (this.#file !== undefined) rmSync(this.#file, { force: true });
    this.#file = undefined;
  }

  #moveToDisk(): void {
    const folder = process.env['RUNNER_TEMP'] ?? os.tmpdir();
    this.#file = path.join(folder, `unpacked-${randomUUID()}`);
    this.#descriptor = openSync(this.#file, 'wx', 0o600);
    for (const chunk of this.#chunks) writeSync(this.#descriptor, chunk);
    this.#chunks = [];
  }
}
