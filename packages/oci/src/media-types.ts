/** Media types of OCI image-spec 1.1 and of Docker's image manifest version 2, schema 2. */
export const MediaType = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar',
  ociEmpty: 'application/vnd.oci.empty.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerManifestList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar',
} as const;

/** The two families of media types. An image keeps to one: mixed manifests break real registries and runtimes. */
export type Family = 'oci' | 'docker';

/** How a layer's tar is stored. */
export type Compression = 'none' | 'gzip' | 'zstd';

/** Media type of a layer. Docker's family has no zstd. */
export function layerMediaType(family: Family, compression: Compression): string {
  if (family === 'oci') return compression === 'none' ? MediaType.ociLayer : `${MediaType.ociLayer}+${compression}`;
  if (compression === 'zstd') throw new TypeError('Docker manifests cannot name zstd layers');
  return compression === 'none' ? MediaType.dockerLayer : `${MediaType.dockerLayer}.gzip`;
}

/** Whether a layer lies elsewhere by its nature (Windows base layers): registries do not hold its bytes. */
export const isForeignLayer = (mediaType: string): boolean => /\.foreign\.|\.nondistributable\./.test(mediaType);

/** Whether a manifest's media type is an index over platforms. */
export const isIndex = (mediaType: string): boolean =>
  mediaType === MediaType.ociIndex || mediaType === MediaType.dockerManifestList;

/** Whether a media type is that of a single image. */
export const isImageManifest = (mediaType: string): boolean =>
  mediaType === MediaType.ociManifest || mediaType === MediaType.dockerManifest;
