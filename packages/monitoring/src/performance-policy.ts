import type { Sample } from '@mlops-actions/statistics';
import type { MonitorWindow } from './types.ts';

/** What a metric is held against. */
export interface PerformanceCheck {
  metric: string;
  /** Largest loss against the reference, in the metric's unit and whichever way is worse. */
  'degradation-margin'?: number;
  /** Least value that will do (largest, where less is better). */
  bound?: number;
}

/** A metric on the reference: where the model was accepted. */
export interface ReferenceValue {
  value: number;
  /** Left out where the value is taken as exact. */
  standardError?: number;
}

export interface PerformancePolicy {
  checks: readonly PerformanceCheck[];
  /** Columns whose every value is judged by itself, by the same checks. */
  slices?: readonly string[];
  /** Days after the end of a window when its labels are due. */
  'label-lag-days': number;
  /** With fewer labels than this share of the rows the window is inconclusive: whose label is missing is hardly chance. */
  'minimum-label-share': number;
  'minimum-rows': number;
  /** Rows that each class must have. */
  'minimum-events': number;
  confidence: number;
  /** Score from which a row is decided for the event. */
  threshold: number;
}

export const DEFAULT_PERFORMANCE: Omit<PerformancePolicy, 'checks'> = {
  // A month: of credit, the first instalment. Whoever defines the label knows better.
  'label-lag-days': 30,
  // A fifth missing at random costs little; more is seldom random.
  'minimum-label-share': 0.8,
  // As for drift: fewer leave a share uncertain by seven percentage points.
  'minimum-rows': 200,
  // The standard error of an AUC near 0.8 is then about 0.04.
  'minimum-events': 30,
  confidence: 0.95,
  threshold: 0.5,
};

/** A window with the labels that have come in. */
export interface LabelledWindow {
  window: MonitorWindow;
  /** Rows that were scored. */
  scored: number;
  /** The rows whose label is known. */
  sample: Sample;
  /** By column, its value in each row of the sample. */
  slices?: ReadonlyMap<string, readonly string[]>;
  /** Until when labels have been collected, ISO 8601. */
  labelsAsOf: string;
  /** Set where the window is still filling and is judged again and again: then means are bounded by confidence sequences. */
  growing?: boolean;
}
