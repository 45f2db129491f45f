import type { Sample } from '../sample.ts';
import { composed, gradientOf, meanOf, totalWeight, weightedMean, type Functional, type Losses } from './statistic.ts';

/** Squared errors: of probabilities of an event, what the Brier score is the mean of. */
export const squares = ({ labels, scores }: Sample): Losses =>
  Object.assign(
    (into: Float64Array, start: number, count: number): void => {
      for (let index = 0; index < count; index++) {
        const error = scores[start + index]! - labels[start + index]!;
        into[index] = error * error;
      }
    },
    { sum: () => sumOfSquares(scores, labels) },
  );

/** Squared distances of two columns, four rows at a time, as {@link sumOf} has it. */
function sumOfSquares(x: Float64Array, y: Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let row = 0;
  for (; row + 3 < x.length; row += 4) {
    const e = x[row]! - y[row]!;
    const f = x[row + 1]! - y[row + 1]!;
    const g = x[row + 2]! - y[row + 2]!;
    const h = x[row + 3]! - y[row + 3]!;
    a += e * e;
    b += f * f;
    c += g * g;
    d += h * h;
  }
  for (; row < x.length; row++) a += (x[row]! - y[row]!) ** 2;
  return a + b + (c + d);
}

const distances = ({ labels, scores }: Sample): Losses =>
  Object.assign(
    (into: Float64Array, start: number, count: number): void => {
      for (let index = 0; index < count; index++)
        into[index] = Math.abs(scores[start + index]! - labels[start + index]!);
    },
    { sum: () => sumOfDistances(scores, labels) },
  );

function sumOfDistances(x: Float64Array, y: Float64Array): number {
  let [a, b] = [0, 0];
  let row = 0;
  for (; row + 1 < x.length; row += 2) {
    a += Math.abs(x[row]! - y[row]!);
    b += Math.abs(x[row + 1]! - y[row + 1]!);
  }
  if (row < x.length) a += Math.abs(x[row]! - y[row]!);
  return a + b;
}

const shares =
  ({ labels, scores }: Sample): Losses =>
  (into, start, count) => {
    for (let index = 0; index < count; index++) {
      const label = labels[start + index]!;
      into[index] = label === 0 ? NaN : Math.abs((scores[start + index]! - label) / label);
    }
  };

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
  const mean = weightedMean(sample, (into, start, count) => {
    for (let index = 0; index < count; index++) into[index] = labels[start + index]!;
  });
  const total = weightedMean(sample, (into, start, count) => {
    for (let index = 0; index < count; index++) {
      const distance = labels[start + index]! - mean;
      into[index] = distance * distance;
    }
  });
  return { mean, total };
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
    const { labels, scores } = sample;
    const unexplained = weightedMean(sample, squares(sample)) / total;
    const weight = totalWeight(sample);
    return gradientOf(
      sample,
      (row) => (unexplained * (labels[row]! - mean) ** 2 - (scores[row]! - labels[row]!) ** 2) / (total * weight),
    );
  },
};
