import { metricsOf, SELECTION_RATE, TASKS, type Metric, type MetricTask, type Statistic } from './registry.ts';

/** How far slices of the rows are apart: the largest difference of a statistic between any two of them. */
export interface Gap {
  name: string;
  /** Name for people. */
  title: string;
  task: MetricTask;
  /** Whether the statistics need a threshold. */
  looksAt: Metric['looksAt'];
  better: 'lower';
  range: readonly [number, number];
  /** The statistics whose differences count; of several, the largest difference in any. */
  of: readonly Statistic[];
}

const fairness = (name: string, title: string, of: readonly Statistic[]): Gap => ({
  name,
  title,
  task: 'binary',
  looksAt: 'decisions',
  better: 'lower',
  range: [0, 1],
  of,
});

const [recall, specificity] = ['recall', 'specificity'].map((name) => metricsOf('binary').get(name)!) as [
  Metric,
  Metric,
];

/** Definitions of M. Hardt, E. Price and N. Srebro, 2016, as differences; of the false positive rate they are those of specificity. */
const FAIRNESS: readonly Gap[] = [
  fairness('demographic-parity-difference', 'difference in selection rates', [SELECTION_RATE]),
  fairness('equal-opportunity-difference', 'difference in recall', [recall]),
  fairness('equalised-odds-difference', 'difference in error rates', [recall, specificity]),
];

const stability = (metric: Metric): Gap => ({
  name: `${metric.name}-gap`,
  title: `difference in ${metric.title}`,
  task: metric.task,
  looksAt: metric.looksAt,
  better: 'lower',
  range: [0, metric.range[1] - metric.range[0]],
  of: [metric],
});

const BY_TASK: ReadonlyMap<MetricTask, ReadonlyMap<string, Gap>> = new Map(
  TASKS.map((task) => {
    const gaps = [...(task === 'binary' ? FAIRNESS : []), ...[...metricsOf(task).values()].map(stability)];
    return [task, new Map(gaps.map((gap) => [gap.name, gap]))];
  }),
);

/** The gaps of a task by their names in a policy: fairness between groups, and the stability of each metric between slices or windows. */
export const gapsOf = (task: MetricTask): ReadonlyMap<string, Gap> => BY_TASK.get(task)!;

/** The gaps of models that give one number a row. */
export const GAPS: ReadonlyMap<string, Gap> = new Map([...gapsOf('binary'), ...gapsOf('regression')]);
