import { log, UserError } from '@mlops-actions/action-kit';
import { judgeFreshness, judgeVolume } from '@mlops-actions/drift';
import {
  calibrationOf,
  fromDrift,
  fromFeed,
  judgeCalibration,
  judgeEstimated,
  judgePerformance,
  makeRecord,
  referenceValues,
  sliceKey,
  type CompletePolicy,
  type Finding,
  type MonitorWindow,
  type ReferenceValue,
  type WindowRecord,
} from '@mlops-actions/monitoring';
import type { Sample } from '@mlops-actions/statistics';
import type { Counts } from '@mlops-actions/tabular';
import { judgeReference, type Reference } from './drift.ts';
import { joinLabels, type ScoredRows } from './scored.ts';

/** Share of rows without a time from which the feed counts as broken. */
const MOST_UNDATED = 0.01;

/** Findings about inputs and predictions. */
export function driftFindings(
  inputs: { reference: Reference; counts: Counts },
  scores: { reference: Reference; counts: Counts } | undefined,
  scoreColumn: string,
  policy: CompletePolicy,
): Finding[] {
  return [
    ...fromDrift(judgeReference(inputs.reference, inputs.counts, policy)),
    ...(scores === undefined
      ? []
      : fromDrift(judgeReference(scores.reference, scores.counts, policy), new Set([scoreColumn]))),
  ];
}

/** Findings about the feed as a whole. */
export function feedFindings(
  window: MonitorWindow,
  { rows, undated, newest, dated }: { rows: number; undated: number; newest: number | undefined; dated: boolean },
  past: readonly WindowRecord[],
  policy: CompletePolicy,
  asOf: number,
): Finding[] {
  const volume = judgeVolume(
    { ...window, rows },
    past.map((record) => ({ ...record.window, rows: record.rows })),
    policy.volume,
  );
  // Without a past to compare with there is nothing to doubt yet.
  const pending = volume.expected === undefined ? { pending: true as const } : {};
  const findings: Finding[] = [{ ...fromFeed(volume, rows), ...pending }];
  if (policy.freshness !== undefined) {
    // Of a window that is over, its end is when the newest row should have been there.
    const time = Math.min(asOf, Date.parse(window.to));
    findings.push(fromFeed(judgeFreshness(newest, time, policy.freshness['maximum-age-hours']), rows));
  }
  if (dated && undated > 0) {
    const share = undated / (rows + undated);
    findings.push({
      kind: 'data-quality',
      subject: 'feed',
      metric: 'undated-rate',
      value: share,
      threshold: MOST_UNDATED,
      rows: rows + undated,
      verdict: share > MOST_UNDATED ? 'fail' : 'pass',
      reason: `${undated} rows have no time that can be read, and are left out.`,
    });
  }
  return findings;
}

/** The quality that a model was accepted with. */
export function acceptedQuality(accepted: Sample | undefined, policy: CompletePolicy): Map<string, ReferenceValue> {
  const { performance } = policy;
  if (accepted === undefined || performance === undefined) return new Map();
  return referenceValues(
    performance.checks.map(({ metric }) => metric),
    accepted,
    performance.threshold,
  );
}

/** Findings about quality: by labels where they are due, and estimated where they are not. */
export function qualityFindings(
  window: MonitorWindow,
  rows: ScoredRows,
  labels: ReadonlyMap<string, number>,
  accepted: Sample | undefined,
  references: ReadonlyMap<string, ReferenceValue>,
  { policy, asOf }: { policy: CompletePolicy; asOf: number },
): Finding[] {
  const { performance, calibration } = policy;
  if (performance === undefined) return [];
  if (accepted === undefined && performance.checks.some((check) => check['degradation-margin'] !== undefined)) {
    throw new UserError('A check of performance compares with the reference, and there is none.', {
      fix: "Set 'reference', or monitor.reference in model.yaml, to labelled predictions that the model was accepted on; or give the check a bound.",
    });
  }
  const joined = joinLabels(rows, labels);
  log.info(`Labels: ${joined.sample.labels.length} of ${rows.keys.length} scored rows.`);
  const measured = judgePerformance(
    {
      window,
      scored: rows.keys.length,
      sample: joined.sample,
      slices: joined.slices,
      labelsAsOf: new Date(asOf).toISOString(),
      growing: asOf < Date.parse(window.to),
    },
    performance,
    withSlices(references, joined.slices),
  );
  const isPending = measured.every(({ pending }) => pending === true);
  const findings = [...measured];
  if (!isPending && calibration !== undefined) findings.push(...judgeCalibration(joined.sample, calibration));
  if (isPending && accepted !== undefined && policy['estimated-performance'] && rows.scores.length > 0) {
    findings.push(...judgeEstimated(rows.scores, calibrationOf(accepted).calibration, performance, references));
  }
  return findings;
}

/** A slice is held against what the whole was accepted with: the reference rows seldom have its column. */
function withSlices(
  references: ReadonlyMap<string, ReferenceValue>,
  slices: ReadonlyMap<string, readonly string[]>,
): Map<string, ReferenceValue> {
  const all = new Map(references);
  for (const [column, values] of slices) {
    for (const value of new Set(values)) {
      for (const [metric, reference] of references) all.set(sliceKey(metric, column, value), reference);
    }
  }
  return all;
}

/** Windows that waited for labels which are due by now. */
export function matured(windows: readonly WindowRecord[], asOf: number, policy: CompletePolicy): WindowRecord[] {
  const { performance } = policy;
  if (performance === undefined) return [];
  const lag = performance['label-lag-days'] * 24 * 3_600_000;
  return windows.filter(
    ({ window, findings }) =>
      Date.parse(window.to) + lag <= asOf &&
      findings.some(({ kind, pending }) => kind === 'performance' && pending === true),
  );
}

const OF_QUALITY = new Set(['performance', 'estimated-performance', 'slice-performance', 'calibration']);

/** A window with its quality judged anew. */
export const withQuality = (record: WindowRecord, quality: readonly Finding[]): WindowRecord =>
  makeRecord({ ...record, findings: [...record.findings.filter(({ kind }) => !OF_QUALITY.has(kind)), ...quality] });
