import { confusion } from './decision.ts';
import { METRICS, type Metric, type Statistic } from './registry.ts';

/** How far slices of the rows are apart: the largest difference of a statistic between any two of them. */
export interface Gap {
  name: string;
  /** Name for people. */
  title: string;
  task: Metric['task'];
  /** Whether the statistics need a threshold. */
  looksAt: Metric['looksAt'];
  better: 'lower';
  range: readonly [number, number];
  /** The statistics whose differences count; of several, the largest difference in any. */
  of: readonly Statistic[];
}

const selectionRate: Statistic = {
  name: 'selection-rate',
  compute: (sample, { threshold }) => {
    const { truePositive, falsePositive, trueNegative, falseNegative } = confusion(sample, threshold);
    return (truePositive + falsePositive) / (truePositive + falsePositive + trueNegative + falseNegative);
  },
};

const fairness = (name: string, title: string, of: readonly Statistic[]): Gap => ({
  name,
  title,
  task: 'binary',
  looksAt: 'decisions',
  better: 'lower',
  range: [0, 1],
  of,
});

const [recall, specificity] = [METRICS.get('recall')!, METRICS.get('specificity')!];

const ALL: readonly Gap[] = [
  // Definitions of M. Hardt, E. Price and N. Srebro, 2016, as differences; of the false positive rate they are those of specificity.
  fairness('demographic-parity-difference', 'difference in selection rates', [selectionRate]),
  fairness('equal-opportunity-difference', 'difference in recall', [recall]),
  fairness('equalised-odds-difference', 'difference in error rates', [recall, specificity]),
  ...[...METRICS.values()].map((metric): Gap => ({
    name: `${metric.name}-gap`,
    title: `difference in ${metric.title}`,
    task: metric.task,
    looksAt: metric.looksAt,
    better: 'lower',
    range: [0, metric.range[1] - metric.range[0]],
    of: [metric],
  })),
];

/** Every gap by its name in a policy: fairness between groups, and the stability of each metric between slices or windows. */
export const GAPS: ReadonlyMap<string, Gap> = new Map(ALL.map((gap) => [gap.name, gap]));
