import { UserError } from '@mlops-actions/action-kit';
import { auc, estimateMetric, makeSample, metricsOf, type Sample } from '@mlops-actions/statistics';
import type { JoinedPredictions } from './join.ts';
import { numberOf } from './numbers.ts';
import type { Policy } from './policy.ts';

/** An area from which on a ranking is too good to be honest, unless the policy says that the matter is that easy. */
const NEAR_PERFECT = 0.995;

/** A model that is as good as chance looks worse than chance in one file of a thousand. */
const BACKWARDS_ALPHA = 0.001;

/** Files of the models, and columns of the attributes that are the outcome itself. */
interface Origin {
  candidate: string;
  champion: string | undefined;
  outcome: string;
}

/**
 * Refuses scores that cannot be what they are given for: that rank worse than chance by more than chance, or nearly perfectly.
 *
 * @throws UserError naming the file and, where one column of the attributes tells the outcome by itself, that column
 */
export function guardScores(joined: JoinedPredictions, policy: Policy, origin: Origin): void {
  for (const model of ['candidate', 'champion'] as const) {
    const [sample, file] = [joined[model], origin[model]];
    if (sample !== undefined && file !== undefined) guardModel(sample, file, joined, policy, origin);
  }
}

function guardModel(
  sample: Sample,
  file: string,
  { task, units, attributes }: JoinedPredictions,
  { plan, allowNearPerfect }: Policy,
  { outcome }: Origin,
): void {
  const metric = metricsOf(task).get(task === 'multiclass' ? 'auc-macro' : 'auc');
  if (metric === undefined) return;
  const area = metric.compute(sample, plan);
  const isBackwards = (): boolean =>
    estimateMetric(metric, sample, units === undefined ? plan : { ...plan, units }).bounds(BACKWARDS_ALPHA)[1] < 0.5;
  if (area < 0.5 && isBackwards()) {
    throw new UserError(`The scores of '${file}' rank worse than chance, with an AUC of ${area.toFixed(3)}.`, {
      fix:
        task === 'binary'
          ? 'Give the probability of the positive label, not of the other; or set gate.positive-label.'
          : "Name in score-columns the column of each class's own probability.",
    });
  }
  if (area > NEAR_PERFECT && !allowNearPerfect) {
    const leak = [...(attributes ?? [])].find(
      ([name, cells]) => name !== outcome && tellsAlone(Float64Array.from(cells, numberOf), sample),
    );
    throw new UserError(
      `The scores of '${file}' are near to perfect, with an AUC of ${area.toFixed(4)}, as if the outcome had leaked into them.`,
      {
        fix: `${leak === undefined ? 'Look for a feature that is known only after the outcome' : `'${leak[0]}' tells the outcome by itself: see whether it is known only after it`}; where prediction is that easy, set gate.near-perfect to 'allow'.`,
      },
    );
  }
}

/** Whether a column of numbers ranks the events nearly perfectly, one way or the other. */
function tellsAlone(values: Float64Array, { labels }: Sample): boolean {
  if (!values.every(Number.isFinite)) return false;
  const area = auc(makeSample(labels, values));
  return Math.max(area, 1 - area) > NEAR_PERFECT;
}
