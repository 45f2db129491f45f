import { createHash } from 'node:crypto';
import { closest, UserError } from '@mlops-actions/action-kit';
import type { Gate } from '@mlops-actions/manifest';
import { GAPS, METRICS, type EstimatePlan, type Gap, type Metric } from '@mlops-actions/statistics';
import { canonicalLabel } from './labels.ts';
import { makeSliceRule, type SliceRule } from './slices.ts';

/** What a check demands. Margins are in the unit of the metric, and say by how much better or worse, whichever way better is. */
export type Requirement =
  /** The candidate is at least this good. */
  | { kind: 'bound'; bound: number }
  /** The candidate is worse than the champion by less than this. */
  | { kind: 'non-inferiority'; margin: number }
  /** The candidate is better than the champion by more than this. */
  | { kind: 'superiority'; margin: number };

/** One check of a policy. */
export interface PolicyCheck {
  name: string;
  /** A metric of the rows or, with a slice, of every slice; or a gap between slices. */
  metric: Metric | Gap;
  requirement: Requirement;
  /** Whether it decides, or is only reported. */
  blocking: boolean;
  slice: SliceRule | undefined;
}

/** Whether a check compares slices, rather than judging rows. */
export const isGap = (metric: Metric | Gap): metric is Gap => 'of' in metric;

/** A policy with every default filled in. */
export interface Policy {
  /** `sha256:...` of everything in it that bears on the verdict, so of the rules and not of how they are written down. */
  digest: string;
  task: Metric['task'];
  /** The label of the event, as {@link canonicalLabel} writes it. */
  positiveLabel: string;
  minimumRows: number;
  minimumSliceRows: number;
  confidence: number;
  allowPointMetrics: boolean;
  plan: EstimatePlan;
  checks: PolicyCheck[];
}

/** The rules as they stand in the record, and as they are hashed. */
export interface PolicyRecord {
  task: string;
  positiveLabel: string;
  threshold: number;
  calibrationBins: number;
  minimumRows: number;
  /** If a check has slices. */
  minimumSliceRows: number | undefined;
  confidence: number;
  resamples: number;
  seed: number;
  allowPointMetrics: boolean;
  checks: { name: string; metric: string; requirement: Requirement; blocking: boolean; slice: SliceRule | undefined }[];
}

/**
 * Fills in the defaults of a policy and checks what its schema cannot.
 *
 * @param file where it stands, for messages
 * @throws UserError for a metric that is unknown or of another task, limits that no model can meet or miss, names that are there twice,
 *   or if no check decides
 */
export function makePolicy(gate: Gate, file: string): Policy {
  const task = gate.task ?? 'binary';
  const checks = gate.checks.map((check, index): PolicyCheck => {
    const place = `'${file}', gate check ${index + 1}`;
    const metric = findMetric(check.metric, task, place);
    const requirement: Requirement =
      check.bound !== undefined
        ? { kind: 'bound', bound: check.bound }
        : check['non-inferiority-margin'] !== undefined
          ? { kind: 'non-inferiority', margin: check['non-inferiority-margin'] }
          : { kind: 'superiority', margin: check['superiority-margin']! };
    checkLimit(requirement, metric, place);
    const slice = check.slice && makeSliceRule(check.slice, place);
    if (isGap(metric)) checkGap(metric, slice, gate, place);
    return {
      name: check.name ?? `${metric.name} ${requirement.kind}${slice === undefined ? '' : ` by ${slice.column}`}`,
      metric,
      requirement,
      blocking: check.blocking ?? true,
      slice,
    };
  });
  const names = checks.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UserError(`'${file}' has two gate checks named '${twice}'.`);
  if (!checks.some(({ blocking }) => blocking)) {
    throw new UserError(`No gate check in '${file}' is blocking: such a gate cannot fail.`);
  }
  const policy = {
    task,
    positiveLabel: canonicalLabel(gate['positive-label'] ?? 1),
    minimumRows: gate['minimum-rows'] ?? 100,
    minimumSliceRows: gate['minimum-slice-rows'] ?? 50,
    confidence: gate.confidence ?? 0.95,
    allowPointMetrics: gate['allow-point-metrics'] ?? false,
    plan: { threshold: gate.threshold ?? 0.5, bins: 10, resamples: gate.resamples ?? 2000, seed: gate.seed ?? 1 },
    checks,
  };
  // JSON.stringify keeps the order of keys that policyRecord lays down, so equal rules have equal bytes.
  const digest = createHash('sha256')
    .update(JSON.stringify(policyRecord(policy)))
    .digest('hex');
  return { ...policy, digest: `sha256:${digest}` };
}

function findMetric(name: string, task: Policy['task'], place: string): Metric | Gap {
  const metric = METRICS.get(name) ?? GAPS.get(name);
  const known = [...METRICS.values()].filter((other) => other.task === task).map((other) => other.name);
  if (metric === undefined) {
    const near = closest(name, [...known, ...GAPS.keys()]);
    throw new UserError(`${place}: there is no metric '${name}'.`, {
      fix: near === undefined ? `For this task there are ${known.join(', ')}.` : `Did you mean '${near}'?`,
    });
  }
  if (metric.task !== task) {
    throw new UserError(`${place}: '${name}' is a metric of ${metric.task} models, and the gate's task is ${task}.`);
  }
  return metric;
}

/** What a gap needs: slices, and no default where the default would decide what is fair. */
function checkGap(gap: Gap, slice: SliceRule | undefined, gate: Gate, place: string): void {
  if (slice === undefined || slice.kind === 'window' || (slice.kind === 'values' && slice.values?.length === 1)) {
    throw new UserError(`${place}: '${gap.name}' compares slices, and there are none.`, {
      fix: "Add 'slice' with a 'column', and at least two 'values' or an edge.",
    });
  }
  if (gap.task === 'binary' && gap.looksAt === 'decisions' && gate.threshold === undefined) {
    throw new UserError(
      `${place}: '${gap.name}' is about decisions, and gate.threshold does not say how they are made.`,
      {
        fix: 'Set gate.threshold to the score from which the bank decides for the event.',
      },
    );
  }
}

/** A limit that every model meets, or none can, is a slip of the pen. */
function checkLimit(requirement: Requirement, metric: Metric | Gap, place: string): void {
  const [smallest, largest] = metric.range;
  if (requirement.kind === 'bound') {
    const { bound } = requirement;
    const worst = metric.better === 'higher' ? smallest : largest;
    if (bound < smallest || bound > largest || bound === worst) {
      throw new UserError(
        `${place}: ${metric.name} lies between ${smallest} and ${largest}, so a bound of ${bound} decides nothing.`,
      );
    }
  } else if (requirement.margin >= largest - smallest) {
    throw new UserError(`${place}: a margin of ${requirement.margin} is as wide as all that ${metric.name} can be.`);
  }
}

export function policyRecord(policy: Omit<Policy, 'digest'>): PolicyRecord {
  return {
    task: policy.task,
    positiveLabel: policy.positiveLabel,
    threshold: policy.plan.threshold,
    calibrationBins: policy.plan.bins,
    minimumRows: policy.minimumRows,
    minimumSliceRows: policy.checks.some(({ slice }) => slice !== undefined) ? policy.minimumSliceRows : undefined,
    confidence: policy.confidence,
    resamples: policy.plan.resamples,
    seed: policy.plan.seed,
    allowPointMetrics: policy.allowPointMetrics,
    checks: policy.checks.map(({ name, metric, requirement, blocking, slice }) => ({
      name,
      metric: metric.name,
      requirement,
      blocking,
      slice,
    })),
  };
}
