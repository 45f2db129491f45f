import { UserError } from '@mlops-actions/action-kit';
import { buildLayer, type Compression, type Family, type Layer, type LayerEntry } from '@mlops-actions/oci';
import { readdir, readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileMapping } from './input-forms.ts';
import { refuseSecrets, secretIn } from './secrets.ts';

/** How the layers of the user's content are made. */
export interface ContentOptions {
  family: Family;
  /** Seconds since 1970, for every entry. */
  mtime: number;
  /** Told of each layer once it is known, while others are still being made. */
  onLayer?: (layer: Layer) => void;
}

/** The user's other files as one layer, or none. */
export async function filesLayer(
  mappings: readonly FileMapping[],
  options: ContentOptions & { compression: Compression },
): Promise<Layer | undefined> {
  const entries: LayerEntry[] = [];
  for (const mapping of mappings) entries.push(...(await entriesOf(mapping)));
  return entries.length === 0 ? undefined : buildLayer(entries, { ...options, kind: 'files' });
}

/** A file goes to its destination, or below it if that ends with a slash; a folder's contents go below the destination. */
async function entriesOf({ source, destination }: FileMapping): Promise<LayerEntry[]> {
  if (!destination.startsWith('/')) {
    throw new UserError(`The destination '${destination}' of '${source}' is not an absolute path.`, {
      fix: 'Begin it with a slash.',
    });
  }
  const root = await realpath(source).catch((cause: unknown) => {
    throw new UserError(`There is no file or folder '${source}' to put into the image.`, {
      fix: "Check 'files'; paths are relative to the working directory, in model.yaml to its folder.",
      cause,
    });
  });
  const info = await stat(root);
  const collector = new Collector(source, root);
  if (info.isDirectory()) await collector.addFolder('', destination);
  else
    await collector.addFile(
      root,
      path.basename(source),
      destination.endsWith('/') ? `${destination}${path.basename(source)}` : destination,
    );
  refuseSecrets(collector.secrets, `'${source}'`);
  if (collector.entries.length === 0) throw new UserError(`The folder '${source}' to put into the image is empty.`);
  return collector.entries;
}

/** Gathers a folder's files. Links stay links where they lead to within the folder; what else lies there is an error. */
class Collector {
  readonly entries: LayerEntry[] = [];
  readonly secrets: { path: string; reason: string }[] = [];
  readonly #source: string;
  readonly #root: string;

  constructor(source: string, root: string) {
    this.#source = source;
    this.#root = root;
  }

  async addFolder(folder: string, destination: string): Promise<void> {
    for (const child of await readdir(path.join(this.#root, folder), { withFileTypes: true })) {
      const relative = path.posix.join(folder, child.name);
      const target = `${destination.replace(/\/+$/, '')}/${child.name}`;
      if (child.isDirectory()) {
        if (child.name === '.git') this.secrets.push({ path: relative, reason: 'the history of the repository' });
        else await this.addFolder(relative, target);
      } else if (child.isSymbolicLink()) await this.#addLink(relative, target);
      else await this.addFile(path.join(this.#root, relative), relative, target);
    }
  }

  async addFile(file: string, shown: string, destination: string): Promise<void> {
    const info = await stat(file);
    if (!info.isFile()) throw new UserError(`'${shown}' of '${this.#source}' is a pipe, a socket or a device.`);
    const reason = await secretIn(shown, info.size, file);
    if (reason !== undefined) this.secrets.push({ path: shown, reason });
    this.entries.push({ path: destination, from: { file }, executable: (info.mode & 0o100) !== 0 });
  }

  async #addLink(relative: string, destination: string): Promise<void> {
    const link = path.join(this.#root, relative);
    const target = await readlink(link);
    const leads = path.relative(this.#root, path.resolve(path.dirname(link), target));
    const real = await realpath(link).catch(() => undefined);
    const inside =
      real?.startsWith(this.#root + path.sep) === true && !path.isAbsolute(target) && leads.split(path.sep)[0] !== '..';
    if (!inside) {
      throw new UserError(`The symbolic link '${relative}' of '${this.#source}' leads out of it, or to nothing.`, {
        fix: 'Put a copy of the file in its place.',
      });
    }
    this.entries.push({ path: destination, from: { link: target.split(path.sep).join('/') } });
  }
}
