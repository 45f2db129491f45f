import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '@mlops-actions/action-kit';
import type { StoredArtifact } from '../result.ts';

/** A file to be put into an artifact: where it is, and its `/`-separated path in the artifact. */
export interface ArtifactFile {
  source: string;
  path: string;
}

/** The artifacts of a run, shared by its jobs. */
export class ArtifactStore {
  readonly #folder: string;
  readonly #artifacts = new Map<string, StoredArtifact>();
  /** Names of finished and of running uploads. */
  readonly #taken = new Set<string>();
  #nextId = 1;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** All artifacts, in the order of their upload. */
  list(): StoredArtifact[] {
    return [...this.#artifacts.values()];
  }

  find(name: string): StoredArtifact | undefined {
    return this.#artifacts.get(name);
  }

  /** Stores files under a name. @throws UserError if the name is unfit or taken. */
  async add(name: string, files: readonly ArtifactFile[], overwrite: boolean): Promise<StoredArtifact> {
    checkArtifactName(name);
    if (this.#taken.has(name) && !overwrite) {
      throw new UserError(`An artifact named '${name}' was already uploaded in this run.`, {
        fix: "Choose another name, or set 'overwrite: true'.",
      });
    }
    this.#taken.add(name);
    const folder = path.join(this.#folder, name);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const digest = createHash('sha256');
    let bytes = 0;
    for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
      const target = path.join(folder, file.path);
      await mkdir(path.dirname(target), { recursive: true });
      await copyFile(file.source, target);
      bytes += (await stat(target)).size;
      digest.update(`${file.path}\0${await sha256(target)}\n`);
    }
    const artifact = {
      id: this.#nextId++,
      name,
      folder,
      files: files.length,
      bytes,
      digest: `sha256:${digest.digest('hex')}`,
    };
    this.#artifacts.set(name, artifact);
    return artifact;
  }
}

/** GitHub's rule for names; with the two names that a file system gives a meaning of their own. */
export function checkArtifactName(name: string): void {
  const unfit = /["<>|*?\r\n\\/:]/.exec(name)?.[0];
  if (unfit !== undefined) {
    throw new UserError(`The artifact name '${name}' must not hold ${JSON.stringify(unfit)}.`);
  }
  if (name === '' || name === '.' || name === '..') throw new UserError(`'${name}' cannot be the name of an artifact.`);
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
