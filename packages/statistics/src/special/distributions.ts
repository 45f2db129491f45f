import { betaRegularised } from './beta.ts';
import { gammaP, gammaQ } from './gamma.ts';
import { normalQuantile } from './normal.ts';

/** P(|T| >= |t|) for Student's t with `degrees` degrees of freedom: I_{v/(v+t^2)}(v/2, 1/2), NIST DLMF 8.17. */
export function studentTwoSided(t: number, degrees: number): number {
  const square = t * t;
  if (square === Infinity) return 0;
  return betaRegularised(degrees / (degrees + square), degrees / 2, 0.5, square / (degrees + square));
}

/** Distribution function of Student's t. */
export function studentCdf(t: number, degrees: number): number {
  const tail = studentTwoSided(t, degrees) / 2;
  return t <= 0 ? tail : 1 - tail;
}

/** Quantile of Student's t: by the regula falsi of Illinois on the logarithm of the tail, which is nearly straight, from the normal quantile on. */
export function studentQuantile(probability: number, degrees: number): number {
  if (!(probability >= 0 && probability <= 1) || !(degrees > 0)) return NaN;
  if (probability > 0.5) return -studentQuantile(1 - probability, degrees);
  if (probability === 0) return -Infinity;
  if (probability === 0.5) return 0;
  const excess = (t: number): number => Math.log(studentTwoSided(t, degrees) / (2 * probability));
  // The tails are heavier than normal ones.
  let low = { t: -normalQuantile(probability), value: 0 };
  low.value = excess(low.t);
  let high = { ...low };
  while (high.value > 0) {
    low = high;
    const t = 2 * Math.max(1, low.t);
    high = { t, value: excess(t) };
  }
  while (high.t - low.t > 4 * Number.EPSILON * high.t) {
    const t = (low.value * high.t - high.value * low.t) / (low.value - high.value);
    const value = excess(t);
    if (value === 0 || !(t > low.t && t < high.t)) return -t;
    // The end that stays counts half, so that both close in.
    if (value > 0)
      [low, high] = [
        { t, value },
        { t: high.t, value: high.value / 2 },
      ];
    else
      [low, high] = [
        { t: low.t, value: low.value / 2 },
        { t, value },
      ];
  }
  return -high.t;
}

/** Distribution function of chi-square. */
export const chiSquareCdf = (x: number, degrees: number): number => (x <= 0 ? 0 : gammaP(degrees / 2, x / 2));

/** P(X >= x) for chi-square, accurate where it is tiny. */
export const chiSquareSurvival = (x: number, degrees: number): number => (x <= 0 ? 1 : gammaQ(degrees / 2, x / 2));

/** P(X <= k) for a binomial: I_{1-p}(n - k, k + 1), NIST DLMF 8.17.5. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  const whole = Math.floor(k);
  return betaRegularised(1 - p, n - whole, whole + 1, p);
}

/**
 * P(K >= x) for Kolmogorov's limit distribution of sqrt(n) D: the alternating series for large x, its theta transform for small
 * (W. Feller, Annals of Mathematical Statistics 19, 1948).
 */
export function kolmogorovSurvival(x: number): number {
  if (!(x > 0)) return 1;
  let sum = 0;
  if (x < 1) {
    for (let k = 1; k <= 9; k += 2) sum += Math.exp(-((k * Math.PI) ** 2) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  for (let k = 1; k <= 9; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * x) ** 2);
  return sum;
}

/** Quantile of chi-square: what is exceeded with probability 1 - `probability`. */
export function chiSquareQuantile(probability: number, degrees: number): number {
  if (!(probability >= 0 && probability <= 1) || !(degrees > 0)) return NaN;
  return invertSurvival((x) => chiSquareSurvival(x, degrees), probability);
}

/** Quantile of Kolmogorov's limit distribution. */
export const kolmogorovQuantile = (probability: number): number =>
  probability >= 0 && probability <= 1 ? invertSurvival(kolmogorovSurvival, probability) : NaN;

/** By bisection: as exact as the survival function, at any tail. */
function invertSurvival(survival: (x: number) => number, probability: number): number {
  if (probability === 1) return Infinity;
  const left = 1 - probability;
  let high = 1;
  while (survival(high) > left) high *= 2;
  let low = 0;
  for (let step = 0; step < 200 && high - low > high * Number.EPSILON; step++) {
    const middle = (low + high) / 2;
    if (survival(middle) > left) low = middle;
    else high = middle;
  }
  return high;
}
