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
