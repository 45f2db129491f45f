import { log, subjectOf, UserError, type ActionResult, type RunContext } from '@mlops-actions/action-kit';
import {
  answerLost,
  awaitRunningUploads,
  digestLabel,
  findVersion,
  getModelVersion,
  IMAGE_DIGEST_LABEL,
  importEvaluation,
  labelValue,
  MODEL_DIGEST_LABEL,
  modelName,
  modelVersionName,
  setAliases,
  shortVersion,
  Status,
  statusOf,
  uploadVersion,
  withVertex,
  type Labels,
  type ModelVersion,
  type Vertex,
} from '@mlops-actions/vertex';
import { readEvaluation } from './evaluation.ts';
import { findSource } from './promotion.ts';
import { resolveInputs, type Inputs, type Registration } from './inputs.ts';
import { summarise, type AliasMove } from './report.ts';

/** Registers a version, or finds the one that is the same already. */
export async function run(inputs: Inputs, context: RunContext): Promise<ActionResult> {
  const source = inputs.promotedFrom === undefined ? undefined : await findSource(inputs, inputs.promotedFrom);
  const image = inputs.image ?? source?.image;
  if (image === undefined) {
    throw new UserError('It is not said which image is registered.', {
      fix: "Set 'image', such as the output 'image' of build-image, or 'promoted-from'.",
    });
  }
  const wanted = await resolveInputs(inputs, image);
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
    const aliases = await planAliases(vertex, wanted, present, before !== undefined);

    let version = present;
    let evaluationName: string | undefined;
    if (!inputs.dryRun) {
      version ??= await log.group(`Upload a version of ${wanted.modelId}`, () =>
        upload(vertex, wanted, labelsOf(wanted, context), before),
      );
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
        model: { id: wanted.modelId, existed: before !== undefined, defaultVersion: before?.versionId },
        version: version?.versionId,
        created,
        container: wanted.container,
        imageDigest: wanted.imageDigest,
        modelDigest: wanted.modelDigest,
        artifactUri: wanted.artifactUri,
        aliases,
        labels: version?.labels ?? labelsOf(wanted, context),
        evaluation: evaluation && { name: evaluationName, ...evaluation },
      },
      summary: summarise({ wanted, version, created, aliases, evaluationName }),
      subjects: [
        subjectOf(wanted.container.imageUri.replace(/@.*$/, ''), wanted.imageDigest),
        ...(wanted.modelDigest === undefined ? [] : [subjectOf('model', wanted.modelDigest)]),
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
  const found = await findVersion(vertex, wanted.modelId, wanted);
  if (found !== undefined) return found;
  await awaitRunningUploads(vertex, wanted.modelId, wanted.timeout);
  return findVersion(vertex, wanted.modelId, wanted);
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

/** Times that an upload is begun. */
const ATTEMPTS = 3;

/** Uploads the version once: when an answer is lost, or somebody else made the model meanwhile, looks before it tries again. */
async function upload(
  vertex: Vertex,
  wanted: Registration,
  labels: Labels,
  before: ModelVersion | undefined,
): Promise<ModelVersion> {
  let modelExists = before !== undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      const made = await uploadVersion(vertex, { ...wanted, labels }, { modelExists, timeout: wanted.timeout });
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

function labelsOf(wanted: Registration, context: RunContext): Labels {
  const facts = {
    'managed-by': 'mlops-actions',
    commit: labelValue(context.commit),
    'run-id': labelValue(context.runId),
    repository: labelValue(context.repository),
    [IMAGE_DIGEST_LABEL]: digestLabel(wanted.imageDigest),
    [MODEL_DIGEST_LABEL]: digestLabel(wanted.modelDigest ?? ''),
    'manifest-digest': digestLabel(wanted.manifestDigest ?? ''),
  };
  return { ...wanted.labels, ...Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== '')) };
}
