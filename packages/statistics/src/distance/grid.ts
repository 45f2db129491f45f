import { sharesOf } from './shares.ts';

/**
 * Kolmogorov-Smirnov statistic on a grid: the largest difference of the distribution functions at the edges between bins, 0 to 1. It never exceeds
 * the exact statistic, and falls short of it by at most {@link ksGridError}.
 */
export function ksOnGrid(reference: readonly number[], current: readonly number[]): number {
  let largest = 0;
  for (const difference of differencesAtEdges(reference, current)) {
    if (!(Math.abs(difference) <= largest)) largest = Math.abs(difference);
  }
  return reference.length === 0 ? NaN : largest;
}

/**
 * The most by which {@link ksOnGrid} can fall short of the exact statistic: inside a bin the difference can exceed that at its edges by no more than
 * the share that one of the samples has there.
 */
export function ksGridError(reference: readonly number[], current: readonly number[]): number {
  const shares = sharesOf(reference, current);
  let largest = 0;
  const differences = differencesAtEdges(reference, current);
  const exact = ksOnGrid(reference, current);
  for (let bin = 0; bin < reference.length; bin++) {
    const before = bin === 0 ? 0 : differences[bin - 1]!;
    // Upwards the reference comes first within the bin, downwards the current sample.
    const highest = before + shares.reference[bin]!;
    const lowest = before - shares.current[bin]!;
    largest = Math.max(largest, highest - exact, -lowest - exact);
  }
  return Math.max(0, largest);
}

/** F - G at each edge, F being the distribution function of the reference. */
export function differencesAtEdges(reference: readonly number[], current: readonly number[]): number[] {
  const shares = sharesOf(reference, current);
  const differences: number[] = [];
  let difference = 0;
  for (let bin = 0; bin + 1 < reference.length; bin++) {
    difference += shares.reference[bin]! - shares.current[bin]!;
    differences.push(difference);
  }
  return differences;
}

/** Where the bins of a grid lie. */
export interface Grid {
  /** Between the bins, ascending: one fewer than there are bins. */
  edges: readonly number[];
  /** Where the outermost bins end. What lies beyond counts as lying there, so that no single outlier decides. */
  minimum: number;
  maximum: number;
}

/**
 * Wasserstein distance of order 1 on a grid, in the unit of the values: the area between the distribution functions, taken as linear between the
 * edges (L. Vaserstein, 1969; in one dimension S. S. Vallender, 1974).
 */
export function wassersteinOnGrid(reference: readonly number[], current: readonly number[], grid: Grid): number {
  const { edges } = grid;
  if (reference.length !== edges.length + 1) {
    throw new RangeError(`${edges.length} edges make ${edges.length + 1} bins, not ${reference.length}.`);
  }
  const differences = [0, ...differencesAtEdges(reference, current), 0];
  const points = gridPoints(grid);
  let area = 0;
  for (let bin = 0; bin < reference.length; bin++) {
    const [from, to] = [differences[bin]!, differences[bin + 1]!];
    const width = points[bin + 1]! - points[bin]!;
    area += width * meanMagnitude(from, to);
  }
  return area;
}

/** The ends of all bins, ascending, the outermost kept outside of the edges. */
export const gridPoints = ({ edges, minimum, maximum }: Grid): number[] => [
  Math.min(minimum, edges[0] ?? minimum),
  ...edges,
  Math.max(maximum, edges.at(-1) ?? maximum),
];

/** Mean of |x| along the straight line between two values. */
function meanMagnitude(from: number, to: number): number {
  if (from * to >= 0) return (Math.abs(from) + Math.abs(to)) / 2;
  return (from * from + to * to) / (2 * (Math.abs(from) + Math.abs(to)));
}
