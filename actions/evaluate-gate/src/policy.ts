import { createHash } from 'node:crypto';
import { UserError } from '@mlops-actions/action-kit';
import type { Gate, Strictness } from '@mlops-actions/manifest';
import { TASKS, type Costs, type EstimatePlan, type MetricTask } from '@mlops-actions/statistics';
import { isOf, makeCheck, type PolicyCheck, type Requirement } from './checks.ts';
import { canonicalLabel } from './labels.ts';
import { outputsOf } from './outputs.ts';
import type { SliceRule } from './slices.ts';
import { readWaivers, type Waiver } from './waivers.ts';

/** A policy with every default filled in. */
export interface Policy {
  /** `sha256:...` of everything in it that bears on the verdict, so of the rules and not of how they are written down. */
  digest: string;
  task: MetricTask;
  /** The label of the event, as {@link canonicalLabel} writes it. */
  positiveLabel: string;
  /** Multiclass: the labels of the classes, as {@link canonicalLabel} writes them, in the order of the probabilities. */
  classes: string[] | undefined;
  minimumRows: number;
  minimumSliceRows: number;
  confidence: number;
  allowPointMetrics: boolean;
  allowNearPerfect: boolean;
  plan: EstimatePlan;
  checks: PolicyCheck[];
}

/** The rules as they stand in the record, and as they are hashed. */
export interface PolicyRecord {
  task: string;
  positiveLabel: string;
  /** Of multiclass models. */
  classes: string[] | undefined;
  /** Of quantile forecasts. */
  levels: readonly number[] | undefined;
  /** Of rankings. */
  cutoff: number | undefined;
  threshold: number;
  calibrationBins: number;
  /** If a check is about capture or lift. */
  topShare: number | undefined;
  /** If a check is about costs. */
  costs: Costs | undefined;
  minimumRows: number;
  /** If a check has slices. */
  minimumSliceRows: number | undefined;
  confidence: number;
  resamples: number;
  seed: number;
  allowPointMetrics: boolean;
  /** If it is allowed. */
  allowNearPerfect: boolean | undefined;
  checks: {
    name: string;
    metric: string;
    requirement: Requirement;
    blocking: boolean;
    slice: SliceRule | undefined;
    column: string | undefined;
  }[];
  /** By the name of the check. */
  waivers: Record<string, Waiver> | undefined;
}

/** What a policy depends on beside its own text. */
export interface PolicyContext {
  /** Where the policy stands, for messages. */
  file: string;
  /** The day in UTC, as `2026-03-31`: waivers end. */
  today: string;
  /** What the organisation demands: each number counts where it is stricter, each check counts. */
  demands?: readonly Strictness[];
}

/**
 * Fills in the defaults of a policy, lays the organisation's demands over it, and checks what its schema cannot.
 *
 * @throws UserError for a metric that is unknown or of another task, limits that no model can meet or miss, names that are there twice,
 *   waivers that do not hold water, or if no check decides
 */
export function makePolicy(gate: Gate, { file, today, demands = [] }: PolicyContext): Policy {
  const task = gate.task ?? 'binary';
  const outputs = outputsOf(gate, file);
  const own = gate.checks.map((check, index) => makeCheck(check, gate, 'model', `'${file}', gate check ${index + 1}`));
  const theirs = demands
    .flatMap(({ checks = [] }) => checks)
    .filter(({ metric }) => isOf(task, metric) || !TASKS.some((other) => isOf(other, metric)))
    .map((check, index) => makeCheck(check, gate, 'organisation', `the organisation's policy, check ${index + 1}`));
  const checks = [...own, ...theirs];
  const names = checks.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UserError(`'${file}' has two gate checks named '${twice}'.`);
  if (!checks.some(({ blocking }) => blocking)) {
    throw new UserError(`No gate check in '${file}' is blocking: such a gate cannot fail.`);
  }
  const longest = Math.min(...demands.map((demand) => demand['longest-waiver'] ?? Infinity));
  const waivers = readWaivers(gate.waivers ?? [], checks, { file, today, longest });
  const atLeast = (value: number, key: 'minimum-rows' | 'minimum-slice-rows' | 'confidence'): number =>
    Math.max(value, ...demands.map((demand) => demand[key] ?? value));
  const policy = {
    task,
    positiveLabel: canonicalLabel(gate['positive-label'] ?? 1),
    classes: task === 'multiclass' ? outputs.map(({ name }) => name) : undefined,
    minimumRows: atLeast(gate['minimum-rows'] ?? 100, 'minimum-rows'),
    minimumSliceRows: atLeast(gate['minimum-slice-rows'] ?? 50, 'minimum-slice-rows'),
    confidence: atLeast(gate.confidence ?? 0.95, 'confidence'),
    allowPointMetrics:
      (gate['allow-point-metrics'] ?? false) && demands.every((demand) => demand['allow-point-metrics'] !== false),
    allowNearPerfect: gate['near-perfect'] === 'allow',
    plan: {
      threshold: gate.threshold ?? 0.5,
      bins: 10,
      topShare: gate['top-share'] ?? 0.1,
      costs: gate.costs && { falsePositive: gate.costs['false-positive'], falseNegative: gate.costs['false-negative'] },
      levels: task === 'quantile' ? outputs.map(({ name }) => Number(name)) : undefined,
      cutoff: gate.cutoff ?? 10,
      resamples: gate.resamples ?? 2000,
      seed: gate.seed ?? 1,
    },
    checks: checks.map((check) => ({ ...check, waiver: waivers.get(check.name) })),
  };
  // JSON.stringify keeps the order of keys that policyRecord lays down, so equal rules have equal bytes.
  const digest = createHash('sha256')
    .update(JSON.stringify(policyRecord(policy)))
    .digest('hex');
  return { ...policy, digest: `sha256:${digest}` };
}

export function policyRecord(policy: Omit<Policy, 'digest'>): PolicyRecord {
  return {
    task: policy.task,
    positiveLabel: policy.positiveLabel,
    classes: policy.classes,
    levels: policy.plan.levels,
    cutoff: policy.task === 'ranking' ? policy.plan.cutoff : undefined,
    threshold: policy.plan.threshold,
    calibrationBins: policy.plan.bins,
    topShare: policy.checks.some(({ metric }) => /^(capture|lift)/.test(metric.name))
      ? policy.plan.topShare
      : undefined,
    costs: policy.checks.some(({ metric }) => /^expected-cost/.test(metric.name)) ? policy.plan.costs : undefined,
    minimumRows: policy.minimumRows,
    minimumSliceRows: policy.checks.some(({ slice }) => slice !== undefined) ? policy.minimumSliceRows : undefined,
    confidence: policy.confidence,
    resamples: policy.plan.resamples,
    seed: policy.plan.seed,
    allowPointMetrics: policy.allowPointMetrics,
    allowNearPerfect: policy.allowNearPerfect || undefined,
    checks: policy.checks.map(({ name, metric, requirement, blocking, slice, column }) => ({
      name,
      metric: metric.name,
      requirement,
      blocking,
      slice,
      column,
    })),
    waivers: waiversOf(policy.checks),
  };
}

function waiversOf(checks: readonly PolicyCheck[]): Record<string, Waiver> | undefined {
  const waived = checks.flatMap(({ name, waiver }) => (waiver === undefined ? [] : [[name, waiver] as const]));
  if (waived.length === 0) return undefined;
  // Whether one has expired is a matter of the day, not of the rules.
  return Object.fromEntries(waived.map(([name, { owner, reason, expires }]) => [name, { owner, reason, expires }]));
}
