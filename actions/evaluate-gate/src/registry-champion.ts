import { UserError } from '@mlops-actions/action-kit';
import type { Evaluation, Place } from '@mlops-actions/vertex';
import { numbersIn, type StoredMetric, type StoredMetrics } from './stored-metrics.ts';
import type { Policy } from './policy.ts';

/** The model that serves now, as the registry knows it. */
export interface RegisteredChampion {
  /** `projects/.../models/ID@N`. */
  version: string;
  modelDigest: string | undefined;
  /** Digest of the decision record that its metrics were imported from. */
  recordDigest: string | undefined;
  metrics: StoredMetrics;
}

/**
 * The version behind the alias `champion` with the metrics of its imported evaluations. Where there are several, the one that is hardest to match counts, metric by metric.
 *
 * @returns `undefined` if no version has the alias
 * @throws UserError if it has no evaluation
 */
export async function readRegisteredChampion(
  place: Place,
  modelId: string,
  policy: Policy,
): Promise<RegisteredChampion | undefined> {
  // Most gates call no cloud, and need not load its client.
  const { CHAMPION_ALIAS, getModelVersion, listEvaluations, modelVersionName, withVertex } =
    await import('@mlops-actions/vertex');
  return withVertex(place, async (vertex) => {
    const found = await getModelVersion(vertex, modelId, CHAMPION_ALIAS);
    if (found === undefined) return undefined;
    const version = modelVersionName(vertex, found);
    const evaluations = await listEvaluations(vertex, found);
    if (evaluations.length === 0) {
      throw new UserError(`The champion '${version}' has no evaluation in the registry.`, {
        fix: "Give its predictions by the input 'champion', or pass 'evaluation' to register-version from now on.",
      });
    }
    const digests = new Set(
      evaluations.map(({ metadata }) => textIn(metadata, 'modelDigest')).filter((digest) => digest !== undefined),
    );
    return {
      version,
      modelDigest: digests.size === 1 ? [...digests][0] : undefined,
      recordDigest: textIn(evaluations[0]!.metadata, 'recordDigest'),
      metrics: { file: version, metrics: hardest(evaluations, version, policy) },
    };
  });
}

function hardest(evaluations: readonly Evaluation[], version: string, policy: Policy): Map<string, StoredMetric> {
  const metrics = new Map<string, StoredMetric>();
  for (const { metrics: stated, metadata } of evaluations) {
    const sizes = { n: countIn(metadata, 'rows'), positives: countIn(metadata, 'events') };
    for (const [name, metric] of numbersIn(stated, sizes, version, policy)) {
      const known = metrics.get(name);
      const better = policy.checks.find((check) => check.metric.name === name)!.metric.better;
      const isHarder =
        known === undefined || (better === 'higher' ? metric.value > known.value : metric.value < known.value);
      if (isHarder) metrics.set(name, metric);
    }
  }
  return metrics;
}

function textIn(metadata: unknown, key: string): string | undefined {
  const value = fieldOf(metadata, key);
  return typeof value === 'string' ? value : undefined;
}

function countIn(metadata: unknown, key: string): number | undefined {
  const value = fieldOf(metadata, key);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

const fieldOf = (object: unknown, key: string): unknown =>
  typeof object === 'object' && object !== null && Object.hasOwn(object, key)
    ? (object as Record<string, unknown>)[key]
    : undefined;
