import { gammaP, gammaQ } from './gamma.ts';

/** Complementary error function, by NIST DLMF 7.11.2 (erfc x = Q(1/2, x^2)). */
export function erfc(x: number): number {
  return x >= 0 ? gammaQ(0.5, x * x) : 1 + gammaP(0.5, x * x);
}

/** Distribution function of the standard normal. Relative accuracy about 1e-14 in the lower tail, to z = -37. */
export function normalCdf(z: number): number {
  const tail = gammaQ(0.5, (z * z) / 2) / 2;
  return z <= 0 ? tail : 1 - tail;
}

/** Density of the standard normal. */
export const normalPdf = (z: number): number => Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);

/**
 * Quantile of the standard normal: a rational starting value (Abramowitz and Stegun 26.2.23, error below 4.5e-4), then Halley
 * steps on {@link normalCdf}, which treble the digits each.
 *
 * @param p probability; 0 and 1 give the infinities
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0) return -Infinity;
  const t = Math.sqrt(-2 * Math.log(p));
  let z = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 3; step++) {
    const u = (normalCdf(z) - p) / normalPdf(z);
    z -= u / (1 + (z * u) / 2);
  }
  return z;
}
