import { log, subjectOf, UserError, type ActionResult, type RunContext } from '@mlops-actions/action-kit';
import {
  answerLost,
  awaitRunningUploads,
  copyVersion,
  digestLabel,
  findCopy,
  findVersion,
  getModelVersion,
  IMAGE_DIGEST_LABEL,
  importEvaluation,
  labelValue,
  MODEL_DIGEST_LABEL,
  modelName,
  modelVersionName,
  sameContent,
  setAliases,
  setVersionLabels,
  shortVersion,
  Status,
  statusOf,
  uploadVersion,
  withVertex,
  type Labels,
  type ModelVersion,
  type Vertex,
} from '@mlops-actions/vertex';
import { policyDigest, readEvaluation } from './evaluation.ts';
import { findOriginal } from './copy.ts';
import type { Inputs } from './inputs.ts';
import { findSource } from './promotion.ts';
import { resolveInputs, type Registration } from './registration.ts';
import { summarise, type AliasMove } from './report.ts';

/** Registers a version, or finds the one that is the same already. */
export async function run(inputs: Inputs, context: RunContext): Promise<ActionResult> {
  const source = inputs.promotedFrom === undefined ? undefined : await findSource(inputs, inputs.promotedFrom);
  const original = inputs.sourceModel === undefined ? undefined : await findOriginal(inputs, inputs.sourceModel);
  const image = original?.content.container.imageUri ?? inputs.image ?? source?.image;
  if (image === undefined) {
    throw new UserError('It is not said which image is registered.', {
      fix: "Set 'image', such as the output 'image' of build-image, or 'promoted-from', or 'source-model'.",
    });
  }
  const wanted = await resolveInputs(inputs, image, original);
  if (inputs.requirePassed && wanted.evaluation === undefined) {
    throw new UserError("Input 'require-passed' is true, and there is no 'evaluation'.", {
      fix: "Pass the output 'decision-path' of evaluate-gate.",
    });
  }
  const evaluation =
    wanted.evaluation === undefined
      ? undefined
      : await readEvaluation(wanted.evaluation, wanted.modelDigest, inputs.requirePassed);
  return withVertex(wanted.place, async (vertex) => {
    const before = await getModelVersion(vertex, wanted.modelId);
    const present = before && (await findPresent(vertex, wanted));
    const labels = labelsOf(wanted, context, evaluation && policyDigest(evaluation));
    const aliases = await planAliases(vertex, wanted, present, before !== undefined);

    let version = present;
    let evaluationName: string | undefined;
    if (!inputs.dryRun) {
      version ??= await log.group(`${original ? 'Copy' : 'Upload'} a version of ${wanted.modelId}`, () =>
        make(vertex, wanted, labels, before),
      );
      if (original) version = await labelCopy(vertex, version, labels);
      const missing = wanted.aliases.filter((alias) => !version!.aliases.includes(alias));
      if (missing.length > 0) await setAliases(vertex, version, missing);
      if (evaluation) evaluationName = (await importEvaluation(vertex, version, evaluation)).name;
    }
    const created = present === undefined && version !== undefined;
    return {
      verdict: 'pass',
      headline: headlineOf(wanted, version, created),
      outputs: {
        'model-name': modelName(wanted.place, wanted.modelId),
        'version-id': version?.versionId ?? '',
        'model-version': version === undefined ? '' : modelVersionName(wanted.place, version),
        image: wanted.container.imageUri,
        'source-run-id': source?.runId ?? '',
        created: String(created),
      },
      report: {
        place: wanted.place,
        source,
        copiedFrom: original?.name,
        model: { id: wanted.modelId, existed: before !== undefined, defaultVersion: before?.versionId },
        version: version?.versionId,
        created,
        container: wanted.container,
        imageDigest: wanted.imageDigest,
        modelDigest: wanted.modelDigest,
        artifactUri: wanted.artifactUri,
        aliases,
        labels: version?.labels ?? labels,
        evaluation: evaluation && { name: evaluationName, ...evaluation },
      },
      summary: summarise({ wanted, version, created, aliases, evaluationName }),
      subjects: [
        subjectOf(wanted.container.imageUri.replace(/@.*$/, ''), wanted.imageDigest),
        // The label that tells of a copy's model holds not all of its digest.
        ...(wanted.modelDigest?.startsWith('sha256:') ? [subjectOf('model', wanted.modelDigest)] : []),
      ],
    };
  });
}

function headlineOf(wanted: Registration, version: ModelVersion | undefined, created: boolean): string {
  if (version === undefined) return `A dry run: a new version of ${wanted.modelId} would be registered.`;
  const name = shortVersion(version);
  return created ? `Registered ${name}.` : `${name} is the same image and model: nothing was registered.`;
}

/** The version that is the same, also if another run has begun to upload it: only what is read after the wait counts. */
async function findPresent(vertex: Vertex, wanted: Registration): Promise<ModelVersion | undefined> {
  const { modelId, original } = wanted;
  const find = async (): Promise<ModelVersion | undefined> =>
    (await findVersion(vertex, modelId, wanted)) ?? (original && findCopy(vertex, modelId, original.version));
  const found = await find();
  if (found !== undefined) return found;
  await awaitRunningUploads(vertex, modelId, wanted.timeout);
  return find();
}

/** Who has the wanted aliases, before any of them moves. */
async function planAliases(
  vertex: Vertex,
  { modelId, aliases, aliasPolicy }: Registration,
  present: ModelVersion | undefined,
  modelExists: boolean,
): Promise<AliasMove[]> {
  const moves: AliasMove[] = [];
  for (const alias of aliases) {
    const holder = modelExists ? await getModelVersion(vertex, modelId, alias) : undefined;
    if (holder !== undefined && holder.versionId !== present?.versionId && aliasPolicy === 'fail') {
      throw new UserError(`The alias '${alias}' belongs to ${shortVersion(holder)}.`, {
        fix: "Remove it there, or set 'alias-policy: move'.",
      });
    }
    moves.push({ alias, before: holder?.versionId });
  }
  return moves;
}

/** Times that an upload or a copy is begun. */
const ATTEMPTS = 3;

/** Uploads or copies the version once: when an answer is lost, or somebody else made the model meanwhile, looks before it tries again. */
async function make(
  vertex: Vertex,
  wanted: Registration,
  labels: Labels,
  before: ModelVersion | undefined,
): Promise<ModelVersion> {
  let modelExists = before !== undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      const { modelId, original, timeout } = wanted;
      const made = await (original === undefined
        ? uploadVersion(vertex, { ...wanted, labels }, { modelExists, timeout })
        : copyVersion(vertex, original.version, modelId, { modelExists, timeout }));
      checkUpload(made, wanted, modelExists);
      return made;
    } catch (error) {
      if (attempt === ATTEMPTS || !(answerLost(error) || statusOf(error) === Status.ALREADY_EXISTS)) throw error;
      modelExists = (await getModelVersion(vertex, wanted.modelId)) !== undefined;
      const found = modelExists ? await findPresent(vertex, wanted) : undefined;
      if (found !== undefined) return found;
      log.warning(`Trying again: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** What stands in the registry must be what was sent, and must not have become the default version of a model that had one. */
function checkUpload(made: ModelVersion, wanted: Registration, modelExisted: boolean): void {
  // The digest of a copy's model is a label, which may not have come along.
  if (wanted.original && !sameContent(made, { ...wanted, modelDigest: undefined })) {
    throw new UserError(`${shortVersion(made)} does not serve what ${wanted.original.name} serves.`, {
      fix: 'Delete it, and register the image anew.',
    });
  }
  if (made.container?.imageUri !== wanted.container.imageUri) {
    throw new UserError(
      `${shortVersion(made)} has the image '${made.container?.imageUri ?? ''}', not the one that was sent.`,
    );
  }
  if (modelExisted && made.aliases.includes('default')) {
    throw new UserError(`The new version ${shortVersion(made)} became the default one, which it was not to.`, {
      fix: 'Somebody moved the alias during this run: move it back before the bare model is deployed.',
    });
  }
}

/** Gives a copy the labels that it should have, if the service did not. */
async function labelCopy(vertex: Vertex, version: ModelVersion, labels: Labels): Promise<ModelVersion> {
  const missing = Object.entries(labels).some(([key, value]) => version.labels[key] !== value);
  // A version that was uploaded here, and is the same, has labels of its own.
  if (version.copyOf === undefined || !missing) return version;
  const whole = { ...version.labels, ...labels };
  await setVersionLabels(vertex, version, whole);
  return { ...version, labels: whole };
}

function labelsOf(wanted: Registration, context: RunContext, policy: string | undefined): Labels {
  const { original } = wanted;
  // A copy came from where its original came from.
  if (original !== undefined) {
    return { ...original.labels, [IMAGE_DIGEST_LABEL]: digestLabel(wanted.imageDigest), ...wanted.labels };
  }
  const facts = {
    'managed-by': 'mlops-actions',
    commit: labelValue(context.commit),
    'run-id': labelValue(context.runId),
    repository: labelValue(context.repository),
    [IMAGE_DIGEST_LABEL]: digestLabel(wanted.imageDigest),
    [MODEL_DIGEST_LABEL]: digestLabel(wanted.modelDigest ?? ''),
    'manifest-digest': digestLabel(wanted.manifestDigest ?? ''),
    'policy-digest': digestLabel(policy ?? ''),
  };
  return { ...wanted.labels, ...Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== '')) };
}
