import { UserError } from '@mlops-actions/action-kit';
import { manifestOf, type ResolvedManifest } from '@mlops-actions/manifest';
import {
  checkAlias,
  checkLabels,
  checkModelId,
  imageDigest,
  requirePlace,
  ROLLED_BACK_LABEL,
  type ContainerContract,
  type Labels,
  type Place,
} from '@mlops-actions/vertex';
import type { Original } from './copy.ts';
import type { AliasPolicy, Inputs } from './inputs.ts';

/** What is to be registered: the inputs, checked, with model.yaml under them. */
export interface Registration {
  place: Place;
  modelId: string;
  displayName: string;
  description: string | undefined;
  container: ContainerContract;
  /** `sha256:...` of the image. */
  imageDigest: string;
  artifactUri: string | undefined;
  /** `sha256:...`; of a copy as far as a label of the original holds it. */
  modelDigest: string | undefined;
  /** The version that this becomes a copy of; `undefined` for an upload. */
  original: Original | undefined;
  aliases: string[];
  aliasPolicy: AliasPolicy;
  /** Labels of the user's. */
  labels: Labels;
  /** `sha256:...` of model.yaml. */
  manifestDigest: string | undefined;
  evaluation: string | undefined;
  timeout: number;
}

/** Labels that the action writes itself. */
const OWN_LABELS = [
  ROLLED_BACK_LABEL,
  'managed-by',
  'commit',
  'run-id',
  'repository',
  'model-digest',
  'image-digest',
  'manifest-digest',
  'policy-digest',
];

/**
 * Lays model.yaml under the inputs and checks what comes out.
 *
 * @param original the version that is copied: it says what is served, and nothing else does
 */
export async function resolveInputs(
  inputs: Inputs,
  image: string,
  original: Original | undefined,
): Promise<Registration> {
  const loaded = await manifestOf(inputs);
  const manifest: Partial<ResolvedManifest> = loaded?.manifest ?? {};
  const { model, registry = {}, image: container = {} } = manifest;

  const modelId = inputs.modelId ?? registry['model-id'] ?? model?.name;
  if (modelId === undefined) {
    throw new UserError('It is not said which model this is a version of.', {
      fix: "Set 'model-id', or registry.model-id or model.name in model.yaml.",
    });
  }
  const digest = imageDigest(image);
  if (digest === undefined) {
    throw new UserError(`The image '${image}' is not pinned by digest.`, {
      fix: "Give name@sha256:..., such as the output 'image' of build-image: a tag can mean another image at the next replica.",
    });
  }
  return {
    place: requirePlace(inputs.projectId ?? manifest['project-id'], inputs.region ?? manifest.region),
    modelId: checkModelId(modelId),
    displayName: checkDisplayName(inputs.displayName ?? registry['display-name'] ?? model?.['display-name'] ?? modelId),
    description: inputs.description ?? model?.description,
    ...(original?.content ?? {
      container: {
        imageUri: image,
        predictRoute: checkRoute('predict-route', inputs.predictRoute ?? container['predict-route'] ?? '/predict'),
        healthRoute: checkRoute('health-route', inputs.healthRoute ?? container['health-route'] ?? '/health'),
        port: inputs.port ?? container.port ?? 8080,
      },
      ...checkModel(inputs),
    }),
    imageDigest: digest,
    original,
    aliases: [...new Set((inputs.aliases ?? registry.aliases ?? []).map(checkAlias))],
    aliasPolicy: inputs.aliasPolicy ?? 'move',
    labels: checkLabels({ ...registry.labels, ...inputs.labels }, OWN_LABELS),
    manifestDigest: loaded?.digest,
    evaluation: inputs.evaluation,
    timeout: inputs.timeout ?? 30 * 60_000,
  };
}

function checkModel({ artifactUri, modelDigest }: Inputs): Pick<Registration, 'artifactUri' | 'modelDigest'> {
  if (modelDigest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(modelDigest)) {
    throw new UserError(`Input 'model-digest' must be sha256: and 64 hex digits, not '${modelDigest}'.`);
  }
  if (artifactUri !== undefined && !/^gs:\/\/[a-z0-9][a-z0-9._-]+(\/\S*)?$/.test(artifactUri)) {
    throw new UserError(`Input 'artifact-uri' must be a folder in Cloud Storage (gs://...), not '${artifactUri}'.`);
  }
  if (artifactUri !== undefined && modelDigest === undefined) {
    throw new UserError("Input 'artifact-uri' needs 'model-digest': the image does not say which model it will load.", {
      fix: "Pass the output 'model-digest' of validate-model.",
    });
  }
  return { artifactUri, modelDigest };
}

function checkRoute(name: string, route: string): string {
  if (/^\/[\w./~:-]*$/.test(route)) return route;
  throw new UserError(`Input '${name}' must be a path such as /health, not '${route}'.`);
}

function checkDisplayName(name: string): string {
  if (name.length <= 128) return name;
  throw new UserError(`Input 'display-name' has ${name.length} characters; the registry takes 128.`);
}
