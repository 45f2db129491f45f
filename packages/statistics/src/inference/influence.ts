import { unitCount } from '../sample.ts';

/** How far a statistic varies, from its gradient. */
export interface Spread {
  standardError: number;
  /** A sixth of its skewness: the acceleration of a BCa interval. */
  acceleration: number;
}

/**
 * Standard error and acceleration of a statistic by the infinitesimal jackknife (L. A. Jaeckel, 1972; B. Efron, JASA 82, 1987, equation 6.6): what every unit adds is its
 * weight times its gradient.
 *
 * @param units number (from 0) of the cluster of each row; each row is its own where absent
 */
export function spreadOf(gradient: Float64Array, weights: Float64Array, units: Uint32Array | undefined): Spread {
  const parts = units === undefined ? new Float64Array(gradient.length) : new Float64Array(unitCount(units));
  for (let row = 0; row < gradient.length; row++)
    parts[units === undefined ? row : units[row]!]! += gradient[row]! * weights[row]!;
  let [squares, cubes] = [0, 0];
  for (const part of parts) {
    squares += part * part;
    cubes += part * part * part;
  }
  return {
    standardError: Math.sqrt((squares * parts.length) / (parts.length - 1)),
    acceleration: squares === 0 ? 0 : cubes / (6 * squares ** 1.5),
  };
}
