import { log } from '@mlops-actions/action-kit';
import { collect, readLayer, type Blob } from '@mlops-actions/oci';
import path from 'node:path';
import { parseDistribution, SOURCES, type InstalledPackage } from './packages.ts';

/** A package and where it is installed. */
export interface FoundPackage extends InstalledPackage {
  /** The files that say so, without a leading slash. */
  paths: string[];
}

/** Far more than any package's metadata has. */
const FILE_LIMIT = 64 * 1024 * 1024;
const OS_RELEASE = new Set(['etc/os-release', 'usr/lib/os-release']);

/**
 * The packages that are installed in an image, in the order of their URLs. The layers are read once, as streams, lowest first; what a
 * layer replaces or removes does not count.
 */
export async function findPackages(layers: readonly Blob[]): Promise<FoundPackage[]> {
  const files = new Map<string, { text: string; layer: number }>();
  for (const [index, layer] of layers.entries()) await readMetadata(layer, index, files);

  const release = [...OS_RELEASE].map((file) => files.get(file)?.text).find((text) => text !== undefined);
  const distribution = release === undefined ? undefined : parseDistribution(release);
  const found = new Map<string, FoundPackage>();
  for (const [file, { text }] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const installed of SOURCES.find((source) => source.matches(file))?.parse(text, distribution) ?? []) {
      const known = found.get(installed.purl);
      if (known === undefined) found.set(installed.purl, { ...installed, paths: [file] });
      else if (!known.paths.includes(file)) known.paths.push(file);
    }
  }
  return [...found.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
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
      if (entry.type !== 'file' || !(OS_RELEASE.has(file) || SOURCES.some((source) => source.matches(file)))) continue;
      if (entry.size > FILE_LIMIT) log.warning(`/${file} is too large to be read; its packages are not in the SBOM.`);
      else {
        const bytes = await collect(entry.content(), FILE_LIMIT, () => new Error('longer than its header says'));
        files.set(file, { text: bytes.toString('utf8'), layer: index });
      }
    }
  }
}
