import { UserError } from '@mlops-actions/action-kit';
import { chmod, link, lstat, mkdir, open, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { decompressed } from './decompress.ts';
import { Meter } from './digest.ts';
import { diskFull } from './disk.ts';
import type { Blob, Image, ImageConfig } from './image.ts';
import { formatPath, RootFolder } from './root-folder.ts';
import { readTar, type TarEntry } from './tar-reader.ts';

/** Bounds of what an image may unpack to. */
export interface UnpackLimits {
  /** Bytes of all layers together, uncompressed. */
  bytes?: number;
  /** Entries of all layers together. */
  entries?: number;
}

const DEFAULT_LIMITS = { bytes: 64 * 1024 ** 3, entries: 2_000_000 };
const MAXIMUM_PATH = 4096;
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/**
 * Unpacks an image's layers in order into a folder, which must be new or empty, and returns the image's config.
 *
 * Layers are of untrusted origin: nothing is written outside the folder, whatever names and links they hold; owners, set-id bits
 * and devices are left out; the content must have the digests that the image states. When it is done, no symbolic link leads out
 * of the folder: absolute ones mean the image's root, not that of this machine, and are rewritten accordingly.
 */
export async function unpackImage(image: Image, directory: string, limits: UnpackLimits = {}): Promise<ImageConfig> {
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0)
    throw new UserError(`The folder '${directory}' to unpack into is not empty.`);
  const root = await RootFolder.at(directory);
  const left = { ...DEFAULT_LIMITS, ...limits };
  for (const [index, layer] of image.layers.entries()) {
    await unpackLayer(root, layer, image.config.rootfs.diff_ids[index]!, left);
  }
  await root.confineLinks();
  return image.config;
}

async function unpackLayer(root: RootFolder, layer: Blob, diffId: string, left: Required<UnpackLimits>): Promise<void> {
  const meter = new Meter();
  const bounded = async function* (): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of decompressed(layer.open())) {
      meter.add(chunk);
      left.bytes -= chunk.length;
      if (left.bytes < 0)
        throw new UserError('The image is larger than may be unpacked.', {
          fix: 'Check that it is the image you mean.',
        });
      yield chunk;
    }
  };
  const writer = new LayerWriter(root);
  for await (const entry of readTar(bounded())) {
    if (--left.entries < 0) throw new UserError('The image holds more files than may be unpacked.');
    await writer.apply(entry);
  }
  const digest = meter.digest();
  if (digest !== diffId) {
    throw new UserError(
      `The layer ${layer.descriptor.digest} unpacks to ${digest}, where the image's config says ${diffId}.`,
    );
  }
}

/** Applies the entries of one layer. */
class LayerWriter {
  readonly #root: RootFolder;
  /** Paths that this layer has brought, and the folders above them: whiteouts of the same layer leave them alone. */
  readonly #own = new Set<string>();

  constructor(root: RootFolder) {
    this.#root = root;
  }

  async apply(entry: TarEntry): Promise<void> {
    const parts = safeParts(entry.path);
    const name = parts.at(-1);
    if (name === undefined) return; // The root itself.
    if (name.startsWith(WHITEOUT)) return this.#whiteOut(parts.slice(0, -1), name, entry.path);
    if (entry.type === 'other') return; // Devices and pipes have no use for a process that is not root.

    const parent = await this.#root.makeFolder(parts.slice(0, -1));
    const target = path.join(parent, name);
    await this.#put(entry, target);
    for (let owned = target; owned !== this.#root.path; owned = path.dirname(owned)) this.#own.add(owned);
  }

  async #put(entry: TarEntry, target: string): Promise<void> {
    const there = await lstat(target).catch(() => undefined);
    if (entry.type === 'directory') {
      if (there?.isDirectory() !== true) {
        await this.#root.remove(target);
        await mkdir(target);
      }
      await chmod(target, (entry.mode & 0o777) | 0o700); // The owner must be able to fill it and to remove it.
      return;
    }
    if (entry.type === 'hardlink') {
      const source = await this.#root.locate(safeParts(entry.linkTarget ?? ''));
      if (source === target) return;
      if (source === undefined || (await lstat(source)).isDirectory()) {
        throw new UserError(
          `A layer links ${formatPath(entry.path)} to '${entry.linkTarget}', which is no file of the image.`,
        );
      }
      if (there !== undefined) await this.#root.remove(target);
      await link(source, target);
      return;
    }
    if (there !== undefined) await this.#root.remove(target);
    if (entry.type === 'symlink') {
      if (entry.linkTarget === undefined || entry.linkTarget === '' || entry.linkTarget.length > MAXIMUM_PATH) {
        throw new UserError(`A layer holds the link ${formatPath(entry.path)} without a usable target.`);
      }
      await symlink(entry.linkTarget, target);
      return;
    }
    // 'wx' makes a new file: neither a link nor another name of a file that is there can be written through.
    const handle = await open(target, 'wx', (entry.mode & 0o777) | 0o600);
    try {
      for await (const chunk of entry.content()) await handle.writeFile(chunk);
    } catch (error) {
      throw diskFull(error, target, 'or let TMPDIR name a folder that has it');
    } finally {
      await handle.close();
    }
  }

  /** Removes what lower layers brought (image-spec, layer.md, whiteouts). */
  async #whiteOut(folder: string[], name: string, shown: string): Promise<void> {
    const hidden = name.slice(WHITEOUT.length);
    if (hidden === '' || hidden === '.' || hidden === '..') {
      throw new UserError(`A layer holds the whiteout ${formatPath(shown)}, which names no file.`);
    }
    const parent = await this.#root.locate(folder);
    if (parent === undefined || !(await lstat(parent)).isDirectory()) return;
    if (name === OPAQUE) return this.#removeLower(parent);
    if (name.startsWith(`${WHITEOUT}${WHITEOUT}`)) return; // Bookkeeping of AUFS.
    const target = path.join(parent, hidden);
    if (!this.#own.has(target)) await this.#root.remove(target);
  }

  async #removeLower(folder: string): Promise<void> {
    for (const child of await readdir(folder, { withFileTypes: true })) {
      const target = path.join(folder, child.name);
      if (!this.#own.has(target)) await this.#root.remove(target);
      else if (child.isDirectory()) await this.#removeLower(target);
    }
  }
}

/** The components of a path in an archive. `..` has no honest use there. */
function safeParts(archivePath: string): string[] {
  const parts = archivePath.split('/').filter((part) => part !== '' && part !== '.');
  if (archivePath.length > MAXIMUM_PATH || archivePath.includes('\0') || parts.includes('..')) {
    throw new UserError(`A layer holds the path ${formatPath(archivePath)}, which leads out of the image.`);
  }
  return parts;
}
