import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '@mlops-actions/action-kit';
import { isLoopback, parseReference, pullImage, RegistryClient, RegistryError, unpackImage } from '@mlops-actions/oci';
import type { ImageConfig } from '@mlops-actions/serving';
import { RpcError } from './status.ts';

/** An image that is ready to run. */
export interface UnpackedImage {
  rootfs: string;
  config: ImageConfig;
}

/** Images by digest, unpacked once each. */
export class Images {
  readonly #directory: string;
  readonly #client = new RegistryClient();
  readonly #taking = new Map<string, Promise<void>>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Takes an image in, as Vertex AI does at upload: from then on it is known by its digest, whatever becomes of the tag.
   *
   * @returns the digest of its manifest.
   * @throws RpcError if it is not there, or not in a registry of this machine.
   */
  async ingest(uri: string): Promise<string> {
    try {
      const reference = parseReference(uri);
      if (!isLoopback(reference.registry)) {
        throw new UserError(`the emulator pulls from registries of this machine only, not from ${reference.registry}`);
      }
      const image = await pullImage(this.#client, reference);
      const { digest } = image;
      const taken = this.#taking.get(digest) ?? this.#take(digest, (folder) => unpackImage(image, folder));
      this.#taking.set(digest, taken);
      await taken.finally(() => this.#taking.delete(digest));
      return digest;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const missing = error instanceof RegistryError && error.status === 404;
      throw new RpcError(
        missing ? 'NOT_FOUND' : 'FAILED_PRECONDITION',
        missing ? `Image ${uri} not found.` : `Image ${uri} cannot be used: ${error.explanation}`,
      );
    }
  }

  /** An image that was taken in before. */
  async get(digest: string): Promise<UnpackedImage> {
    const folder = this.#folder(digest);
    try {
      const config = JSON.parse(await readFile(path.join(folder, 'config.json'), 'utf8')) as ImageConfig;
      return { rootfs: path.join(folder, 'rootfs'), config };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new RpcError(
        'FAILED_PRECONDITION',
        `Image ${digest} is not in the emulator's data folder; upload the model again.`,
      );
    }
  }

  async #take(digest: string, unpack: (folder: string) => Promise<ImageConfig>): Promise<void> {
    const folder = this.#folder(digest);
    try {
      await readFile(path.join(folder, 'config.json'));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    const partial = `${folder}.${randomUUID()}`;
    try {
      const rootfs = path.join(partial, 'rootfs');
      await mkdir(rootfs, { recursive: true });
      const config = await unpack(rootfs);
      await writeFile(path.join(partial, 'config.json'), JSON.stringify(config));
      await rename(partial, folder);
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      throw error;
    }
  }

  #folder(digest: string): string {
    return path.join(this.#directory, digest.replace(':', '-'));
  }
}
