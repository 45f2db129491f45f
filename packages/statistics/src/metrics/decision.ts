import { countsOnce, type Sample } from '../sample.ts';
import { gradientOf, partials, type Functional, type MetricOptions } from './statistic.ts';

/** Weights of the four outcomes of a decision. */
export interface Confusion {
  truePositive: number;
  falsePositive: number;
  trueNegative: number;
  falseNegative: number;
}

/** The confusion matrix of deciding for the event where the score is at least `threshold`. */
export function confusion(sample: Sample, threshold: number): Confusion {
  const { labels, scores, weights } = sample;
  let [events, decided, right] = [0, 0, 0];
  if (countsOnce(sample)) {
    for (let row = 0; row < labels.length; row++) {
      const event = labels[row] === 1 ? 1 : 0;
      const decision = scores[row]! >= threshold ? 1 : 0;
      events += event;
      decided += decision;
      right += event & decision;
    }
    return {
      truePositive: right,
      falsePositive: decided - right,
      trueNegative: labels.length - events - decided + right,
      falseNegative: events - right,
    };
  }
  const cells = { truePositive: 0, falsePositive: 0, trueNegative: 0, falseNegative: 0 };
  for (let row = 0; row < labels.length; row++) {
    const weight = weights[row]!;
    if (scores[row]! >= threshold) {
      if (labels[row] === 1) cells.truePositive += weight;
      else cells.falsePositive += weight;
    } else if (labels[row] === 1) cells.falseNegative += weight;
    else cells.trueNegative += weight;
  }
  return cells;
}

/** Share of right decisions. */
export const accuracy = (c: Confusion): number =>
  (c.truePositive + c.trueNegative) / (c.truePositive + c.falsePositive + c.trueNegative + c.falseNegative);

/** Share of events among the rows decided for it. NaN where there are none. */
export const precision = (c: Confusion): number => c.truePositive / (c.truePositive + c.falsePositive);

/** Share of the events that were found (sensitivity, true positive rate). */
export const recall = (c: Confusion): number => c.truePositive / (c.truePositive + c.falseNegative);

/** Share of the other rows that were left alone (true negative rate). */
export const specificity = (c: Confusion): number => c.trueNegative / (c.trueNegative + c.falsePositive);

/** Mean of recall and specificity. */
export const balancedAccuracy = (c: Confusion): number => (recall(c) + specificity(c)) / 2;

/** Weighted harmonic mean of precision and recall, recall counting `beta` times as much (C. J. van Rijsbergen, 1979). */
export function fBeta(c: Confusion, beta: number): number {
  const square = beta * beta;
  return ((1 + square) * c.truePositive) / ((1 + square) * c.truePositive + square * c.falseNegative + c.falsePositive);
}

/** Matthews correlation coefficient (B. W. Matthews, 1975); 0, its limit, where a row or column of the matrix is empty. */
export function mcc(c: Confusion): number {
  const margins =
    (c.truePositive + c.falsePositive) *
    (c.truePositive + c.falseNegative) *
    (c.trueNegative + c.falsePositive) *
    (c.trueNegative + c.falseNegative);
  if (margins === 0) return 0;
  return (c.truePositive * c.trueNegative - c.falsePositive * c.falseNegative) / Math.sqrt(margins);
}

/** What wrong decisions cost, in any one unit. */
export interface Costs {
  falsePositive: number;
  falseNegative: number;
}

/** Mean cost of a row. */
export const expectedCost = (c: Confusion, { falsePositive, falseNegative }: Costs): number =>
  (falsePositive * c.falsePositive + falseNegative * c.falseNegative) /
  (c.truePositive + c.falsePositive + c.trueNegative + c.falseNegative);

/** Whatever is a function of the confusion matrix at the threshold. */
export const ofConfusion = (value: (cells: Confusion, options: MetricOptions) => number): Functional => ({
  compute: (sample, options) => value(confusion(sample, options.threshold), options),
  gradient(sample, options) {
    const { truePositive, falsePositive, trueNegative, falseNegative } = confusion(sample, options.threshold);
    const [tp, fp, tn, fn] = partials([truePositive, falsePositive, trueNegative, falseNegative], ([a, b, c, d]) =>
      value({ truePositive: a!, falsePositive: b!, trueNegative: c!, falseNegative: d! }, options),
    ) as [number, number, number, number];
    const { labels, scores } = sample;
    return gradientOf(sample, (row) =>
      scores[row]! >= options.threshold ? (labels[row] === 1 ? tp : fp) : labels[row] === 1 ? fn : tn,
    );
  },
});
