import { createHash } from 'node:crypto';
import { closest, UserError } from '@mlops-actions/action-kit';
import type { Gate } from '@mlops-actions/manifest';
import { METRICS, type EstimatePlan, type Metric } from '@mlops-actions/statistics';

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
  metric: Metric;
  requirement: Requirement;
  /** Whether it decides, or is only reported. */
  blocking: boolean;
}

/** A policy with every default filled in. */
export interface Policy {
  /** `sha256:...` of everything in it that bears on the verdict, so of the rules and not of how they are written down. */
  digest: string;
  task: Metric['task'];
  /** The label of the event, as {@link canonicalLabel} writes it. */
  positiveLabel: string;
  minimumRows: number;
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
  confidence: number;
  resamples: number;
  seed: number;
  allowPointMetrics: boolean;
  checks: { name: string; metric: string; requirement: Requirement; blocking: boolean }[];
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
    return {
      name: check.name ?? `${metric.name} ${requirement.kind}`,
      metric,
      requirement,
      blocking: check.blocking ?? true,
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

function findMetric(name: string, task: Policy['task'], place: string): Metric {
  const metric = METRICS.get(name);
  const known = [...METRICS.values()].filter((other) => other.task === task).map((other) => other.name);
  if (metric === undefined) {
    const near = closest(name, known);
    throw new UserError(`${place}: there is no metric '${name}'.`, {
      fix: near === undefined ? `For this task there are ${known.join(', ')}.` : `Did you mean '${near}'?`,
    });
  }
  if (metric.task !== task) {
    throw new UserError(`${place}: '${name}' is a metric of ${metric.task} models, and the gate's task is ${task}.`);
  }
  return metric;
}

/** A limit that every model meets, or none can, is a slip of the pen. */
function checkLimit(requirement: Requirement, metric: Metric, place: string): void {
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

/** A label as text, numbers in one spelling: `1`, `1.0` and `true` of a typed file differ from nothing but each other's format. */
export function canonicalLabel(label: string | number | boolean): string {
  if (typeof label === 'boolean') return label ? '1' : '0';
  const text = String(label).trim();
  return text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text;
}

export function policyRecord(policy: Omit<Policy, 'digest'>): PolicyRecord {
  return {
    task: policy.task,
    positiveLabel: policy.positiveLabel,
    threshold: policy.plan.threshold,
    calibrationBins: policy.plan.bins,
    minimumRows: policy.minimumRows,
    confidence: policy.confidence,
    resamples: policy.plan.resamples,
    seed: policy.plan.seed,
    allowPointMetrics: policy.allowPointMetrics,
    checks: policy.checks.map(({ name, metric, requirement, blocking }) => ({
      name,
      metric: metric.name,
      requirement,
      blocking,
    })),
  };
}
