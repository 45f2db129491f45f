import type { Sample } from '../sample.ts';
import { composed, meanOf, type Functional, type Loss, type MetricOptions } from './statistic.ts';

/** Levels of the forecasts of a sample. */
function levelsOf({ outputs }: Sample, { levels }: MetricOptions): readonly number[] {
  if (levels?.length === outputs.length) return levels;
  throw new RangeError(`${outputs.length} forecasts need as many levels, not ${levels?.length ?? 0}.`);
}

/** Share of the values that should lie between the lowest and the highest forecast. */
export const nominalCoverage = ({ levels = [] }: MetricOptions): number => levels.at(-1)! - levels[0]!;

/** Pinball (quantile) loss, mean over the levels, in the unit of the label (R. Koenker and G. Bassett, 1978). */
export const PINBALL = meanOf((sample, options): Loss => {
  const levels = levelsOf(sample, options);
  const { labels, outputs } = sample;
  return (row) => {
    let sum = 0;
    for (let index = 0; index < levels.length; index++) {
      const error = labels[row]! - outputs[index]![row]!;
      sum += error >= 0 ? levels[index]! * error : (levels[index]! - 1) * error;
    }
    return sum / levels.length;
  };
});

/** Whether a row's value lies between its lowest and its highest forecast, both included. */
export const isCovered = ({ labels, outputs }: Sample, row: number): boolean =>
  labels[row]! >= outputs[0]![row]! && labels[row]! <= outputs.at(-1)![row]!;

/** Share of the values that lie between the lowest and the highest forecast. */
export const COVERAGE = meanOf(
  (sample): Loss =>
    (row) =>
      isCovered(sample, row) ? 1 : 0,
);

/** How far the coverage is from the share that the levels promise. */
export const COVERAGE_ERROR: Functional = composed(
  [COVERAGE],
  ([coverage], options) => Math.abs(coverage! - nominalCoverage(options)),
  ([coverage], options) => [Math.sign(coverage! - nominalCoverage(options))],
);

/** Mean distance of the lowest and the highest forecast, in the unit of the label. */
export const INTERVAL_WIDTH = meanOf(
  ({ outputs }): Loss =>
    (row) =>
      outputs.at(-1)![row]! - outputs[0]![row]!,
);

/**
 * Interval score of the lowest and the highest forecast, in the unit of the label: their distance, and for values outside what they lie beyond, over
 * the probability of lying there on that side (T. Gneiting and A. E. Raftery, JASA 102, 2007, equation 43, for sides that need not be alike).
 */
export const INTERVAL_SCORE = meanOf((sample, options): Loss => {
  const levels = levelsOf(sample, options);
  const { labels, outputs } = sample;
  const [lowest, highest] = [outputs[0]!, outputs.at(-1)!];
  const [below, above] = [levels[0]!, 1 - levels.at(-1)!];
  return (row) => {
    const label = labels[row]!;
    return (
      highest[row]! -
      lowest[row]! +
      Math.max(0, lowest[row]! - label) / below +
      Math.max(0, label - highest[row]!) / above
    );
  };
});
