import { UserError } from '@mlops-actions/action-kit';
import { lstat, mkdir, readdir, readlink, realpath, rm, symlink } from 'node:fs/promises';
import path from 'node:path';

/** As many as Linux follows. */
const MAXIMUM_LINKS = 40;

/** A path of an archive, for messages: quoted and not endless. */
export const formatPath = (text: string): string => `'${text.length > 200 ? `${text.slice(0, 200)}...` : text}'`;

/**
 * A folder that stands for the root of a file system. Symbolic links in it are followed as a process with that root would follow them:
 * absolute targets start at the folder, and `..` stops at it. Nobody else may write to it meanwhile.
 */
export class RootFolder {
  readonly path: string;
  /** The folder asked for last: archives list a folder's files one after the other. */
  #last: { key: string; folder: string } | undefined;

  private constructor(realPath: string) {
    this.path = realPath;
  }

  static async at(directory: string): Promise<RootFolder> {
    return new RootFolder(await realpath(directory));
  }

  /** Where a folder of the root really is. Missing ones are made, as container runtimes do. */
  async makeFolder(parts: readonly string[]): Promise<string> {
    const key = parts.join('/');
    if (this.#last?.key !== key) this.#last = { key, folder: await this.#resolve(parts, 'make') };
    return this.#last.folder;
  }

  /** Where something is, its own name not followed; `undefined` if there is nothing. */
  async locate(parts: readonly string[]): Promise<string | undefined> {
    const name = parts.at(-1);
    if (name === undefined) return this.path;
    const target = path.join(await this.#resolve(parts.slice(0, -1), 'look'), name);
    return (await lstat(target).catch(() => undefined)) === undefined ? undefined : target;
  }

  /** Removes what {@link locate} or {@link makeFolder} has led to, with all that is below. */
  async remove(target: string): Promise<void> {
    this.#last = undefined;
    await rm(target, { recursive: true, force: true });
  }

  /**
   * Rewrites the symbolic links whose targets could leave the folder when the kernel follows them, so that they lead to what they
   * mean within it. A relative target without `..` cannot: it goes down, or through links that were made safe. Endless loops go.
   */
  async confineLinks(folder: string = this.path): Promise<void> {
    for (const child of await readdir(folder, { withFileTypes: true })) {
      const target = path.join(folder, child.name);
      if (child.isDirectory()) await this.confineLinks(target);
      else if (child.isSymbolicLink()) await this.#confine(target);
    }
  }

  async #confine(linkPath: string): Promise<void> {
    const target = await readlink(linkPath);
    if (!target.startsWith('/') && !target.split('/').includes('..')) return;
    const meant = await this.#resolve(path.relative(this.path, linkPath).split(path.sep), 'look').catch(
      (error: unknown) => {
        if (error instanceof LinkLoopError) return undefined;
        throw error;
      },
    );
    await rm(linkPath);
    if (meant !== undefined) await symlink(path.relative(path.dirname(linkPath), meant) || '.', linkPath);
  }

  /** The real place of a path, all links followed. What does not exist is made, or taken as it is written. */
  async #resolve(parts: readonly string[], missing: 'make' | 'look'): Promise<string> {
    const pending = [...parts].reverse();
    const real: string[] = [];
    for (let links = 0; pending.length > 0;) {
      const part = pending.pop()!;
      if (part === '' || part === '.') continue;
      if (part === '..') {
        real.pop();
        continue;
      }
      const candidate = path.join(this.path, ...real, part);
      const info = await lstat(candidate).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
        throw error;
      });
      if (info?.isSymbolicLink() === true) {
        if (++links > MAXIMUM_LINKS) throw new LinkLoopError(parts);
        const target = await readlink(candidate);
        if (target.startsWith('/')) real.length = 0;
        pending.push(...target.split('/').reverse());
        continue;
      }
      if (missing === 'make') {
        if (info === undefined) await mkdir(candidate);
        else if (!info.isDirectory()) {
          throw new UserError(`A layer places something below ${formatPath(parts.join('/'))}, which is a file there.`);
        }
      }
      real.push(part);
    }
    return path.join(this.path, ...real);
  }
}

class LinkLoopError extends UserError {
  constructor(parts: readonly string[]) {
    super(`The symbolic links at ${formatPath(parts.join('/'))} of the image go round in circles.`);
  }
}
