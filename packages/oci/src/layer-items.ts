import { UserError } from '@mlops-actions/action-kit';
import { stat } from 'node:fs/promises';
import { identityOf } from './file-identity.ts';
import type { LayerEntry } from './layer.ts';

/** An entry of a layer as it is written: plain data, which can go to a thread. */
export interface Item {
  path: string;
  type: 'file' | 'directory' | 'symlink';
  mode: number;
  size: number;
  linkTarget?: string;
  bytes?: Uint8Array;
  file?: ItemFile;
}

/** A file on disk, and what tells whether it is still the same. */
export interface ItemFile {
  path: string;
  identity: string;
}

/** Puts entries in the order of their paths, with the directories that are the layer's own; no two may be in each other's way. */
export async function layOut(entries: readonly LayerEntry[], ownPrefix: string | undefined): Promise<Item[]> {
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
