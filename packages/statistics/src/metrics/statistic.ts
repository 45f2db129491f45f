import type { Sample } from '../sample.ts';
import type { Costs } from './decision.ts';

/** What some metrics need beside the rows. */
export interface MetricOptions {
  /** Score from which a row is decided for the event. */
  threshold: number;
  /** Bins of the expected calibration error, and groups of the Hosmer-Lemeshow statistic. */
  bins: number;
  /** Share of the rows that capture and lift look at: the highest scores (default 0.1). */
  topShare?: number;
  /** Costs that the expected cost counts with (default: 1 for either error). */
  costs?: Costs | undefined;
  /** How many answers of a query ranking metrics look at: the best scores (default 10). */
  cutoff?: number;
  /** Probability that each forecast is said to exceed the observed value with, rising: the level of each output of a quantile sample. */
  levels?: readonly number[] | undefined;
}

/** A functional of weighted rows. */
export interface Functional {
  /** Its value; NaN where the rows leave it undefined (such as one class only). */
  compute(sample: Sample, options: MetricOptions): number;
  /**
   * Its derivative by the weight of each row: the empirical influence function (F. R. Hampel, 1974) over the total weight. All metrics depend on
   * the shares of the weight alone, so that weights times gradient sum to 0. Where the value has a kink, or hangs on single rows, the
   * derivative of what it tends to.
   */
  gradient(sample: Sample, options: MetricOptions): Float64Array;
}

/** What a row adds to a mean. */
export type Loss = (row: number) => number;

/** The weighted mean of a loss over the rows; rows without weight may have no loss. */
export const meanOf = (lossOf: (sample: Sample, options: MetricOptions) => Loss): Functional => ({
  compute: (sample, options) => weightedMean(sample, lossOf(sample, options)),
  gradient(sample, options) {
    const loss = lossOf(sample, options);
    const losses = new Float64Array(sample.labels.length);
    for (let row = 0; row < losses.length; row++) losses[row] = loss(row);
    const mean = weightedMean(sample, (row) => losses[row]!);
    const total = totalWeight(sample);
    return gradientOf(sample, (row) => (losses[row]! - mean) / total);
  },
});

/** A smooth function of functionals; `slopes` are its partial derivatives. */
export const composed = (
  parts: readonly Functional[],
  value: (values: readonly number[], options: MetricOptions) => number,
  slopes: (values: readonly number[], options: MetricOptions) => readonly number[],
): Functional => ({
  compute: (sample, options) =>
    value(
      parts.map((part) => part.compute(sample, options)),
      options,
    ),
  gradient(sample, options) {
    const factors = slopes(
      parts.map((part) => part.compute(sample, options)),
      options,
    );
    const gradients = parts.map((part) => part.gradient(sample, options));
    return gradientOf(sample, (row) =>
      gradients.reduce((sum, gradient, part) => sum + factors[part]! * gradient[row]!, 0),
    );
  },
});

/** A gradient, row by row; 0 where a row has no weight, since nothing rests on it. */
export function gradientOf({ weights }: Sample, slope: (row: number) => number): Float64Array {
  const gradient = new Float64Array(weights.length);
  for (let row = 0; row < weights.length; row++) if (weights[row] !== 0) gradient[row] = slope(row);
  return gradient;
}

/**
 * A function of sums of weights by its partial derivatives, found by central differences: sums of weights are large and such
 * functions smooth, so that they are right to about nine digits.
 */
export function partials(sums: readonly number[], value: (sums: readonly number[]) => number): number[] {
  const total = sums.reduce((sum, one) => sum + one, 0);
  const step = 1e-5 * total;
  return sums.map((sum, index) => {
    const at = (shifted: number): number => value(sums.with(index, shifted));
    // A sum of weights cannot lie below 0.
    const below = Math.min(sum, step);
    return (at(sum + step) - at(sum - below)) / (step + below);
  });
}

/** Weighted mean of a loss over the rows. */
export function weightedMean({ weights }: Sample, loss: Loss): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    sum += weight * loss(row);
    total += weight;
  }
  return sum / total;
}

export function totalWeight({ weights }: Sample): number {
  let total = 0;
  for (const weight of weights) total += weight;
  return total;
}
