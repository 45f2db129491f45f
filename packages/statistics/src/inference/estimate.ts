import type { MetricOptions } from '../metrics/statistic.ts';
import { recoverDifference } from './proportions.ts';

/** A value with its uncertainty at every level. */
export interface Estimate {
  /** NaN where the rows leave it undefined. */
  value: number;
  /** Rows (not their weights) that it rests on; where rows come in clusters or belong to queries, those. */
  rows: number;
  /** Of proportions: the rows that are their trials, such as those with the event for recall. */
  trials?: number;
  /** How the bounds are made, for the record. */
  method: string;
  /** Lower and upper bound, each exceeded with probability `alpha`; infinite where the rows cannot tell. */
  bounds(alpha: number): [number, number];
  /** Levels below this are beyond what the method can resolve. */
  smallestAlpha: number;
  /** A named test, where there is one: of "no difference" (two-sided), or of the hypothesis that it is named after. */
  test?: { name: string; pValue: number };
}

/** How to estimate. */
export interface EstimatePlan extends MetricOptions {
  resamples: number;
  seed: number;
  /** Number of the cluster of each row: whole clusters are then what varies. The queries of a ranking are its clusters where none are given. */
  units?: Uint32Array;
}

/** Bounds that say: cannot tell. */
export const UNKNOWN = (): [number, number] => [-Infinity, Infinity];

/** Closed forms resolve any level that is of use. */
export const CLOSED_FORM_ALPHA = 1e-12;

/** The difference of two estimates, first minus second, taken as independent: cautious where both rest on the same rows. See {@link recoverDifference}. */
export const independentDifference = (first: Estimate, second: Estimate): Estimate => ({
  value: first.value - second.value,
  rows: Math.min(first.rows, second.rows),
  method: `${[...new Set([first.method, second.method])].join(' and ')}, taken as independent`,
  smallestAlpha: Math.max(first.smallestAlpha, second.smallestAlpha),
  bounds: (alpha) =>
    recoverDifference(
      { value: first.value, bounds: first.bounds(alpha) },
      { value: second.value, bounds: second.bounds(alpha) },
      0,
    ),
});

/**
 * The smallest level at which the bounds show something: the one-sided p-value that inverting the interval gives. 1 where not even the middle of
 * the estimate shows it.
 *
 * @param shown whether these bounds show it; what wide bounds show, narrower ones must show too
 */
export function levelShowing(estimate: Estimate, shown: (low: number, high: number) => boolean): number {
  const isShown = (alpha: number): boolean => shown(...estimate.bounds(alpha));
  let high = 0.5;
  if (!isShown(high)) return 1;
  let low = estimate.smallestAlpha;
  if (isShown(low)) return low;
  for (let step = 0; step < 60; step++) {
    const middle = Math.sqrt(low * high);
    if (isShown(middle)) high = middle;
    else low = middle;
  }
  return high;
}
