import { psi } from '../distance/divergence.ts';
import { occupiedBins, total } from '../distance/shares.ts';
import { chiSquareSurvival } from '../special/distributions.ts';
import { noncentralityBounds } from '../special/noncentral.ts';
import { CLOSED_FORM_ALPHA, UNKNOWN, type Estimate } from './estimate.ts';

/**
 * Population stability index of two counted samples, with bounds of what it is without the noise of counting: over 1/n + 1/m it has a chi-square
 * distribution on B - 1 degrees of freedom where nothing shifted (B. Yurdakul and J. Naranjo, 2020), and a non-central one where something did, which is inverted. So
 * few rows, whose PSI is large by chance alone, show neither that there is a shift nor that there is none.
 *
 * @param reference counts by bin
 * @param current counts by the same bins
 */
export function estimateShift(reference: readonly number[], current: readonly number[]): Estimate {
  const [n, m] = [total(reference), total(current)];
  const noise = 1 / n + 1 / m;
  const degrees = occupiedBins(reference, current) - 1;
  const value = psi(reference, current);
  return {
    value,
    rows: Math.min(n, m),
    method: 'PSI, non-central chi-square',
    smallestAlpha: CLOSED_FORM_ALPHA,
    bounds(alpha) {
      if (!Number.isFinite(noise) || degrees < 1) return UNKNOWN();
      const [low, high] = noncentralityBounds(value / noise, degrees, alpha);
      return [low * noise, high * noise];
    },
    ...(degrees >= 1 && {
      test: { name: `no shift, ${degrees} degrees of freedom`, pValue: chiSquareSurvival(value / noise, degrees) },
    }),
  };
}
