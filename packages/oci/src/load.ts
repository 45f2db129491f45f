import { UserError } from '@mlops-actions/action-kit';
import { collect, type Digest } from './digest.ts';
import type { Blob, Descriptor, Image } from './image.ts';
import { isImageManifest, isIndex } from './media-types.ts';
import { MANIFEST_LIMIT, parseConfig, parseIndex, parseManifest } from './parse.ts';
import { formatPlatform, isPlatform, LINUX_AMD64, type Platform } from './platform.ts';

/** Where manifests and blobs come from: a registry's repository or a layout folder. Everything it gives is verified. */
export interface ContentStore {
  /** How to name the store in messages. */
  name: string;
  manifest(key: string): Promise<{ mediaType: string; digest: Digest; bytes: Buffer }>;
  blob(descriptor: Descriptor): Blob;
}

/** What a tag or digest was found to name. */
export interface Found {
  /** Digest of what it names: an image, or an index of several. */
  digest: Digest;
  images: Image[];
}

/** Loads the image that `key` (a tag or digest) names; of an index, the image for `platform`. */
export async function loadImage(store: ContentStore, key: string, platform: Platform = LINUX_AMD64): Promise<Image> {
  return (await loadImages(store, key, [platform])).images[0]!;
}

/** Loads the images for all of `platforms`. What a tag names is asked for once: it may mean something else a moment later. */
export async function loadImages(store: ContentStore, key: string, platforms: readonly Platform[]): Promise<Found> {
  const named = await store.manifest(key);
  const images = await Promise.all(platforms.map((platform) => loadFor(store, key, named, platform)));
  return { digest: named.digest, images };
}

type StoredManifest = Awaited<ReturnType<ContentStore['manifest']>>;

async function loadFor(store: ContentStore, key: string, named: StoredManifest, platform: Platform): Promise<Image> {
  let found = named;
  for (let depth = 0; isIndex(found.mediaType); depth++) {
    if (depth === 3) throw new UserError(`${store.name}: the index ${key} is nested too deeply.`);
    const chosen = choosePlatform(parseIndex(found.bytes, store.name), platform, store.name);
    found = await store.manifest(chosen.digest);
  }
  if (!isImageManifest(found.mediaType)) throw notAnImage(store.name, found.mediaType);
  const manifest = parseManifest(found.bytes, found.mediaType, store.name);
  const configBlob = store.blob(manifest.config);
  const config = parseConfig(
    await collect(
      configBlob.open(),
      MANIFEST_LIMIT,
      () => new UserError(`${store.name}: the image's config is too large.`),
    ),
    store.name,
  );
  if (!isPlatform(config, platform)) {
    throw new UserError(`${store.name}: the image is for ${formatPlatform(config)}, not ${formatPlatform(platform)}.`, {
      fix: `Build or choose it for ${formatPlatform(platform)}.`,
    });
  }
  if (config.rootfs.diff_ids.length !== manifest.layers.length) {
    throw new UserError(
      `${store.name}: the image's config lists ${config.rootfs.diff_ids.length} layers, its manifest ${manifest.layers.length}.`,
    );
  }
  return {
    mediaType: found.mediaType,
    digest: found.digest,
    manifest,
    manifestBytes: found.bytes,
    config,
    configBlob,
    layers: manifest.layers.map((layer) => store.blob(layer)),
  };
}

function notAnImage(where: string, mediaType: string): UserError {
  if (/manifest\.v1\+(json|prettyjws)/.test(mediaType) && mediaType.includes('docker')) {
    return new UserError(`${where}: the image has a Docker schema 1 manifest, whose content cannot be verified.`, {
      fix: 'Push it again with a current tool.',
    });
  }
  return new UserError(`${where}: '${mediaType}' is not an image manifest.`);
}

function choosePlatform(manifests: Descriptor[], wanted: Platform, where: string): Descriptor {
  const matching = manifests.find(({ platform }) => isPlatform(platform, wanted));
  if (matching !== undefined) return matching;
  const [only] = manifests;
  if (manifests.length === 1 && only!.platform === undefined) return only!;
  const offered = manifests
    .flatMap(({ platform }) => (platform === undefined || platform.os === 'unknown' ? [] : [formatPlatform(platform)]))
    .join(', ');
  throw new UserError(
    `${where}: no image for ${formatPlatform(wanted)}; the index offers ${offered === '' ? 'none' : offered}.`,
  );
}
