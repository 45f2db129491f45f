import { chiSquareSurvival } from '../special/distributions.ts';
import { total } from './shares.ts';

export interface ChiSquareTest {
  statistic: number;
  degrees: number;
  /** NaN without degrees of freedom. */
  pValue: number;
}

/**
 * Pearson's chi-square test that two samples come from one distribution, from the 2 x B table of their counts (K. Pearson, 1911). Both samples are
 * taken as random. Bins empty in both do not count.
 */
export function chiSquareContingency(reference: readonly number[], current: readonly number[]): ChiSquareTest {
  const [n, m] = [total(reference), total(current)];
  let statistic = 0;
  let bins = 0;
  reference.forEach((count, bin) => {
    const both = count + current[bin]!;
    if (both === 0) return;
    bins++;
    for (const [observed, size] of [
      [count, n],
      [current[bin]!, m],
    ] as const) {
      const expected = (both * size) / (n + m);
      statistic += (observed - expected) ** 2 / expected;
    }
  });
  return test(statistic, bins - 1);
}

/**
 * Pearson's chi-square test of goodness of fit of the current sample to the shares of the reference, which are taken as known without error
 * (K. Pearson, 1900). Not the same as {@link chiSquareContingency}: it calls the noise of a small reference drift. Infinite where the current sample
 * has what the reference never had.
 */
export function chiSquareGoodnessOfFit(reference: readonly number[], current: readonly number[]): ChiSquareTest {
  const scale = total(current) / total(reference);
  let statistic = 0;
  let bins = 0;
  reference.forEach((count, bin) => {
    if (count === 0 && current[bin] === 0) return;
    bins++;
    const expected = count * scale;
    statistic += expected === 0 ? Infinity : (current[bin]! - expected) ** 2 / expected;
  });
  return test(statistic, bins - 1);
}

/** The likelihood-ratio counterpart (G test) of {@link chiSquareGoodnessOfFit}. */
export function gTestGoodnessOfFit(reference: readonly number[], current: readonly number[]): ChiSquareTest {
  const scale = total(current) / total(reference);
  let statistic = 0;
  let bins = 0;
  reference.forEach((count, bin) => {
    const observed = current[bin]!;
    if (count === 0 && observed === 0) return;
    bins++;
    if (observed > 0) statistic += 2 * observed * Math.log(observed / (count * scale));
  });
  return test(statistic, bins - 1);
}

const test = (statistic: number, degrees: number): ChiSquareTest => ({
  statistic,
  degrees,
  pValue: degrees < 1 ? NaN : statistic === Infinity ? 0 : chiSquareSurvival(statistic, degrees),
});
