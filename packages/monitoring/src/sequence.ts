import { METRICS, type Estimate, type EstimatePlan, type Metric, type Sample } from '@mlops-actions/statistics';

/** Rows at which a confidence sequence is tightest: what is usual for a week of a model of a bank. */
export const TUNING_ROWS = 5000;

/**
 * Half-width of an asymptotic confidence sequence for a mean: it holds at all numbers of rows at once, so that one may look as often as one likes
 * (I. Waudby-Smith, D. Arbour, R. Sinha, E. Kennedy and A. Ramdas, "Time-uniform central limit theory", arXiv 2103.06476, equation 10).
 *
 * @param deviation standard deviation of a row
 * @param rows so far
 * @param alpha probability that it is ever left, either way
 * @param tuning rows at which it is tightest
 */
export function sequenceReach(deviation: number, rows: number, alpha: number, tuning = TUNING_ROWS): number {
  const rhoSquare = (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha) + 1)) / tuning;
  const scale = rows * rhoSquare + 1;
  return deviation * Math.sqrt((2 * scale * Math.log(Math.sqrt(scale) / alpha)) / (rows * rows * rhoSquare));
}

/** Losses of single rows whose mean the metric is. */
const MEANS = new Map<string, (label: number, score: number, threshold: number) => number>([
  ['accuracy', (label, score, threshold) => (score >= threshold === (label === 1) ? 1 : 0)],
  ['brier', (label, score) => (score - label) ** 2],
  ['mae', (label, score) => Math.abs(score - label)],
]);

/**
 * A mean over rows that keep growing, bounded at all times. Only for metrics that are means of single rows (accuracy, Brier score, MAE); undefined for
 * others.
 */
export function confidenceSequence(metric: Metric, sample: Sample, plan: EstimatePlan): Estimate | undefined {
  const loss = MEANS.get(metric.name);
  const rows = sample.labels.length;
  if (loss === undefined || rows < 2) return undefined;
  const values = sample.labels.map((label, row) => loss(label, sample.scores[row]!, plan.threshold));
  const mean = values.reduce((sum, value) => sum + value, 0) / rows;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (rows - 1));
  return {
    value: mean,
    rows,
    method: 'asymptotic confidence sequence',
    smallestAlpha: 1e-12,
    bounds(alpha) {
      // One side at alpha is the two-sided sequence at twice that.
      const reach = sequenceReach(deviation, rows, Math.min(0.999, 2 * alpha));
      return [mean - reach, mean + reach];
    },
  };
}

/** Metrics that can be judged while a window is still filling. */
export const SEQUENTIAL_METRICS: readonly string[] = [...MEANS.keys()].filter((name) => METRICS.has(name));
