import { UserError, type RunContext } from '@mlops-actions/action-kit';
import {
  composeImage,
  familyOf,
  MediaType,
  type Family,
  type Image,
  type Layer,
  type RegistryClient,
  type Uploads,
} from '@mlops-actions/oci';
import { findPrevious, resolveBases, type Base } from './base.ts';
import { filesLayer } from './content.ts';
import type { Plan } from './inputs.ts';
import { imageLabels, sourceDateEpoch } from './labels.ts';
import { modelContent, type ModelContent } from './model.ts';

/** The image for one platform. */
export interface PlatformImage {
  base: Base;
  image: Image;
}

/** What a build made; nothing of it is written yet. */
export interface Build {
  /** One a platform, in the order of the input; none in a dry run of a Dockerfile, which is not built there. */
  images: PlatformImage[];
  model: ModelContent;
  /** The layers of the model and of the user's files, which all images share. */
  newLayers: Layer[];
  /** The image that the model's layers could be taken from, if one was named and found. */
  previous: Image | undefined;
}

/**
 * Finds the bases and lays the model and the user's files over them. A Dockerfile's result goes to `folder`, to be read from there.
 *
 * @param options.uploads where layers of the model may go as soon as they are known
 */
export async function buildImages(
  plan: Plan,
  client: RegistryClient,
  context: RunContext,
  { folder, dryRun, uploads }: { folder: string; dryRun: boolean; uploads: Uploads | undefined },
): Promise<Build> {
  const [bases, previous] = await Promise.all([
    findBases(plan, client, folder, dryRun),
    plan.previousImage && findPrevious(plan.previousImage, client, plan.platforms[0]!),
  ]);
  const { model, layers } = await buildContent(plan, commonFamily(bases), previous, uploads);
  const images = bases.map((base) => ({ base, image: compose(plan, base, layers, model.digest, context) }));
  return { images, model, newLayers: layers, previous };
}

async function findBases(plan: Plan, client: RegistryClient, folder: string, dryRun: boolean): Promise<Base[]> {
  const { foundation, platforms } = plan;
  if (foundation.mode === 'layered') return resolveBases(foundation.base, platforms, client);
  if (dryRun) return [];
  const { buildDockerfile } = await import('./builder.ts');
  const images = await buildDockerfile(foundation, platforms, folder, sourceDateEpoch() ?? 0);
  return platforms.map((platform, index) => ({
    platform,
    reference: foundation.dockerfile,
    image: images[index],
    name: undefined,
  }));
}

/** Layers are shared by all images, and an image keeps to one family of media types. */
function commonFamily(bases: readonly Base[]): Family {
  const families = new Set(bases.map(({ image }) => familyOf(image?.mediaType ?? MediaType.ociManifest)));
  if (families.size > 1) {
    throw new UserError("Of the base images, some have Docker's media types and some those of the OCI.", {
      fix: 'Build for one platform at a time, or use a base whose images are all of one kind.',
    });
  }
  return families.has('docker') ? 'docker' : 'oci';
}

/** The model and the user's other files, as layers. */
async function buildContent(
  plan: Plan,
  family: Family,
  previous: Image | undefined,
  uploads: Uploads | undefined,
): Promise<{ model: ModelContent; layers: Layer[] }> {
  if (family === 'docker' && plan.compression === 'zstd') {
    throw new UserError("The base image has Docker's media types, which know no zstd.", {
      fix: "Set 'compression' to gzip or none.",
    });
  }
  const options = {
    family,
    mtime: sourceDateEpoch() ?? 0,
    onLayer: (layer: Layer): void => void uploads?.send(layer),
  };
  const model = await modelContent(plan.model, options, previous);
  const files = await filesLayer(plan.files, { ...options, compression: plan.compression });
  return { model, layers: files === undefined ? model.layers : [...model.layers, files] };
}

function compose(plan: Plan, base: Base, layers: Layer[], modelDigest: string, context: RunContext): Image {
  const image = composeImage(base.image, {
    layers,
    env: plan.env,
    labels: imageLabels(plan, modelDigest, context),
    ports: [plan.port],
    created: sourceDateEpoch() ?? 0,
    platform: base.platform,
    annotations: {
      ...(base.name !== undefined && { 'org.opencontainers.image.base.name': base.name }),
      ...(base.image !== undefined && { 'org.opencontainers.image.base.digest': base.image.digest }),
    },
    ...(plan.entrypoint !== undefined && { entrypoint: plan.entrypoint }),
    ...(plan.user !== undefined && { user: plan.user }),
    ...(plan.workdir !== undefined && { workingDirectory: plan.workdir }),
  });
  const { Entrypoint, Cmd } = image.config.config ?? {};
  if ((Entrypoint ?? []).length + (Cmd ?? []).length === 0) {
    throw new UserError('The image would have no command to run.', {
      fix: "Set 'entrypoint', or image.entrypoint in model.yaml, or use a base image that has one.",
    });
  }
  return image;
}
