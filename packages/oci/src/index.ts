export { composeArtifact, descriptorOf, type ArtifactContent, type Described } from './artifact.ts';
export { composeImage, type ImageChanges } from './compose.ts';
export { dockerCredentials, firstOf, type Credentials, type CredentialSource } from './credentials.ts';
export { dockerArchive } from './docker-archive.ts';
export { collect, digestOf, isDigest, parseDigest, type Digest } from './digest.ts';
export {
  blobOf,
  familyOf,
  imagesOf,
  platformOf,
  type Artifact,
  type Blob,
  type ContainerConfig,
  type Descriptor,
  type HistoryEntry,
  type Image,
  type ImageConfig,
  type ImageIndex,
  type ImageOrIndex,
  type Manifest,
} from './image.ts';
export { composeIndex } from './image-index.ts';
export {
  buildLayer,
  digestFiles,
  type BuiltLayer,
  type Layer,
  type LayerEntry,
  type LayerFile,
  type LayerOptions,
} from './layer.ts';
export { isLayout, readLayout, readLayoutImages, writeArchive, writeLayout } from './layout.ts';
export { loadImage, type ContentStore, type Found } from './load.ts';
export { MediaType, type Compression, type Family } from './media-types.ts';
export { parseManifest } from './parse.ts';
export { formatPlatform, isPlatform, LINUX_AMD64, parsePlatform, type Platform } from './platform.ts';
export { readLayer } from './read-layer.ts';
export { attachArtifact, copyAttached, listAttached, type Listing } from './referrers.ts';
export { type TarEntry } from './tar-reader.ts';
export { pullImage, pullImages } from './pull.ts';
export { heldBy, pushImage, type PushedBlob, type PushResult } from './push.ts';
export { Uploads } from './uploads.ts';
export {
  formatReference,
  formatRepository,
  isLoopback,
  manifestKey,
  parseReference,
  type Reference,
  type Repository,
} from './reference.ts';
export { RegistryClient, type BlobOutcome } from './registry-client.ts';
export { RegistryError } from './registry-errors.ts';
export { type TransportOptions } from './transport.ts';
export { unpackImage, type UnpackLimits } from './unpack.ts';
