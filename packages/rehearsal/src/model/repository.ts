import { UserError } from '@mlops-actions/action-kit';
import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** A repository of GitHub and the local folder that stands for it. */
export interface Repository {
  /** `owner/name`. */
  slug: string;
  folder: string;
  /** Git ref that the run takes it at, such as `refs/heads/main` or a tag. */
  ref: string;
  /** Commit of the folder; zeros outside git. */
  sha: string;
}

/** A file of a repository, by its `/`-separated path from the root. */
export interface SourceFile {
  repository: Repository;
  path: string;
}

/** Where a file lies on this machine. */
export function locate(file: SourceFile): string {
  return path.join(file.repository.folder, file.path);
}

/**
 * The local path of something inside a folder.
 * @throws UserError if the path leaves the folder, by `..` or by a symbolic link.
 */
export async function within(folder: string, relative: string, what: string): Promise<string> {
  const target = path.resolve(folder, relative);
  const outside = (inner: string, outer: string): boolean => inner !== outer && !inner.startsWith(outer + path.sep);
  if (outside(target, path.resolve(folder))) throw new UserError(`${what} leaves its folder.`);
  const [realTarget, realFolder] = await Promise.all([realpath(target).catch(() => undefined), realpath(folder)]);
  if (realTarget === undefined) throw new UserError(`${what} does not exist.`);
  if (outside(realTarget, realFolder)) throw new UserError(`${what} leaves its folder through a symbolic link.`);
  return target;
}

/** What git knows about a folder; facts it does not know stay undefined. */
export interface GitFacts {
  root?: string;
  slug?: string;
  ref?: string;
  sha?: string;
}

/** Asks git about a folder. Without git, or outside a work tree, there are no facts. */
export async function gitFacts(folder: string): Promise<GitFacts> {
  const [root, remote, ref, sha] = await Promise.all([
    git(folder, 'rev-parse', '--show-toplevel'),
    git(folder, 'remote', 'get-url', 'origin'),
    git(folder, 'symbolic-ref', '--quiet', 'HEAD'),
    git(folder, 'rev-parse', '--verify', '--quiet', 'HEAD'),
  ]);
  const slug = remote === undefined ? undefined : /[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(remote)?.[1];
  return { ...(root && { root }), ...(slug && { slug }), ...(ref && { ref }), ...(sha && { sha }) };
}

/**
 * The tree of another branch, tag or commit than the one that stands, as `commit:folder`; undefined if it is the one that stands, or git
 * does not know it.
 */
export async function findTree({ folder, ref: own, sha }: Repository, ref: string): Promise<string | undefined> {
  if (ref === own || ref === own.replace(/^refs\/(heads|tags)\//, '')) return undefined;
  const names = ref.startsWith('refs/')
    ? [ref]
    : [`refs/heads/${ref}`, `refs/remotes/origin/${ref}`, `refs/tags/${ref}`];
  if (/^[0-9a-f]{40}$/.test(ref) && ref !== sha && ref !== NO_COMMIT) names.push(ref);
  const prefix = await git(folder, 'rev-parse', '--show-prefix');
  for (const name of names) {
    const commit = await git(folder, 'rev-parse', '--verify', '--quiet', `${name}^{commit}`);
    if (commit !== undefined) return `${commit}:${prefix ?? ''}`;
  }
  return undefined;
}

/** Writes a tree of a repository into a folder, past the repository's own index and work tree. */
export async function checkOutTree(folder: string, tree: string, target: string): Promise<void> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'index-'));
  const env = { ...process.env, GIT_INDEX_FILE: path.join(scratch, 'index') };
  const root = await git(folder, 'rev-parse', '--show-toplevel');
  try {
    for (const args of [
      ['read-tree', tree],
      ['checkout-index', '--all', '--force', `--prefix=${target}${path.sep}`],
    ]) {
      await promisify(execFile)('git', ['-C', root ?? folder, ...args], { env });
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function git(folder: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', folder, ...args], { encoding: 'utf8' });
    return stdout.trim();
  } catch {
    // No git, no work tree, no such fact: each is an ordinary answer here.
    return undefined;
  }
}

/** The files that git would commit from a folder: tracked and new ones, without the ignored; undefined outside git. */
export async function gitFiles(folder: string): Promise<string[] | undefined> {
  try {
    const { stdout } = await promisify(execFile)(
      'git',
      ['-C', folder, 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', '.'],
      { encoding: 'utf8', maxBuffer: 1 << 28 },
    );
    return stdout.split('\0').filter((file) => file !== '');
  } catch {
    return undefined;
  }
}

/** The commit that stands for "no commit". */
export const NO_COMMIT = '0'.repeat(40);

/** The repositories of a run: the caller's and those of an explicit map. */
export class Repositories {
  readonly caller: Repository;
  readonly #map: Record<string, string>;
  readonly #known = new Map<string, Promise<Repository>>();

  constructor(caller: Repository, map: Record<string, string>) {
    this.caller = caller;
    this.#map = map;
  }

  /** The repository that stands for `slug` at `ref`; undefined if none does. */
  async find(slug: string, ref: string): Promise<Repository | undefined> {
    const wanted = slug.toLowerCase();
    const mapped = Object.entries(this.#map).find(([name]) => name.toLowerCase() === wanted);
    if (mapped === undefined) return wanted === this.caller.slug.toLowerCase() ? this.caller : undefined;
    const key = `${wanted}@${ref}`;
    let found = this.#known.get(key);
    if (found === undefined) {
      const folder = path.resolve(mapped[1]);
      found = gitFacts(folder).then(({ sha }) => ({ slug: mapped[0], folder, ref, sha: sha ?? NO_COMMIT }));
      this.#known.set(key, found);
    }
    return found;
  }
}
