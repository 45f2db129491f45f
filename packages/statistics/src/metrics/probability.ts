import { countsOnce, type Sample } from '../sample.ts';
import { squares } from './regression.ts';
import { gradientOf, meanOf, totalWeight, weightedMean, type Functional, type Losses } from './statistic.ts';

/** Probabilities nearer to 0 or 1 than this are moved to it: the logarithm of 0 would make one row decide everything. */
const CLIP = Number.EPSILON;

export const clipped = (probability: number): number => Math.min(Math.max(probability, CLIP), 1 - CLIP);

const logLosses =
  ({ labels, scores }: Sample): Losses =>
  (into, start, count) => {
    for (let index = 0; index < count; index++) {
      const p = clipped(scores[start + index]!);
      into[index] = labels[start + index] === 1 ? -Math.log(p) : -Math.log1p(-p);
    }
  };

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

/** The bin that a probability from 0 to 1 lies in; what lies outside is of the outermost. */
function binOf(score: number, bins: number): number {
  const place = score * bins;
  // Without Math.ceil, and on whole numbers: bins are closed above.
  let bin = place | 0;
  if (bin === place) bin--;
  return bin < 0 ? 0 : bin < bins ? bin : bins - 1;
}

/** Of every bin the sum of outcomes less that of probabilities, by weight. */
function excessByBin(sample: Sample, bins: number): Float64Array {
  const { labels, scores, weights } = sample;
  const once = countsOnce(sample);
  const excess = new Float64Array(bins);
  for (let row = 0; row < labels.length; row++) {
    const score = scores[row]!;
    const error = labels[row]! - score;
    excess[binOf(score, bins)]! += once ? error : weights[row]! * error;
  }
  return excess;
}

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
export const ece = (sample: Sample, bins: number): number =>
  excessByBin(sample, bins).reduce((sum, excess) => sum + Math.abs(excess), 0) / totalWeight(sample);

export const ECE: Functional = {
  compute: (sample, { bins }) => ece(sample, bins),
  gradient(sample, { bins }) {
    const signs = excessByBin(sample, bins).map(Math.sign);
    const [value, total] = [ece(sample, bins), totalWeight(sample)];
    const { labels, scores } = sample;
    return gradientOf(
      sample,
      (row) => (signs[binOf(scores[row]!, bins)]! * (labels[row]! - scores[row]!) - value) / total,
    );
  },
};
