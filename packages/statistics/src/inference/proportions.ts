import { normalQuantile } from '../special/normal.ts';

/**
 * Wilson's score bounds of a proportion (E. B. Wilson, JASA 22, 1927).
 *
 * @param successes may be fractional, 0 to n
 * @param alpha probability beyond each bound: 0.025 for a 95 % interval
 */
export function wilson(successes: number, n: number, alpha: number): [number, number] {
  const z = -normalQuantile(alpha);
  const p = successes / n;
  const square = z * z;
  const centre = p + square / (2 * n);
  const reach = z * Math.sqrt((p * (1 - p) + square / (4 * n)) / n);
  const scale = 1 + square / n;
  // Where all or none succeed the far bound is exact; rounding must not push it inside.
  return [p === 0 ? 0 : (centre - reach) / scale, p === 1 ? 1 : (centre + reach) / scale];
}

/** Bounds of the difference of two independent proportions, first minus second (R. G. Newcombe, Stat. Med. 17:873, 1998, method 10). */
export function newcombe(
  successes1: number,
  n1: number,
  successes2: number,
  n2: number,
  alpha: number,
): [number, number] {
  return recoverDifference(
    { value: successes1 / n1, bounds: wilson(successes1, n1, alpha) },
    { value: successes2 / n2, bounds: wilson(successes2, n2, alpha) },
    0,
  );
}

/** How two decisions on the same rows agree: counts of rows. */
export interface PairedTable {
  bothRight: number;
  firstOnly: number;
  secondOnly: number;
  neither: number;
}

/**
 * Bounds of the difference of two paired proportions, first minus second: hybrid score bounds with the correlation of the pairs, corrected for
 * continuity where it is positive (R. G. Newcombe, Stat. Med. 17:2635, 1998, method 10).
 */
export function newcombePaired(table: PairedTable, alpha: number): [number, number] {
  const { bothRight: a, firstOnly: b, secondOnly: c, neither: d } = table;
  const n = a + b + c + d;
  const margins = (a + b) * (c + d) * (a + c) * (b + d);
  const cross = a * d - b * c;
  const numerator = cross > 0 ? Math.max(cross - n / 2, 0) : cross;
  return recoverDifference(
    { value: (a + b) / n, bounds: wilson(a + b, n, alpha) },
    { value: (a + c) / n, bounds: wilson(a + c, n, alpha) },
    margins === 0 ? 0 : numerator / Math.sqrt(margins),
  );
}

/** A value with bounds, neither of them exceeded but with one small probability. */
export interface Bounded {
  value: number;
  bounds: readonly [number, number];
}

/**
 * Bounds of a difference from the bounds of its two parts ("MOVER": G. Y. Zou and A. Donner, Stat. Med. 27:1693, 2008; Newcombe's hybrid method
 * for proportions). With correlation 0 it is conservative for parts that are positively correlated.
 */
export function recoverDifference(first: Bounded, second: Bounded, correlation: number): [number, number] {
  const reach = (x: number, y: number): number => Math.sqrt(Math.max(0, x * x - 2 * correlation * x * y + y * y));
  const difference = first.value - second.value;
  return [
    difference - reach(first.value - first.bounds[0], second.bounds[1] - second.value),
    difference + reach(first.bounds[1] - first.value, second.value - second.bounds[0]),
  ];
}
