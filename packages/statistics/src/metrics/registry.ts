import type { Sample } from '../sample.ts';
import {
  accuracy,
  balancedAccuracy,
  confusion,
  expectedCost,
  fBeta,
  mcc,
  precision,
  recall,
  specificity,
  type Confusion,
  type Costs,
} from './decision.ts';
import { brier, ece, logLoss } from './probability.ts';
import { auc, capture, gini, ks, prAuc } from './ranking.ts';
import { mae, mape, r2, rmse } from './regression.ts';

/** What some metrics need beside the rows. */
export interface MetricOptions {
  /** Score from which a row is decided for the event. */
  threshold: number;
  /** Bins of the expected calibration error. */
  bins: number;
  /** Share of the rows that capture and lift look at: the highest scores (default 0.1). */
  topShare?: number;
  /** Costs that the expected cost counts with (default: 1 for either error). */
  costs?: Costs;
}

const TOP_SHARE = 0.1;
const EQUAL_COSTS: Costs = { falsePositive: 1, falseNegative: 1 };

/** A number that rows have under a model, whether or not one way of it is better. */
export interface Statistic {
  name: string;
  /** Its value; NaN where the rows leave it undefined (such as one class only). */
  compute(sample: Sample, options: MetricOptions): number;
}

/** A measure of a model's quality. */
export interface Metric extends Statistic {
  /** Name for people. */
  title: string;
  task: 'binary' | 'regression';
  /** What of the scores it looks at: their ranks, their value as probabilities, the decisions at a threshold, or the distance to the label. */
  looksAt: 'ranks' | 'probabilities' | 'decisions' | 'distances';
  better: 'higher' | 'lower';
  /** Smallest and largest value that it can take. */
  range: readonly [number, number];
}

const ranks = (name: string, title: string, range: Metric['range'], compute: Metric['compute']): Metric => ({
  name,
  title,
  task: 'binary',
  looksAt: 'ranks',
  better: 'higher',
  range,
  compute,
});

const loss = (name: string, title: string, range: Metric['range'], compute: Metric['compute']): Metric => ({
  name,
  title,
  task: 'binary',
  looksAt: 'probabilities',
  better: 'lower',
  range,
  compute,
});

const decisions = (
  name: string,
  title: string,
  compute: (cells: Confusion) => number,
  range: Metric['range'] = [0, 1],
): Metric => ({
  name,
  title,
  task: 'binary',
  looksAt: 'decisions',
  better: 'higher',
  range,
  compute: (sample, { threshold }) => compute(confusion(sample, threshold)),
});

const distance = (
  name: string,
  title: string,
  better: Metric['better'],
  range: Metric['range'],
  compute: (sample: Sample) => number,
): Metric => ({ name, title, task: 'regression', looksAt: 'distances', better, range, compute });

const ALL: readonly Metric[] = [
  ranks('auc', 'AUC', [0, 1], auc),
  ranks('gini', 'Gini', [-1, 1], gini),
  ranks('ks', 'KS', [0, 1], ks),
  ranks('pr-auc', 'PR-AUC', [0, 1], prAuc),
  ranks('capture', 'share of events captured', [0, 1], (sample, { topShare = TOP_SHARE }) => capture(sample, topShare)),
  ranks('lift', 'lift', [0, Infinity], (sample, { topShare = TOP_SHARE }) => capture(sample, topShare) / topShare),
  loss('log-loss', 'log loss', [0, Infinity], logLoss),
  loss('brier', 'Brier score', [0, 1], brier),
  loss('ece', 'calibration error', [0, 1], (sample, { bins }) => ece(sample, bins)),
  decisions('accuracy', 'accuracy', accuracy),
  decisions('balanced-accuracy', 'balanced accuracy', balancedAccuracy),
  decisions('precision', 'precision', precision),
  decisions('recall', 'recall', recall),
  decisions('specificity', 'specificity', specificity),
  decisions('f1', 'F1', (cells) => fBeta(cells, 1)),
  decisions('f2', 'F2', (cells) => fBeta(cells, 2)),
  decisions('f0-5', 'F0.5', (cells) => fBeta(cells, 0.5)),
  decisions('mcc', 'MCC', mcc, [-1, 1]),
  {
    name: 'expected-cost',
    title: 'expected cost',
    task: 'binary',
    looksAt: 'decisions',
    better: 'lower',
    range: [0, Infinity],
    compute: (sample, { threshold, costs = EQUAL_COSTS }) => expectedCost(confusion(sample, threshold), costs),
  },
  distance('rmse', 'RMSE', 'lower', [0, Infinity], rmse),
  distance('mae', 'MAE', 'lower', [0, Infinity], mae),
  distance('mape', 'MAPE', 'lower', [0, Infinity], mape),
  distance('r2', 'R²', 'higher', [-Infinity, 1], r2),
];

/** Every metric by its name in a policy. Which way is better is a property of the metric, never of the policy. */
export const METRICS: ReadonlyMap<string, Metric> = new Map(ALL.map((metric) => [metric.name, metric]));
