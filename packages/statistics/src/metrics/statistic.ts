import { countsOnce, type Sample } from '../sample.ts';
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
  /** Whether it is the weighted mean of what each row, or each query, adds by itself. */
  isMean?: boolean;
}

/** Fills the first `count` places of `into` with what the rows from `start` on add to a mean. */
export interface Losses {
  (into: Float64Array, start: number, count: number): void;
  /** The sum over all rows, where it is had sooner than their losses. */
  sum?: () => number;
}

/** The weighted mean of losses over the rows; rows without weight may have no loss. */
export const meanOf = (lossesOf: (sample: Sample, options: MetricOptions) => Losses): Functional => ({
  isMean: true,
  compute: (sample, options) => weightedMean(sample, lossesOf(sample, options)),
  gradient(sample, options) {
    const losses = lossesOf(sample, options);
    const { weights } = sample;
    const gradient = new Float64Array(weights.length);
    losses(gradient, 0, gradient.length);
    const mean = weightedMean(sample, losses);
    const total = totalWeight(sample);
    for (let row = 0; row < gradient.length; row++) {
      gradient[row] = weights[row] === 0 ? 0 : (gradient[row]! - mean) / total;
    }
    return gradient;
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

/** Rows whose losses are in memory at a time: few enough for the fastest cache. */
const BLOCK = 1024;

/** Weighted mean of losses over the rows. */
export function weightedMean(sample: Sample, losses: Losses): number {
  const n = sample.labels.length;
  const once = countsOnce(sample);
  if (once && losses.sum !== undefined) return losses.sum() / n;
  const block = new Float64Array(Math.min(n, BLOCK));
  let [sum, total] = [0, once ? n : 0];
  for (let start = 0; start < n; start += BLOCK) {
    const count = Math.min(BLOCK, n - start);
    losses(block, start, count);
    if (once) sum += sumOf(block, count);
    else {
      const { weights } = sample;
      for (let index = 0; index < count; index++) {
        const weight = weights[start + index]!;
        if (weight === 0) continue;
        sum += weight * block[index]!;
        total += weight;
      }
    }
  }
  return sum / total;
}

/** The sum of the first `count` values, four at a time: processors add them side by side, and the rounding is a fourth. */
export function sumOf(values: Float64Array, count: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let index = 0;
  for (; index + 3 < count; index += 4) {
    a += values[index]!;
    b += values[index + 1]!;
    c += values[index + 2]!;
    d += values[index + 3]!;
  }
  for (; index < count; index++) a += values[index]!;
  return a + b + (c + d);
}

export const totalWeight = ({ weights }: Sample): number => sumOf(weights, weights.length);
