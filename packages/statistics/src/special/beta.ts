import { continuedFraction, deviance, stirlingError } from './gamma.ts';

/**
 * Regularised incomplete beta function I_x(a, b), a, b > 0, 0 <= x <= 1 (continued fraction NIST DLMF 8.17.22; leading
 * factor in Loader's form, so that tiny values keep their relative accuracy).
 *
 * @param complement 1 - x, where the caller knows it more exactly than the subtraction gives it
 */
export function betaRegularised(x: number, a: number, b: number, complement = 1 - x): number {
  if (!(a > 0) || !(b > 0) || !(x >= 0) || !(complement >= 0)) return NaN;
  if (x === 0) return 0;
  if (complement === 0) return 1;
  return x <= (a + 1) / (a + b + 2) ? fraction(x, complement, a, b) : 1 - fraction(complement, x, b, a);
}

function fraction(x: number, y: number, a: number, b: number): number {
  const n = a + b;
  // x^a y^b / (a B(a, b))
  const factor =
    Math.exp(stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y)) *
    Math.sqrt(b / (2 * Math.PI * a * n));
  const numerator = (k: number): number => {
    if (k === 1) return 1;
    const index = k - 1;
    const m = Math.floor(index / 2);
    return index % 2 === 0
      ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
      : (-(a + m) * (n + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
  };
  return factor * continuedFraction(numerator, () => 1);
}
