import { chiSquareSurvival } from './distributions.ts';
import { gammaP, logGamma } from './gamma.ts';
import { normalCdf } from './normal.ts';

/** Above this Sankaran's approximation is right to more digits than anybody needs. */
const SERIES_UP_TO = 5000;

/** Distribution function of the non-central chi-square: a Poisson mixture of central ones (NIST DLMF 8.11; M. Sankaran, Biometrika 46, 1959). */
export function noncentralChiSquareCdf(x: number, degrees: number, noncentrality: number): number {
  if (x <= 0) return 0;
  if (noncentrality === 0) return 1 - chiSquareSurvival(x, degrees);
  if (noncentrality > SERIES_UP_TO) return sankaran(x, degrees, noncentrality);
  const mean = noncentrality / 2;
  const reach = 12 * Math.sqrt(mean) + 30;
  const last = Math.ceil(mean + reach);
  const first = Math.max(0, Math.floor(mean - reach));
  // Downwards, P(a, y) = P(a + 1, y) + y^a e^-y / Gamma(a + 1) only adds.
  const y = x / 2;
  let central = gammaP(degrees / 2 + last, y);
  let sum = 0;
  for (let j = last; j >= first; j--) {
    sum += Math.exp(j * Math.log(mean) - mean - logGamma(j + 1)) * central;
    const a = degrees / 2 + j - 1;
    central += Math.exp(a * Math.log(y) - y - logGamma(a + 1));
  }
  return Math.min(1, sum);
}

function sankaran(x: number, k: number, lambda: number): number {
  const h = 1 - (2 * (k + lambda) * (k + 3 * lambda)) / (3 * (k + 2 * lambda) ** 2);
  const p = (k + 2 * lambda) / (k + lambda) ** 2;
  const m = (h - 1) * (1 - 3 * h);
  const mean = 1 + h * p * (h - 1 - 0.5 * (2 - h) * m * p);
  return normalCdf(((x / (k + lambda)) ** h - mean) / (h * Math.sqrt(2 * p) * (1 + 0.5 * m * p)));
}

/**
 * Lower and upper bound of the non-centrality, each exceeded with probability `alpha`, given a statistic: those at which it lies on the edge of what chance
 * explains (inversion of the distribution function). A statistic below its degrees of freedom, which is what chance gives on average, is luck and no
 * precision: the upper bound is that of the average.
 */
export function noncentralityBounds(statistic: number, degrees: number, alpha: number): [number, number] {
  return [solve(statistic, 1 - alpha), solve(Math.max(statistic, degrees), alpha)];

  /** The non-centrality at which the distribution function has this value at x, 0 if there is none. */
  function solve(x: number, probability: number): number {
    const above = (noncentrality: number): boolean => noncentralChiSquareCdf(x, degrees, noncentrality) > probability;
    if (!above(0)) return 0;
    let [low, high] = [0, Math.max(1, 2 * x)];
    while (above(high)) [low, high] = [high, 2 * high];
    for (let step = 0; step < 60 && high - low > 1e-9 * high; step++) {
      const middle = (low + high) / 2;
      if (above(middle)) low = middle;
      else high = middle;
    }
    return high;
  }
}
