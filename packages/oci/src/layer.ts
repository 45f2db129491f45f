import { UserError } from '@mlops-actions/action-kit';
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGzip, createZstdCompress } from 'node:zlib';
import { Meter, verified, type Digest } from './digest.ts';
import type { Blob, Descriptor } from './image.ts';
import { layerMediaType, type Compression, type Family } from './media-types.ts';
import { encodeHeader, END_OF_ARCHIVE, padding } from './tar-format.ts';

/** Something to put into a layer. */
export interface LayerEntry {
  /** Path in the image, with or without a leading slash. */
  path: string;
  /** A file on disk, bytes at hand, or the target of a symbolic link. */
  from: { file: string } | { bytes: Uint8Array } | { link: string };
  /** Whether a file may be run: mode 0755 instead of 0644. */
  executable?: boolean;
}

/** How a layer is made. */
export interface LayerOptions {
  /** What the layer is for (`model`, `code`), for reports and history. */
  kind: string;
  family?: Family;
  compression?: Compression;
  /** Modification time of every entry, in seconds since 1970. */
  mtime?: number;
  /**
   * Path in the image that is the layer's own: directories at and below it are written as entries (0755). Directories above are
   * not, since an entry would replace what the base says of them (`/tmp` 1777, a symlink of a merged /usr).
   */
  ownPrefix?: string;
}

/** A layer to lay over a base. */
export interface Layer extends Blob {
  kind: string;
  /** Digest of the tar before compression. */
  diffId: Digest;
  /** Its regular files, in the order of their paths. */
  files: LayerFile[];
}

/** A regular file of a layer. */
export interface LayerFile {
  /** Path in the image, without a leading slash. */
  path: string;
  /** Bytes. */
  size: number;
}

/** A layer made of files here. It can be sent as often as needed; nothing of it is kept in memory or on disk. */
export interface BuiltLayer extends Layer {
  /** With the digest of each: what was hashed is what is sent. */
  files: (LayerFile & { digest: Digest })[];
}

/** Bytes that are read at once: large enough to be quick, small enough to keep memory flat. */
const CHUNK = 256 * 1024;
/** Octal digits of the header hold no more. */
const MAXIMUM_MTIME = 0o77777777777;

/**
 * Lays out and hashes a layer. Equal contents at equal paths give equal digests, whatever the order, owner, time or place of the
 * files. A file that changes between hashing and sending is an error when it is sent.
 */
export async function buildLayer(entries: readonly LayerEntry[], options: LayerOptions): Promise<BuiltLayer> {
  const { kind, family = 'oci', compression = 'none', mtime = 0, ownPrefix } = options;
  if (!Number.isSafeInteger(mtime) || mtime < 0 || mtime > MAXIMUM_MTIME) {
    throw new UserError(`The modification time ${mtime} is not a number of seconds since 1970.`);
  }
  const items = await layOut(entries, ownPrefix);
  const tar = (): AsyncGenerator<Uint8Array, void, void> => writeTar(items, mtime, contentOf);

  const files: BuiltLayer['files'] = [];
  const hashed = async function* (item: Item): AsyncGenerator<Uint8Array, void, void> {
    const meter = new Meter();
    for await (const chunk of contentOf(item)) {
      meter.add(chunk);
      yield chunk;
    }
    if (item.type === 'file') files.push({ path: item.path, size: item.size, digest: meter.digest() });
  };
  const plain = new Meter();
  const metered = async function* (): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of writeTar(items, mtime, hashed)) {
      plain.add(chunk);
      yield chunk;
    }
  };
  const stored = new Meter();
  for await (const chunk of compressed(metered(), compression)) if (compression !== 'none') stored.add(chunk);
  const diffId = plain.digest();
  const descriptor: Descriptor = {
    mediaType: layerMediaType(family, compression),
    digest: compression === 'none' ? diffId : stored.digest(),
    size: compression === 'none' ? plain.size : stored.size,
  };
  const changed = (): Error => changedError(`A file of the ${kind} layer`);
  return {
    kind,
    descriptor,
    diffId,
    files,
    open: () => verified(compressed(tar(), compression), descriptor, changed),
  };
}

interface Item {
  path: string;
  type: 'file' | 'directory' | 'symlink';
  mode: number;
  size: number;
  linkTarget?: string;
  bytes?: Uint8Array;
  file?: { path: string; identity: string };
}

async function layOut(entries: readonly LayerEntry[], ownPrefix: string | undefined): Promise<Item[]> {
  const items = new Map<string, Item>();
  for (const entry of entries) {
    const path = imagePath(entry.path);
    if (items.has(path)) {
      throw new UserError(`Two files are to be placed at /${path} of the image.`, {
        fix: 'Give one of them another destination.',
      });
    }
    items.set(path, await itemOf(path, entry));
  }
  const own = ownPrefix === undefined ? undefined : imagePath(ownPrefix);
  for (const path of [...items.keys()]) {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const parent = path.slice(0, slash);
      const there = items.get(parent);
      if (there !== undefined && there.type !== 'directory') {
        throw new UserError(`/${parent} of the image is to be a file, and /${path} is to lie below it.`);
      }
      if (own === undefined || !(parent === own || parent.startsWith(`${own}/`))) continue;
      items.set(parent, { path: parent, type: 'directory', mode: 0o755, size: 0 });
    }
  }
  return [...items.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function itemOf(path: string, { from, executable }: LayerEntry): Promise<Item> {
  const mode = executable === true ? 0o755 : 0o644;
  if ('link' in from) return { path, type: 'symlink', mode: 0o777, size: 0, linkTarget: from.link };
  if ('bytes' in from) return { path, type: 'file', mode, size: from.bytes.length, bytes: from.bytes };
  const info = await stat(from.file, { bigint: true });
  if (!info.isFile()) throw new UserError(`'${from.file}' is not a regular file.`);
  return { path, type: 'file', mode, size: Number(info.size), file: { path: from.file, identity: identityOf(info) } };
}

/** Changes whenever a file's content does, as far as the file system tells. */
const identityOf = (info: { ino: bigint; size: bigint; mtimeNs: bigint }): string =>
  `${info.ino} ${info.size} ${info.mtimeNs}`;

/** A path as tar entries have it; what could leave the image's root or be taken for a whiteout is refused. */
function imagePath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const wrong =
    parts.length === 0 || parts.some((part) => part === '..' || part.startsWith('.wh.')) || path.includes('\0');
  if (wrong)
    throw new UserError(`'${path}' cannot be a path in an image.`, {
      fix: "Use an absolute path without '..' and '.wh.'.",
    });
  return parts.join('/');
}

const changedError = (what: string): Error =>
  new UserError(`${what} changed while the image was being made.`, {
    fix: 'Run the step again when nothing writes to it.',
  });

async function* writeTar(
  items: readonly Item[],
  mtime: number,
  content: (item: Item) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  for (const item of items) {
    yield encodeHeader(item, mtime);
    yield* content(item);
    const fill = padding(item.size);
    if (fill > 0) yield Buffer.alloc(fill);
  }
  yield END_OF_ARCHIVE;
}

async function* contentOf(item: Item): AsyncGenerator<Uint8Array, void, void> {
  if (item.bytes !== undefined) yield item.bytes;
  else if (item.file !== undefined) yield* readUnchanged(item.file, item.size);
}

async function* readUnchanged(file: NonNullable<Item['file']>, size: number): AsyncGenerator<Uint8Array, void, void> {
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
function compressed(chunks: AsyncIterable<Uint8Array>, compression: Compression): AsyncIterable<Uint8Array> {
  if (compression === 'none') return chunks;
  const encoder = compression === 'gzip' ? createGzip({ level: 6 }) : createZstdCompress();
  // A failure reaches the consumer through the destroyed encoder.
  return pipeline(Readable.from(chunks), encoder, () => undefined) as AsyncIterable<Uint8Array>;
}
