import { closest, UserError } from '@mlops-actions/action-kit';
import type { Check, Gate } from '@mlops-actions/manifest';
import { gapsOf, metricsOf, TASKS, type Gap, type Metric, type MetricTask } from '@mlops-actions/statistics';
import { SERVICE_METRICS, SHIFTS, type ServiceMetric, type Shift } from './side-metrics.ts';
import { makeSliceRule, type SliceRule } from './slices.ts';
import type { CurrentWaiver } from './waivers.ts';

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

/** Whether a metric, or a gap, is of a task. */
export const isOf = (task: MetricTask, metric: string): boolean =>
  metricsOf(task).has(metric) || gapsOf(task).has(metric);

/**
 * A check with its defaults.
 *
 * @param place where it stands, for messages
 * @throws UserError for what its schema cannot tell
 */
export function makeCheck(check: Check, gate: Gate, origin: PolicyCheck['origin'], place: string): PolicyCheck {
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
