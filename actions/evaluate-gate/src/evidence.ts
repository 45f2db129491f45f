import {
  auc,
  estimateDifference,
  estimateMetric,
  makeSample,
  permutation,
  random,
  type Estimate,
  type EstimatePlan,
  type Metric,
  type Sample,
} from '@mlops-actions/statistics';
import type { JoinedPredictions } from './predictions.ts';

/** What is known of the models, from rows or from stored metrics: the same questions are put to both. */
export interface Evidence {
  kind: 'predictions' | 'metrics';
  /** The metric of one model; `undefined` if there is no champion. */
  value(model: 'candidate' | 'champion', metric: Metric): number | undefined;
  /** The candidate's metric, with its uncertainty. */
  candidate(metric: Metric): Estimate;
  /** The candidate's metric minus the champion's, with its uncertainty. */
  difference(metric: Metric): Estimate;
  /** The same for a candidate that was made worse on purpose. */
  degraded(): { how: string; evidence: Evidence };
  /** The rows of the candidate and, if there is one, of the champion; of stored metrics, nothing. */
  samples: Sample[] | undefined;
  /** Oddities that a reader should know, none of which decides. */
  remarks(): string[];
}

/** Evidence from the rows of both models. */
export function evidenceOfPredictions(joined: JoinedPredictions, plan: EstimatePlan): Evidence {
  const { candidate, champion } = joined;
  return {
    kind: 'predictions',
    samples: champion === undefined ? [candidate] : [candidate, champion],
    value: (model, metric) => {
      const sample = model === 'candidate' ? candidate : champion;
      return sample === undefined ? undefined : metric.compute(sample, plan);
    },
    candidate: (metric) => estimateMetric(metric, candidate, plan),
    difference: (metric) => {
      if (champion === undefined) throw new Error('A difference was asked for without a champion.');
      return estimateDifference(metric, candidate, champion, plan);
    },
    degraded: () => {
      const order = permutation(candidate.scores.length, random(plan.seed));
      const shuffled = Float64Array.from(order, (row) => candidate.scores[row]!);
      return {
        how: `the candidate's scores, dealt out to the rows at random (seed ${plan.seed})`,
        evidence: evidenceOfPredictions({ ...joined, candidate: makeSample(candidate.labels, shuffled) }, plan),
      };
    },
    remarks: () => (joined.events > 0 ? remarksOnRanking(auc(candidate)) : []),
  };
}

function remarksOnRanking(area: number): string[] {
  if (area < 0.5) {
    return [
      'The candidate ranks worse than chance. Is its score the probability of the positive label, and not of the other?',
    ];
  }
  if (area > 0.995) {
    return ['The candidate is near to perfect. Does a column that is known only after the outcome leak into it?'];
  }
  return [];
}
