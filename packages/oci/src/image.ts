import { UserError } from '@mlops-actions/action-kit';
import { collect, digestOf, parseDigest, type Digest } from './digest.ts';
import { isImageManifest, isIndex, MediaType, type Family } from './media-types.ts';
import type { Repository } from './reference.ts';

/** Address, size and kind of some content. */
export interface Descriptor {
  mediaType: string;
  digest: Digest;
  size: number;
  annotations?: Record<string, string>;
  /** Of a manifest that is no image: what it is. */
  artifactType?: string;
  urls?: string[];
  platform?: { architecture: string; os: string; variant?: string };
}

/** An image manifest, OCI or Docker. */
export interface Manifest {
  schemaVersion: 2;
  mediaType: string;
  config: Descriptor;
  layers: Descriptor[];
  annotations?: Record<string, string>;
  /** Of a manifest that is no image: what it is. */
  artifactType?: string;
  /** The manifest that this one is about. */
  subject?: Descriptor;
}

/** How a container of the image is run. Fields that this package does not use are kept as they are. */
export interface ContainerConfig {
  User?: string;
  ExposedPorts?: Record<string, object>;
  Env?: string[];
  Entrypoint?: string[] | null;
  Cmd?: string[] | null;
  WorkingDir?: string;
  Labels?: Record<string, string> | null;
  [other: string]: unknown;
}

/** One step of an image's history. */
export interface HistoryEntry {
  created?: string;
  created_by?: string;
  comment?: string;
  empty_layer?: boolean;
}

/** An image's configuration (OCI image-spec, config.md). */
export interface ImageConfig {
  architecture: string;
  os: string;
  created?: string;
  config?: ContainerConfig;
  rootfs: { type: 'layers'; diff_ids: string[] };
  history?: HistoryEntry[];
  [other: string]: unknown;
}

/** Content that can be read as often as needed. */
export interface Blob {
  descriptor: Descriptor;
  /** A fresh stream of exactly the content that the descriptor addresses; it fails otherwise. */
  open(): AsyncIterable<Uint8Array>;
  /** Where a registry holds it, so that it can be mounted from there instead of sent. */
  home?: Repository;
}

/** A manifest and the blobs that it names: what can be pushed. */
export interface Artifact {
  mediaType: string;
  digest: Digest;
  manifest: Manifest;
  /** The manifest exactly as its digest says. */
  manifestBytes: Buffer;
  configBlob: Blob;
  layers: Blob[];
}

/** One image for one platform. */
export interface Image extends Artifact {
  config: ImageConfig;
}

/** Bytes at hand as a blob. */
export function blobOf(mediaType: string, bytes: Uint8Array): Blob {
  return {
    descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length },
    open: async function* () {
      yield bytes;
    },
  };
}

/** The family of media types of an image. */
export const familyOf = (mediaType: string): Family => (mediaType === MediaType.dockerManifest ? 'docker' : 'oci');

/** A platform as images name it. */
export interface Platform {
  os: string;
  architecture: string;
}

/** The only platform that Vertex AI serves on. */
export const LINUX_AMD64: Platform = { os: 'linux', architecture: 'amd64' };

/** Where manifests and blobs come from: a registry's repository or a layout folder. Everything it gives is verified. */
export interface ContentStore {
  /** How to name the store in messages. */
  name: string;
  manifest(key: string): Promise<{ mediaType: string; digest: Digest; bytes: Buffer }>;
  blob(descriptor: Descriptor): Blob;
}

/** Manifests and configurations above this are refused, as registries do (distribution-spec). */
export const MANIFEST_LIMIT = 4 * 1024 * 1024;

/** Loads the image that `key` (a tag or digest) names; of an index, the image for `platform`. */
export async function loadImage(store: ContentStore, key: string, platform: Platform = LINUX_AMD64): Promise<Image> {
  let found = await store.manifest(key);
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
  if (config.os !== platform.os || config.architecture !== platform.architecture) {
    throw new UserError(
      `${store.name}: the image is for ${config.os}/${config.architecture}, not ${platform.os}/${platform.architecture}.`,
      { fix: `Build or choose it for ${platform.os}/${platform.architecture}.` },
    );
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

/** The media type that a manifest states of itself, or the one that its shape implies. */
export function manifestMediaType(bytes: Uint8Array, where: string): string {
  const value = parseObject(bytes, where);
  if (typeof value['mediaType'] === 'string') return value['mediaType'];
  if (value['schemaVersion'] === 1) return 'application/vnd.docker.distribution.manifest.v1+json';
  return Array.isArray(value['manifests']) ? MediaType.ociIndex : MediaType.ociManifest;
}

/** Reads and checks an image manifest. */
export function parseManifest(bytes: Uint8Array, mediaType: string, where: string): Manifest {
  const value = parseObject(bytes, where);
  if (value['schemaVersion'] !== 2) throw new UserError(`${where}: the manifest's schemaVersion is not 2.`);
  if (value['mediaType'] !== undefined && value['mediaType'] !== mediaType) {
    throw new UserError(
      `${where}: the manifest says that it is ${JSON.stringify(value['mediaType'])}, its source '${mediaType}'.`,
    );
  }
  const layers = value['layers'];
  if (!Array.isArray(layers)) throw new UserError(`${where}: the manifest has no layers.`);
  return {
    ...value,
    schemaVersion: 2,
    mediaType,
    config: parseDescriptor(value['config'], `${where}: config`),
    layers: layers.map((layer, index) => parseDescriptor(layer, `${where}: layer ${index + 1}`)),
  };
}

/** Reads and checks an index: the descriptors of its manifests. */
export function parseIndex(bytes: Uint8Array, where: string): Descriptor[] {
  const manifests = parseObject(bytes, where)['manifests'];
  if (!Array.isArray(manifests)) throw new UserError(`${where}: the index has no list of manifests.`);
  return manifests.map((entry, index) => parseDescriptor(entry, `${where}: manifest ${index + 1}`));
}

function choosePlatform(manifests: Descriptor[], wanted: Platform, where: string): Descriptor {
  const matching = manifests.find(
    ({ platform }) => platform?.os === wanted.os && platform.architecture === wanted.architecture,
  );
  if (matching !== undefined) return matching;
  const [only] = manifests;
  if (manifests.length === 1 && only!.platform === undefined) return only!;
  const offered = manifests
    .flatMap(({ platform }) =>
      platform === undefined || platform.os === 'unknown' ? [] : [`${platform.os}/${platform.architecture}`],
    )
    .join(', ');
  throw new UserError(
    `${where}: no image for ${wanted.os}/${wanted.architecture}; the index offers ${offered === '' ? 'none' : offered}.`,
  );
}

/** Reads and checks an image's config. */
export function parseConfig(bytes: Uint8Array, where: string): ImageConfig {
  const value = parseObject(bytes, where) as Partial<ImageConfig>;
  const diffIds: unknown = value.rootfs?.diff_ids;
  if (typeof value.os !== 'string' || typeof value.architecture !== 'string' || !Array.isArray(diffIds)) {
    throw new UserError(`${where}: the image's config lacks os, architecture or rootfs.`);
  }
  for (const diffId of diffIds) parseDigest(diffId, `${where}: config`);
  const container = value.config ?? {};
  for (const key of ['Env', 'Entrypoint', 'Cmd'] as const) {
    const list: unknown = container[key];
    if (
      list !== undefined &&
      list !== null &&
      !(Array.isArray(list) && list.every((item) => typeof item === 'string'))
    ) {
      throw new UserError(`${where}: ${key} of the image's config is not a list of texts.`);
    }
  }
  return value as ImageConfig;
}

function parseDescriptor(value: unknown, where: string): Descriptor {
  const descriptor = value as Partial<Descriptor> | null | undefined;
  if (typeof descriptor?.mediaType !== 'string') throw new UserError(`${where}: a descriptor without mediaType.`);
  if (!Number.isSafeInteger(descriptor.size) || descriptor.size! < 0) {
    throw new UserError(`${where}: a descriptor without a valid size.`);
  }
  return { ...(descriptor as Descriptor), digest: parseDigest(descriptor.digest, where) };
}

/** Reads a JSON object. */
export function parseObject(bytes: Uint8Array, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new UserError(`${where}: the content is not JSON.`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UserError(`${where}: the content is not a JSON object.`);
  }
  return value as Record<string, unknown>;
}
