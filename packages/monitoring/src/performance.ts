import {
  estimateMetric,
  holm,
  levelShowing,
  normalQuantile,
  recoverDifference,
  type Estimate,
  type EstimatePlan,
  type Metric,
  type Sample,
} from '@mlops-actions/statistics';
import { candidatesOf, metricOf, type Candidate } from './candidates.ts';
import type { LabelledWindow, PerformancePolicy, ReferenceValue } from './performance-policy.ts';
import { known } from './record.ts';
import { confidenceSequence } from './sequence.ts';
import type { Finding } from './types.ts';

const DAY = 24 * 3600 * 1000;

/**
 * Judges the quality of a model in a window by its labels.
 *
 * Before the labels are due the finding is pending. A check fails if the loss is larger than its margin and chance cannot account for a loss at all at the
 * given confidence (Holm over the checks); or if the whole interval lies beyond the bound. Beyond, but within chance, is inconclusive, as are too few rows,
 * too few of either class and too few labels.
 *
 * @param references by metric, and by `sliceKey` for slices
 * @throws UserError for a metric that does not exist
 */
export function judgePerformance(
  labelled: LabelledWindow,
  policy: PerformancePolicy,
  references: ReadonlyMap<string, ReferenceValue>,
): Finding[] {
  const candidates = candidatesOf(labelled, policy);
  const obstacle = obstacleOf(labelled, policy);
  if (obstacle !== undefined) {
    return policy.checks.map(({ metric }) => ({
      kind: 'performance',
      subject: 'model',
      metric,
      rows: labelled.sample.labels.length,
      verdict: 'inconclusive',
      reason: obstacle.reason,
      ...(obstacle.pending ? { pending: true as const } : {}),
    }));
  }
  return [false, true].flatMap((isSlice) =>
    judgeFamily(
      candidates.filter((one) => one.isSlice === isSlice),
      policy,
      references,
    ),
  );
}

/** Why the window as a whole cannot be judged. */
function obstacleOf(
  { window, scored, sample, labelsAsOf, growing = false }: LabelledWindow,
  policy: PerformancePolicy,
): { reason: string; pending: boolean } | undefined {
  const due = Date.parse(window.to) + policy['label-lag-days'] * DAY;
  const isDue = due <= Date.parse(labelsAsOf);
  const labels = sample.labels.length;
  const areIn = labels >= policy['minimum-label-share'] * scored;
  if (!isDue && !(growing && areIn)) {
    return {
      reason: `Labels of the window are due by ${new Date(due).toISOString()}; ${labels} of ${scored} are in.`,
      pending: true,
    };
  }
  if (scored === 0) return { reason: 'No rows were scored in the window.', pending: false };
  if (areIn) return undefined;
  return {
    reason: `Only ${labels} of ${scored} labels are in, fewer than ${100 * policy['minimum-label-share']} %, though all are due.`,
    pending: false,
  };
}

interface Judged extends Candidate {
  estimate?: Estimate;
  reference?: ReferenceValue;
  obstacle?: string;
  /** Whether the obstacle is no reason for doubt. */
  pending?: boolean;
  /** Loss against the reference or beyond the bound, positive where worse. */
  loss: number;
  /** One-sided level at which a loss is shown. */
  pValue: number;
}

function judgeFamily(
  candidates: readonly Candidate[],
  policy: PerformancePolicy,
  references: ReadonlyMap<string, ReferenceValue>,
): Finding[] {
  const judged = candidates.map((candidate) => measureLoss(candidate, policy, references));
  const corrected = holm(judged.map(({ pValue }) => pValue));
  const alpha = (1 - policy.confidence) / 2;
  return judged.map((one, index) => toFinding(one, corrected[index]! <= alpha, alpha));
}

function measureLoss(
  candidate: Candidate,
  policy: PerformancePolicy,
  references: ReadonlyMap<string, ReferenceValue>,
): Judged {
  const { metric, check, sample, key } = candidate;
  const reference = references.get(key);
  const obstacle =
    tooFew(sample, metric, policy) ??
    (check.bound === undefined && reference === undefined ? 'the reference has no value to compare with' : undefined);
  const none = { ...candidate, ...(reference === undefined ? {} : { reference }), loss: NaN, pValue: 1 };
  if (obstacle !== undefined) return { ...none, obstacle };

  const plan: EstimatePlan = { threshold: policy.threshold, bins: 10, resamples: 1000, seed: 1 };
  const estimate = candidate.growing ? confidenceSequence(metric, sample, plan) : estimateMetric(metric, sample, plan);
  if (estimate === undefined) {
    return { ...none, obstacle: 'it cannot be bounded while the window is still filling', pending: true };
  }
  if (!Number.isFinite(estimate.value)) return { ...none, obstacle: 'it is undefined for these rows' };

  const sign = metric.better === 'higher' ? 1 : -1;
  const against: (alpha: number) => { value: number; bounds: readonly [number, number] } = (alpha) =>
    check.bound !== undefined
      ? { value: check.bound, bounds: [check.bound, check.bound] }
      : { value: reference!.value, bounds: around(reference!, alpha) };
  const shown = (level: number): boolean => {
    const now = { value: estimate.value, bounds: estimate.bounds(level) };
    const [low, high] = recoverDifference(against(level), now, 0);
    return sign === 1 ? low > 0 : high < 0;
  };
  // The level at which a loss is shown is looked for in bounds that say nothing but whether it is.
  const at: Estimate = { ...estimate, bounds: (level) => [shown(level) ? 1 : -1, 1] };
  return {
    ...none,
    estimate,
    loss: sign * (against(0.025).value - estimate.value),
    pValue: levelShowing(at, (low) => low > 0),
  };
}

function around({ value, standardError = 0 }: ReferenceValue, alpha: number): [number, number] {
  const reach = -normalQuantile(alpha) * standardError;
  return [value - reach, value + reach];
}

function tooFew(sample: Sample, metric: Metric, policy: PerformancePolicy): string | undefined {
  const rows = sample.labels.length;
  if (rows < policy['minimum-rows']) return `it has ${rows} of the ${policy['minimum-rows']} rows that it takes`;
  if (metric.task !== 'binary') return undefined;
  const events = sample.labels.reduce((sum, label) => sum + label, 0);
  const least = Math.min(events, rows - events);
  return least < policy['minimum-events']
    ? `the smaller class has ${least} of the ${policy['minimum-events']} rows that it takes`
    : undefined;
}

function toFinding(
  { check, metric, subject, isSlice, sample, estimate, reference, obstacle, pending, loss }: Judged,
  isShown: boolean,
  alpha: number,
): Finding {
  const kind = isSlice ? 'slice-performance' : 'performance';
  const margin = check['degradation-margin'] ?? 0;
  const finding = { kind, subject, metric: metric.name, rows: sample.labels.length } as const;
  const of = isSlice ? ` where ${subject}` : '';
  if (estimate === undefined || obstacle !== undefined) {
    return {
      ...finding,
      verdict: 'inconclusive',
      reason: `${metric.title}${of} cannot be judged: ${obstacle}.`,
      // A group that is small stays small: it is told, but no reason to doubt the window.
      ...(isSlice || pending ? { pending: true as const } : {}),
    };
  }
  const [low, high] = estimate.bounds(alpha);
  const limit = check.bound ?? check['degradation-margin'];
  const shown = {
    ...finding,
    ...known({ value: estimate.value, threshold: limit, reference: reference?.value, low, high }),
  };
  const sentence = `${metric.title}${of} is ${format(estimate.value)} (${format(low)} to ${format(high)})`;
  const held =
    check.bound !== undefined
      ? `the bound ${format(check.bound)}`
      : `${format(reference!.value)} on the reference, of which a loss of ${format(margin)} is allowed`;
  if (loss <= margin) return { ...shown, verdict: 'pass', reason: `${sentence}; against ${held}.` };
  if (!isShown) {
    return {
      ...shown,
      verdict: 'inconclusive',
      reason: `${sentence}, worse than ${held}, but chance alone could account for it.`,
    };
  }
  return { ...shown, verdict: 'fail', reason: `${sentence}, worse than ${held}.` };
}

const format = (value: number): string => String(Number(value.toPrecision(3)));

/** The reference's value of each metric with its standard error, from labelled rows that the model was accepted on. */
export function referenceValues(
  metrics: Iterable<string>,
  sample: Sample,
  threshold: number,
): Map<string, ReferenceValue> {
  const values = new Map<string, ReferenceValue>();
  for (const name of metrics) {
    const metric = metricOf({ metric: name, bound: 0 });
    const estimate = estimateMetric(metric, sample, { threshold, bins: 10, resamples: 1000, seed: 1 });
    const [low, high] = estimate.bounds(0.025);
    if (!Number.isFinite(estimate.value)) continue;
    const standardError = (high - low) / (2 * normalQuantile(0.975));
    values.set(name, { value: estimate.value, ...(Number.isFinite(standardError) ? { standardError } : {}) });
  }
  return values;
}
