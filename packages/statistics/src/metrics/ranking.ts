import { orderOf } from '../order.ts';
import { forEachScore, type Sample } from '../sample.ts';
import { gradientOf, type Functional } from './statistic.ts';

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

export const AUC: Functional = {
  compute: auc,
  gradient(sample) {
    const { labels, weights } = sample;
    const { events, others } = classWeights(sample);
    const area = auc(sample);
    const order = orderOf(sample.scores);
    const gradient = new Float64Array(labels.length);
    let eventsBelow = 0;
    let othersBelow = 0;
    forEachScore(sample, (eventsHere, othersHere, _, start, end) => {
      const ofEvent = ((othersBelow + othersHere / 2) / others - area) / events;
      const ofOther = ((events - eventsBelow - eventsHere / 2) / events - area) / others;
      for (let position = start; position < end; position++) {
        const row = order[position]!;
        if (weights[row] !== 0) gradient[row] = labels[row] === 1 ? ofEvent : ofOther;
      }
      eventsBelow += eventsHere;
      othersBelow += othersHere;
    });
    return gradient;
  },
};

export const GINI: Functional = {
  compute: gini,
  gradient: (sample) => AUC.gradient(sample, { threshold: 0, bins: 0 }).map((slope) => 2 * slope),
};

/** The rates at the threshold where they are farthest apart, which the sample has chosen: its choice is of no first-order account. */
export const KS: Functional = {
  compute: ks,
  gradient(sample) {
    const { labels, scores } = sample;
    const total = classWeights(sample);
    let [events, others, sign] = [0, 0, 0];
    const farthest = { score: 0, rates: [0, 0], distance: -1, sign: 0 };
    forEachScore(sample, (eventsHere, othersHere, score) => {
      events += eventsHere;
      others += othersHere;
      const rates = [events / total.events, others / total.others];
      sign = Math.sign(rates[0]! - rates[1]!);
      const distance = Math.abs(rates[0]! - rates[1]!);
      if (distance > farthest.distance) Object.assign(farthest, { score, rates, distance, sign });
    });
    const slope = (weight: number, rate: number, row: number): number =>
      ((scores[row]! <= farthest.score ? 1 : 0) - rate) / weight;
    return gradientOf(sample, (row) =>
      labels[row] === 1
        ? farthest.sign * slope(total.events, farthest.rates[0]!, row)
        : -farthest.sign * slope(total.others, farthest.rates[1]!, row),
    );
  },
};

export const PR_AUC: Functional = {
  compute: prAuc,
  gradient(sample) {
    const { labels, weights } = sample;
    const total = classWeights(sample);
    const area = prAuc(sample);
    const order = orderOf(sample.scores);
    const gradient = new Float64Array(labels.length);
    let eventsAbove = total.events;
    let othersAbove = total.others;
    // Of the events passed so far: how the precision at their scores changes with an event, and with any row, that lies above them.
    let byEvent = 0;
    let byRow = 0;
    forEachScore(sample, (events, others, _, start, end) => {
      const above = eventsAbove + othersAbove;
      if (above > 0) {
        const precision = eventsAbove / above;
        const share = events / total.events / above;
        byEvent += share;
        byRow += share * precision;
        for (let position = start; position < end; position++) {
          const row = order[position]!;
          if (weights[row] === 0) continue;
          gradient[row] = labels[row] === 1 ? (precision - area) / total.events + byEvent - byRow : -byRow;
        }
      }
      eventsAbove -= events;
      othersAbove -= others;
    });
    return gradient;
  },
};

/** Rows near the edge that tell how dense events are there: this many on either side, and more where there are many rows. */
const NEAR_EDGE = 20;

/** {@link capture} of a share of the rows that depends on the options. */
export const captureOf = (shareOf: Functional['compute']): Functional => ({
  compute: (sample, options) => capture(sample, shareOf(sample, options)),
  gradient(sample, options) {
    const share = shareOf(sample, options);
    const { labels, scores, weights } = sample;
    const total = classWeights(sample);
    const captured = capture(sample, share);
    const order = orderOf(scores);
    // Where the edge lies hangs on all rows. What it costs to move it is how dense events are about it, which takes more than the row at the edge to tell.
    const below = (1 - share) * (total.events + total.others);
    let position = 0;
    for (let passed = 0; position < order.length - 1; position++) {
      passed += weights[order[position]!]!;
      if (passed > below) break;
    }
    const reach = Math.max(NEAR_EDGE, Math.round(order.length ** 0.8 / 2));
    let [events, all] = [0, 0];
    for (const row of order.subarray(Math.max(0, position - reach), position + reach)) {
      all += weights[row]!;
      if (labels[row] === 1) events += weights[row]!;
    }
    const density = events / all;
    const edge = scores[order[position]!]!;
    return gradientOf(sample, (row) => {
      const isAbove = scores[row]! > edge ? 1 : 0;
      const event = labels[row] === 1 ? 1 : 0;
      return (isAbove * event - density * (isAbove - share) - captured * event) / total.events;
    });
  },
});
