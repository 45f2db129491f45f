import { quantile } from '../inference/bootstrap.ts';
import { random } from '../random.ts';
import { gridPoints, type Grid } from './grid.ts';
import { degenerate, noise, pooledShares, unknown, type Counts, type NullDistribution } from './null.ts';

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
