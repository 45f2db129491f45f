/**
 * The gamma family. Everything rests on Stirling's error and on the deviance, because probabilities written with them keep
 * their relative accuracy far out in the tails, where differences of large logarithms lose it
 * (C. Loader, "Fast and Accurate Computation of Binomial Probabilities", 2000).
 */

const HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);

/** Below this, Stirling's error is shifted upwards, to where eight terms of its series are exact in double precision. */
const SERIES_FROM = 10;

/**
 * Stirling's error: ln Gamma(x + 1) - (x + 1/2) ln x + x - ln(2 pi)/2, for x > 0.
 * Series: NIST DLMF 5.11.1, with the Bernoulli numbers as fractions.
 */
export function stirlingError(x: number): number {
  let shift = 0;
  while (x < SERIES_FROM) {
    shift += (x + 0.5) * Math.log1p(1 / x) - 1;
    x++;
  }
  const y = 1 / (x * x);
  const series =
    1 / 12 -
    y *
      (1 / 360 -
        y * (1 / 1260 - y * (1 / 1680 - y * (1 / 1188 - y * (691 / 360360 - y * (1 / 156 - (y * 3617) / 122400))))));
  return series / x + shift;
}

/** Natural logarithm of the gamma function, x > 0. Absolute error about 1e-16 near its zeros at 1 and 2, relative elsewhere. */
export function logGamma(x: number): number {
  if (!(x > 0)) return NaN;
  if (x === Infinity) return Infinity;
  return stirlingError(x) + (x - 0.5) * Math.log(x) - x + HALF_LOG_2_PI;
}

/** Deviance x ln(x/mean) + mean - x, for x, mean > 0, without cancellation where they are close (Loader 2000, `bd0`). */
export function deviance(x: number, mean: number): number {
  const difference = x - mean;
  if (Math.abs(difference) >= 0.1 * (x + mean)) return x * Math.log(x / mean) - difference;
  // x ln(x/mean) - difference with ln(x/mean) = 2 artanh(v), as a series in v.
  const v = difference / (x + mean);
  let sum = difference * v;
  let term = 2 * x * v;
  for (let k = 3; ; k += 2) {
    term *= v * v;
    const next = sum + term / k;
    if (next === sum) return sum;
    sum = next;
  }
}

/** Regularised lower incomplete gamma function P(a, x), a > 0, x >= 0. */
export const gammaP = (a: number, x: number): number => incompleteGamma(a, x, 'lower');

/** Regularised upper incomplete gamma function Q(a, x) = 1 - P(a, x), accurate where it is tiny. */
export const gammaQ = (a: number, x: number): number => incompleteGamma(a, x, 'upper');

/** Series NIST DLMF 8.11.4 below a + 1, continued fraction 8.9.2 above: each where it converges quickly. */
function incompleteGamma(a: number, x: number, tail: 'lower' | 'upper'): number {
  if (!(a > 0) || !(x >= 0)) return NaN;
  if (x === 0) return tail === 'lower' ? 0 : 1;
  if (x === Infinity) return tail === 'lower' ? 1 : 0;
  // x^a e^-x / Gamma(a + 1)
  const factor = Math.exp(-stirlingError(a) - deviance(a, x)) / Math.sqrt(2 * Math.PI * a);
  if (x < a + 1) {
    let term = 1;
    let sum = 1;
    for (let k = 1; term > sum * Number.EPSILON; k++) {
      term *= x / (a + k);
      sum += term;
    }
    const lower = factor * sum;
    return tail === 'lower' ? lower : 1 - lower;
  }
  const upper =
    factor *
    a *
    continuedFraction(
      (k) => (k === 1 ? 1 : -(k - 1) * (k - 1 - a)),
      (k) => x + 2 * k - 1 - a,
    );
  return tail === 'upper' ? upper : 1 - upper;
}

/** Value of a1/(b1 + a2/(b2 + ...)) by the modified Lentz method (NIST DLMF 3.10(iii)). */
export function continuedFraction(numerator: (k: number) => number, denominator: (k: number) => number): number {
  const tiny = 1e-300;
  let value = tiny;
  let c = value;
  let d = 0;
  for (let k = 1; k <= 1_000_000; k++) {
    const a = numerator(k);
    const b = denominator(k);
    d = 1 / nonZero(b + a * d, tiny);
    c = nonZero(b + a / c, tiny);
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) <= Number.EPSILON) return value;
  }
  throw new RangeError('A continued fraction did not converge.');
}

const nonZero = (x: number, tiny: number): number => (x === 0 ? tiny : x);
