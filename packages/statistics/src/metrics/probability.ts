import type { Sample } from '../sample.ts';
import { gradientOf, meanOf, totalWeight, weightedMean, type Functional, type Loss } from './statistic.ts';

/** Probabilities nearer to 0 or 1 than this are moved to it: the logarithm of 0 would make one row decide everything. */
const CLIP = Number.EPSILON;

export const clipped = (probability: number): number => Math.min(Math.max(probability, CLIP), 1 - CLIP);

const logLosses =
  ({ labels, scores }: Sample): Loss =>
  (row) => {
    const p = clipped(scores[row]!);
    return labels[row] === 1 ? -Math.log(p) : -Math.log1p(-p);
  };

const squares =
  ({ labels, scores }: Sample): Loss =>
  (row) =>
    (scores[row]! - labels[row]!) ** 2;

/** Mean negative log-likelihood in nats, with probabilities clipped to [eps, 1 - eps], eps = 2^-52. */
export const logLoss = (sample: Sample): number => weightedMean(sample, logLosses(sample));

/** Brier score: mean squared difference of probability and outcome (G. W. Brier, 1950). */
export const brier = (sample: Sample): number => weightedMean(sample, squares(sample));

export const LOG_LOSS = meanOf(logLosses);
export const BRIER = meanOf(squares);

/** One bin of a reliability diagram. */
export interface CalibrationBin {
  /** Weight of the rows in it. */
  weight: number;
  /** Mean predicted probability. */
  predicted: number;
  /** Share of events. */
  observed: number;
}

const binOf = (score: number, bins: number): number => Math.min(bins, Math.max(1, Math.ceil(score * bins))) - 1;

/** Of every bin, also those that are empty, the sums of weight, weight times probability, and weight of events. */
function sumsByBin({ labels, scores, weights }: Sample, bins: number): Record<keyof CalibrationBin, Float64Array> {
  const [weight, predicted, observed] = [new Float64Array(bins), new Float64Array(bins), new Float64Array(bins)];
  for (let row = 0; row < labels.length; row++) {
    const bin = binOf(scores[row]!, bins);
    weight[bin]! += weights[row]!;
    predicted[bin]! += weights[row]! * scores[row]!;
    observed[bin]! += weights[row]! * labels[row]!;
  }
  return { weight, predicted, observed };
}

/**
 * Rows binned by predicted probability into `bins` bins of equal width, (lower, upper], 0 belonging to the first. Empty bins are left out.
 *
 * @param bins number of bins, at least 1
 */
export function calibrationBins(sample: Sample, bins: number): CalibrationBin[] {
  const sums = sumsByBin(sample, bins);
  return Array.from(sums.weight, (weight, bin) => ({
    weight,
    predicted: sums.predicted[bin]! / weight,
    observed: sums.observed[bin]! / weight,
  })).filter(({ weight }) => weight > 0);
}

/**
 * Expected calibration error: the mean of |observed - predicted| over {@link calibrationBins}, by weight
 * (Naeini, Cooper and Hauskrecht, 2015, with the probability of the event as confidence).
 */
export function ece(sample: Sample, bins: number): number {
  const sums = sumsByBin(sample, bins);
  let error = 0;
  let total = 0;
  for (let bin = 0; bin < bins; bin++) {
    error += Math.abs(sums.observed[bin]! - sums.predicted[bin]!);
    total += sums.weight[bin]!;
  }
  return error / total;
}

export const ECE: Functional = {
  compute: (sample, { bins }) => ece(sample, bins),
  gradient(sample, { bins }) {
    const sums = sumsByBin(sample, bins);
    const signs = sums.observed.map((observed, bin) => Math.sign(observed - sums.predicted[bin]!));
    const [value, total] = [ece(sample, bins), totalWeight(sample)];
    const { labels, scores } = sample;
    return gradientOf(
      sample,
      (row) => (signs[binOf(scores[row]!, bins)]! * (labels[row]! - scores[row]!) - value) / total,
    );
  },
};
