import { digestOf, type Digest } from './digest.ts';
import { MediaType, type Family } from './media-types.ts';
import type { Platform } from './platform.ts';
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
  platform?: Platform;
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
  variant?: string;
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
  /** The same at less cost, for a receiver that checks the digest itself, as a registry must. */
  openUnchecked?(): AsyncIterable<Uint8Array>;
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

/** Images of the same content for several platforms, one each. */
export interface ImageIndex {
  mediaType: string;
  digest: Digest;
  /** The index exactly as its digest says. */
  manifestBytes: Buffer;
  images: readonly [Image, ...Image[]];
}

/** What a tag can name. */
export type ImageOrIndex = Image | ImageIndex;

/** The images that a tag's target consists of. */
export const imagesOf = (target: ImageOrIndex): readonly [Image, ...Image[]] =>
  'images' in target ? target.images : [target];

/** The platform of an image, as an index names it. */
export const platformOf = ({ config }: Image): Platform => ({
  os: config.os,
  architecture: config.architecture,
  ...(config.variant !== undefined && { variant: config.variant }),
});

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
