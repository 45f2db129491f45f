import type { Sample } from '../sample.ts';
import { composed, gradientOf, meanOf, totalWeight, weightedMean, type Functional, type Loss } from './statistic.ts';

const squares =
  ({ labels, scores }: Sample): Loss =>
  (row) =>
    (scores[row]! - labels[row]!) ** 2;
const distances =
  ({ labels, scores }: Sample): Loss =>
  (row) =>
    Math.abs(scores[row]! - labels[row]!);
const shares =
  ({ labels, scores }: Sample): Loss =>
  (row) =>
    labels[row] === 0 ? NaN : Math.abs((scores[row]! - labels[row]!) / labels[row]!);

/** Root of the mean squared error, in the unit of the label. */
export const rmse = (sample: Sample): number => Math.sqrt(weightedMean(sample, squares(sample)));

/** Mean absolute error, in the unit of the label. */
export const mae = (sample: Sample): number => weightedMean(sample, distances(sample));

/** Mean absolute percentage error as a share (0.1 is 10 %). NaN where a label is 0. */
export const mape = (sample: Sample): number => weightedMean(sample, shares(sample));

/** Coefficient of determination 1 - SSE/SST. NaN where the labels do not vary. */
export function r2(sample: Sample): number {
  const { mean, total } = spread(sample);
  return total === 0 || Number.isNaN(mean) ? NaN : 1 - weightedMean(sample, squares(sample)) / total;
}

/** Mean and variance of the labels. */
function spread(sample: Sample): { mean: number; total: number } {
  const { labels } = sample;
  const mean = weightedMean(sample, (row) => labels[row]!);
  return { mean, total: weightedMean(sample, (row) => (labels[row]! - mean) ** 2) };
}

export const RMSE = composed(
  [meanOf(squares)],
  ([square]) => Math.sqrt(square!),
  ([square]) => [1 / (2 * Math.sqrt(square!))],
);
export const MAE = meanOf(distances);
export const MAPE = meanOf(shares);
export const R2: Functional = {
  compute: r2,
  gradient(sample) {
    const { mean, total } = spread(sample);
    const square = squares(sample);
    const unexplained = weightedMean(sample, square) / total;
    const weight = totalWeight(sample);
    const { labels } = sample;
    return gradientOf(sample, (row) => (unexplained * (labels[row]! - mean) ** 2 - square(row)) / (total * weight));
  },
};
