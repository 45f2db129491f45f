import { UserError } from '@mlops-actions/action-kit';
import { manifestOf } from '@mlops-actions/manifest';
import {
  digestLabel,
  imageDigest,
  MODEL_DIGEST_LABEL,
  parseVersionName,
  requireModelVersion,
  requirePlace,
  ROLLED_BACK_LABEL,
  shortVersion,
  withVertex,
  type Labels,
  type ModelVersionId,
  type Place,
  type VersionContent,
} from '@mlops-actions/vertex';
import type { Inputs } from './inputs.ts';

/** The version that is copied. */
export interface Original {
  /** `projects/.../models/ID@N`. */
  name: string;
  version: Place & ModelVersionId;
  /** What it serves; the copy serves the same. */
  content: VersionContent;
  /** Its labels, which say where the model came from. */
  labels: Labels;
}

/** Inputs that say what is served, and have no say where it is copied. */
const DECIDED: readonly [keyof Inputs, string][] = [
  ['promotedFrom', 'promoted-from'],
  ['artifactUri', 'artifact-uri'],
  ['predictRoute', 'predict-route'],
  ['healthRoute', 'health-route'],
  ['port', 'port'],
  ['displayName', 'display-name'],
  ['description', 'description'],
];

/**
 * Reads the version that is to be copied.
 *
 * @throws UserError if it cannot be: another project, an image that is not pinned, a version that was rolled back, or not the digests that are asked for
 */
export async function findOriginal(inputs: Inputs, name: string): Promise<Original> {
  const decided = DECIDED.find(([key]) => inputs[key] !== undefined)?.[1];
  if (decided !== undefined) {
    throw new UserError(`'${decided}' and 'source-model' do not go together: a copy is what its source is.`, {
      fix: 'Set one of them.',
    });
  }
  const source = parseVersionName(name);
  const manifest = (await manifestOf(inputs))?.manifest;
  const place = requirePlace(inputs.projectId ?? manifest?.['project-id'], inputs.region ?? manifest?.region);
  refuseOtherProject(source, place);
  const version = await withVertex(source, (vertex) => requireModelVersion(vertex, source));
  const refuse = (why: string): UserError => new UserError(`${shortVersion(source)} cannot be copied: ${why}.`);
  const { container, artifactUri, labels } = version;
  const digest = container && imageDigest(container.imageUri);
  if (container === undefined || digest === undefined) throw refuse('it has no image that is pinned by digest');
  if (labels[ROLLED_BACK_LABEL] !== undefined) throw refuse('it was rolled back');
  const modelDigest = labels[MODEL_DIGEST_LABEL];
  if (artifactUri !== undefined && modelDigest === undefined) {
    throw refuse('it loads its model from a bucket, and no label has the digest of that');
  }
  if (inputs.image !== undefined && imageDigest(inputs.image) !== digest) {
    throw refuse(`its image is ${container.imageUri}, not ${inputs.image}`);
  }
  if (inputs.modelDigest !== undefined && digestLabel(inputs.modelDigest) !== modelDigest) {
    throw refuse(`by its label its model has the digest ${modelDigest ?? '(none)'}, not ${inputs.modelDigest}`);
  }
  return {
    name,
    version: source,
    content: { container, artifactUri, modelDigest: inputs.modelDigest ?? modelDigest },
    labels,
  };
}

/** The service copies within a project. An id and a number cannot be told to be the same, so that is left to it. */
function refuseOtherProject({ project }: Place, { project: target }: Place): void {
  if (project === target || /^\d+$/.test(project) !== /^\d+$/.test(target)) return;
  throw new UserError(
    `A version of project ${project} cannot be copied to ${target}: Vertex AI copies within a project.`,
    {
      fix: "Copy the image by build-image's 'source-image' and register that with 'promoted-from': the digests stay the same.",
    },
  );
}
