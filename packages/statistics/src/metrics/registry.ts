import type { Sample } from '../sample.ts';
import { miscalibration } from './hosmer-lemeshow.ts';
import {
  accuracy,
  balancedAccuracy,
  expectedCost,
  fBeta,
  mcc,
  ofConfusion,
  precision,
  recall,
  specificity,
  type Costs,
} from './decision.ts';
import {
  AUC_MACRO,
  AUC_WEIGHTED,
  AVERAGES,
  CLASS_ACCURACY,
  CLASS_BRIER,
  CLASS_ECE,
  CLASS_LOG_LOSS,
  CLASS_MCC,
} from './multiclass.ts';
import { BRIER, ECE, LOG_LOSS } from './probability.ts';
import { COVERAGE, COVERAGE_ERROR, INTERVAL_SCORE, INTERVAL_WIDTH, isCovered, PINBALL } from './quantiles.ts';
import { MAP, MRR, NDCG } from './queries.ts';
import { AUC, captureOf, GINI, KS, PR_AUC } from './ranking.ts';
import { MAE, MAPE, R2, RMSE } from './regression.ts';
import { composed, type Functional, type MetricOptions } from './statistic.ts';

/** What a model predicts. */
export type MetricTask = 'binary' | 'multiclass' | 'regression' | 'quantile' | 'ranking';

/** A number that rows have under a model, whether or not one way of it is better. */
export interface Statistic {
  name: string;
  /** Its value; NaN where the rows leave it undefined (such as one class only). */
  compute(sample: Sample, options: MetricOptions): number;
  /** See {@link Functional.gradient}. Absent where none is of use. */
  gradient?(sample: Sample, options: MetricOptions): Float64Array;
  /** See {@link Functional.isMean}. */
  isMean?: boolean;
  /** What succeeds of what, for statistics that are a plain proportion of rows. */
  proportion?: Proportion;
}

/** A proportion, row by row. */
export interface Proportion {
  /** Whether a row succeeds; `undefined` for rows that are no trial. */
  outcome(sample: Sample, options: MetricOptions): (row: number) => boolean | undefined;
  /** Whether it hangs on the model which rows are trials. */
  trialsDependOnModel: boolean;
}

/** A measure of a model's quality. */
export interface Metric extends Statistic {
  /** Name for people. */
  title: string;
  task: MetricTask;
  /**
   * What of the predictions it looks at: how they rank, their value as probabilities (of quantiles, as levels), the decisions made from them, or the
   * distance to the label.
   */
  looksAt: 'ranks' | 'probabilities' | 'decisions' | 'distances';
  better: 'higher' | 'lower';
  /** Smallest and largest value that it can take. */
  range: readonly [number, number];
}

type Description = Omit<Metric, 'task' | 'compute' | 'gradient' | 'name' | 'title'>;

const SHARE: Description = { looksAt: 'ranks', better: 'higher', range: [0, 1] };
const LOSS: Description = { looksAt: 'probabilities', better: 'lower', range: [0, Infinity] };
const DECISION: Description = { looksAt: 'decisions', better: 'higher', range: [0, 1] };
const DISTANCE: Description = { looksAt: 'distances', better: 'lower', range: [0, Infinity] };

const TOP_SHARE = 0.1;
const EQUAL_COSTS: Costs = { falsePositive: 1, falseNegative: 1 };
const CAPTURE = captureOf((_, { topShare = TOP_SHARE }) => topShare);

type Entry = readonly [
  name: string,
  title: string,
  description: Description,
  functional: Pick<Functional, 'compute'> & Partial<Functional>,
  proportion?: Proportion,
];

/** Decisions at the threshold as trials. */
const decided = (
  outcome: (label: number, decision: boolean) => boolean | undefined,
  trialsDependOnModel = false,
): Proportion => ({
  outcome:
    ({ labels, scores }, { threshold }) =>
    (row) =>
      outcome(labels[row]!, scores[row]! >= threshold),
  trialsDependOnModel,
});

/** Whether the predicted class is the observed one. */
const IS_RIGHT: Proportion = {
  outcome:
    ({ labels, scores }) =>
    (row) =>
      labels[row] === scores[row],
  trialsDependOnModel: false,
};

/** Share of the rows that are decided for the event. */
export const SELECTION_RATE: Statistic = {
  name: 'selection-rate',
  ...ofConfusion(
    ({ truePositive, falsePositive, trueNegative, falseNegative }) =>
      (truePositive + falsePositive) / (truePositive + falsePositive + trueNegative + falseNegative),
  ),
  proportion: decided((_, decision) => decision),
};

const BINARY: readonly Entry[] = [
  ['auc', 'AUC', SHARE, AUC],
  ['gini', 'Gini', { ...SHARE, range: [-1, 1] }, GINI],
  ['ks', 'KS', SHARE, KS],
  ['pr-auc', 'PR-AUC', SHARE, PR_AUC],
  ['capture', 'share of events captured', SHARE, CAPTURE],
  [
    'lift',
    'lift',
    { ...SHARE, range: [0, Infinity] },
    composed(
      [CAPTURE],
      ([value], { topShare = TOP_SHARE }) => value! / topShare,
      (_, { topShare = TOP_SHARE }) => [1 / topShare],
    ),
  ],
  ['log-loss', 'log loss', LOSS, LOG_LOSS],
  ['brier', 'Brier score', { ...LOSS, range: [0, 1] }, BRIER],
  ['ece', 'calibration error', { ...LOSS, range: [0, 1] }, ECE],
  [
    'hosmer-lemeshow',
    'Hosmer-Lemeshow miscalibration',
    LOSS,
    { compute: (sample, { bins }) => miscalibration(sample, bins) },
  ],
  ['accuracy', 'accuracy', DECISION, ofConfusion(accuracy), decided((label, decision) => decision === (label === 1))],
  ['balanced-accuracy', 'balanced accuracy', DECISION, ofConfusion(balancedAccuracy)],
  [
    'precision',
    'precision',
    DECISION,
    ofConfusion(precision),
    decided((label, decision) => (decision ? label === 1 : undefined), true),
  ],
  [
    'recall',
    'recall',
    DECISION,
    ofConfusion(recall),
    decided((label, decision) => (label === 1 ? decision : undefined)),
  ],
  [
    'specificity',
    'specificity',
    DECISION,
    ofConfusion(specificity),
    decided((label, decision) => (label === 1 ? undefined : !decision)),
  ],
  ['f1', 'F1', DECISION, ofConfusion((cells) => fBeta(cells, 1))],
  ['f2', 'F2', DECISION, ofConfusion((cells) => fBeta(cells, 2))],
  ['f0-5', 'F0.5', DECISION, ofConfusion((cells) => fBeta(cells, 0.5))],
  ['mcc', 'MCC', { ...DECISION, range: [-1, 1] }, ofConfusion(mcc)],
  [
    'expected-cost',
    'expected cost',
    { ...DECISION, better: 'lower', range: [0, Infinity] },
    ofConfusion((cells, { costs = EQUAL_COSTS }) => expectedCost(cells, costs)),
  ],
];

/** Of one decision a row, what the micro averages count is what is right. */
const average = (name: string, title: string): Entry => {
  const entry = [name, title, DECISION, AVERAGES.get(name)!] as const;
  return name.endsWith('-micro') ? [...entry, IS_RIGHT] : entry;
};

const MULTICLASS: readonly Entry[] = [
  ['accuracy', 'accuracy', DECISION, CLASS_ACCURACY, IS_RIGHT],
  ['balanced-accuracy', 'balanced accuracy', DECISION, AVERAGES.get('recall-macro')!],
  ...['precision', 'recall', 'F1'].flatMap((rate) => [
    average(`${rate.toLowerCase()}-macro`, `${rate} (mean of classes)`),
    average(`${rate.toLowerCase()}-micro`, `${rate} (all decisions)`),
    average(`${rate.toLowerCase()}-weighted`, `${rate} (weighted mean of classes)`),
  ]),
  ['mcc', 'MCC', { ...DECISION, range: [-1, 1] }, CLASS_MCC],
  ['auc-macro', 'AUC (mean of classes)', SHARE, AUC_MACRO],
  ['auc-weighted', 'AUC (weighted mean of classes)', SHARE, AUC_WEIGHTED],
  ['log-loss', 'log loss', LOSS, CLASS_LOG_LOSS],
  ['brier', 'Brier score', { ...LOSS, range: [0, 2] }, CLASS_BRIER],
  ['ece', 'calibration error', { ...LOSS, range: [0, 1] }, CLASS_ECE],
];

const REGRESSION: readonly Entry[] = [
  ['rmse', 'RMSE', DISTANCE, RMSE],
  ['mae', 'MAE', DISTANCE, MAE],
  ['mape', 'MAPE', DISTANCE, MAPE],
  ['r2', 'R²', { ...DISTANCE, better: 'higher', range: [-Infinity, 1] }, R2],
];

const COVERED: Proportion = {
  outcome: (sample) => (row) => isCovered(sample, row),
  trialsDependOnModel: false,
};

const QUANTILE: readonly Entry[] = [
  ['pinball', 'pinball loss', DISTANCE, PINBALL],
  ['interval-score', 'interval score', DISTANCE, INTERVAL_SCORE],
  ['interval-width', 'interval width', { ...DISTANCE, looksAt: 'probabilities' }, INTERVAL_WIDTH],
  ['coverage', 'coverage', { ...LOSS, better: 'higher', range: [0, 1] }, COVERAGE, COVERED],
  ['coverage-error', 'coverage error', { ...LOSS, range: [0, 1] }, COVERAGE_ERROR],
];

const RANKING: readonly Entry[] = [
  ['ndcg', 'NDCG', SHARE, NDCG],
  ['map', 'mean average precision', SHARE, MAP],
  ['mrr', 'mean reciprocal rank', SHARE, MRR],
];

const BY_TASK: Readonly<Record<MetricTask, ReadonlyMap<string, Metric>>> = {
  binary: made('binary', BINARY),
  multiclass: made('multiclass', MULTICLASS),
  regression: made('regression', REGRESSION),
  quantile: made('quantile', QUANTILE),
  ranking: made('ranking', RANKING),
};

function made(task: MetricTask, entries: readonly Entry[]): ReadonlyMap<string, Metric> {
  return new Map(
    entries.map(([name, title, description, functional, proportion]) => [
      name,
      { name, title, task, ...description, ...functional, ...(proportion && { proportion }) },
    ]),
  );
}

/** The metrics of a task by their names in a policy. Which way is better is a property of the metric, never of the policy. */
export const metricsOf = (task: MetricTask): ReadonlyMap<string, Metric> => BY_TASK[task];

export const TASKS = Object.keys(BY_TASK) as readonly MetricTask[];

/** The metrics of models that give one number a row: of the tasks `binary` and `regression`, whose names differ. */
export const METRICS: ReadonlyMap<string, Metric> = new Map([...BY_TASK.binary, ...BY_TASK.regression]);
