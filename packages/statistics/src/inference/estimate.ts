import type { Metric, MetricOptions, Statistic } from '../metrics/registry.ts';
import { confusion } from '../metrics/decision.ts';
import { classWeights } from '../metrics/ranking.ts';
import { reweighted, type Sample } from '../sample.ts';
import { bcaBounds, bootstrap } from './bootstrap.ts';
import { areaCovariance, compareAreas, normalBounds, placements } from './delong.ts';
import { mcnemarExact } from './mcnemar.ts';
import { newcombePaired, wilson, type PairedTable } from './proportions.ts';

/** A value with its uncertainty at every level. */
export interface Estimate {
  /** NaN where the rows leave it undefined. */
  value: number;
  /** Rows (not their weights) that it rests on; where rows come in clusters, the clusters. */
  rows: number;
  /** Of proportions: the rows that are their trials, such as those with the event for recall. */
  trials?: number;
  /** How the bounds are made, for the record. */
  method: string;
  /** Lower and upper bound, each exceeded with probability `alpha`; infinite where the rows cannot tell. */
  bounds(alpha: number): [number, number];
  /** Levels below this are beyond what the method can resolve. */
  smallestAlpha: number;
  /** A named two-sided test of "no difference", where there is one. */
  test?: { name: string; pValue: number };
}

/** How to estimate. */
export interface EstimatePlan extends MetricOptions {
  resamples: number;
  seed: number;
  /** Number of the cluster of each row; bounds then come from the bootstrap of whole clusters. */
  units?: Uint32Array;
}

/** Bounds that say: cannot tell. */
const UNKNOWN = (): [number, number] => [-Infinity, Infinity];

/** Closed forms resolve any level that is of use. */
const CLOSED_FORM_ALPHA = 1e-12;

/**
 * A metric of one model: AUC and Gini with DeLong's variance, proportions with Wilson's bounds, all else by BCa bootstrap; with weights or
 * clusters, everything by bootstrap.
 */
export function estimateMetric(metric: Statistic, sample: Sample, plan: EstimatePlan): Estimate {
  const value = metric.compute(sample, plan);
  if (isPlain(sample, plan)) {
    if (metric.name === 'auc' || metric.name === 'gini') return areaEstimate(metric, sample, value);
    const proportion = proportionOf(metric.name, sample, plan);
    if (proportion !== undefined) {
      return {
        value,
        rows: sample.labels.length,
        trials: proportion.n,
        method: 'Wilson score',
        smallestAlpha: CLOSED_FORM_ALPHA,
        bounds: (alpha) => (proportion.n === 0 ? UNKNOWN() : wilson(proportion.successes, proportion.n, alpha)),
      };
    }
  }
  const resampled = bootstrapEstimate(
    sample,
    plan,
    (weights) => metric.compute(reweighted(sample, weights), plan),
    // One value in every resample is no certainty about a single model; it is a sample that cannot show how the value varies.
    { method: 'BCa bootstrap', constantIsKnown: false },
  );
  const trials = proportionOf(metric.name, reweighted(sample, sample.weights.map(Math.sign)), plan)?.n;
  return trials === undefined ? resampled : { ...resampled, trials };
}

/**
 * A metric of the first model minus the same of the second, over the same rows: AUC and Gini by DeLong, accuracy, recall and specificity by
 * Newcombe's paired bounds with McNemar's exact test, all else by paired BCa bootstrap; with weights or clusters, everything by bootstrap.
 *
 * @throws RangeError if the two are not over the same rows
 */
export function estimateDifference(metric: Metric, first: Sample, second: Sample, plan: EstimatePlan): Estimate {
  if (first.labels.length !== second.labels.length || first.labels.some((label, row) => label !== second.labels[row])) {
    throw new RangeError('A paired comparison needs the same rows with the same labels.');
  }
  if (isPlain(first, plan)) {
    if (metric.name === 'auc' || metric.name === 'gini') return areaDifference(metric, first, second);
    const table = pairedTableOf(metric.name, first, second, plan.threshold);
    if (table !== undefined) {
      const n = table.bothRight + table.firstOnly + table.secondOnly + table.neither;
      return {
        value: (table.firstOnly - table.secondOnly) / n,
        rows: first.labels.length,
        method: 'Newcombe paired score',
        smallestAlpha: CLOSED_FORM_ALPHA,
        bounds: (alpha) => (n === 0 ? UNKNOWN() : newcombePaired(table, alpha)),
        test: { name: 'McNemar exact', pValue: mcnemarExact(table.firstOnly, table.secondOnly) },
      };
    }
  }
  return bootstrapEstimate(
    first,
    plan,
    (weights) => metric.compute(reweighted(first, weights), plan) - metric.compute(reweighted(second, weights), plan),
    { method: 'paired BCa bootstrap', constantIsKnown: true },
  );
}

/**
 * The smallest level at which the bounds show something: the one-sided p-value that inverting the interval gives. 1 where not even the middle of
 * the estimate shows it.
 *
 * @param shown whether these bounds show it; what wide bounds show, narrower ones must show too
 */
export function levelShowing(estimate: Estimate, shown: (low: number, high: number) => boolean): number {
  const isShown = (alpha: number): boolean => shown(...estimate.bounds(alpha));
  let high = 0.5;
  if (!isShown(high)) return 1;
  let low = estimate.smallestAlpha;
  if (isShown(low)) return low;
  for (let step = 0; step < 60; step++) {
    const middle = Math.sqrt(low * high);
    if (isShown(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function isPlain(sample: Sample, plan: EstimatePlan): boolean {
  return plan.units === undefined && sample.weights.every((weight) => weight === 1);
}

const scaleOf = (metric: Metric): number => (metric.name === 'gini' ? 2 : 1);

function areaEstimate(metric: Statistic, sample: Sample, value: number): Estimate {
  const { events, others } = classWeights(sample);
  const common = { value, rows: sample.labels.length, smallestAlpha: CLOSED_FORM_ALPHA };
  if (Math.min(events, others) < 2) return { ...common, method: 'DeLong', bounds: UNKNOWN };
  const placed = placements(sample);
  const variance = areaCovariance(placed, placed);
  const toMetric = (area: number): number => (metric.name === 'gini' ? 2 * area - 1 : area);
  if (variance < 1e-18) {
    // Complete separation leaves DeLong's variance at 0. Wilson's bounds for as many trials as the smaller class has rows are cautious.
    const trials = Math.min(events, others);
    return {
      ...common,
      method: 'Wilson score of the smaller class (DeLong has no variance at complete separation)',
      bounds: (alpha) => {
        const [low, high] = wilson(placed.area * trials, trials, alpha);
        return [toMetric(low), toMetric(high)];
      },
    };
  }
  // The normal interval of the area itself lies too high for areas above 1/2: its lower bound is exceeded too often. That of the logit does not
  // (M. S. Pepe, "The Statistical Evaluation of Medical Tests", 2003, section 5.2.4), and stays within 0 to 1.
  const logit = Math.log(placed.area / (1 - placed.area));
  const standardError = Math.sqrt(variance) / (placed.area * (1 - placed.area));
  return {
    ...common,
    method: 'DeLong on the logit scale',
    bounds: (alpha) => {
      const [low, high] = normalBounds(logit, standardError, alpha);
      return [toMetric(1 / (1 + Math.exp(-low))), toMetric(1 / (1 + Math.exp(-high)))];
    },
  };
}

function areaDifference(metric: Metric, first: Sample, second: Sample): Estimate {
  const scale = scaleOf(metric);
  const { events, others } = classWeights(first);
  const compared = compareAreas(placements(first), placements(second));
  return {
    value: scale * compared.difference,
    rows: first.labels.length,
    method: 'DeLong paired',
    smallestAlpha: CLOSED_FORM_ALPHA,
    bounds: (alpha) =>
      Math.min(events, others) < 2
        ? UNKNOWN()
        : normalBounds(scale * compared.difference, scale * compared.standardError, alpha),
    test: { name: 'DeLong', pValue: compared.standardError === 0 ? 1 : compared.pValue },
  };
}

/** A decision metric as successes of trials, where it is a plain proportion. */
function proportionOf(
  name: string,
  sample: Sample,
  { threshold }: EstimatePlan,
): { successes: number; n: number } | undefined {
  const cells = confusion(sample, threshold);
  switch (name) {
    case 'accuracy':
      return { successes: cells.truePositive + cells.trueNegative, n: sample.labels.length };
    case 'selection-rate':
      return { successes: cells.truePositive + cells.falsePositive, n: sample.labels.length };
    case 'precision':
      return { successes: cells.truePositive, n: cells.truePositive + cells.falsePositive };
    case 'recall':
      return { successes: cells.truePositive, n: cells.truePositive + cells.falseNegative };
    case 'specificity':
      return { successes: cells.trueNegative, n: cells.trueNegative + cells.falsePositive };
    default:
      return undefined;
  }
}

/** Agreement of two models' right decisions, where the metric is a proportion whose trials do not depend on the model. */
function pairedTableOf(name: string, first: Sample, second: Sample, threshold: number): PairedTable | undefined {
  const counts = {
    accuracy: () => true,
    recall: (label: number) => label === 1,
    specificity: (label: number) => label !== 1,
  };
  if (!Object.hasOwn(counts, name)) return undefined;
  const isTrial = counts[name as keyof typeof counts];
  const table = { bothRight: 0, firstOnly: 0, secondOnly: 0, neither: 0 };
  first.labels.forEach((label, row) => {
    if (!isTrial(label)) return;
    const firstRight = first.scores[row]! >= threshold === (label === 1);
    const secondRight = second.scores[row]! >= threshold === (label === 1);
    if (firstRight) table[secondRight ? 'bothRight' : 'firstOnly']++;
    else table[secondRight ? 'secondOnly' : 'neither']++;
  });
  return table;
}

/** More undefined resamples than this share and the bounds are unknown. */
const UNDEFINED_SHARE = 0.01;

function bootstrapEstimate(
  sample: Sample,
  plan: EstimatePlan,
  statistic: (weights: Float64Array) => number,
  { method, constantIsKnown }: { method: string; constantIsKnown: boolean },
): Estimate {
  const result = bootstrap(
    {
      rows: sample.labels.length,
      resamples: plan.resamples,
      seed: plan.seed,
      weights: sample.weights,
      ...(plan.units !== undefined && { units: plan.units }),
    },
    statistic,
  );
  const { replicates } = result;
  const constant = replicates.length > 0 && replicates[0] === replicates.at(-1);
  const clusters = plan.units?.reduce((largest, unit) => Math.max(largest, unit + 1), 0);
  const known =
    Number.isFinite(result.estimate) &&
    result.undefinedReplicates <= UNDEFINED_SHARE * plan.resamples &&
    (constantIsKnown || !constant);
  return {
    value: result.estimate,
    rows: clusters ?? sample.labels.length,
    method: `${method}, ${plan.resamples} resamples${plan.units === undefined ? '' : ' of clusters'}`,
    smallestAlpha: 1 / (replicates.length + 1),
    bounds: (alpha) => (known ? bcaBounds(result, alpha) : UNKNOWN()),
  };
}
