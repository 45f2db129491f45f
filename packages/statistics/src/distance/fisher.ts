import { logGamma } from '../special/gamma.ts';

/**
 * Fisher's exact test, one-sided: the probability that at least `current[0]` of all successes fall to the current sample, if both samples have the
 * same rate (R. A. Fisher, 1935; the tail of a hypergeometric distribution). Exact for any counts, also where rates are near 0.
 *
 * @param reference successes and trials
 * @param current successes and trials
 */
export function fisherGreater(
  reference: readonly [successes: number, trials: number],
  current: readonly [successes: number, trials: number],
): number {
  const [n, m] = [reference[1], current[1]];
  const successes = reference[0] + current[0];
  const most = Math.min(successes, m);
  const least = Math.max(0, successes - n);
  if (current[0] <= least) return 1;
  // From the observed count on: below the mode the other tail is summed, which is the smaller one.
  const mode = Math.floor(((successes + 1) * (m + 1)) / (n + m + 2));
  return current[0] > mode
    ? tail(current[0], most, 1, successes, n, m)
    : 1 - tail(current[0] - 1, least, -1, successes, n, m);
}

/** Sum of hypergeometric probabilities from `from` outwards, each from the one before. */
function tail(from: number, to: number, step: 1 | -1, successes: number, n: number, m: number): number {
  const logProbability = logChoose(m, from) + logChoose(n, successes - from) - logChoose(n + m, successes);
  let term = Math.exp(logProbability);
  let sum = 0;
  for (let k = from; ; k += step) {
    sum += term;
    if (k === to || term <= sum * Number.EPSILON) return Math.min(1, sum);
    term *=
      step === 1
        ? ((m - k) * (successes - k)) / ((k + 1) * (n - successes + k + 1))
        : (k * (n - successes + k)) / ((m - k + 1) * (successes - k + 1));
  }
}

const logChoose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
