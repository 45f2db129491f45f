import { UserError } from '@mlops-actions/action-kit';
import { collect, digestOf, isDigest, verified, type Digest } from './digest.ts';
import type { HttpAnswer } from './http.ts';
import type { Blob, Descriptor } from './image.ts';
import type { ContentStore } from './load.ts';
import { MediaType } from './media-types.ts';
import { MANIFEST_LIMIT, manifestMediaType, parseIndex } from './parse.ts';
import { formatRepository, type Repository } from './reference.ts';
import { networkError, RegistryError, TransientError } from './registry-errors.ts';
import { Transport, type TransportOptions } from './transport.ts';

/** How a blob came to be in a repository. */
export type BlobOutcome = 'present' | 'mounted' | 'uploaded';

const MANIFEST_TYPES = [
  MediaType.ociManifest,
  MediaType.ociIndex,
  MediaType.dockerManifest,
  MediaType.dockerManifestList,
].join(', ');

/** A client of the OCI distribution API (https://github.com/opencontainers/distribution-spec). Serves many registries. */
export class RegistryClient {
  readonly #transport: Transport;

  constructor(options: TransportOptions = {}) {
    this.#transport = new Transport(options);
  }

  /** A repository as a source of verified content. */
  store(repository: Repository): ContentStore {
    return {
      name: formatRepository(repository),
      manifest: (key) => this.getManifest(repository, key),
      blob: (descriptor) => ({
        descriptor,
        home: repository,
        open: () => this.#openBlob(repository, descriptor),
      }),
    };
  }

  /** The manifest under a tag or digest. The digest of what is given is that of the bytes, never only what the registry claims. */
  async getManifest(
    repository: Repository,
    key: string,
  ): Promise<{ mediaType: string; digest: Digest; bytes: Buffer }> {
    return this.#transport.retrying(async () => {
      const url = this.#url(repository, `manifests/${key}`);
      const response = await this.#transport.send(
        repository.registry,
        { method: 'GET', url, headers: { accept: MANIFEST_TYPES }, scopes: [pull(repository)] },
        [200],
      );
      const where = `${formatRepository(repository)}${isDigest(key) ? '@' : ':'}${key}`;
      const tooLong = (): Error => new UserError(`${where}: the manifest is larger than 4 MiB.`);
      const bytes = await collect(received(response, url), MANIFEST_LIMIT, tooLong);
      const digest = digestOf(bytes);
      const claimed = isDigest(key) ? key : response.headers['docker-content-digest'];
      if (isDigest(claimed) && claimed !== digest) {
        throw new UserError(
          `${where}: the registry sent other content than it says; its digest is ${digest}, not ${claimed}.`,
        );
      }
      const stated = response.headers['content-type']?.split(';')[0]?.trim();
      return { mediaType: stated || manifestMediaType(bytes, where), digest, bytes };
    });
  }

  /** Stores a manifest under a tag or its digest. Blobs and manifests that it names must be there already. */
  async putManifest(repository: Repository, key: string, mediaType: string, bytes: Buffer): Promise<void> {
    await this.#transport.retrying(async () => {
      const response = await this.#transport.send(
        repository.registry,
        {
          method: 'PUT',
          url: this.#url(repository, `manifests/${key}`),
          headers: { 'content-type': mediaType },
          body: bytes,
          scopes: [push(repository)],
        },
        [201],
      );
      response.discard();
      const stored = response.headers['docker-content-digest'];
      if (isDigest(stored) && stored !== digestOf(bytes)) {
        throw new UserError(
          `${formatRepository(repository)}: the registry stored other content than was sent, with the digest ${stored}.`,
        );
      }
    });
  }

  /** The manifests that refer to one by `subject`; `undefined` if the registry keeps no such list. */
  async listReferrers(repository: Repository, digest: Digest): Promise<Descriptor[] | undefined> {
    return this.#transport.retrying(async () => {
      const url = this.#url(repository, `referrers/${digest}`);
      const headers = { accept: MediaType.ociIndex };
      const request = { method: 'GET', url, headers, scopes: [pull(repository)] } as const;
      const response = await this.#transport.send(repository.registry, request, [200, 404, 405]);
      const where = `${formatRepository(repository)}: referrers of ${digest}`;
      if (response.status !== 200 || !response.headers['content-type']?.startsWith(MediaType.ociIndex)) {
        response.discard();
        return undefined;
      }
      const tooLong = (): Error => new UserError(`${where}: the list is larger than 4 MiB.`);
      return parseIndex(await collect(received(response, url), MANIFEST_LIMIT, tooLong), where);
    });
  }

  /** Whether a repository holds a blob. */
  async hasBlob(repository: Repository, digest: Digest): Promise<boolean> {
    return this.#transport.retrying(async () => {
      const url = this.#url(repository, `blobs/${digest}`);
      const response = await this.#transport.send(
        repository.registry,
        { method: 'HEAD', url, scopes: [push(repository)] },
        [200, 404],
      );
      response.discard();
      return response.status === 200;
    });
  }

  /**
   * Brings a blob into a repository at the least cost: nothing if it is there, a mount if another repository of the registry has
   * it, else one POST and one PUT (Artifact Registry and others take no chunks). A failed upload starts anew.
   */
  async uploadBlob(repository: Repository, blob: Blob): Promise<BlobOutcome> {
    const { digest, size } = blob.descriptor;
    if (await this.hasBlob(repository, digest)) return 'present';
    if (blob.home?.registry === repository.registry && (await this.#mount(repository, blob.home, digest)))
      return 'mounted';
    await this.#transport.retrying(async () => {
      const session = await this.#startUpload(repository, this.#url(repository, 'blobs/uploads/'), [push(repository)]);
      if (session === 'mounted') return;
      session.searchParams.set('digest', digest);
      const response = await this.#transport.send(
        repository.registry,
        { method: 'PUT', url: session, body: { size, open: () => blob.open() }, scopes: [push(repository)] },
        [201, 204],
      );
      response.discard();
    });
    return 'uploaded';
  }

  /** Tries a cross-repository mount. A registry may refuse for any reason; the blob is then sent. */
  async #mount(repository: Repository, from: Repository, digest: Digest): Promise<boolean> {
    const url = this.#url(repository, 'blobs/uploads/');
    url.searchParams.set('mount', digest);
    url.searchParams.set('from', from.name);
    try {
      return (await this.#startUpload(repository, url, [push(repository), pull(from)])) === 'mounted';
    } catch (error) {
      if (error instanceof RegistryError) return false;
      throw error;
    }
  }

  async #startUpload(repository: Repository, url: URL, scopes: string[]): Promise<URL | 'mounted'> {
    const response = await this.#transport.send(repository.registry, { method: 'POST', url, scopes }, [201, 202]);
    response.discard();
    if (response.status === 201) return 'mounted';
    const location = response.headers.location;
    if (location === undefined || !URL.canParse(location, url.href)) {
      throw new UserError(`${repository.registry} accepted an upload without saying where to send it.`);
    }
    return new URL(location, url);
  }

  /** A blob's verified bytes. A connection that breaks is taken up where it broke. */
  async *#openBlob(repository: Repository, descriptor: Descriptor): AsyncGenerator<Uint8Array, void, void> {
    const where = `${formatRepository(repository)}@${descriptor.digest}`;
    const mismatch = (problem: string): Error =>
      new UserError(`${where}: the registry sent other content than asked for: ${problem}.`);
    yield* verified(this.#resumed(repository, descriptor), descriptor, mismatch);
  }

  async *#resumed(repository: Repository, descriptor: Descriptor): AsyncGenerator<Uint8Array, void, void> {
    const url = this.#url(repository, `blobs/${descriptor.digest}`);
    let position = 0;
    for (let breaks = 0; ; breaks++) {
      const response = await this.#transport.retrying(() =>
        this.#transport.send(
          repository.registry,
          {
            method: 'GET',
            url,
            ...(position > 0 && { headers: { range: `bytes=${position}-` } }),
            scopes: [pull(repository)],
          },
          position > 0 ? [200, 206] : [200],
        ),
      );
      let skip = response.status === 200 ? position : 0;
      try {
        for await (const chunk of received(response, url)) {
          const fresh = skip >= chunk.length ? undefined : chunk.subarray(skip);
          skip = Math.max(0, skip - chunk.length);
          if (fresh === undefined) continue;
          position += fresh.length;
          yield fresh;
        }
        return;
      } catch (error) {
        if (breaks >= MAXIMUM_BREAKS) throw error instanceof TransientError ? error.final : error;
      }
    }
  }

  #url(repository: Repository, rest: string): URL {
    return new URL(`${repository.name}/${rest}`, this.#transport.base(repository.registry));
  }
}

/** How often a download is taken up again. */
const MAXIMUM_BREAKS = 3;

const pull = (repository: Repository): string => `repository:${repository.name}:pull`;
const push = (repository: Repository): string => `repository:${repository.name}:pull,push`;

async function* received(response: HttpAnswer, url: URL): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* response.body;
  } catch (error) {
    throw networkError(url, error);
  }
}
