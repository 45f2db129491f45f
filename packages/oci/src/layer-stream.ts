import { UserError } from '@mlops-actions/action-kit';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGzip, createZstdCompress } from 'node:zlib';
import { identityOf } from './file-identity.ts';
import type { Item, ItemFile } from './layer-items.ts';
import type { Compression } from './media-types.ts';
import { encodeHeader, END_OF_ARCHIVE, padding } from './tar-format.ts';

/** Bytes that are read at once: large enough to be quick, small enough to keep memory flat. */
const CHUNK = 256 * 1024;

/** Something changed between two readings of it. */
export const changedError = (what: string): Error =>
  new UserError(`${what} changed while the image was being made.`, {
    fix: 'Run the step again when nothing writes to it.',
  });

/** The layer's archive. A file that is no longer what it was when it was listed is an error. */
export async function* writeTar(items: readonly Item[], mtime: number): AsyncGenerator<Uint8Array, void, void> {
  for (const item of items) {
    yield encodeHeader(item, mtime);
    if (item.bytes !== undefined) yield item.bytes;
    else if (item.file !== undefined) yield* readUnchanged(item.file, item.size);
    const fill = padding(item.size);
    if (fill > 0) yield Buffer.alloc(fill);
  }
  yield END_OF_ARCHIVE;
}

async function* readUnchanged(file: ItemFile, size: number): AsyncGenerator<Uint8Array, void, void> {
  const handle = await open(file.path, constants.O_RDONLY);
  try {
    if (identityOf(await handle.stat({ bigint: true })) !== file.identity) throw changedError(`'${file.path}'`);
    const read = async (position: number): Promise<Buffer> => {
      // A fresh buffer each time: the network may still hold the one before.
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size - position));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) throw changedError(`'${file.path}'`);
      return buffer.subarray(0, bytesRead);
    };
    // One chunk is read while the one before is hashed or sent.
    let next = size === 0 ? undefined : read(0);
    for (let position = 0; next !== undefined;) {
      const chunk: Buffer = await next;
      position += chunk.length;
      next = position < size ? read(position) : undefined;
      next?.catch(() => undefined); // Thrown where it is awaited, unless the consumer has left.
      yield chunk;
    }
    if (identityOf(await handle.stat({ bigint: true })) !== file.identity) throw changedError(`'${file.path}'`);
  } finally {
    await handle.close();
  }
}

/** Compresses with fixed parameters, so that the same tar gives the same bytes. */
export function compressed(chunks: AsyncIterable<Uint8Array>, compression: Compression): AsyncIterable<Uint8Array> {
  if (compression === 'none') return chunks;
  const encoder = compression === 'gzip' ? createGzip({ level: 6 }) : createZstdCompress();
  // A failure reaches the consumer through the destroyed encoder.
  return pipeline(Readable.from(chunks), encoder, () => undefined) as AsyncIterable<Uint8Array>;
}
