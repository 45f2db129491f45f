import { binomialCdf, chiSquareSurvival } from '../special/distributions.ts';

/** Exact two-sided McNemar test: 2 P(Bin(b + c, 1/2) <= min(b, c)), at most 1. Takes the two discordant counts. */
export function mcnemarExact(b: number, c: number): number {
  return b + c === 0 ? 1 : Math.min(1, 2 * binomialCdf(Math.min(b, c), b + c, 0.5));
}

/**
 * McNemar's chi-square test on one degree of freedom (Q. McNemar, 1947).
 *
 * @param correction subtract 1 from |b - c| (A. L. Edwards, 1948)
 */
export function mcnemarChiSquare(b: number, c: number, correction: boolean): { statistic: number; pValue: number } {
  if (b + c === 0) return { statistic: 0, pValue: 1 };
  const statistic = (Math.abs(b - c) - (correction ? 1 : 0)) ** 2 / (b + c);
  return { statistic, pValue: chiSquareSurvival(statistic, 1) };
}
