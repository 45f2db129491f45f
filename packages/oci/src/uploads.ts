import type { Blob } from './image.ts';
import type { Repository } from './reference.ts';
import type { BlobOutcome, RegistryClient } from './registry-client.ts';

/** Blobs that are sent at the same time; a blob itself goes as one request. */
const PARALLEL = 4;

/**
 * Uploads into one repository, each blob once, a few at a time. One can begin before the manifest that names its blob exists, while other
 * blobs are still being made. What failed is told to whoever asks for the outcome.
 */
export class Uploads {
  readonly repository: Repository;
  readonly #client: RegistryClient;
  readonly #outcomes = new Map<string, Promise<BlobOutcome>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #stopped: Error | undefined;

  constructor(client: RegistryClient, repository: Repository) {
    this.#client = client;
    this.repository = repository;
  }

  /** How the blob comes to be in the repository; it is sent unless it is on its way. */
  send(blob: Blob): Promise<BlobOutcome> {
    const { digest } = blob.descriptor;
    let outcome = this.#outcomes.get(digest);
    if (outcome === undefined) {
      outcome = this.#upload(blob);
      outcome.catch(() => undefined);
      this.#outcomes.set(digest, outcome);
    }
    return outcome;
  }

  /** Gives up what is under way or waits, and waits until nothing moves any more. */
  async stop(reason = new Error('the upload is not needed any more')): Promise<void> {
    this.#stopped ??= reason;
    await Promise.allSettled(this.#outcomes.values());
  }

  async #upload(blob: Blob): Promise<BlobOutcome> {
    if (this.#running >= PARALLEL) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      if (this.#stopped !== undefined) throw this.#stopped;
      return await this.#client.uploadBlob(this.repository, {
        descriptor: blob.descriptor,
        ...(blob.home !== undefined && { home: blob.home }),
        open: () => this.#untilStopped(blob),
      });
    } catch (error) {
      // After a failure none is begun: the push has failed.
      this.#stopped ??= error as Error;
      throw error;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  async *#untilStopped(blob: Blob): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of blob.openUnchecked?.() ?? blob.open()) {
      if (this.#stopped !== undefined) throw this.#stopped;
      yield chunk;
    }
  }
}
