import { descriptorOf } from './artifact.ts';
import { digestOf } from './digest.ts';
import { familyOf, platformOf, type Image, type ImageIndex } from './image.ts';
import { MediaType } from './media-types.ts';
import { formatPlatform } from './platform.ts';

/** Puts images of several platforms under one name (image-spec, image-index.md). Pure: equal images in equal order give equal bytes. */
export function composeIndex(images: readonly [Image, ...Image[]]): ImageIndex {
  const families = new Set(images.map(({ mediaType }) => familyOf(mediaType)));
  const platforms = images.map((image) => formatPlatform(platformOf(image)));
  if (families.size > 1) throw new TypeError('an index of images of both families of media types');
  if (new Set(platforms).size < platforms.length)
    throw new TypeError(`an index with a platform twice: ${platforms.join(', ')}`);
  const mediaType = families.has('docker') ? MediaType.dockerManifestList : MediaType.ociIndex;
  const manifests = images.map((image) => ({ ...descriptorOf(image), platform: platformOf(image) }));
  const manifestBytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
  return { mediaType, digest: digestOf(manifestBytes), manifestBytes, images };
}
