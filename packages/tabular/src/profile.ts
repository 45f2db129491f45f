/**
 * The reference: what a table looked like when the model was trained (or a feed was accepted). It is built once, and never needs the rows again.
 * It is the content of a JSON file; its digest is that of the canonical JSON without `digest` itself.
 */
export interface Profile {
  'profile-version': 1;
  /** `sha256:...` */
  digest: string;
  /** Where the rows came from, for people: paths or table names as they were given. */
  source: string;
  rows: number;
  columns: ColumnProfile[];
}

export type ColumnProfile = NumericProfile | CategoricalProfile;

export interface NumericProfile {
  name: string;
  kind: 'numeric' | 'timestamp';
  missing: readonly string[];
  nulls: number;
  nans: number;
  invalid: number;
  /** Whether every value was whole. */
  whole: boolean;
  /** At most 255 distinct quantiles of the reference, ascending; fewer where values repeat. */
  edges: number[];
  /** Exact counts of the bins between the edges: edges.length + 1. */
  bins: number[];
  minimum: number | undefined;
  maximum: number | undefined;
  mean: number | undefined;
  /** Sample variance (n - 1). */
  variance: number | undefined;
}

export interface CategoricalProfile {
  name: string;
  kind: 'categorical';
  missing: readonly string[];
  nulls: number;
  /** The commonest values first; ties by code points. */
  categories: { value: string; count: number }[];
  /** Rows whose value is none of the listed ones. */
  other: number;
}
