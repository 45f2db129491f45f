import { forEachScore, type Sample } from '../sample.ts';

/** Weight of the events and of the other rows. */
export function classWeights({ labels, weights }: Sample): { events: number; others: number } {
  let events = 0;
  let others = 0;
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] === 1) events += weights[row]!;
    else others += weights[row]!;
  }
  return { events, others };
}

/**
 * Area under the ROC curve: the probability that an event scores higher than another row, ties counting half
 * (Mann-Whitney U / mn; D. Bamber, 1975). NaN if only one class has weight.
 */
export function auc(sample: Sample): number {
  let concordant = 0;
  let events = 0;
  let others = 0;
  forEachScore(sample, (eventsHere, othersHere) => {
    concordant += eventsHere * (others + othersHere / 2);
    events += eventsHere;
    others += othersHere;
  });
  return concordant / (events * others);
}

/** Gini coefficient (accuracy ratio) of a score: 2 AUC - 1. */
export const gini = (sample: Sample): number => 2 * auc(sample) - 1;

/** Kolmogorov-Smirnov statistic of a score: the largest |TPR - FPR| over all thresholds. NaN if only one class has weight. */
export function ks(sample: Sample): number {
  const total = classWeights(sample);
  let events = 0;
  let others = 0;
  let largest = 0;
  forEachScore(sample, (eventsHere, othersHere) => {
    events += eventsHere;
    others += othersHere;
    largest = Math.max(largest, Math.abs(events / total.events - others / total.others));
  });
  return total.events > 0 && total.others > 0 ? largest : NaN;
}

/**
 * Area under the precision-recall curve as average precision: sum over thresholds of (R_k - R_(k-1)) P_k, without interpolation
 * (as scikit-learn's `average_precision_score`). NaN if no event has weight.
 */
export function prAuc(sample: Sample): number {
  const { events, others } = classWeights(sample);
  // Ascending: what is at or above the score is what has not been passed yet.
  let eventsAbove = events;
  let othersAbove = others;
  let area = 0;
  forEachScore(sample, (eventsHere, othersHere) => {
    area += (eventsHere / events) * (eventsAbove / (eventsAbove + othersAbove));
    eventsAbove -= eventsHere;
    othersAbove -= othersHere;
  });
  return events > 0 ? area : NaN;
}

/**
 * Share of the events that lie among the highest scores, those that make up `share` of all weight. Rows that tie at the edge count in proportion,
 * as if drawn at random. NaN if no event has weight.
 */
export function capture(sample: Sample, share: number): number {
  const total = classWeights(sample);
  const below = (1 - share) * (total.events + total.others);
  let passed = 0;
  let captured = 0;
  forEachScore(sample, (events, others) => {
    const weight = events + others;
    captured += (events * Math.min(weight, Math.max(0, passed + weight - below))) / weight;
    passed += weight;
  });
  return total.events > 0 ? captured / total.events : NaN;
}
