import type { Image } from './image.ts';
import { loadImage, loadImages, type Found } from './load.ts';
import type { Platform } from './platform.ts';
import { manifestKey, type Reference } from './reference.ts';
import type { RegistryClient } from './registry-client.ts';

/** Loads an image from a registry: manifest and config at once, layers when they are opened. */
export function pullImage(client: RegistryClient, reference: Reference, platform?: Platform): Promise<Image> {
  return loadImage(client.store(reference), manifestKey(reference), platform);
}

/** Loads the images of several platforms that a reference names. */
export function pullImages(
  client: RegistryClient,
  reference: Reference,
  platforms: readonly Platform[],
): Promise<Found> {
  return loadImages(client.store(reference), manifestKey(reference), platforms);
}
