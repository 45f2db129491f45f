import type { ColumnDefinition, Definition } from './definition.ts';

/** What an executor found: whole numbers only, so that counts of chunks, files, partitions and engines add up exactly. */
export interface Counts {
  rows: number;
  /** By column name; in a Map, since a column may be called `__proto__`. */
  columns: Map<string, ColumnCounts>;
  /** By check id. */
  checks: Map<string, CheckCounts>;
}

export type ColumnCounts = BinCounts | CategoryCounts;

export interface BinCounts {
  kind: 'numeric' | 'timestamp';
  /** Rows without a value: null, empty or one of the tokens for missing. */
  nulls: number;
  /** NaN, which is neither missing nor in a bin. Infinities are in the outer bins. */
  nans: number;
  /** Values that cannot be read as the column's kind. */
  invalid: number;
  /** One more than there are edges. */
  bins: number[];
  /** Least and greatest value that is in a bin; undefined if none is. */
  minimum: number | undefined;
  maximum: number | undefined;
}

export interface CategoryCounts {
  kind: 'categorical';
  nulls: number;
  /** In the order of the definition's categories. */
  categories: number[];
  /** Present values that are none of the categories. */
  other: number;
}

export interface CheckCounts {
  /** Rows that were looked at: those with a value (all of them, for `present`). */
  checked: number;
  failed: number;
}

/** Nothing counted yet: neutral to {@link mergeCounts}. */
export function emptyCounts(definition: Definition): Counts {
  return {
    rows: 0,
    columns: new Map(definition.columns.map((column) => [column.name, emptyColumn(column)])),
    checks: new Map(definition.checks.map(({ id }) => [id, { checked: 0, failed: 0 }])),
  };
}

function emptyColumn(column: ColumnDefinition): ColumnCounts {
  if (column.kind === 'categorical') {
    return { kind: 'categorical', nulls: 0, categories: column.categories.map(() => 0), other: 0 };
  }
  return {
    kind: column.kind,
    nulls: 0,
    nans: 0,
    invalid: 0,
    bins: new Array<number>(column.edges.length + 1).fill(0),
    minimum: undefined,
    maximum: undefined,
  };
}

/**
 * The counts of two tables as if they were one. Associative and commutative. A check of uniqueness is the exception: a key that is in both tables
 * is not seen as repeated, so that its failures are at least as many as this says.
 *
 * @throws RangeError if they were counted by different definitions
 */
export function mergeCounts(a: Counts, b: Counts): Counts {
  const columns = new Map<string, ColumnCounts>();
  if (a.columns.size !== b.columns.size || a.checks.size !== b.checks.size) throw mismatch('tables');
  for (const [name, left] of a.columns) {
    const right = b.columns.get(name);
    if (right === undefined) throw mismatch(name);
    columns.set(name, mergeColumns(name, left, right));
  }
  const checks = new Map<string, CheckCounts>();
  for (const [id, left] of a.checks) {
    const right = b.checks.get(id);
    if (right === undefined) throw mismatch(id);
    checks.set(id, { checked: left.checked + right.checked, failed: left.failed + right.failed });
  }
  return { rows: a.rows + b.rows, columns, checks };
}

function mergeColumns(name: string, a: ColumnCounts, b: ColumnCounts): ColumnCounts {
  if (a.kind === 'categorical') {
    if (b.kind !== 'categorical') throw mismatch(name);
    return {
      kind: a.kind,
      nulls: a.nulls + b.nulls,
      categories: sums(name, a.categories, b.categories),
      other: a.other + b.other,
    };
  }
  if (b.kind !== a.kind) throw mismatch(name);
  return {
    kind: a.kind,
    nulls: a.nulls + b.nulls,
    nans: a.nans + b.nans,
    invalid: a.invalid + b.invalid,
    bins: sums(name, a.bins, b.bins),
    minimum:
      a.minimum === undefined || b.minimum === undefined ? (a.minimum ?? b.minimum) : Math.min(a.minimum, b.minimum),
    maximum:
      a.maximum === undefined || b.maximum === undefined ? (a.maximum ?? b.maximum) : Math.max(a.maximum, b.maximum),
  };
}

function sums(name: string, a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length) throw mismatch(name);
  return a.map((count, index) => count + b[index]!);
}

const mismatch = (what: string): RangeError => new RangeError(`Counts of '${what}' come from different definitions.`);
