import { sharesOf } from './shares.ts';

/**
 * What PSI puts in place of an empty bin, whose logarithm does not exist. Without a stated rule a PSI means little: the same ten counts give 461,
 * 6.7 or 3.6 with the rules of three known tools.
 */
export type ZeroRule =
  /** A share of 0 becomes this share; all others stay as they are (1e-4 in Evidently). */
  | { replaceZeroBy: number }
  /** Every share below this one becomes it (0.01 in deepchecks). */
  | { floor: number };

export const DEFAULT_ZERO_RULE: ZeroRule = { replaceZeroBy: 1e-4 };

/**
 * Population stability index: sum of (q - p) ln(q / p) in nats, the symmetric Kullback-Leibler divergence (H. Jeffreys, 1946; in credit scoring
 * E. M. Lewis, 1994). At least 0, unbounded. Bins empty in both samples do not count. NaN if a sample is empty.
 */
export function psi(
  reference: readonly number[],
  current: readonly number[],
  zeroRule: ZeroRule = DEFAULT_ZERO_RULE,
): number {
  const shares = sharesOf(reference, current);
  const nonZero =
    'floor' in zeroRule
      ? (share: number) => Math.max(share, zeroRule.floor)
      : (share: number) => (share === 0 ? zeroRule.replaceZeroBy : share);
  return sum(shares.reference, (share, bin) => {
    const other = shares.current[bin]!;
    if (share === 0 && other === 0) return 0;
    const [p, q] = [nonZero(share), nonZero(other)];
    return (q - p) * Math.log(q / p);
  });
}

/**
 * Jensen-Shannon divergence in bits (J. Lin, 1991), as TensorFlow Data Validation, Vertex AI and BigQuery ML report it: 0 to 1, symmetric. Its square
 * root is the distance, see {@link jensenShannonDistance}; other tools report that, in other units.
 */
export function jensenShannonBits(reference: readonly number[], current: readonly number[]): number {
  const shares = sharesOf(reference, current);
  const divergence = sum(shares.reference, (p, bin) => {
    const q = shares.current[bin]!;
    const middle = (p + q) / 2;
    return (towards(p, middle) + towards(q, middle)) / 2;
  });
  // Rounding alone can leave it a hair outside of its range.
  return Math.min(1, Math.max(0, divergence));
}

const towards = (share: number, middle: number): number => (share === 0 ? 0 : share * Math.log2(share / middle));

/** Jensen-Shannon distance: the square root of the divergence to the given base (Evidently: e; NannyML: 2). A metric (Endres and Schindelin, 2003). */
export function jensenShannonDistance(
  reference: readonly number[],
  current: readonly number[],
  base: number = Math.E,
): number {
  return Math.sqrt(jensenShannonBits(reference, current) * (Math.LN2 / Math.log(base)));
}

/** Largest difference of a share: 0 to 1. */
export function lInfinity(reference: readonly number[], current: readonly number[]): number {
  const shares = sharesOf(reference, current);
  let largest = 0;
  for (let bin = 0; bin < reference.length; bin++) {
    const difference = Math.abs(shares.reference[bin]! - shares.current[bin]!);
    if (!(difference <= largest)) largest = difference;
  }
  return reference.length === 0 ? NaN : largest;
}

/** Total variation distance: half the sum of the differences of shares, 0 to 1. */
export function totalVariation(reference: readonly number[], current: readonly number[]): number {
  const shares = sharesOf(reference, current);
  return sum(shares.reference, (p, bin) => Math.abs(p - shares.current[bin]!)) / 2;
}

/** Hellinger distance sqrt(1 - sum of sqrt(p q)): 0 to 1 (E. Hellinger, 1909). */
export function hellinger(reference: readonly number[], current: readonly number[]): number {
  const shares = sharesOf(reference, current);
  // As half the sum of squares, which keeps its digits where the two are close.
  const square = sum(shares.reference, (p, bin) => (Math.sqrt(p) - Math.sqrt(shares.current[bin]!)) ** 2) / 2;
  return Math.sqrt(Math.min(1, square));
}

/**
 * Cramér's V of the 2 x B table of both samples, with both samples given the same weight: sqrt(sum of (p - q)^2 / (p + q) / 2), 0 to 1. An effect
 * size: unlike the chi-square statistic it does not grow with the rows, and unlike the plain V it does not shrink when one sample is much larger.
 */
export function cramersV(reference: readonly number[], current: readonly number[]): number {
  const shares = sharesOf(reference, current);
  const distance = sum(shares.reference, (p, bin) => {
    const q = shares.current[bin]!;
    return p + q === 0 ? 0 : (p - q) ** 2 / (p + q);
  });
  return Math.sqrt(Math.min(1, distance / 2));
}

function sum(values: readonly number[], term: (value: number, index: number) => number): number {
  return values.length === 0 ? NaN : values.reduce((result, value, index) => result + term(value, index), 0);
}
