/** Predictions beside the truth, row by row. Its columns do not change any more once it is made. */
export interface Sample {
  /**
   * Binary: 1 for the event, 0 otherwise. Multiclass: number of the class, from 0. Regression and quantile forecasts: the observed value.
   * Ranking: relevance, at least 0.
   */
  readonly labels: Float64Array;
  /**
   * Binary: probability or rank score of the event. Multiclass: number of the class that is predicted. Regression: the predicted value.
   * Ranking: the score. Quantile forecasts: the lowest of them.
   */
  readonly scores: Float64Array;
  /** All columns that the model predicts. Multiclass: the probability of each class. Quantile forecasts: one for each level, rising. Else the scores alone. */
  readonly outputs: readonly Float64Array[];
  /** How often each row counts, at least 0: a weight of 2 is the row twice. */
  readonly weights: Float64Array;
  /** Ranking: number of the query (from 0) that each row is an answer to. Rows of a query have one weight, which is that of the query. */
  readonly queries?: Uint32Array;
}

/** What samples of some tasks have beside labels and scores. */
export interface SampleParts {
  /** Default: the scores alone. */
  outputs?: readonly Float64Array[] | undefined;
  queries?: Uint32Array | undefined;
}

/**
 * Makes a sample.
 *
 * @throws RangeError if lengths differ, or a value is not finite, or a weight is negative
 */
export function makeSample(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  weights?: ArrayLike<number>,
  { outputs, queries }: SampleParts = {},
): Sample {
  const n = labels.length;
  const lengths = [scores, weights, queries, ...(outputs ?? [])].map((column) => column?.length ?? n);
  if (lengths.some((length) => length !== n)) {
    throw new RangeError(`Labels, scores and weights must have one length, not ${n}, ${lengths.join(', ')}.`);
  }
  const values = {
    labels: new Float64Array(labels),
    scores: new Float64Array(scores),
    weights: weights === undefined ? new Float64Array(n).fill(1) : new Float64Array(weights),
  };
  if (weights === undefined) even.add(values.weights);
  const columns = [...Object.entries(values), ...(outputs ?? []).map((output) => ['outputs', output] as const)];
  for (const [name, column] of columns) {
    for (let row = 0; row < n; row++) {
      const value = column[row]!;
      if (!Number.isFinite(value) || (name === 'weights' && value < 0)) {
        throw new RangeError(`The ${name} hold ${value} at index ${row}.`);
      }
    }
  }
  return { ...values, outputs: outputs ?? [values.scores], ...(queries !== undefined && { queries }) };
}

/**
 * A sample of a multiclass model; the class of the highest probability is what it predicts, of equal ones the first.
 *
 * @param labels number of the class of each row
 * @param probabilities of each class, a column each
 */
export function makeClassSample(
  labels: ArrayLike<number>,
  probabilities: readonly Float64Array[],
  weights?: ArrayLike<number>,
): Sample {
  const predicted = new Float64Array(labels.length);
  for (let row = 0; row < predicted.length; row++) {
    let best = 0;
    for (let k = 1; k < probabilities.length; k++) {
      if (probabilities[k]![row]! > probabilities[best]![row]!) best = k;
    }
    predicted[row] = best;
  }
  return makeSample(labels, predicted, weights, { outputs: probabilities });
}

/** The same rows, counted otherwise: a resample, a subset or a weighting. */
export const reweighted = (sample: Sample, weights: Float64Array): Sample => ({ ...sample, weights });

/** A sample of the chosen rows only. */
export function subset(sample: Sample, rows: ArrayLike<number>): Sample {
  const pick = (column: Float64Array): Float64Array => {
    const picked = new Float64Array(rows.length);
    for (let index = 0; index < rows.length; index++) picked[index] = column[rows[index]!]!;
    return picked;
  };
  const { labels, scores, outputs, weights, queries } = sample;
  const chosen = pick(scores);
  const counted = pick(weights);
  if (even.has(weights)) even.add(counted);
  return {
    labels: pick(labels),
    scores: chosen,
    outputs: outputs.map((output) => (output === scores ? chosen : pick(output))),
    weights: counted,
    ...(queries !== undefined && { queries: renumber(Uint32Array.from(rows, (row) => queries[row]!)) }),
  };
}

/** The same groups, numbered from 0 in the order in which they come, so that none is empty. */
export function renumber(groups: Uint32Array): Uint32Array {
  const numbers = new Map<number, number>();
  return groups.map((group) => {
    const number = numbers.get(group) ?? numbers.size;
    numbers.set(group, number);
    return number;
  });
}

/** How many groups there are, of which the numbers go from 0 up. */
export function unitCount(units: Uint32Array): number {
  let largest = -1;
  for (const unit of units) if (unit > largest) largest = unit;
  return largest + 1;
}

/** A multiclass sample as a binary one: the class `k` against all others. */
export function classView({ labels, outputs, weights }: Sample, k: number): Sample {
  const scores = outputs[k]!;
  const views = indicators.get(labels) ?? new Map<number, Float64Array>();
  indicators.set(labels, views);
  const events = views.get(k) ?? labels.map((label) => (label === k ? 1 : 0));
  views.set(k, events);
  return { labels: events, scores, outputs: [scores], weights };
}

/** Resamples share their labels, and so what is made of them. */
const indicators = new WeakMap<Float64Array, Map<number, Float64Array>>();

/** Weights that {@link makeSample} knows to be 1 in every row. */
const even = new WeakSet<Float64Array>();

/** Whether every row is known to count once, without a look at the weights. */
export const countsOnce = ({ weights }: Sample): boolean => even.has(weights);

/** Whether every row counts once. */
export const isUnweighted = (sample: Sample): boolean =>
  countsOnce(sample) || sample.weights.every((weight) => weight === 1);
