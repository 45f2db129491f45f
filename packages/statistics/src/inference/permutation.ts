import { random } from '../random.ts';

/** Up to this many pairs every sign flip is tried. */
const EXHAUSTIVE_UP_TO = 15;

/**
 * Two-sided paired permutation test of mean 0: the share of sign flips of the differences whose |sum| is at least the observed one
 * (R. A. Fisher, "The Design of Experiments", 1935). All 2^n for up to 15 pairs, otherwise `resamples` random ones, the observed one counting as
 * one of them, so that the test is never anti-conservative (B. Phipson and G. K. Smyth, 2010).
 */
export function signFlipTest(
  differences: ArrayLike<number>,
  { resamples = 10_000, seed = 1 }: { resamples?: number; seed?: number } = {},
): { meanDifference: number; pValue: number; flips: number } {
  const n = differences.length;
  const values = Float64Array.from(differences);
  const observed = values.reduce((sum, value) => sum + value, 0);
  const scale = values.reduce((sum, value) => sum + Math.abs(value), 0);
  // Sums that are equal in exact arithmetic must not differ by their rounding.
  const limit = Math.abs(observed) - scale * 1e-12;
  const meanDifference = observed / n;

  if (n <= EXHAUSTIVE_UP_TO) {
    const flips = 2 ** n;
    let extreme = 0;
    for (let signs = 0; signs < flips; signs++) {
      let sum = 0;
      for (let index = 0; index < n; index++) sum += (signs >>> index) & 1 ? -values[index]! : values[index]!;
      if (Math.abs(sum) >= limit) extreme++;
    }
    return { meanDifference, pValue: extreme / flips, flips };
  }
  const generator = random(seed);
  let extreme = 1;
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (const value of values) sum += generator.below(2) === 1 ? -value : value;
    if (Math.abs(sum) >= limit) extreme++;
  }
  return { meanDifference, pValue: extreme / (resamples + 1), flips: resamples };
}
