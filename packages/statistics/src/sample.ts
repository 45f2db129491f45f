import { ascendingOrder } from './order.ts';

/** Predictions beside the truth, row by row, with the order of the scores, which every rank metric and resample needs. */
export interface Sample {
  /** Binary: 1 for the event, 0 otherwise. Regression: the observed value. */
  readonly labels: Float64Array;
  /** Binary: probability or rank score of the event. Regression: the predicted value. */
  readonly scores: Float64Array;
  /** How often each row counts, at least 0: a weight of 2 is the row twice. */
  readonly weights: Float64Array;
  /** Row indices by ascending score. */
  readonly order: Uint32Array;
}

/**
 * Makes a sample.
 *
 * @throws RangeError if lengths differ, or a value is not finite, or a weight is negative
 */
export function makeSample(labels: ArrayLike<number>, scores: ArrayLike<number>, weights?: ArrayLike<number>): Sample {
  const n = labels.length;
  if (scores.length !== n || (weights !== undefined && weights.length !== n)) {
    throw new RangeError(
      `Labels, scores and weights must have one length, not ${n}, ${scores.length}, ${weights?.length}.`,
    );
  }
  const values = {
    labels: Float64Array.from(labels),
    scores: Float64Array.from(scores),
    weights: weights === undefined ? new Float64Array(n).fill(1) : Float64Array.from(weights),
  };
  for (const [name, column] of Object.entries(values)) {
    const bad = column.findIndex((value) => !Number.isFinite(value) || (name === 'weights' && value < 0));
    if (bad >= 0) throw new RangeError(`The ${name} hold ${column[bad]!} at index ${bad}.`);
  }
  return { ...values, order: ascendingOrder(values.scores) };
}

/** The same rows, counted otherwise: a resample, a subset or a weighting. The order is shared. */
export const reweighted = (sample: Sample, weights: Float64Array): Sample => ({ ...sample, weights });

/** A sample of the chosen rows only. */
export function subset(sample: Sample, rows: ArrayLike<number>): Sample {
  const pick = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]!);
  const scores = pick(sample.scores);
  return { labels: pick(sample.labels), scores, weights: pick(sample.weights), order: ascendingOrder(scores) };
}

/**
 * Calls `visit` once for each distinct score that has weight, in ascending order, with the weight of the events and of the
 * other rows that have it.
 */
export function forEachScore(sample: Sample, visit: (events: number, others: number, score: number) => void): void {
  const { labels, scores, weights, order } = sample;
  const n = order.length;
  for (let start = 0; start < n;) {
    const score = scores[order[start]!]!;
    let events = 0;
    let others = 0;
    let end = start;
    for (; end < n; end++) {
      const row = order[end]!;
      if (scores[row] !== score) break;
      if (labels[row] === 1) events += weights[row]!;
      else others += weights[row]!;
    }
    if (events > 0 || others > 0) visit(events, others, score);
    start = end;
  }
}
