import { blobOf, composeArtifact, type Artifact } from '@mlops-actions/oci';
import type { Plan } from '../inputs.ts';
import type { ModelContent } from '../model.ts';

/** Media types of CNCF ModelPack (https://github.com/modelpack/model-spec). */
const ModelPack = {
  manifest: 'application/vnd.cncf.model.manifest.v1+json',
  config: 'application/vnd.cncf.model.config.v1+json',
  weights: 'application/vnd.cncf.model.weight.v1.tar',
} as const;

/**
 * The model as an artifact of its own, of the very layers that are in the image. The same model of the same model.yaml gives the same
 * digest, whichever image it is in.
 */
export function modelPack({ digest, layers }: ModelContent, { model }: Plan): Artifact {
  const { identity } = model;
  const config = {
    descriptor: {
      ...(identity && { name: identity.name, vendor: identity.owner }),
      ...(identity?.description && { description: identity.description }),
      ...(identity?.license && { licenses: [identity.license] }),
    },
    config: {},
    modelfs: { type: 'layers', diffIds: layers.map(({ diffId }) => diffId) },
  };
  return composeArtifact({
    artifactType: ModelPack.manifest,
    config: blobOf(ModelPack.config, Buffer.from(JSON.stringify(config))),
    layers: layers.map(({ descriptor, files, ...blob }) => ({
      ...blob,
      descriptor: {
        mediaType: ModelPack.weights,
        digest: descriptor.digest,
        size: descriptor.size,
        ...(files.length === 1 && { annotations: { 'org.cncf.model.filepath': files[0]!.path } }),
      },
    })),
    annotations: { 'dev.mlops-actions.model-digest': digest },
  });
}

/** The tag that names a model by its digest. */
export const modelTag = (modelDigest: string): string => `model-${modelDigest.replace(':', '-')}`;
