import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { isDigest, Meter, type Digest } from '../digest.ts';

/** A manifest as it was pushed. */
export interface StoredManifest {
  mediaType: string;
  size: number;
  /** What the manifest refers to with `subject`, and how the referrers list shows it. */
  subject?: { digest: Digest; artifactType: string; annotations?: Record<string, string> };
}

/** What one repository holds. Blobs lie in the store; a repository says which of them are its own. */
export interface StoredRepository {
  blobs: Set<Digest>;
  manifests: Map<Digest, StoredManifest>;
  tags: Map<string, Digest>;
}

/** An upload that is under way. */
export interface Upload {
  readonly id: string;
  readonly repository: string;
  readonly file: string;
  readonly handle: FileHandle;
  readonly meter: Meter;
  /** Whether a request is writing to it. */
  busy: boolean;
}

/** No component of a repository's name begins with an underscore. */
const STATE_FILE = '_repository.json';

/**
 * A registry's content in a folder: blobs by digest, shared by all repositories, and one JSON file a repository. Files appear under
 * their final names when they are whole.
 */
export class Storage {
  readonly #directory: string;
  readonly #repositories = new Map<string, StoredRepository>();
  readonly #uploads = new Map<string, Upload>();
  /** Saves of a repository, one after the other. */
  readonly #saves = new Map<string, Promise<void>>();

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(directory: string): Promise<Storage> {
    const storage = new Storage(directory);
    for (const folder of ['blobs/sha256', 'repositories', 'uploads'])
      await mkdir(path.join(directory, folder), { recursive: true });
    const repositories = path.join(directory, 'repositories');
    for (const file of await readdir(repositories, { recursive: true })) {
      if (path.basename(file) === STATE_FILE) await storage.#load(path.join(repositories, file));
    }
    return storage;
  }

  repository(name: string): StoredRepository | undefined {
    return this.#repositories.get(name);
  }

  /** Size of a blob that a repository has. */
  async blobSize(repository: string, digest: Digest): Promise<number | undefined> {
    if (this.#repositories.get(repository)?.blobs.has(digest) !== true) return undefined;
    return (await stat(this.#blobPath(digest))).size;
  }

  readBlob(digest: Digest, range?: { start: number; end: number }): NodeJS.ReadableStream {
    return createReadStream(this.#blobPath(digest), { highWaterMark: 512 * 1024, ...range });
  }

  readManifest(digest: Digest): Promise<Buffer> {
    return readFile(this.#blobPath(digest));
  }

  /** Makes a blob of one repository another's as well; false if there is none. */
  async mount(from: string, to: string, digest: Digest): Promise<boolean> {
    if (this.#repositories.get(from)?.blobs.has(digest) !== true) return false;
    this.#own(to).blobs.add(digest);
    await this.#save(to);
    return true;
  }

  async startUpload(repository: string): Promise<Upload> {
    const id = randomUUID();
    const file = path.join(this.#directory, 'uploads', id);
    const upload: Upload = { id, repository, file, handle: await open(file, 'wx'), meter: new Meter(), busy: false };
    this.#uploads.set(id, upload);
    return upload;
  }

  upload(repository: string, id: string): Upload | undefined {
    const upload = this.#uploads.get(id);
    return upload?.repository === repository ? upload : undefined;
  }

  async append(upload: Upload, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of chunks) {
      upload.meter.add(chunk);
      await upload.handle.writeFile(chunk);
    }
  }

  /** Ends an upload; the content becomes a blob if it has the digest that was promised. */
  async finishUpload(upload: Upload, digest: Digest): Promise<boolean> {
    this.#uploads.delete(upload.id);
    await upload.handle.close();
    if (upload.meter.digest() !== digest) {
      await rm(upload.file, { force: true });
      return false;
    }
    await rename(upload.file, this.#blobPath(digest));
    this.#own(upload.repository).blobs.add(digest);
    await this.#save(upload.repository);
    return true;
  }

  async dropUpload(upload: Upload): Promise<void> {
    if (!this.#uploads.delete(upload.id)) return;
    await upload.handle.close();
    await rm(upload.file, { force: true });
  }

  async putManifest(
    repository: string,
    digest: Digest,
    bytes: Buffer,
    manifest: StoredManifest,
    tag: string | undefined,
  ): Promise<void> {
    const file = this.#blobPath(digest);
    const partial = `${file}.${randomUUID()}.partial`;
    await writeFile(partial, bytes);
    await rename(partial, file);
    const own = this.#own(repository);
    own.manifests.set(digest, manifest);
    if (tag !== undefined) own.tags.set(tag, digest);
    await this.#save(repository);
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    for (const upload of [...this.#uploads.values()]) await this.dropUpload(upload);
    await Promise.all(this.#saves.values());
  }

  #own(name: string): StoredRepository {
    let repository = this.#repositories.get(name);
    if (repository === undefined) {
      repository = { blobs: new Set(), manifests: new Map(), tags: new Map() };
      this.#repositories.set(name, repository);
    }
    return repository;
  }

  /** Saves a repository after the saves before it; what is written is its state at that time. */
  #save(name: string): Promise<void> {
    const file = path.join(this.#directory, 'repositories', name, STATE_FILE);
    const saved = (this.#saves.get(name) ?? Promise.resolve())
      .catch(() => undefined)
      .then(async () => {
        const { blobs, manifests, tags } = this.#own(name);
        const state = { name, blobs: [...blobs], manifests: [...manifests], tags: [...tags] };
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(`${file}.partial`, `${JSON.stringify(state, null, 1)}\n`);
        await rename(`${file}.partial`, file);
      });
    this.#saves.set(name, saved);
    return saved;
  }

  async #load(file: string): Promise<void> {
    const state = JSON.parse(await readFile(file, 'utf8')) as {
      name: string;
      blobs: Digest[];
      manifests: [Digest, StoredManifest][];
      tags: [string, Digest][];
    };
    this.#repositories.set(state.name, {
      blobs: new Set(state.blobs),
      manifests: new Map(state.manifests),
      tags: new Map(state.tags),
    });
  }

  #blobPath(digest: Digest): string {
    if (!isDigest(digest)) throw new TypeError(`not a digest: ${String(digest)}`);
    return path.join(this.#directory, 'blobs', 'sha256', digest.slice('sha256:'.length));
  }
}
