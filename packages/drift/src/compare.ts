import { mergeBins, quantileGroups, type Grid } from '@mlops-actions/statistics';
import type { BinCounts, CategoryCounts, ColumnCounts, ColumnProfile, NumericProfile } from '@mlops-actions/tabular';
import { GROUPS, RARE_SHARE } from './metrics.ts';

/** A column then and now. */
export type Pair =
  | { kind: 'ordered'; reference: NumericProfile; current: BinCounts }
  | { kind: 'categorical'; reference: Extract<ColumnProfile, { kind: 'categorical' }>; current: CategoryCounts };

/**
 * Puts a column's counts beside its profile.
 *
 * @throws RangeError if they were not counted by the definition that the profile gives
 */
export function pairOf(reference: ColumnProfile, current: ColumnCounts): Pair {
  if (reference.kind === 'categorical') {
    if (current.kind !== 'categorical') throw mismatch(reference.name, 'kind');
    if (current.categories.length !== reference.categories.length) throw mismatch(reference.name, 'categories');
    return { kind: 'categorical', reference, current };
  }
  if (current.kind !== reference.kind) throw mismatch(reference.name, 'kind');
  if (current.bins.length !== reference.bins.length) throw mismatch(reference.name, 'bins');
  return { kind: 'ordered', reference, current };
}

const mismatch = (column: string, what: string): RangeError =>
  new RangeError(
    `The counts of column '${column}' have other ${what} than its profile: they come from another definition.`,
  );

/** Rows with a value. */
export function presentRows(pair: Pair): [reference: number, current: number] {
  if (pair.kind === 'ordered') return [sum(pair.reference.bins), sum(pair.current.bins)];
  return [
    sum(pair.reference.categories.map(({ count }) => count)) + pair.reference.other,
    sum(pair.current.categories) + pair.current.other,
  ];
}

/** Rows without a value a model could use: null, or not a number. */
export function missingRows(pair: Pair): [reference: number, current: number] {
  if (pair.kind === 'ordered') {
    return [pair.reference.nulls + pair.reference.nans, pair.current.nulls + pair.current.nans];
  }
  return [pair.reference.nulls, pair.current.nulls];
}

/** Counts of the same groups then and now: reference deciles, or categories with the rare ones as one. */
export function groupedCounts(pair: Pair, missing: 'category' | 'excluded'): [reference: number[], current: number[]] {
  const grouped = pair.kind === 'ordered' ? decilesOf(pair) : categoriesOf(pair);
  if (missing === 'excluded') return grouped;
  const [before, now] = missingRows(pair);
  return [
    [...grouped[0], before],
    [...grouped[1], now],
  ];
}

function decilesOf({ reference, current }: Extract<Pair, { kind: 'ordered' }>): [number[], number[]] {
  const groups = quantileGroups(reference.bins, GROUPS);
  return [mergeBins(reference.bins, groups), mergeBins(current.bins, groups)];
}

function categoriesOf({ reference, current }: Extract<Pair, { kind: 'categorical' }>): [number[], number[]] {
  const rows = sum(reference.categories.map(({ count }) => count)) + reference.other;
  const before: number[] = [];
  const now: number[] = [];
  let [restBefore, restNow] = [reference.other, current.other];
  reference.categories.forEach(({ count }, index) => {
    if (count >= RARE_SHARE * rows) {
      before.push(count);
      now.push(current.categories[index]!);
    } else {
      restBefore += count;
      restNow += current.categories[index]!;
    }
  });
  return [
    [...before, restBefore],
    [...now, restNow],
  ];
}

/** The grid of an ordered column; undefined where the reference had no value. */
export function gridOf({ edges, minimum, maximum }: NumericProfile): Grid | undefined {
  return minimum === undefined || maximum === undefined ? undefined : { edges, minimum, maximum };
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
