import { UserError } from '@mlops-actions/action-kit';
import { Meter, verified, type Digest } from './digest.ts';
import { measured } from './hash-threads.ts';
import type { Blob, Descriptor } from './image.ts';
import { layOut } from './layer-items.ts';
import { changedError, compressed, writeTar } from './layer-stream.ts';
import { layerMediaType, type Compression, type Family } from './media-types.ts';

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
  const { digest: diffId, size, files } = await measured(items, mtime);
  const content = (): AsyncIterable<Uint8Array> => compressed(writeTar(items, mtime), compression);
  const descriptor: Descriptor = {
    mediaType: layerMediaType(family, compression),
    ...(compression === 'none' ? { digest: diffId, size } : await meter(content())),
  };
  const changed = (): Error => changedError(`A file of the ${kind} layer`);
  return {
    kind,
    descriptor,
    diffId,
    files,
    openUnchecked: content,
    open: () => verified(content(), descriptor, changed),
  };
}

/** The digests of files as they would be in a layer of these entries, at half of its cost. */
export async function digestFiles(entries: readonly LayerEntry[]): Promise<BuiltLayer['files']> {
  return (await measured(await layOut(entries, undefined), undefined)).files;
}

async function meter(chunks: AsyncIterable<Uint8Array>): Promise<{ digest: Digest; size: number }> {
  const found = new Meter();
  for await (const chunk of chunks) found.add(chunk);
  return { digest: found.digest(), size: found.size };
}
