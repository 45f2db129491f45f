import type { Estimate } from './estimate.ts';
import { recoverDifference } from './proportions.ts';

/**
 * The largest difference between any two slices in any of some statistics.
 *
 * The upper bound is the largest upper bound of a single difference: it is no smaller than that of the two slices that are truly farthest apart.
 * The lower bound is the largest lower bound of a single difference at a level shared out among all (Bonferroni), since any of them may be the one
 * that is too high. Single differences are recovered from the bounds of their parts, which are taken as independent ("MOVER"; of proportions,
 * Newcombe's hybrid score bounds). So nothing is biased upwards where slices are alike, as the bootstrap of a maximum would be.
 *
 * @param statistics for each statistic, its estimate in every slice; at least two slices
 */
export function estimateGap(statistics: readonly (readonly Estimate[])[]): Estimate {
  const all = statistics.flat();
  const value = largestOver(statistics, (first, second) => first.value - second.value);
  const differences = statistics.reduce((sum, slices) => sum + slices.length * (slices.length - 1), 0);
  const boundsAt = (alpha: number, side: 0 | 1): number =>
    largestOver(
      statistics.map((slices) => slices.map((slice) => ({ value: slice.value, bounds: slice.bounds(alpha) }))),
      (first, second) => recoverDifference(first, second, 0)[side],
    );
  return {
    value,
    rows: Math.min(...all.map(({ rows, trials }) => Math.min(rows, trials ?? rows))),
    method: `largest of ${differences} differences between slices (${[...new Set(all.map(({ method }) => method))].join('; ')})`,
    smallestAlpha: differences * Math.max(...all.map(({ smallestAlpha }) => smallestAlpha)),
    bounds: (alpha) => [Math.max(0, boundsAt(alpha / differences, 0)), boundsAt(alpha, 1)],
  };
}

/** The largest result over all ordered pairs of slices in each statistic; NaN if any of them is. */
function largestOver<T>(statistics: readonly (readonly T[])[], compare: (first: T, second: T) => number): number {
  let largest = -Infinity;
  for (const slices of statistics) {
    for (const first of slices) {
      for (const second of slices) if (first !== second) largest = Math.max(largest, compare(first, second));
    }
  }
  return largest;
}
