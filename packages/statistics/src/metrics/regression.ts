import type { Sample } from '../sample.ts';
import { weightedMean } from './probability.ts';

/** Root of the mean squared error, in the unit of the label. */
export const rmse = (sample: Sample): number => Math.sqrt(weightedMean(sample, (label, score) => (score - label) ** 2));

/** Mean absolute error, in the unit of the label. */
export const mae = (sample: Sample): number => weightedMean(sample, (label, score) => Math.abs(score - label));

/** Mean absolute percentage error as a share (0.1 is 10 %). NaN where a label is 0. */
export const mape = (sample: Sample): number =>
  weightedMean(sample, (label, score) => (label === 0 ? NaN : Math.abs((score - label) / label)));

/** Coefficient of determination 1 - SSE/SST. NaN where the labels do not vary. */
export function r2(sample: Sample): number {
  const mean = weightedMean(sample, (label) => label);
  const total = weightedMean(sample, (label) => (label - mean) ** 2);
  return total === 0 ? NaN : 1 - weightedMean(sample, (label, score) => (score - label) ** 2) / total;
}
