import { digestOf } from './digest.ts';
import { blobOf, type Artifact, type Blob, type Descriptor, type Manifest } from './image.ts';
import { MediaType } from './media-types.ts';

/** What a manifest that is no image holds (image-spec, manifest.md, guidelines for artifact usage). */
export interface ArtifactContent {
  /** What the artifact is. */
  artifactType: string;
  layers: readonly Blob[];
  /** Its configuration; empty unless given. */
  config?: Blob;
  /** The manifest that it is about. */
  subject?: Descriptor;
  annotations?: Readonly<Record<string, string>>;
}

/** Makes the manifest of an artifact. Pure: equal arguments give equal bytes. */
export function composeArtifact({
  artifactType,
  layers,
  config = blobOf(MediaType.ociEmpty, Buffer.from('{}')),
  subject,
  annotations,
}: ArtifactContent): Artifact {
  const mediaType = MediaType.ociManifest;
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType,
    artifactType,
    config: config.descriptor,
    layers: layers.map((layer) => layer.descriptor),
    ...(subject !== undefined && { subject }),
    ...(annotations !== undefined && { annotations: { ...annotations } }),
  };
  const manifestBytes = Buffer.from(JSON.stringify(manifest));
  return {
    mediaType,
    digest: digestOf(manifestBytes),
    manifest,
    manifestBytes,
    configBlob: config,
    layers: [...layers],
  };
}

/** A manifest that others can name: of an artifact, an image or an index. */
export type Described = Pick<Artifact, 'mediaType' | 'digest' | 'manifestBytes'>;

/** The descriptor by which other manifests name one. */
export const descriptorOf = ({ mediaType, digest, manifestBytes }: Described): Descriptor => ({
  mediaType,
  digest,
  size: manifestBytes.length,
});
