import { normalQuantile, wilson, type Estimate, type Statistic } from '@mlops-actions/statistics';
import type { StoredMetric } from './stored-metrics.ts';

/** A stated metric with its uncertainty, from what is stated of it; `undefined` for a bare number. */
export function estimateOf(stored: StoredMetric, metric: Statistic): Estimate | undefined {
  const { value, n, positives, interval } = stored;
  const common = { value, rows: n ?? NaN, smallestAlpha: 1e-12 };
  if (interval !== undefined) {
    const statedZ = -normalQuantile((1 - interval.confidence) / 2);
    return {
      ...common,
      method: `stated ${(100 * interval.confidence).toFixed(1)} % interval, scaled as a normal one`,
      bounds: (alpha) => {
        const scale = -normalQuantile(alpha) / statedZ;
        return [value - (value - interval.low) * scale, value + (interval.high - value) * scale];
      },
    };
  }
  const normal = (standardError: number, method: string): Estimate => ({
    ...common,
    method,
    bounds: (alpha) => {
      const reach = -normalQuantile(alpha) * standardError;
      return [value - reach, value + reach];
    },
  });
  if (stored['standard-error'] !== undefined) return normal(stored['standard-error'], 'stated standard error');
  if (n === undefined) return undefined;
  if (metric.name === 'accuracy') {
    return { ...common, method: 'Wilson score', bounds: (alpha) => wilson(value * n, n, alpha) };
  }
  if (positives === undefined || positives < 2 || n - positives < 2) return undefined;
  if (metric.name === 'recall' || metric.name === 'specificity') {
    const trials = metric.name === 'recall' ? positives : n - positives;
    return { ...common, method: 'Wilson score', bounds: (alpha) => wilson(value * trials, trials, alpha) };
  }
  if (metric.name === 'auc') return normal(hanleyMcNeil(value, positives, n - positives), 'Hanley and McNeil');
  if (metric.name === 'gini')
    return normal(2 * hanleyMcNeil((value + 1) / 2, positives, n - positives), 'Hanley and McNeil');
  return undefined;
}

/** Standard error of an AUC from the class sizes alone (J. A. Hanley and B. J. McNeil, Radiology 143, 1982). 0 at an AUC of 0 or 1. */
function hanleyMcNeil(area: number, events: number, others: number): number {
  const q1 = area / (2 - area);
  const q2 = (2 * area * area) / (1 + area);
  const variance =
    (area * (1 - area) + (events - 1) * (q1 - area * area) + (others - 1) * (q2 - area * area)) / (events * others);
  // At complete separation the formula gives 0: certainty that no sample can give.
  return Math.sqrt(Math.max(variance, 1 / (12 * Math.min(events, others) ** 2)));
}

/** A bare number, taken as certain. */
export const pointEstimate = ({ value, n }: StoredMetric): Estimate => ({
  value,
  rows: n ?? NaN,
  method: 'point comparison, without any interval',
  smallestAlpha: 1e-12,
  bounds: () => [value, value],
});
