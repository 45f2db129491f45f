import { UserError } from '@mlops-actions/action-kit';
import { blobOf, type Blob, type Image } from './image.ts';
import { isForeignLayer } from './media-types.ts';
import { tarOf } from './tar-writer.ts';

/**
 * An image as `docker load` and `podman load` of every version take it from a stream: a tar archive with layers, configuration and a `manifest.json` that
 * names them (https://github.com/moby/docker-image-spec, "Combined Image JSON + Filesystem Changeset Format"). Layers stay compressed as they are;
 * engines tell by their first bytes, and check what comes out against the configuration.
 *
 * @param name what the image is called after loading, `repository:tag`
 */
export function dockerArchive(image: Image, name: string): AsyncGenerator<Uint8Array, void, void> {
  const foreign = image.layers.find(({ descriptor }) => isForeignLayer(descriptor.mediaType));
  if (foreign !== undefined) {
    throw new UserError(`The layer ${foreign.descriptor.digest} may not be distributed, so no engine can load it.`, {
      fix: 'Use a base image without foreign layers.',
    });
  }
  const nameOf = ({ descriptor }: Blob): string => descriptor.digest.replace(':', '/');
  const manifest = [{ Config: nameOf(image.configBlob), RepoTags: [name], Layers: image.layers.map(nameOf) }];
  return tarOf(
    new Map([
      ...[image.configBlob, ...image.layers].map((blob): [string, Blob] => [nameOf(blob), blob]),
      ['manifest.json', blobOf('', Buffer.from(JSON.stringify(manifest)))],
    ]),
  );
}
