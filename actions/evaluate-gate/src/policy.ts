import { createHash } from 'node:crypto';
import { closest, UserError } from '@mlops-actions/action-kit';
import type { Check, Gate, Strictness } from '@mlops-actions/manifest';
import {
  gapsOf,
  metricsOf,
  TASKS,
  type Costs,
  type EstimatePlan,
  type Gap,
  type Metric,
  type MetricTask,
} from '@mlops-actions/statistics';
import { canonicalLabel } from './labels.ts';
import { SERVICE_METRICS, SHIFTS, type ServiceMetric, type Shift } from './side-metrics.ts';
import { makeSliceRule, type SliceRule } from './slices.ts';
import { readWaivers, type CurrentWaiver, type Waiver } from './waivers.ts';

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
  /** A metric of the rows or, with a slice, of every slice; a gap between slices; or what is not about quality. */
  metric: CheckMetric;
  requirement: Requirement;
  /** Whether it decides, or is only reported. */
  blocking: boolean;
  slice: SliceRule | undefined;
  /** Of csi: the attribute that is counted. */
  column: string | undefined;
  /** Who demands it. */
  origin: 'model' | 'organisation';
  waiver: CurrentWaiver | undefined;
}

/** Whether a check compares slices, rather than judging rows. */
export const isGap = (metric: CheckMetric): metric is Gap => 'of' in metric;
export const isShift = (metric: CheckMetric): metric is Shift => 'shiftOf' in metric;
export const isService = (metric: CheckMetric): metric is ServiceMetric => 'unit' in metric;
/** Whether a check looks at how good predictions are. */
export const isQuality = (metric: CheckMetric): metric is Metric | Gap => !isShift(metric) && !isService(metric);

export type CheckMetric = Metric | Gap | Shift | ServiceMetric;

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

const isOf = (task: MetricTask, metric: string): boolean => metricsOf(task).has(metric) || gapsOf(task).has(metric);

/** One of several numbers that a model predicts: the probability of a class, or the forecast at a level. */
export interface OutputColumn {
  /** The class's label, or the level, as decimal number. */
  name: string;
  column: string;
}

/**
 * The score columns of a policy: classes in the order of their labels, forecasts in that of their levels; none for models that predict one number.
 *
 * @throws UserError if there are none where there must be, or levels are none, or two are the same
 */
export function outputsOf(gate: Pick<Gate, 'task' | 'score-columns'>, file: string): OutputColumn[] {
  const { task = 'binary', 'score-columns': columns } = gate;
  if (task !== 'multiclass' && task !== 'quantile') {
    if (columns === undefined) return [];
    throw new UserError(`'${file}' names score-columns, and ${task} models have one score.`, {
      fix: "Name it by 'score-column', or set the gate's task.",
    });
  }
  const what = task === 'multiclass' ? 'class' : 'level';
  if (columns === undefined) {
    throw new UserError(`'${file}' does not say in which column each ${what} is.`, {
      fix:
        task === 'multiclass'
          ? "Set gate.score-columns, such as {low: p_low, high: p_high}: the column of every class's probability."
          : 'Set gate.score-columns, such as {0.05: q05, 0.95: q95}: the column of every forecast.',
    });
  }
  const outputs = Object.entries(columns).map(([name, column]) => ({ name: canonicalLabel(name), column }));
  const wrong = task === 'quantile' && outputs.find(({ name }) => !(Number(name) > 0 && Number(name) < 1));
  if (wrong) throw new UserError(`'${file}': the level '${wrong.name}' of score-columns must lie between 0 and 1.`);
  for (const key of ['name', 'column'] as const) {
    const values = outputs.map((output) => output[key]);
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (twice !== undefined) throw new UserError(`'${file}': score-columns has '${twice}' twice.`);
  }
  return outputs.sort((a, b) => Number(a.name) - Number(b.name) || (a.name < b.name ? -1 : 1));
}

function makeCheck(check: Check, gate: Gate, origin: PolicyCheck['origin'], place: string): PolicyCheck {
  const metric = findMetric(check.metric, gate.task ?? 'binary', place);
  const requirement: Requirement =
    check.bound !== undefined
      ? { kind: 'bound', bound: check.bound }
      : check['non-inferiority-margin'] !== undefined
        ? { kind: 'non-inferiority', margin: check['non-inferiority-margin'] }
        : { kind: 'superiority', margin: check['superiority-margin']! };
  checkLimit(requirement, metric, place);
  if (/^expected-cost/.test(metric.name) && gate.costs === undefined) {
    throw new UserError(`${place}: '${metric.name}' counts costs, and gate.costs does not say them.`, {
      fix: 'Set gate.costs to what a false positive and a false negative cost.',
    });
  }
  const slice = check.slice && makeSliceRule(check.slice, place);
  if (isGap(metric)) checkGap(metric, slice, gate, place);
  if (!isQuality(metric)) checkSide(metric, check, place);
  else if (check.column !== undefined) throw new UserError(`${place}: 'column' is for csi, not for '${metric.name}'.`);
  const name = check.name ?? `${metric.name} ${requirement.kind}${slice === undefined ? '' : ` by ${slice.column}`}`;
  return {
    name: origin === 'organisation' ? `organisation: ${name}` : name,
    metric,
    requirement,
    blocking: check.blocking ?? true,
    slice,
    column: check.column,
    origin,
    waiver: undefined,
  };
}

function findMetric(name: string, task: MetricTask, place: string): CheckMetric {
  const metric = metricsOf(task).get(name) ?? gapsOf(task).get(name) ?? SHIFTS.get(name) ?? SERVICE_METRICS.get(name);
  if (metric !== undefined) return metric;
  const other = TASKS.filter((one) => isOf(one, name));
  if (other.length > 0) {
    throw new UserError(
      `${place}: '${name}' is a metric of ${other.join(' and ')} models, and the gate's task is ${task}.`,
    );
  }
  const known = [...metricsOf(task).keys()];
  const near = closest(name, [...known, ...gapsOf(task).keys(), ...SHIFTS.keys(), ...SERVICE_METRICS.keys()]);
  throw new UserError(`${place}: there is no metric '${name}'.`, {
    fix: near === undefined ? `For this task there are ${known.join(', ')}.` : `Did you mean '${near}'?`,
  });
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

/** What checks need that are not about quality. */
function checkSide(metric: Shift | ServiceMetric, check: Check, place: string): void {
  if (check.bound === undefined) {
    throw new UserError(`${place}: '${metric.name}' compares no models; it takes a 'bound' alone.`);
  }
  if (isShift(metric) && check.slice === undefined) {
    throw new UserError(`${place}: '${metric.name}' compares a slice with all other rows, and there is none.`, {
      fix: "Add 'slice', such as {column: applied_on, from: 2026-04-01}.",
    });
  }
  if (isService(metric) && check.slice !== undefined) {
    throw new UserError(`${place}: '${metric.name}' is not about rows, so that there are no slices of it.`);
  }
  if ((metric.name === 'csi') !== (check.column !== undefined)) {
    throw new UserError(
      metric.name === 'csi'
        ? `${place}: csi needs the 'column' that it is about.`
        : `${place}: 'column' is for csi, not for '${metric.name}'.`,
    );
  }
}

/** A limit that every model meets, or none can, is a slip of the pen. */
function checkLimit(requirement: Requirement, metric: CheckMetric, place: string): void {
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
