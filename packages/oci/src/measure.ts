import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { identityOf } from './file-identity.ts';
import type { Item } from './layer-items.ts';
import { encodeHeader, END_OF_ARCHIVE, padding } from './tar-format.ts';
import type { Digest } from './digest.ts';

/** What a layer's archive comes to. */
export interface Measured {
  digest: Digest;
  /** Bytes. */
  size: number;
  /** The regular files, in the order of the archive. */
  files: { path: string; size: number; digest: Digest }[];
}

/** A file that is no longer what it was when it was listed. */
export interface Changed {
  changed: string;
}

const CHUNK = 1024 * 1024;

/**
 * Hashes a layer's archive and each file in it, in one reading of every file. It waits for the disk: where much is to be read, it runs in a thread.
 * So it imports nothing that starts slowly, and gives its errors as data.
 *
 * @param mtime of every entry; without it the archive is not hashed, and its digest is that of nothing
 */
export function measure(items: readonly Item[], mtime: number | undefined): Measured | Changed {
  const archive = createHash('sha256');
  const files: Measured['files'] = [];
  const buffer = Buffer.allocUnsafeSlow(CHUNK);
  let size = 0;
  const add = (bytes: Uint8Array): void => {
    if (mtime !== undefined) archive.update(bytes);
    size += bytes.length;
  };
  for (const item of items) {
    add(encodeHeader(item, mtime ?? 0));
    if (item.type === 'file') {
      const hash = createHash('sha256');
      const take = (bytes: Uint8Array): void => {
        hash.update(bytes);
        add(bytes);
      };
      if (item.bytes !== undefined) take(item.bytes);
      else if (!readFile(item, buffer, take)) return { changed: item.file!.path };
      files.push({ path: item.path, size: item.size, digest: `sha256:${hash.digest('hex')}` });
    }
    add(Buffer.alloc(padding(item.size)));
  }
  add(END_OF_ARCHIVE);
  return { digest: `sha256:${archive.digest('hex')}`, size, files };
}

/** Gives a file's bytes to `take`, which must not keep them; false if the file has changed. */
function readFile({ file, size }: Item, buffer: Buffer, take: (bytes: Uint8Array) => void): boolean {
  const descriptor = openSync(file!.path, 'r');
  try {
    const isSame = (): boolean => identityOf(fstatSync(descriptor, { bigint: true })) === file!.identity;
    if (!isSame()) return false;
    for (let position = 0; position < size;) {
      const read = readSync(descriptor, buffer, 0, Math.min(CHUNK, size - position), position);
      if (read === 0) return false;
      take(buffer.subarray(0, read));
      position += read;
    }
    return isSame();
  } finally {
    closeSync(descriptor);
  }
}
