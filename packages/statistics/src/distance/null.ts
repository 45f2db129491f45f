import { quantile } from '../inference/bootstrap.ts';
import { random } from '../random.ts';
import {
  chiSquareQuantile,
  chiSquareSurvival,
  kolmogorovQuantile,
  kolmogorovSurvival,
} from '../special/distributions.ts';
import { normalCdf, normalQuantile } from '../special/normal.ts';
import { gridPoints, type Grid } from './grid.ts';
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

type Counts = readonly number[];

/** 1/n + 1/m, the variance that the difference of two shares is proportional to. NaN if a sample is empty. */
function noise(reference: Counts, current: Counts): number {
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

function pooledShares(reference: Counts, current: Counts): number[] {
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

/** How a simulated null distribution is drawn. */
export interface Simulation {
  draws?: number;
  seed?: number;
}

const DRAWS = 1000;

/** Total variation: simulated from the normal limit of the differences of shares (there is no closed form). */
export function totalVariationNull(
  reference: Counts,
  current: Counts,
  { draws = DRAWS, seed = 1 }: Simulation = {},
): NullDistribution {
  const source = `simulated from the normal limit of the shares (${draws} draws, seed ${seed})`;
  const scale = noise(reference, current);
  if (Number.isNaN(scale)) return unknown(source);
  const shares = pooledShares(reference, current).filter((share) => share > 0);
  if (shares.length < 2) return degenerate(source);
  const values = simulate(shares, draws, seed, (differences) => {
    let sum = 0;
    for (const difference of differences) sum += Math.abs(difference);
    return (sum / 2) * Math.sqrt(scale);
  });
  // Each draw is a Lipschitz function of Gaussians; the greatest variance of a signed half sum of the differences is that of an even split: 1/4.
  return fromDraws(values, Math.sqrt(scale) / 2, source);
}

/**
 * Wasserstein distance on a grid, in the unit of the values: simulated from the Brownian bridge that the difference of two distribution functions
 * tends to (E. del Barrio, E. Giné and C. Matrán, 1999).
 */
export function wassersteinNull(
  reference: Counts,
  current: Counts,
  grid: Grid,
  { draws = DRAWS, seed = 1 }: Simulation = {},
): NullDistribution {
  const source = `simulated from the Brownian bridge on the grid (${draws} draws, seed ${seed})`;
  const scale = noise(reference, current);
  if (Number.isNaN(scale)) return unknown(source);
  const shares = pooledShares(reference, current);
  const points = gridPoints(grid);
  const values = simulate(shares, draws, seed, (differences) => {
    let area = 0;
    let before = 0;
    for (let bin = 0; bin < differences.length; bin++) {
      const after = bin + 1 === differences.length ? 0 : before + differences[bin]!;
      const width = points[bin + 1]! - points[bin]!;
      area +=
        before * after >= 0
          ? (width * Math.abs(before + after)) / 2
          : (width * (before * before + after * after)) / (2 * (Math.abs(before) + Math.abs(after)));
      before = after;
    }
    return area * Math.sqrt(scale);
  });
  return fromDraws(values, deviationOnGrid(shares, points) * Math.sqrt(scale), source);
}

/** Standard deviation of values whose bins have these shares and are filled evenly: that of the integral of the bridge, too. */
function deviationOnGrid(shares: readonly number[], points: readonly number[]): number {
  let mean = 0;
  let square = 0;
  shares.forEach((share, bin) => {
    const [low, high] = [points[bin]!, points[bin + 1]!];
    mean += (share * (low + high)) / 2;
    square += (share * (low * low + low * high + high * high)) / 3;
  });
  return Math.sqrt(Math.max(0, square - mean * mean));
}

/** Draws of a function of the differences of shares, whose covariance is that of a multinomial: diag(p) - p p'. */
function simulate(
  shares: readonly number[],
  draws: number,
  seed: number,
  statistic: (differences: Float64Array) => number,
): Float64Array {
  const generator = random(seed);
  const roots = shares.map(Math.sqrt);
  const differences = new Float64Array(shares.length);
  return Float64Array.from({ length: draws }, () => {
    let sum = 0;
    for (let bin = 0; bin < shares.length; bin += 2) {
      // Box and Muller: two normal numbers from two uniform ones.
      const radius = Math.sqrt(-2 * Math.log(1 - generator.uniform()));
      const angle = 2 * Math.PI * generator.uniform();
      differences[bin] = roots[bin]! * radius * Math.cos(angle);
      sum += differences[bin]!;
      if (bin + 1 < shares.length) {
        differences[bin + 1] = roots[bin + 1]! * radius * Math.sin(angle);
        sum += differences[bin + 1]!;
      }
    }
    for (let bin = 0; bin < shares.length; bin++) differences[bin]! -= shares[bin]! * sum;
    return statistic(differences);
  }).sort();
}

/**
 * The distribution of simulated values, and beyond the last of them the bound of Borell, Tsirelson, Ibragimov and Sudakov (R. Adler and J. Taylor,
 * "Random Fields and Geometry", 2007, theorem 2.1.1): exp(-(x - mean)² / (2 sigma²)). No draw is needed to tell that a huge value is no chance.
 *
 * @param sigma greatest standard deviation of the Gaussian family whose supremum the statistic is
 */
function fromDraws(ascending: Float64Array, sigma: number, source: string): NullDistribution {
  const draws = ascending.length;
  const mean = ascending.reduce((sum, value) => sum + value, 0) / draws;
  return {
    survival(value) {
      if (Number.isNaN(value)) return NaN;
      const below = ascending.findIndex((draw) => draw >= value);
      const exceeding = below < 0 ? 0 : draws - below;
      const simulated = (exceeding + 1) / (draws + 1);
      return exceeding > 0 || sigma === 0
        ? simulated
        : Math.min(simulated, Math.exp(-(((value - mean) / sigma) ** 2) / 2));
    },
    quantile: (probability) => quantile(ascending, probability),
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
const degenerate = (source: string): NullDistribution => ({ survival: () => 1, quantile: () => 0, source });

const unknown = (source: string): NullDistribution => ({ survival: () => NaN, quantile: () => NaN, source });

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
