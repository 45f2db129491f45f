import { loadImage, type Image, type Platform } from './image.ts';
import { manifestKey, type Reference } from './reference.ts';
import type { RegistryClient } from './registry-client.ts';

/** Loads an image from a registry: manifest and config at once, layers when they are opened. */
export function pullImage(client: RegistryClient, reference: Reference, platform?: Platform): Promise<Image> {
  return loadImage(client.store(reference), manifestKey(reference), platform);
}
