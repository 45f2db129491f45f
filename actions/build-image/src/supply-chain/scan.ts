import { log, messageOf, UserError } from '@mlops-actions/action-kit';
import { collect, readLayer, type Blob } from '@mlops-actions/oci';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LOCK_FILE_NAMES, LOCK_FILES } from './lock-files.ts';
import { INSTALLED, parseDistribution, type Distribution, type PackageSource, type KnownPackage } from './packages.ts';
import { shown } from './provenance.ts';

/** A package and what says that it is there. */
export interface FoundPackage extends KnownPackage {
  /** Whether it is installed in the image; else a lock file names it. */
  installed: boolean;
  /** The files that say so: absolute in the image, relative where they lie beside it. */
  paths: string[];
}

/** Far more than any package's metadata has. */
const FILE_LIMIT = 64 * 1024 * 1024;
/** Large enough for the lock file of any application, small enough for a reader of YAML. */
const LOCK_FILE_LIMIT = 16 * 1024 * 1024;
const OS_RELEASE = new Set(['etc/os-release', 'usr/lib/os-release']);

/**
 * The packages of an image, in the order of their URLs: those that are installed in it, and those that lock files name, in its layers or
 * beside it (`lockFiles`). The layers are read once, as streams, lowest first; what a layer replaces or removes does not count.
 */
export async function findPackages(
  layers: readonly Blob[],
  lockFiles: readonly string[] = [],
): Promise<FoundPackage[]> {
  const files = new Map<string, { text: string; layer: number }>();
  for (const [index, layer] of layers.entries()) await readMetadata(layer, index, files);

  const release = [...OS_RELEASE].map((file) => files.get(file)?.text).find((text) => text !== undefined);
  const distribution = release === undefined ? undefined : parseDistribution(release);
  const found = new Map<string, FoundPackage>();
  const add = (source: PackageSource | undefined, place: string, text: string, from?: Distribution): void => {
    for (const known of source?.parse(text, from) ?? []) {
      const there = found.get(known.purl) ?? { ...known, installed: false, paths: [] };
      if (!there.paths.includes(place)) there.paths.push(place);
      there.installed ||= !LOCK_FILES.includes(source!);
      // A lock file knows a licence less often than what is installed.
      found.set(known.purl, { ...known, ...there });
    }
  };
  for (const [file, { text }] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    add(sourceOf(file), `/${file}`, text, distribution);
  for (const file of lockFiles) add(lockFileSource(file), shown(file), await readLockFile(file));
  return [...found.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
}

const sourceOf = (file: string): PackageSource | undefined =>
  [...INSTALLED, ...LOCK_FILES].find((source) => source.matches(file));

/** What reads a lock file that a user names. */
export function lockFileSource(file: string): PackageSource {
  const source = LOCK_FILES.find((each) => each.matches(path.basename(file)));
  if (source !== undefined) return source;
  throw new UserError(`'${file}' is no lock file that is known here.`, { fix: `Known are ${LOCK_FILE_NAMES}.` });
}

async function readLockFile(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError(`The lock file '${file}' cannot be read: ${messageOf(cause)}.`, {
      fix: "Check 'lock-files'.",
      cause,
    });
  });
}

/** Applies a layer to the files that say what is installed. */
async function readMetadata(
  layer: Blob,
  index: number,
  files: Map<string, { text: string; layer: number }>,
): Promise<void> {
  const remove = (gone: (file: string) => boolean): void => {
    // A whiteout hides what lower layers brought, not what its own layer brings.
    for (const [file, { layer: from }] of files) if (from < index && gone(file)) files.delete(file);
  };
  for await (const entry of readLayer(layer)) {
    const file = path.posix.join('/', entry.path).slice(1).replace(/\/$/, '');
    const folder = file.slice(0, file.lastIndexOf('/') + 1);
    const name = file.slice(folder.length);
    if (name === '.wh..wh..opq') remove((other) => other.startsWith(folder));
    else if (name.startsWith('.wh.')) {
      const hidden = `${folder}${name.slice('.wh.'.length)}`;
      remove((other) => other === hidden || other.startsWith(`${hidden}/`));
    } else if (entry.type !== 'directory') {
      remove((other) => other === file || other.startsWith(`${file}/`));
      const source = sourceOf(file);
      if (entry.type !== 'file' || !(OS_RELEASE.has(file) || source !== undefined)) continue;
      const limit = source !== undefined && LOCK_FILES.includes(source) ? LOCK_FILE_LIMIT : FILE_LIMIT;
      if (entry.size > limit) log.warning(`/${file} is too large to be read; its packages are not in the SBOM.`);
      else {
        const bytes = await collect(entry.content(), limit, () => new Error('longer than its header says'));
        files.set(file, { text: bytes.toString('utf8'), layer: index });
      }
    }
  }
}
