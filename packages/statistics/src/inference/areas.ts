import type { Statistic } from '../metrics/registry.ts';
import { classWeights } from '../metrics/ranking.ts';
import type { Sample } from '../sample.ts';
import { areaCovariance, compareAreas, normalBounds, placements } from './delong.ts';
import { CLOSED_FORM_ALPHA, UNKNOWN, type Estimate } from './estimate.ts';
import { wilson } from './proportions.ts';

/** Whether a statistic is the area under the ROC curve, or a multiple of it. */
export const isArea = ({ name }: Statistic): boolean => name === 'auc' || name === 'gini';

/** AUC or Gini of one model with DeLong's variance. */
export function areaEstimate(metric: Statistic, sample: Sample, value: number): Estimate {
  const { events, others } = classWeights(sample);
  const common = { value, rows: sample.labels.length, smallestAlpha: CLOSED_FORM_ALPHA };
  if (Math.min(events, others) < 2) return { ...common, method: 'DeLong', bounds: UNKNOWN };
  const placed = placements(sample);
  const variance = areaCovariance(placed, placed);
  const toMetric = (area: number): number => (metric.name === 'gini' ? 2 * area - 1 : area);
  if (variance < 1e-18) {
    // Complete separation leaves DeLong's variance at 0. Wilson's bounds for as many trials as the smaller class has rows are cautious.
    const trials = Math.min(events, others);
    return {
      ...common,
      method: 'Wilson score of the smaller class (DeLong has no variance at complete separation)',
      bounds: (alpha) => {
        const [low, high] = wilson(placed.area * trials, trials, alpha);
        return [toMetric(low), toMetric(high)];
      },
    };
  }
  // The normal interval of the area itself lies too high for areas above 1/2: its lower bound is exceeded too often. That of the logit does not
  // (M. S. Pepe, "The Statistical Evaluation of Medical Tests", 2003, section 5.2.4), and stays within 0 to 1.
  const logit = Math.log(placed.area / (1 - placed.area));
  const standardError = Math.sqrt(variance) / (placed.area * (1 - placed.area));
  return {
    ...common,
    method: 'DeLong on the logit scale',
    bounds: (alpha) => {
      const [low, high] = normalBounds(logit, standardError, alpha);
      return [toMetric(1 / (1 + Math.exp(-low))), toMetric(1 / (1 + Math.exp(-high)))];
    },
  };
}

/** The difference of two models' AUC or Gini by DeLong. */
export function areaDifference(metric: Statistic, first: Sample, second: Sample): Estimate {
  const scale = metric.name === 'gini' ? 2 : 1;
  const { events, others } = classWeights(first);
  const compared = compareAreas(placements(first), placements(second));
  return {
    value: scale * compared.difference,
    rows: first.labels.length,
    method: 'DeLong paired',
    smallestAlpha: CLOSED_FORM_ALPHA,
    bounds: (alpha) =>
      Math.min(events, others) < 2
        ? UNKNOWN()
        : normalBounds(scale * compared.difference, scale * compared.standardError, alpha),
    test: { name: 'DeLong', pValue: compared.standardError === 0 ? 1 : compared.pValue },
  };
}
