import { Markdown, mdCode, mdVerdict, type Verdict } from '@mlops-actions/action-kit';
import { FINDING_KINDS, type Finding, type FindingKind, type MonitorAction } from '@mlops-actions/monitoring';

export const ACTION_TITLES: Record<MonitorAction, string> = {
  none: 'Nothing to do',
  investigate: 'Look into it',
  retrain: 'Train anew',
  rollback: 'Roll back',
};

export const KIND_TITLES: Record<FindingKind, string> = {
  'data-quality': 'data quality',
  volume: 'volume',
  freshness: 'freshness',
  'input-drift': 'drift of inputs',
  'prediction-drift': 'drift of predictions',
  performance: 'performance',
  'estimated-performance': 'estimated performance',
  'slice-performance': 'performance of a slice',
  calibration: 'calibration',
  service: 'service',
};

const ORDER: Record<Verdict, number> = { fail: 0, inconclusive: 1, pass: 2 };

/** Failures first, what only waits after what is in doubt, and within that by how far over the threshold it is. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  const rank = (finding: Finding): number => ORDER[finding.verdict] + (finding.pending === true ? 0.5 : 0);
  const excess = ({ value, threshold }: Finding): number =>
    value === undefined || threshold === undefined || threshold === 0 ? 0 : value / threshold;
  return [...findings].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      FINDING_KINDS.indexOf(a.kind) - FINDING_KINDS.indexOf(b.kind) ||
      excess(b) - excess(a) ||
      (a.subject < b.subject ? -1 : 1),
  );
}

export const FINDING_HEADER = ['', 'what', 'of', 'value', 'limit', 'by chance below', 'says'];

export const findingRows = (findings: readonly Finding[]): (readonly (Markdown | string)[])[] =>
  findings.map((finding) => [
    finding.pending === true ? new Markdown('⏳ waits') : mdVerdict(finding.verdict),
    `${KIND_TITLES[finding.kind]}: ${finding.metric}${finding.estimated === true ? ' (estimated)' : ''}`,
    mdCode(finding.subject),
    show(finding.value),
    show(finding.threshold),
    show(finding.nullQuantile),
    finding.reason,
  ]);

/** A number with three digits; a dash where there is none. */
export const show = (value: number | undefined): string =>
  value === undefined ? '–' : String(Number(value.toPrecision(3)));
