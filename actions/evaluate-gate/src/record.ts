import type { Verdict } from '@mlops-actions/action-kit';
import { metricsOf } from '@mlops-actions/statistics';
import type { ControlResult } from './control.ts';
import type { Evidence } from './evidence.ts';
import type { Columns, OnInconclusive, Task } from './inputs.ts';
import type { CheckResult, Judgement, SkippedCheck } from './judge.ts';
import { policyRecord, type PolicyRecord } from './policy.ts';
import { sentence } from './sentences.ts';

/** A file that was read. */
export interface FileSource {
  path: string;
  /** `sha256:...` of the file. */
  digest: string;
}

/** A file that was judged. */
export interface Source extends FileSource {
  /** Digest of the model that it tells of, where the user gave it. */
  modelDigest: string | undefined;
  kind: 'predictions' | 'metrics' | 'registry';
}

/** The decision, whole: what was judged, by which rules, what came out, and how it is known that the gate can say no. */
export interface DecisionRecord {
  verdict: Verdict;
  headline: string;
  /** Digest of {@link policy}, made before any data was read. */
  policyDigest: string;
  policySource: Task['policySource'];
  /** The organisation's policy that was laid over it, and the tier that it was read for. */
  organisationPolicy: { path: string; digest: string; tier: string | undefined } | undefined;
  policy: PolicyRecord;
  onInconclusive: OnInconclusive;
  candidate: Source;
  /** `none`: no model serves yet, as the user or the registry said. `not-needed`: no check compares. */
  champion: Source | 'none' | 'not-needed';
  /** The table of what else is known of the rows, if one was read. */
  attributes: FileSource | undefined;
  /** Reports of earlier steps that were read. */
  reports: FileSource[];
  columns: Columns | undefined;
  rows: number | undefined;
  /** Rows with the positive label. */
  events: number | undefined;
  /** The candidate's metrics over all rows, by name; those of slices are in the checks. */
  metrics: Record<string, number>;
  championMetrics: Record<string, number> | undefined;
  multiplicity: string;
  checks: (CheckResult & { sentence: string })[];
  skippedChecks: SkippedCheck[];
  negativeControl: ControlResult;
  remarks: string[];
}

/** Puts the record together. */
export function makeRecord(parts: {
  task: Task;
  evidence: Evidence;
  judgement: Judgement;
  control: ControlResult;
  verdict: Verdict;
  headline: string;
  candidate: Source;
  champion: Source | undefined;
  attributes: FileSource | undefined;
  reports: FileSource[];
  rows: number | undefined;
  events: number | undefined;
}): DecisionRecord {
  const { task, evidence, judgement, control, champion } = parts;
  const valuesOf = (model: 'candidate' | 'champion'): Record<string, number> =>
    Object.fromEntries(
      judgement.checks
        .filter(({ metric, slice }) => slice === undefined && metricsOf(task.policy.task).has(metric))
        .map((check) => [check.metric, check[model]!]),
    );
  return {
    verdict: parts.verdict,
    headline: parts.headline,
    policyDigest: task.policy.digest,
    policySource: task.policySource,
    organisationPolicy: task.organisation && {
      path: task.organisation.path,
      digest: task.organisation.digest,
      tier: task.organisation.tier,
    },
    policy: policyRecord(task.policy),
    onInconclusive: task.onInconclusive,
    candidate: parts.candidate,
    champion: champion ?? (task.champion.kind === 'not-needed' ? 'not-needed' : 'none'),
    attributes: parts.attributes,
    reports: parts.reports,
    columns: evidence.kind === 'predictions' ? task.columns : undefined,
    rows: parts.rows,
    events: parts.events,
    metrics: valuesOf('candidate'),
    championMetrics: champion === undefined ? undefined : valuesOf('champion'),
    multiplicity: 'Holm over the blocking checks',
    checks: judgement.checks.map((check) => ({ ...check, sentence: sentence(check) })),
    skippedChecks: judgement.skipped,
    negativeControl: control,
    remarks: [...waiverRemarks(judgement), ...evidence.remarks()],
  };
}

const WORST_FIRST: Record<Verdict, number> = { fail: 0, inconclusive: 1, pass: 2 };

/** The checks as people should read them: those that decide before those that do not, the worst first. */
export const worstFirst = (record: DecisionRecord): DecisionRecord['checks'] =>
  record.checks.toSorted(
    (a, b) => Number(b.blocking) - Number(a.blocking) || WORST_FIRST[a.verdict] - WORST_FIRST[b.verdict],
  );

function waiverRemarks({ checks }: Judgement): string[] {
  return checks.flatMap(({ name, verdict, waiver }) => {
    if (waiver === undefined) return [];
    const { owner, reason, expires, expired } = waiver;
    if (expired) return [`The waiver of '${name}' by ${owner} expired on ${expires}.`];
    if (verdict === 'pass') return [`The waiver of '${name}' is not needed any more: the check is met.`];
    return [`'${name}' is not met (${verdict}), and waived until ${expires} by ${owner}: ${reason}`];
  });
}
