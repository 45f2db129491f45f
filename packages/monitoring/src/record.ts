import { worstVerdict } from '@mlops-actions/action-kit';
import type { DriftFinding, DriftMetric, FeedFinding } from '@mlops-actions/drift';
import type { Finding, FindingKind, MonitorWindow, WindowRecord } from './types.ts';

/** Metrics that say that a column is broken. */
const FAULTS: ReadonlySet<DriftMetric> = new Set(['presence', 'constant', 'missing-rate', 'invalid-rate']);

/** Metrics of what the reference never saw: a little of it is drift, most of it is a unit or a coding that changed. */
const NOVELTIES: ReadonlySet<DriftMetric> = new Set(['new-category-rate', 'out-of-range-rate']);

const MOST = 0.5;

/**
 * Findings of drift as findings of the monitor.
 *
 * @param predictions names of the columns that are the model's own output
 */
export function fromDrift(found: readonly DriftFinding[], predictions: ReadonlySet<string> = new Set()): Finding[] {
  return found.flatMap((finding) => {
    const kind: FindingKind = FAULTS.has(finding.metric)
      ? 'data-quality'
      : predictions.has(finding.column)
        ? 'prediction-drift'
        : 'input-drift';
    const { column: subject, metric, threshold, rows, verdict, reason, value, nullQuantile } = finding;
    const common = { kind, subject, metric, threshold, rows, verdict, reason, ...known({ value, nullQuantile }) };
    return NOVELTIES.has(metric) ? [common, changedCoding(common)] : [common];
  });
}

/** Whether most values are unknown to the reference. */
function changedCoding(drift: Finding): Finding {
  const finding: Finding = { ...drift, kind: 'data-quality', threshold: MOST };
  if (drift.value === undefined) return finding;
  if (drift.value <= MOST)
    return { ...finding, verdict: 'pass', reason: `Most values of '${drift.subject}' are as known.` };
  return { ...finding, reason: `${drift.reason} That is most of them: a unit or a coding has changed.` };
}

/** Findings of a feed as findings of the monitor. */
export function fromFeed({ metric, value, expected, low, high, verdict, reason }: FeedFinding, rows: number): Finding {
  return {
    kind: metric,
    subject: 'feed',
    metric: metric === 'volume' ? 'rows' : 'age-hours',
    rows,
    verdict,
    reason,
    ...known({ value, reference: expected, low, high }),
  };
}

/** The numbers that are known and finite: JSON has no others. */
export function known<T extends Record<string, number | undefined>>(numbers: T): Partial<Record<keyof T, number>> {
  return Object.fromEntries(
    Object.entries(numbers).filter(([, value]) => value !== undefined && Number.isFinite(value)),
  ) as Partial<Record<keyof T, number>>;
}

/**
 * The record of a window out of what was found in it.
 *
 * Where a column is broken, its drift says nothing about the world, and neither do predictions and estimates that rest on it: such findings become
 * inconclusive, so that a fault of the feed calls for people and never for training on broken data. Losses measured with labels stand: they are real,
 * whatever their cause.
 */
export function makeRecord(parts: {
  window: MonitorWindow;
  rows: number;
  modelVersion: string;
  findings: readonly Finding[];
}): WindowRecord {
  const broken = new Set(
    parts.findings
      .filter(({ kind, verdict }) => kind === 'data-quality' && verdict === 'fail')
      .map(({ subject }) => subject),
  );
  const findings = parts.findings.map((finding) => withheld(finding, broken));
  return {
    window: parts.window,
    rows: parts.rows,
    modelVersion: parts.modelVersion,
    findings,
    verdict: worstVerdict(findings.filter(({ pending }) => !pending).map(({ verdict }) => verdict)),
  };
}

function withheld(finding: Finding, broken: ReadonlySet<string>): Finding {
  if (broken.size === 0 || finding.verdict === 'inconclusive') return finding;
  const cause =
    finding.kind === 'input-drift' && broken.has(finding.subject)
      ? 'its column is broken'
      : finding.kind === 'prediction-drift' || finding.kind === 'estimated-performance'
        ? `inputs are broken (${[...broken].map((column) => `'${column}'`).join(', ')})`
        : undefined;
  if (cause === undefined) return finding;
  return { ...finding, verdict: 'inconclusive', reason: `${finding.reason} That says nothing while ${cause}.` };
}
