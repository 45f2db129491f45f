import type { Sample } from '../sample.ts';
import { composed, meanOf, type Functional, type Losses, type MetricOptions } from './statistic.ts';

/** Levels of the forecasts of a sample. */
function levelsOf({ outputs }: Sample, { levels }: MetricOptions): readonly number[] {
  if (levels?.length === outputs.length) return levels;
  throw new RangeError(`${outputs.length} forecasts need as many levels, not ${levels?.length ?? 0}.`);
}

/** Share of the values that should lie between the lowest and the highest forecast. */
export const nominalCoverage = ({ levels = [] }: MetricOptions): number => levels.at(-1)! - levels[0]!;

/** Pinball (quantile) loss, mean over the levels, in the unit of the label (R. Koenker and G. Bassett, 1978). */
export const PINBALL = meanOf((sample, options): Losses => {
  const levels = levelsOf(sample, options);
  const { labels, outputs } = sample;
  return (into, start, count) => {
    into.fill(0, 0, count);
    levels.forEach((level, output) => {
      const forecasts = outputs[output]!;
      for (let index = 0; index < count; index++) {
        const error = labels[start + index]! - forecasts[start + index]!;
        // The larger of the two is the one on the error's side: without a branch that would be guessed wrong half of the time.
        into[index]! += Math.max(level * error, (level - 1) * error) / levels.length;
      }
    });
  };
});

/** Whether a row's value lies between its lowest and its highest forecast, both included. */
export const isCovered = ({ labels, outputs }: Sample, row: number): boolean =>
  labels[row]! >= outputs[0]![row]! && labels[row]! <= outputs.at(-1)![row]!;

/** Share of the values that lie between the lowest and the highest forecast. */
export const COVERAGE = meanOf(({ labels, outputs }): Losses => {
  const [lowest, highest] = [outputs[0]!, outputs.at(-1)!];
  return (into, start, count) => {
    for (let index = 0; index < count; index++) {
      const label = labels[start + index]!;
      into[index] = (label >= lowest[start + index]! ? 1 : 0) & (label <= highest[start + index]! ? 1 : 0);
    }
  };
});

/** How far the coverage is from the share that the levels promise. */
export const COVERAGE_ERROR: Functional = composed(
  [COVERAGE],
  ([coverage], options) => Math.abs(coverage! - nominalCoverage(options)),
  ([coverage], options) => [Math.sign(coverage! - nominalCoverage(options))],
);

/** Mean distance of the lowest and the highest forecast, in the unit of the label. */
export const INTERVAL_WIDTH = meanOf(({ outputs }): Losses => {
  const [lowest, highest] = [outputs[0]!, outputs.at(-1)!];
  return (into, start, count) => {
    for (let index = 0; index < count; index++) into[index] = highest[start + index]! - lowest[start + index]!;
  };
});

/**
 * Interval score of the lowest and the highest forecast, in the unit of the label: their distance, and for values outside what they lie beyond, over
 * the probability of lying there on that side (T. Gneiting and A. E. Raftery, JASA 102, 2007, equation 43, for sides that need not be alike).
 */
export const INTERVAL_SCORE = meanOf((sample, options): Losses => {
  const levels = levelsOf(sample, options);
  const { labels, outputs } = sample;
  const [lowest, highest] = [outputs[0]!, outputs.at(-1)!];
  const [below, above] = [levels[0]!, 1 - levels.at(-1)!];
  return (into, start, count) => {
    for (let index = 0; index < count; index++) {
      const label = labels[start + index]!;
      const low = lowest[start + index]!;
      const high = highest[start + index]!;
      into[index] = high - low + Math.max(0, low - label) / below + Math.max(0, label - high) / above;
    }
  };
});
