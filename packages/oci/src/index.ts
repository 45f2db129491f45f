export { composeArtifact, descriptorOf, type ArtifactContent } from './artifact.ts';
export { composeImage, type ImageChanges } from './compose.ts';
export { dockerCredentials, firstOf, type Credentials, type CredentialSource } from './credentials.ts';
export { collect, digestOf, isDigest, parseDigest, type Digest } from './digest.ts';
export {
  blobOf,
  familyOf,
  LINUX_AMD64,
  loadImage,
  parseManifest,
  type Artifact,
  type Blob,
  type ContainerConfig,
  type ContentStore,
  type Descriptor,
  type HistoryEntry,
  type Image,
  type ImageConfig,
  type Manifest,
  type Platform,
} from './image.ts';
export {
  buildLayer,
  type BuiltLayer,
  type Layer,
  type LayerEntry,
  type LayerFile,
  type LayerOptions,
} from './layer.ts';
export { isLayout, readLayout, writeArchive, writeLayout } from './layout.ts';
export { MediaType, type Compression, type Family } from './media-types.ts';
export { readLayer } from './read-layer.ts';
export { attachArtifact, copyAttached, listAttached, type Listing } from './referrers.ts';
export { type TarEntry } from './tar-reader.ts';
export { pullImage } from './pull.ts';
export { pushImage, type PushedBlob, type PushResult } from './push.ts';
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
