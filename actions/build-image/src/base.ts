import { log, UserError } from '@mlops-actions/action-kit';
import {
  formatReference,
  formatRepository,
  pullImage,
  pullImages,
  readLayoutImages,
  type Image,
  type Platform,
  type Reference,
  type RegistryClient,
} from '@mlops-actions/oci';
import type { Foundation } from './foundation.ts';

/** What the image for a platform is built on. */
export interface Base {
  platform: Platform;
  /** As the user named it. */
  reference: string;
  image: Image | undefined;
  /** What annotations call it; a folder's path is nobody's business. */
  name: string | undefined;
}

/** Finds the base image for each platform. Manifests and configs are read, layers are not. */
export async function resolveBases(
  base: Extract<Foundation, { mode: 'layered' }>['base'],
  platforms: readonly Platform[],
  client: RegistryClient,
): Promise<Base[]> {
  switch (base.kind) {
    case 'scratch':
      return platforms.map((platform) => ({ platform, reference: 'scratch', image: undefined, name: undefined }));
    case 'layout': {
      const { images } = await readLayoutImages(base.directory, base.name, platforms);
      const reference = `oci:${base.directory}${base.name === undefined ? '' : `:${base.name}`}`;
      return platforms.map((platform, index) => ({ platform, reference, image: images[index], name: undefined }));
    }
    case 'registry': {
      const { reference } = base;
      const { digest, images } = await pullImages(client, reference, platforms);
      const name = formatReference(reference);
      if (reference.digest === undefined) {
        log.warning(
          `The base image ${name} is named by a tag, which can mean another image tomorrow. Pin it: ${formatRepository(reference)}@${digest}`,
          { title: 'Base image without digest' },
        );
      }
      return platforms.map((platform, index) => ({ platform, reference: name, image: images[index], name }));
    }
  }
}

/** The image that was built before. Without it everything is read and built: a first build has none, so that is no error. */
export async function findPrevious(
  reference: Reference,
  client: RegistryClient,
  platform: Platform,
): Promise<Image | undefined> {
  try {
    return await pullImage(client, reference, platform);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log.notice(`There is no previous image to take the model's layers from: ${error.message}`);
    return undefined;
  }
}
