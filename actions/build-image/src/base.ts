import { log, UserError } from '@mlops-actions/action-kit';
import {
  formatReference,
  formatRepository,
  pullImage,
  readLayout,
  type Image,
  type Reference,
  type RegistryClient,
} from '@mlops-actions/oci';
import type { Foundation } from './inputs.ts';

/** What an image is built on. */
export interface Base {
  /** As the user named it. */
  reference: string;
  image: Image | undefined;
  /** What annotations call it; a folder's path is nobody's business. */
  name: string | undefined;
}

/** Finds the base image. Its manifest and config are read, its layers are not. */
export async function resolveBase(
  base: Extract<Foundation, { mode: 'layered' }>['base'],
  client: RegistryClient,
): Promise<Base> {
  switch (base.kind) {
    case 'scratch':
      return { reference: 'scratch', image: undefined, name: undefined };
    case 'layout': {
      const image = await readLayout(base.directory, base.name);
      return {
        reference: `oci:${base.directory}${base.name === undefined ? '' : `:${base.name}`}`,
        image,
        name: undefined,
      };
    }
    case 'registry': {
      const { reference } = base;
      const image = await pullImage(client, reference);
      if (reference.digest === undefined) {
        log.warning(
          `The base image ${formatReference(reference)} is named by a tag, which can mean another image tomorrow. Pin it: ${formatRepository(reference)}@${image.digest}`,
          { title: 'Base image without digest' },
        );
      }
      return { reference: formatReference(reference), image, name: formatReference(reference) };
    }
  }
}

/** The image that was built before. Without it everything is read and built: a first build has none, so that is no error. */
export async function findPrevious(reference: Reference, client: RegistryClient): Promise<Image | undefined> {
  try {
    return await pullImage(client, reference);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log.notice(`There is no previous image to take the model's layers from: ${error.message}`);
    return undefined;
  }
}
