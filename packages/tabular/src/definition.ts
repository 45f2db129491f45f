/**
 * What is to be counted in a table. Executors (the embedded one, generated SQL, any engine that writes counts.json) turn a definition into
 * counts, and any two of them give the same integers for the same data: nothing here is estimated, and nothing depends on the order of rows.
 */
export interface Definition {
  columns: readonly ColumnDefinition[];
  checks: readonly Check[];
}

export type ColumnDefinition = NumericColumn | TimestampColumn | CategoricalColumn;

interface NamedColumn {
  name: string;
  /** Texts that stand for a missing value, beside null and the empty text: `NA`. */
  missing?: readonly string[];
}

export interface NumericColumn extends NamedColumn {
  kind: 'numeric';
  /** Finite, strictly ascending. Bin i of the edges.length + 1 bins holds x with edges[i-1] <= x < edges[i]. */
  edges: readonly number[];
}

/** A point in time, counted as milliseconds since 1970-01-01T00:00:00Z. A date is its midnight in UTC; a time without a zone is UTC. */
export interface TimestampColumn extends NamedColumn {
  kind: 'timestamp';
  /** Milliseconds; otherwise as those of a numeric column. */
  edges: readonly number[];
}

/** Texts; booleans count as `true` and `false`, whole numbers as their decimal digits. */
export interface CategoricalColumn extends NamedColumn {
  kind: 'categorical';
  /** The values that are counted one by one; every other present value counts as `other`. */
  categories: readonly string[];
}

export type LogicalType = 'string' | 'integer' | 'number' | 'boolean' | 'date' | 'timestamp' | 'time';

/** A condition that every row must meet, counted by how many do not. A missing value meets every condition but `present`. */
export type Check = { id: string; missing?: readonly string[] } & (
  | { test: 'present'; column: string }
  | { test: 'type'; column: string; type: LogicalType }
  | { test: 'range'; column: string; type: 'number' | 'timestamp' | 'string'; bounds: Range }
  | { test: 'multiple-of'; column: string; divisor: number }
  /** Length in Unicode code points. */
  | { test: 'length'; column: string; minimum?: number; maximum?: number }
  /** RE2 syntax; searched for anywhere in the text unless anchored. */
  | { test: 'pattern'; column: string; pattern: string }
  | { test: 'values'; column: string; values: readonly string[]; not?: boolean }
  /**
   * Fails once for every row beyond the first of each key; where `count` is `keys`, once for every key that occurs more than once, however
   * often (its evidence are the second rows). A key with a missing part is not looked at.
   */
  | { test: 'unique'; columns: readonly string[]; count?: 'rows' | 'keys' }
);

/** Bounds of a range. Timestamps are milliseconds since the epoch; strings compare by Unicode code points. */
export interface Range {
  minimum?: number | string;
  maximum?: number | string;
  exclusiveMinimum?: number | string;
  exclusiveMaximum?: number | string;
}
