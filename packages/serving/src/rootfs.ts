import { readlink } from 'node:fs/promises';
import path from 'node:path';

/** As many links as Linux follows before it says ELOOP. */
const MAX_LINKS = 40;

/**
 * The path on this machine of `target` inside `rootfs`. Symbolic links are followed as the container would see them
 * (an absolute link starts at the rootfs), so the result never leaves `rootfs`. It need not exist.
 */
export async function resolveInRootfs(rootfs: string, target: string): Promise<string> {
  const pending = components(target);
  let resolved: string[] = [];
  let links = 0;
  while (pending.length > 0) {
    const component = pending.shift()!;
    if (component === '..') {
      resolved.pop();
      continue;
    }
    const link = await linkTarget(path.join(rootfs, ...resolved, component));
    if (link === undefined) {
      resolved.push(component);
      continue;
    }
    if (++links > MAX_LINKS) throw new Error(`'${target}' goes through more than ${MAX_LINKS} symbolic links.`);
    if (link.startsWith('/')) resolved = [];
    pending.unshift(...components(link));
  }
  return path.join(rootfs, ...resolved);
}

const components = (target: string): string[] => target.split('/').filter((part) => part !== '' && part !== '.');

/** Where the link at `file` points to; `undefined` if there is no link at `file`. */
async function linkTarget(file: string): Promise<string | undefined> {
  try {
    return await readlink(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EINVAL' || code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
