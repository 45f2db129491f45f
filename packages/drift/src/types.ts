import type { Verdict } from '@mlops-actions/action-kit';

/** A measure of drift; its unit and its rule for bins are part of the name. What each means stands in {@link DRIFT_METRICS}. */
export type DriftMetric =
  | 'psi'
  | 'js-divergence-bits'
  | 'l-infinity'
  | 'ks'
  | 'wasserstein-per-std'
  | 'hellinger'
  | 'total-variation'
  | 'cramers-v'
  | 'missing-rate'
  | 'invalid-rate'
  | 'new-category-rate'
  | 'out-of-range-rate'
  | 'constant'
  | 'presence';

/** What is asked of one column. */
export interface DriftRule {
  column: string;
  metric: DriftMetric;
  /** Values above it are too much drift. In the unit of the metric; of a rate, the change of the rate (0.05 is five percentage points). */
  threshold: number;
  /** With fewer rows than this the answer is inconclusive. Default {@link MINIMUM_ROWS}; facts such as `presence` need none. */
  minimumRows?: number;
  /** Whether missing values are a category of their own in a distribution, or left out of it (default). */
  missing?: 'category' | 'excluded';
}

/** What a rule found. */
export interface DriftFinding {
  column: string;
  metric: DriftMetric;
  /** Undefined where it could not be computed (no rows, column absent). */
  value: number | undefined;
  threshold: number;
  /** What the value stays below with probability `confidence` if nothing drifted and only chance is at work; undefined for facts. */
  nullQuantile: number | undefined;
  /** Probability of such a value or a greater one by chance alone, corrected for the number of rules judged together; undefined for facts. */
  pValue: number | undefined;
  /** Rows (with a value, where the metric looks at values) of the current data. */
  rows: number;
  verdict: Verdict;
  /** One sentence for people. Names from the data are in it: escape it where it is shown. */
  reason: string;
}

/** How a set of rules is judged. */
export interface DriftOptions {
  /** Chance that data without any drift raises no alarm, over all rules together in the sense of `correction`. Default 0.95. */
  confidence?: number;
  /** Of the measures of distributions, over all columns (default `benjamini-hochberg`). Those of broken columns have Holm's, but with `none`. */
  correction?: 'holm' | 'benjamini-hochberg' | 'none';
}
