import type { ColumnProfile } from '@mlops-actions/tabular';
import type { DriftMetric } from './types.ts';

/** Fewer rows than this, in the reference or now, decide nothing: of ten PSI groups each should hold some 20. */
export const MINIMUM_ROWS = 200;

/** Groups that PSI and its kin compare: reference deciles, made of the bins of the profile's grid. */
export const GROUPS = 10;

/** Categories rarer than this in the reference are compared as one, together with those that it does not list. */
export const RARE_SHARE = 0.01;

export interface DriftMetricFacts {
  /** Name for people. */
  title: string;
  unit: string;
  kinds: readonly ColumnProfile['kind'][];
  /** Whether it compares distributions, or looks for what is broken about a column. */
  family: 'distribution' | 'column';
  /** Largest value; the least is 0. */
  most: number;
  /** What {@link defaultRules} ask, and where that comes from. */
  threshold: number;
  source: string;
}

const ORDERED = ['numeric', 'timestamp'] as const;
const ALL = ['numeric', 'timestamp', 'categorical'] as const;

/** Every metric of drift by its name in a rule. */
export const DRIFT_METRICS: ReadonlyMap<DriftMetric, DriftMetricFacts> = new Map<DriftMetric, DriftMetricFacts>([
  [
    'psi',
    {
      title: 'PSI',
      unit: 'nats, reference deciles, 0 counts as 0.0001',
      kinds: ALL,
      family: 'distribution',
      most: Infinity,
      threshold: 0.25,
      source: 'convention: above 0.25 the shift is significant (N. Siddiqi, "Credit Risk Scorecards", 2006)',
    },
  ],
  [
    'js-divergence-bits',
    {
      title: 'Jensen-Shannon divergence',
      unit: 'bits, reference deciles',
      kinds: ALL,
      family: 'distribution',
      most: 1,
      threshold: 0.045,
      source: 'PSI 0.25 / (8 ln 2): the same shift, to second order',
    },
  ],
  [
    'l-infinity',
    {
      title: 'L-infinity',
      unit: 'share of rows, reference deciles',
      kinds: ALL,
      family: 'distribution',
      most: 1,
      threshold: 0.1,
      source: 'a category or decile gains or loses a tenth of the rows',
    },
  ],
  [
    'ks',
    {
      title: 'Kolmogorov-Smirnov',
      unit: 'share of rows, on the grid',
      kinds: ORDERED,
      family: 'distribution',
      most: 1,
      threshold: 0.2,
      source: 'a shift of half a standard deviation of a normal column, as PSI 0.25 is',
    },
  ],
  [
    'wasserstein-per-std',
    {
      title: 'Wasserstein',
      unit: 'reference standard deviations, on the grid',
      kinds: ORDERED,
      family: 'distribution',
      most: Infinity,
      threshold: 0.5,
      source: 'a shift of half a standard deviation, as PSI 0.25 is',
    },
  ],
  [
    'hellinger',
    {
      title: 'Hellinger',
      unit: 'distance, reference deciles',
      kinds: ALL,
      family: 'distribution',
      most: 1,
      threshold: 0.177,
      source: 'sqrt(PSI 0.25 / 8): the same shift, to second order',
    },
  ],
  [
    'total-variation',
    {
      title: 'total variation',
      unit: 'share of rows, reference deciles',
      kinds: ALL,
      family: 'distribution',
      most: 1,
      threshold: 0.2,
      source: 'a fifth of the rows lies elsewhere',
    },
  ],
  [
    'cramers-v',
    {
      title: "Cramér's V",
      unit: 'chi-square effect size, both samples weighted alike',
      kinds: ALL,
      family: 'distribution',
      most: 1,
      threshold: 0.25,
      source: 'sqrt(PSI 0.25 / 4): the same shift, to second order',
    },
  ],
  [
    'missing-rate',
    {
      title: 'change of the missing rate',
      unit: 'share of rows, NaN included',
      kinds: ALL,
      family: 'column',
      most: 1,
      threshold: 0.05,
      source: 'five percentage points more or fewer: an upstream field was lost, or filled with a default',
    },
  ],
  [
    'invalid-rate',
    {
      title: 'rise of the invalid rate',
      unit: 'share of rows',
      kinds: ORDERED,
      family: 'column',
      most: 1,
      threshold: 0.01,
      source: 'one value in a hundred can no longer be read as a number or time',
    },
  ],
  [
    'new-category-rate',
    {
      title: 'rise of the rate of new categories',
      unit: 'share of present values',
      kinds: ['categorical'],
      family: 'column',
      most: 1,
      threshold: 0.01,
      source: 'one value in a hundred is none that the reference lists',
    },
  ],
  [
    'out-of-range-rate',
    {
      title: 'share of values outside of the reference',
      unit: 'share of present values',
      kinds: ORDERED,
      family: 'column',
      most: 1,
      threshold: 0.01,
      source: 'one value in a hundred is beyond everything that the model was trained on',
    },
  ],
  [
    'constant',
    {
      title: 'constant column',
      unit: '1 if every value is the same and was not in the reference',
      kinds: ALL,
      family: 'column',
      most: 1,
      threshold: 0,
      source: 'a column that varied and does not any more is broken',
    },
  ],
  [
    'presence',
    {
      title: 'vanished column',
      unit: '1 if the column is absent',
      kinds: ALL,
      family: 'column',
      most: 1,
      threshold: 0,
      source: 'the model was trained on it',
    },
  ],
]);

/**
 * How credit scoring calls a metric of a column: the PSI of the score is the (population) stability index, that of a single attribute the
 * characteristic stability index, CSI.
 */
export function driftTitle(metric: DriftMetric, role: 'score' | 'attribute'): string {
  if (metric === 'psi') return role === 'score' ? 'PSI of the score' : 'CSI';
  return DRIFT_METRICS.get(metric)!.title;
}
