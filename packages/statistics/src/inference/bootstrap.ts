import { random } from '../random.ts';
import { normalCdf, normalQuantile } from '../special/normal.ts';
import { unitCount } from '../sample.ts';

/** How to resample. */
export interface BootstrapPlan {
  /** Rows of the sample. */
  rows: number;
  resamples: number;
  seed: number;
  /** Weight of each row before resampling; 1 where absent. */
  weights?: Float64Array;
  /** Number (from 0) of the unit that each row belongs to, where rows come in clusters: whole units are drawn. Each row is its own where absent. */
  units?: Uint32Array;
  /** Acceleration of the BCa interval, where it is known; otherwise it is found by a jackknife. */
  acceleration?: number;
}

/** What a bootstrap found. */
export interface Bootstrap {
  estimate: number;
  /** The statistic over the resamples, ascending; resamples that left it undefined (NaN) are not in it. */
  replicates: Float64Array;
  /** How many resamples left it undefined. */
  undefinedReplicates: number;
  /** Acceleration of the BCa interval. */
  acceleration: number;
}

/**
 * Non-parametric bootstrap (B. Efron, 1979). A resample is a weighting of the rows: a statistic of several models over the same
 * weights is a paired bootstrap, and what is sorted once stays sorted.
 *
 * @param statistic value of the statistic with these row weights; the array is reused between calls
 */
export function bootstrap(plan: BootstrapPlan, statistic: (weights: Float64Array) => number): Bootstrap {
  const { rows, resamples, seed, units } = plan;
  const base = plan.weights ?? new Float64Array(rows).fill(1);
  const count = units === undefined ? rows : unitCount(units);
  const weights = Float64Array.from(base);
  const estimate = statistic(weights);

  const generator = random(seed);
  const draws = new Float64Array(count);
  const values = new Float64Array(resamples);
  let kept = 0;
  for (let resample = 0; resample < resamples; resample++) {
    draws.fill(0);
    for (let draw = 0; draw < count; draw++) draws[generator.below(count)]!++;
    if (units === undefined) for (let row = 0; row < rows; row++) weights[row] = base[row]! * draws[row]!;
    else for (let row = 0; row < rows; row++) weights[row] = base[row]! * draws[units[row]!]!;
    const value = statistic(weights);
    if (!Number.isNaN(value)) values[kept++] = value;
  }
  return {
    estimate,
    replicates: values.slice(0, kept).sort(),
    undefinedReplicates: resamples - kept,
    acceleration: plan.acceleration ?? acceleration(base, units, count, weights, statistic),
  };
}

/** More units than this are left out in blocks: the cost would grow with their square. */
const JACKKNIFE_BLOCKS = 400;

/** The skewness of the jackknife values, over 6 (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, equation 14.15). */
function acceleration(
  base: Float64Array,
  units: Uint32Array | undefined,
  count: number,
  weights: Float64Array,
  statistic: (weights: Float64Array) => number,
): number {
  const blocks = Math.min(count, JACKKNIFE_BLOCKS);
  const values: number[] = [];
  for (let block = 0; block < blocks; block++) {
    for (let row = 0; row < base.length; row++) {
      weights[row] = (units?.[row] ?? row) % blocks === block ? 0 : base[row]!;
    }
    const value = statistic(weights);
    if (!Number.isNaN(value)) values.push(value);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let squares = 0;
  let cubes = 0;
  for (const value of values) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** Percentile bounds: the `alpha` and 1 - `alpha` quantiles of the replicates. */
export function percentileBounds({ replicates }: Pick<Bootstrap, 'replicates'>, alpha: number): [number, number] {
  return [percentile(replicates, alpha), percentile(replicates, 1 - alpha)];
}

/**
 * The replicate that a share `probability` of all others, the true value among them, lies below: the (R + 1)p-th of R (A. C. Davison and D. V. Hinkley, "Bootstrap Methods and
 * their Application", 1997, section 5.2). Other quantiles lie further in, and bounds at them are exceeded too often.
 */
const percentile = (ascending: Float64Array, probability: number): number =>
  interpolated(ascending, (ascending.length + 1) * probability - 1);

/**
 * Bias-corrected and accelerated bounds (B. Efron, JASA 82, 1987). Where the estimate lies outside of all replicates the bias cannot be
 * corrected, and the bounds are percentile bounds.
 */
export function bcaBounds(bootstrapped: Bootstrap, alpha: number): [number, number] {
  const { estimate, replicates, acceleration: a } = bootstrapped;
  // Ties with the estimate count half, or a discrete statistic would look biased.
  let below = 0;
  for (const value of replicates) below += value < estimate ? 1 : value === estimate ? 0.5 : 0;
  const share = below / replicates.length;
  if (share === 0 || share === 1) return percentileBounds(bootstrapped, alpha);
  const bias = normalQuantile(share);
  const adjusted = (probability: number): number => {
    const z = bias + normalQuantile(probability);
    // Beyond the pole of the correction nothing but the extremes is left.
    const scale = 1 - a * z;
    return scale > 0 ? normalCdf(bias + z / scale) : z > 0 ? 1 : 0;
  };
  return [percentile(replicates, adjusted(alpha)), percentile(replicates, adjusted(1 - alpha))];
}

/** Quantile of ascending values by linear interpolation (R. J. Hyndman and Y. Fan, 1996, type 7). NaN if there are none. */
export const quantile = (ascending: ArrayLike<number>, probability: number): number =>
  interpolated(ascending, (ascending.length - 1) * probability);

/** The value at a position, which need not be a whole one nor within the list. */
function interpolated(ascending: ArrayLike<number>, position: number): number {
  const last = ascending.length - 1;
  if (last < 0) return NaN;
  const at = Math.min(Math.max(position, 0), last);
  const below = Math.floor(at);
  const low = ascending[below]!;
  return low + (at - below) * (ascending[Math.min(below + 1, last)]! - low);
}
