import { bucketsOf, type Buckets } from '../buckets.ts';
import { orderOf } from '../order.ts';
import type { Sample } from '../sample.ts';
import { stepsOf, type Steps } from '../steps.ts';
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
export const auc = (sample: Sample): number => areaOf(stepsOf(sample));

function areaOf({ count, events, others, total }: Steps): number {
  let concordant = 0;
  let othersBelow = 0;
  for (let step = 0; step < count; step++) {
    const othersHere = others[step]!;
    concordant += events[step]! * (othersBelow + othersHere / 2);
    othersBelow += othersHere;
  }
  return concordant / (total.events * total.others);
}

/** Gini coefficient (accuracy ratio) of a score: 2 AUC - 1. */
export const gini = (sample: Sample): number => 2 * auc(sample) - 1;

/** Kolmogorov-Smirnov statistic of a score: the largest |TPR - FPR| over all thresholds. NaN if only one class has weight. */
export function ks(sample: Sample): number {
  const buckets = bucketsOf(sample);
  if (buckets !== undefined) return ksOfBuckets(buckets);
  const steps = stepsOf(sample);
  return steps.total.events > 0 && steps.total.others > 0 ? farthest(steps).distance : NaN;
}

/** Only within buckets where the shares of events and of other rows can be farther apart than between any of them, rows are looked at one by one. */
function ksOfBuckets({ events, others, total, within }: Buckets): number {
  if (!(total.events > 0 && total.others > 0)) return NaN;
  const count = events.length;
  // How much larger the share of the events below each bucket is than that of the others.
  const lead = new Float64Array(count + 1);
  for (let bucket = 0; bucket < count; bucket++) {
    lead[bucket + 1] = lead[bucket]! + events[bucket]! / total.events - others[bucket]! / total.others;
  }
  let largest = 0;
  for (const here of lead) largest = Math.max(largest, Math.abs(here));
  const isOpen = (bucket: number): boolean =>
    lead[bucket]! + events[bucket]! / total.events > largest ||
    others[bucket]! / total.others - lead[bucket]! > largest;
  const open = within(isOpen);
  const steps = stepsOf(open.sample);
  let [bucket, eventsHere, othersHere] = [-1, 0, 0];
  for (let step = 0; step < steps.count; step++) {
    const of = open.bucketOf(steps.order[steps.ends[step]! - 1]!);
    if (of !== bucket) [bucket, eventsHere, othersHere] = [of, 0, 0];
    eventsHere += steps.events[step]!;
    othersHere += steps.others[step]!;
    largest = Math.max(largest, Math.abs(lead[bucket]! + eventsHere / total.events - othersHere / total.others));
  }
  return largest;
}

/** The step up to which the shares of events and of other rows are farthest apart. */
function farthest({ count, events, others, total }: Steps): {
  step: number;
  distance: number;
  rates: [number, number];
} {
  const [ofEvents, ofOthers] = [1 / total.events, 1 / total.others];
  let [eventsUpTo, othersUpTo, distance, step] = [0, 0, -1, 0];
  let rates: [number, number] = [0, 0];
  for (let at = 0; at < count; at++) {
    eventsUpTo += events[at]!;
    othersUpTo += others[at]!;
    const here = Math.abs(eventsUpTo * ofEvents - othersUpTo * ofOthers);
    if (here > distance) {
      distance = here;
      step = at;
      rates = [eventsUpTo / total.events, othersUpTo / total.others];
    }
  }
  return { step, distance: Math.abs(rates[0] - rates[1]), rates };
}

/**
 * Area under the precision-recall curve as average precision: sum over thresholds of (R_k - R_(k-1)) P_k, without interpolation
 * (as scikit-learn's `average_precision_score`). NaN if no event has weight.
 */
export const prAuc = (sample: Sample): number => averagePrecision(stepsOf(sample));

function averagePrecision({ count, events, others, total }: Steps): number {
  // Ascending: what is at or above the score is what has not been passed yet.
  let eventsAbove = total.events;
  let othersAbove = total.others;
  let area = 0;
  for (let step = 0; step < count; step++) {
    const eventsHere = events[step]!;
    if (eventsHere > 0) area += (eventsHere * eventsAbove) / (eventsAbove + othersAbove);
    eventsAbove -= eventsHere;
    othersAbove -= others[step]!;
  }
  return total.events > 0 ? area / total.events : NaN;
}

/**
 * Share of the events that lie among the highest scores, those that make up `share` of all weight. Rows that tie at the edge count in proportion,
 * as if drawn at random. NaN if no event has weight.
 */
export function capture(sample: Sample, share: number): number {
  const buckets = bucketsOf(sample);
  if (buckets === undefined) {
    const steps = stepsOf(sample);
    const { total } = steps;
    return eventsAtTop(steps, share * (total.events + total.others)).captured / total.events;
  }
  const { events, total } = buckets;
  const wanted = share * (total.events + total.others);
  const top = eventsAtTop({ count: events.length, ...buckets }, wanted);
  if (top.edge < 0) return top.captured / total.events;
  const within = stepsOf(buckets.within((bucket) => bucket === top.edge).sample);
  return (top.above + eventsAtTop(within, wanted - top.weightAbove).captured) / total.events;
}

/** Of the last of some steps, as many as have the wanted weight. */
interface Top {
  /** Weight of their events, a part of it at the edge. */
  captured: number;
  /** The step at the edge, -1 if all of them are wanted whole, and the weight above it of events, and of all rows. */
  edge: number;
  above: number;
  weightAbove: number;
}

function eventsAtTop({ count, events, others }: Pick<Steps, 'count' | 'events' | 'others'>, wanted: number): Top {
  let [above, weightAbove] = [0, 0];
  for (let step = count - 1; step >= 0; step--) {
    const weight = events[step]! + others[step]!;
    if (weight > 0 && weightAbove + weight > wanted) {
      return {
        captured: above + (events[step]! * Math.max(0, wanted - weightAbove)) / weight,
        edge: step,
        above,
        weightAbove,
      };
    }
    above += events[step]!;
    weightAbove += weight;
  }
  return { captured: above, edge: -1, above, weightAbove };
}

export const AUC: Functional = {
  compute: auc,
  gradient(sample) {
    const { labels, weights } = sample;
    const steps = stepsOf(sample);
    const { count, order, ends, total } = steps;
    const area = areaOf(steps);
    const gradient = new Float64Array(labels.length);
    let eventsBelow = 0;
    let othersBelow = 0;
    let position = 0;
    for (let step = 0; step < count; step++) {
      const eventsHere = steps.events[step]!;
      const othersHere = steps.others[step]!;
      const ofEvent = ((othersBelow + othersHere / 2) / total.others - area) / total.events;
      const ofOther = ((total.events - eventsBelow - eventsHere / 2) / total.events - area) / total.others;
      for (const end = ends[step]!; position < end; position++) {
        const row = order[position]!;
        if (weights[row] !== 0) gradient[row] = labels[row] === 1 ? ofEvent : ofOther;
      }
      eventsBelow += eventsHere;
      othersBelow += othersHere;
    }
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
    const steps = stepsOf(sample);
    const { step, rates } = farthest(steps);
    const sign = Math.sign(rates[0] - rates[1]);
    const score = scores[steps.order[steps.ends[step]! - 1]!]!;
    const slope = (weight: number, rate: number, row: number): number =>
      ((scores[row]! <= score ? 1 : 0) - rate) / weight;
    return gradientOf(sample, (row) =>
      labels[row] === 1
        ? sign * slope(steps.total.events, rates[0], row)
        : -sign * slope(steps.total.others, rates[1], row),
    );
  },
};

export const PR_AUC: Functional = {
  compute: prAuc,
  gradient(sample) {
    const { labels, weights } = sample;
    const steps = stepsOf(sample);
    const { count, order, ends, total } = steps;
    const area = averagePrecision(steps);
    const gradient = new Float64Array(labels.length);
    let eventsAbove = total.events;
    let othersAbove = total.others;
    // Of the events passed so far: how the precision at their scores changes with an event, and with any row, that lies above them.
    let byEvent = 0;
    let byRow = 0;
    let position = 0;
    for (let step = 0; step < count; step++) {
      const events = steps.events[step]!;
      const above = eventsAbove + othersAbove;
      if (above > 0) {
        const precision = eventsAbove / above;
        const share = events / total.events / above;
        byEvent += share;
        byRow += share * precision;
        for (const end = ends[step]!; position < end; position++) {
          const row = order[position]!;
          if (weights[row] === 0) continue;
          gradient[row] = labels[row] === 1 ? (precision - area) / total.events + byEvent - byRow : -byRow;
        }
      }
      eventsAbove -= events;
      othersAbove -= steps.others[step]!;
    }
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
    const reach = Math.max(NEAR_EDGE, Math.round(order.length ** (2 / 3) / 2));
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
