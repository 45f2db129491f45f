import {
  chiSquareQuantile,
  chiSquareSurvival,
  kolmogorovQuantile,
  kolmogorovSurvival,
} from '../special/distributions.ts';
import { normalCdf, normalQuantile } from '../special/normal.ts';
import { occupiedBins, total } from './shares.ts';

/**
 * How a distance is distributed if both samples come from one and the same distribution: what chance alone does. A distance between samples is never
 * 0, and of small samples it is large; next to these quantiles one sees whether a value says anything.
 */
export interface NullDistribution {
  /** Probability of this value or a greater one. */
  survival(value: number): number;
  /** What is exceeded with probability 1 - `probability`. */
  quantile(probability: number): number;
  /** Where it comes from. */
  source: string;
}

export type Counts = readonly number[];

/** 1/n + 1/m, the variance that the difference of two shares is proportional to. NaN if a sample is empty. */
export function noise(reference: Counts, current: Counts): number {
  const [n, m] = [total(reference), total(current)];
  return n === 0 || m === 0 ? NaN : 1 / n + 1 / m;
}

/** PSI / (1/n + 1/m) ~ chi-square(B - 1) (B. Yurdakul and J. Naranjo, "Statistical properties of the population stability index", 2020). */
export const psiNull = (reference: Counts, current: Counts): NullDistribution =>
  scaledChiSquare(reference, current, 1, 'Yurdakul and Naranjo 2020: PSI / (1/n + 1/m) ~ chi-square(B - 1)');

/**
 * All smooth f-divergences agree to second order (I. Csiszár and P. Shields, 2004, theorem 4.1): with X the chi-square statistic,
 * JS (bits) ~ X (1/n + 1/m) / (8 ln 2).
 */
export const jensenShannonNull = (reference: Counts, current: Counts): NullDistribution =>
  scaledChiSquare(reference, current, 1 / (8 * Math.LN2), 'second order: JS 8 ln 2 / (1/n + 1/m) ~ chi-square(B - 1)');

/** As {@link jensenShannonNull}: squared Hellinger distance ~ X (1/n + 1/m) / 8. */
export const hellingerNull = (reference: Counts, current: Counts): NullDistribution =>
  root(scaledChiSquare(reference, current, 1 / 8, 'second order: 8 H² / (1/n + 1/m) ~ chi-square(B - 1)'));

/** As {@link jensenShannonNull}: squared V ~ X (1/n + 1/m) / 4. */
export const cramersVNull = (reference: Counts, current: Counts): NullDistribution =>
  root(scaledChiSquare(reference, current, 1 / 4, 'second order: 4 V² / (1/n + 1/m) ~ chi-square(B - 1)'));

function scaledChiSquare(reference: Counts, current: Counts, factor: number, source: string): NullDistribution {
  const scale = noise(reference, current) * factor;
  const degrees = occupiedBins(reference, current) - 1;
  if (!(scale > 0)) return unknown(source);
  if (degrees < 1) return degenerate(source);
  return {
    survival: (value) => chiSquareSurvival(value / scale, degrees),
    quantile: (probability) => scale * chiSquareQuantile(probability, degrees),
    source,
  };
}

const root = (squared: NullDistribution): NullDistribution => ({
  survival: (value) => squared.survival(value * value),
  quantile: (probability) => Math.sqrt(squared.quantile(probability)),
  source: squared.source,
});

/**
 * Union bound over normal differences of shares: conservative, and close because the largest shares decide. Of two bins the differences are one, and
 * it is exact.
 */
export function lInfinityNull(reference: Counts, current: Counts): NullDistribution {
  const source = 'union bound over normal differences of shares';
  const deviations = deviationsOf(reference, current);
  if (deviations === undefined) return unknown(source);
  const different = deviations.length === 2 ? deviations.slice(1) : deviations;
  const survival = (value: number): number =>
    value <= 0
      ? 1
      : Math.min(
          1,
          different.reduce((sum, deviation) => sum + 2 * normalCdf(-value / deviation), 0),
        );
  return { survival, quantile: (probability) => invert(survival, 1 - probability, 1), source };
}

/** Standard deviations of the differences of shares, with both samples pooled; undefined if a sample is empty. */
function deviationsOf(reference: Counts, current: Counts): number[] | undefined {
  const scale = noise(reference, current);
  if (Number.isNaN(scale)) return undefined;
  return pooledShares(reference, current)
    .map((share) => Math.sqrt(share * (1 - share) * scale))
    .filter((deviation) => deviation > 0);
}

export function pooledShares(reference: Counts, current: Counts): number[] {
  const pooled = reference.map((count, bin) => count + current[bin]!);
  const both = total(pooled);
  return pooled.map((count) => count / both);
}

/**
 * Kolmogorov's limit distribution of D / sqrt(1/n + 1/m) (N. Smirnov, 1939): on a grid, and where values repeat, conservative (G. Noether, 1963).
 */
export function ksNull(reference: Counts, current: Counts): NullDistribution {
  const source = "Smirnov 1939: D / sqrt(1/n + 1/m) has Kolmogorov's distribution; conservative on a grid";
  const scale = Math.sqrt(noise(reference, current));
  if (!(scale > 0)) return unknown(source);
  return {
    survival: (value) => (Number.isNaN(value) ? NaN : kolmogorovSurvival(value / scale)),
    quantile: (probability) => scale * kolmogorovQuantile(probability),
    source,
  };
}

/**
 * Quantile of the difference of two shares of the same expectation, whichever way: z sqrt(p (1 - p) (1/n + 1/m)) with p pooled.
 *
 * @param successes those in the reference and those in the current sample
 */
export function shareDifferenceQuantile(
  successes: readonly [number, number],
  totals: readonly [number, number],
  probability: number,
): number {
  const pooled = (successes[0] + successes[1]) / (totals[0] + totals[1]);
  return normalQuantile((1 + probability) / 2) * Math.sqrt(pooled * (1 - pooled) * (1 / totals[0] + 1 / totals[1]));
}

/** One bin cannot drift. */
export const degenerate = (source: string): NullDistribution => ({ survival: () => 1, quantile: () => 0, source });

export const unknown = (source: string): NullDistribution => ({ survival: () => NaN, quantile: () => NaN, source });

/** The value at which a falling function reaches `probability`, between 0 and `greatest`. */
function invert(survival: (value: number) => number, probability: number, greatest: number): number {
  let low = 0;
  let high = greatest;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (survival(middle) > probability) low = middle;
    else high = middle;
  }
  return high;
}
