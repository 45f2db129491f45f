import { digestFile, messageOf, UserError } from '@mlops-actions/action-kit';
import { readAttributes } from './attributes.ts';
import { evidenceOfPredictions, type Evidence } from './evidence.ts';
import { guardScores } from './guards.ts';
import type { Champion } from './champion.ts';
import type { Task } from './inputs.ts';
import { joinPredictions } from './join.ts';
import { readPredictions } from './predictions.ts';
import type { FileSource, Source } from './record.ts';
import { readRegisteredChampion } from './registry-champion.ts';
import { readReports } from './service.ts';
import { againstStored, evidenceOfMetrics } from './stored-evidence.ts';
import { readStoredMetrics, type StoredMetrics } from './stored-metrics.ts';

/** What there is to judge by, and where it is from. */
export interface Gathered {
  evidence: Evidence;
  candidate: Source;
  champion: Source | undefined;
  attributes: FileSource | undefined;
  reports: FileSource[];
  /** Joined rows; unknown for stored metrics. */
  rows: number | undefined;
  events: number | undefined;
}

/** Reads all that the task names. */
export async function gather(task: Task): Promise<Gathered> {
  const { policy, columns } = task;
  const measurements = await readReports(task.reports, task.candidate.modelDigest);
  const candidate = await sourceOf(task.candidate);
  const registered = task.champion.kind === 'registry' ? await registeredChampion(task.champion, task) : undefined;
  const champion = task.champion.kind === 'file' ? await sourceOf(task.champion) : registered?.source;
  if (champion !== undefined && candidate.digest === champion.digest) {
    throw new UserError(`'${candidate.path}' and '${champion.path}' are the same file, byte for byte.`, {
      fix: 'Give the predictions of the model that serves now: a model must not be compared with itself.',
    });
  }
  if (champion !== undefined && registered === undefined && champion.kind !== candidate.kind) {
    throw new UserError(
      `'${candidate.path}' holds ${candidate.kind} and '${champion.path}' ${champion.kind}: they cannot be compared.`,
      {
        fix: 'Give prediction files of both models, or metrics of both.',
      },
    );
  }
  if (candidate.kind === 'metrics') {
    if (columns.weight !== undefined || columns.cluster !== undefined) {
      throw new UserError(`Weights and clusters are of rows, and '${candidate.path}' holds metrics.`);
    }
    const [own, other] = await Promise.all([
      readStoredMetrics(candidate.path, policy),
      registered ? registered.metrics : champion && readStoredMetrics(champion.path, policy),
    ]);
    return {
      evidence: evidenceOfMetrics(own, other, policy, measurements),
      reports: measurements.sources,
      candidate,
      champion,
      attributes: undefined,
      rows: undefined,
      events: undefined,
    };
  }
  const own = await readPredictions(candidate.path, columns, policy);
  const other = champion && registered === undefined && (await readPredictions(champion.path, columns, policy));
  const used = attributesUsed(task);
  const table = task.attributes === undefined || used.length === 0 ? undefined : await fileOf(task.attributes);
  const attributes =
    used.length === 0
      ? undefined
      : await readAttributes(table?.path ?? candidate.path, { id: columns.id, columns: used }, own);
  const joined = joinPredictions(own, other || undefined, policy, attributes && { attributes, columns });
  guardScores(joined, policy, {
    candidate: candidate.path,
    champion: other ? champion.path : undefined,
    outcome: columns.label,
  });
  const ownEvidence = evidenceOfPredictions(joined, policy.plan, measurements);
  return {
    evidence: registered ? againstStored(ownEvidence, registered.metrics, policy) : ownEvidence,
    reports: measurements.sources,
    candidate,
    champion,
    attributes: table,
    rows: own.ids.length,
    events: policy.task === 'binary' ? joined.events : undefined,
  };
}

/** @returns `undefined` for a first release that the policy allows */
async function registeredChampion(
  { place, modelId, modelDigest, firstRelease }: Extract<Champion, { kind: 'registry' }>,
  { candidate, policy }: Task,
): Promise<{ source: Source; metrics: StoredMetrics } | undefined> {
  const found = await readRegisteredChampion(place, modelId, policy);
  if (found === undefined) {
    if (!firstRelease) {
      throw new UserError(`No version of '${modelId}' has the alias 'champion'.`, {
        fix: "If no model serves yet, set gate.first-release to 'allow', and the absolute checks decide alone.",
      });
    }
    if (!policy.checks.some((check) => check.blocking && check.requirement.kind === 'bound')) {
      throw new UserError('There is no champion, and the policy has no blocking check that does without one.');
    }
    return undefined;
  }
  const digest = modelDigest ?? found.modelDigest;
  if (modelDigest !== undefined && found.modelDigest !== undefined && modelDigest !== found.modelDigest) {
    throw new UserError(`The champion in the registry is ${found.modelDigest}, not ${modelDigest}.`);
  }
  if (digest !== undefined && digest === candidate.modelDigest) {
    throw new UserError(`The candidate is the champion '${found.version}' itself (${digest}).`, {
      fix: 'A model must not be compared with itself.',
    });
  }
  return {
    source: { path: found.version, digest: found.recordDigest ?? 'unknown', modelDigest: digest, kind: 'registry' },
    metrics: found.metrics,
  };
}

/** The columns that the policy looks at beside label and score. */
function attributesUsed({ policy, columns }: Task): string[] {
  const named = [
    columns.weight,
    columns.cluster,
    columns.query,
    ...policy.checks.flatMap(({ slice, column }) => [slice?.column, column]),
  ];
  return [...new Set(named.filter((name) => name !== undefined))];
}

const sourceOf = async ({ path: file, modelDigest }: Task['candidate']): Promise<Source> => ({
  ...(await fileOf(file)),
  modelDigest,
  kind: /\.json$/i.test(file) ? 'metrics' : 'predictions',
});

async function fileOf(file: string): Promise<FileSource> {
  const digest = await digestFile(file).catch((error: unknown) => {
    throw new UserError(`'${file}' cannot be read: ${messageOf(error)}.`, {
      fix: 'Paths in inputs are relative to the working directory, those in model.yaml to its folder.',
      cause: error,
    });
  });
  return { path: file, digest };
}
