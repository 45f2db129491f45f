import type { Verdict } from '@mlops-actions/action-kit';
import { binomialCdf, recoverDifference, type Bounded } from '@mlops-actions/statistics';
import { quantile } from '@mlops-actions/vertex';

/** How the median latency of one model stands to that of others. */
export interface LatencyComparison {
  /** New median divided by old median. */
  ratio: number;
  /** 95 % interval of the ratio; `undefined` for too few answers. */
  interval: readonly [number, number] | undefined;
  verdict: Verdict;
}

/** Probability beyond each bound. */
const ALPHA = 0.025;
/** Milliseconds below which a latency is not told apart: a logarithm needs a number above zero. */
const RESOLUTION = 0.001;

/**
 * Compares latencies by their medians, whatever their distribution: passes if the new median is shown to exceed the old one by at most the
 * fraction `limit`, fails if it is shown to exceed it by more, and is inconclusive between the two.
 *
 * The bounds of a median are order statistics (exact, by the binomial distribution); those of the ratio are recovered from them on the
 * logarithmic scale.
 *
 * @param fresh milliseconds, sorted, as `settled` are
 */
export function compareLatencies(
  fresh: readonly number[],
  settled: readonly number[],
  limit: number,
): LatencyComparison {
  const [first, second] = [logMedian(fresh), logMedian(settled)];
  if (first === undefined || second === undefined) {
    return { ratio: quantile(fresh, 0.5)! / quantile(settled, 0.5)!, interval: undefined, verdict: 'inconclusive' };
  }
  const [low, high] = recoverDifference(first, second, 0).map(Math.exp) as [number, number];
  const verdict = high <= 1 + limit ? 'pass' : low > 1 + limit ? 'fail' : 'inconclusive';
  return { ratio: Math.exp(first.value - second.value), interval: [low, high], verdict };
}

function logMedian(sorted: readonly number[]): Bounded | undefined {
  const n = sorted.length;
  // The widest rank below which the median lies with a probability of at most ALPHA.
  let rank = 0;
  while (rank < n / 2 && binomialCdf(rank, n, 0.5) <= ALPHA) rank++;
  if (rank === 0) return undefined;
  const log = (value: number): number => Math.log(Math.max(value, RESOLUTION));
  return { value: log(quantile(sorted, 0.5)!), bounds: [log(sorted[rank - 1]!), log(sorted[n - rank]!)] };
}
