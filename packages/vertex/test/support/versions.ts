import { digestLabel, getModelVersion, imageDigest, uploadVersion, type ModelVersion } from '../../src/index.ts';
import type { Behaviour } from './images.ts';
import type { World } from './world.ts';

/** Registers a tiny server as the next version of a model. */
export async function registerServer(world: World, modelId: string, behaviour: Behaviour = {}): Promise<ModelVersion> {
  const image = await world.image(behaviour);
  const modelExists = (await getModelVersion(world.vertex, modelId)) !== undefined;
  const upload = {
    modelId,
    displayName: modelId,
    description: undefined,
    labels: { 'image-digest': digestLabel(imageDigest(image)!) },
    container: { imageUri: image, predictRoute: '/predict', healthRoute: '/health', port: 8080 },
    artifactUri: undefined,
    modelDigest: undefined,
  };
  return uploadVersion(world.vertex, upload, { modelExists, timeout: 30_000 });
}
