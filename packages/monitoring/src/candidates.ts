import { UserError } from '@mlops-actions/action-kit';
import { METRICS, subset, type Metric, type Sample } from '@mlops-actions/statistics';
import type { LabelledWindow, PerformanceCheck, PerformancePolicy } from './performance-policy.ts';

/** A column with more values than this is no grouping. */
const MOST_SLICES = 100;

/** Names the reference value of a metric of a slice. */
export const sliceKey = (metric: string, column: string, value: string): string => `${metric} ${column}=${value}`;

/** One check of one set of rows. */
export interface Candidate {
  isSlice: boolean;
  subject: string;
  key: string;
  metric: Metric;
  check: PerformanceCheck;
  sample: Sample;
  growing: boolean;
}

/** What is to be judged: every check of the whole and of every slice. */
export function candidatesOf(labelled: LabelledWindow, policy: PerformancePolicy): Candidate[] {
  const groups: Pick<Candidate, 'isSlice' | 'subject' | 'sample'>[] = [
    { isSlice: false, subject: 'model', sample: labelled.sample },
  ];
  const keys = new Map<string, (metric: string) => string>();
  for (const column of policy.slices ?? []) {
    const values = labelled.slices?.get(column);
    if (values === undefined) {
      throw new UserError(`Performance is to be judged by '${column}', which the predictions do not have.`, {
        fix: 'Name a column of the predictions in slices, or take it out.',
      });
    }
    const byValue = rowsByValue(values);
    if (byValue.size > MOST_SLICES) {
      throw new UserError(`Performance is to be judged by '${column}', which has ${byValue.size} values.`, {
        fix: `Slices are for columns of at most ${MOST_SLICES} values: bin it before, or take it out.`,
      });
    }
    for (const [value, rows] of byValue) {
      const subject = `${column} = ${value}`;
      keys.set(subject, (metric) => sliceKey(metric, column, value));
      groups.push({ isSlice: true, subject, sample: subset(labelled.sample, rows) });
    }
  }
  return groups.flatMap((group) =>
    policy.checks.map((check) => ({
      ...group,
      check,
      metric: metricOf(check),
      key: keys.get(group.subject)?.(check.metric) ?? check.metric,
      growing: labelled.growing ?? false,
    })),
  );
}

function rowsByValue(values: readonly string[]): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  values.forEach((value, row) => {
    const same = rows.get(value);
    if (same === undefined) rows.set(value, [row]);
    else same.push(row);
  });
  return rows;
}

/** @throws UserError if there is no such metric, or the check does not say what it is held against */
export function metricOf({ metric: name, bound, 'degradation-margin': margin }: PerformanceCheck): Metric {
  const metric = METRICS.get(name);
  if (metric === undefined) {
    throw new UserError(`The monitor is to judge the unknown metric '${name}'.`, {
      fix: `Use one of ${[...METRICS.keys()].join(', ')}.`,
    });
  }
  if ((bound === undefined) === (margin === undefined) || (margin !== undefined && !(margin >= 0))) {
    throw new UserError(`The monitor's check of ${name} needs either a bound or a degradation-margin of at least 0.`, {
      fix: 'Give one of them.',
    });
  }
  return metric;
}
