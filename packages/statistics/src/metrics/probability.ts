import type { Sample } from '../sample.ts';

/** Probabilities nearer to 0 or 1 than this are moved to it: the logarithm of 0 would make one row decide everything. */
const CLIP = Number.EPSILON;

/** Mean negative log-likelihood in nats, with probabilities clipped to [eps, 1 - eps], eps = 2^-52. */
export const logLoss = (sample: Sample): number =>
  weightedMean(sample, (label, score) => {
    const p = Math.min(Math.max(score, CLIP), 1 - CLIP);
    return label === 1 ? -Math.log(p) : -Math.log1p(-p);
  });

/** Brier score: mean squared difference of probability and outcome (G. W. Brier, 1950). */
export const brier = (sample: Sample): number => weightedMean(sample, (label, score) => (score - label) ** 2);

/** Weighted mean of a loss over the rows. */
export function weightedMean(
  { labels, scores, weights }: Sample,
  loss: (label: number, score: number) => number,
): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < labels.length; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    sum += weight * loss(labels[row]!, scores[row]!);
    total += weight;
  }
  return sum / total;
}

/** One bin of a reliability diagram. */
export interface CalibrationBin {
  /** Weight of the rows in it. */
  weight: number;
  /** Mean predicted probability. */
  predicted: number;
  /** Share of events. */
  observed: number;
}

/**
 * Rows binned by predicted probability into `bins` bins of equal width, (lower, upper], 0 belonging to the first. Empty bins are left out.
 *
 * @param bins number of bins, at least 1
 */
export function calibrationBins({ labels, scores, weights }: Sample, bins: number): CalibrationBin[] {
  const sums = Array.from({ length: bins }, () => ({ weight: 0, predicted: 0, observed: 0 }));
  for (let row = 0; row < labels.length; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    const bin = sums[Math.min(bins, Math.max(1, Math.ceil(scores[row]! * bins))) - 1]!;
    bin.weight += weight;
    bin.predicted += weight * scores[row]!;
    bin.observed += weight * labels[row]!;
  }
  return sums
    .filter(({ weight }) => weight > 0)
    .map(({ weight, predicted, observed }) => ({ weight, predicted: predicted / weight, observed: observed / weight }));
}

/**
 * Expected calibration error: the mean of |observed - predicted| over {@link calibrationBins}, by weight
 * (Naeini, Cooper and Hauskrecht, 2015, with the probability of the event as confidence).
 */
export function ece(sample: Sample, bins: number): number {
  let error = 0;
  let total = 0;
  for (const { weight, predicted, observed } of calibrationBins(sample, bins)) {
    error += weight * Math.abs(observed - predicted);
    total += weight;
  }
  return error / total;
}
