import { normalCdf, normalQuantile } from '../special/normal.ts';
import { isUnweighted, makeSample, type Sample } from '../sample.ts';
import { stepsOf } from '../steps.ts';

/** An area under the ROC curve with the placements that its variance rests on. */
export interface Placements {
  area: number;
  /** For every event, in row order: the share of the other rows that it outranks (ties half). */
  events: Float64Array;
  /** For every other row, in row order: the share of the events that outrank it (ties half). */
  others: Float64Array;
}

/** Placements of an unweighted binary sample (E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 44, 1988). */
export function placements(sample: Sample): Placements {
  const { labels, scores } = sample;
  const steps = stepsOf(isUnweighted(sample) ? sample : makeSample(labels, scores));
  const { count, order, isEvent, ends, total } = steps;
  // Twice how many rows of the other class are outranked, or outrank: whole numbers, half as large as the shares.
  const outranked = new Uint32Array(labels.length);
  let [eventsBelow, othersBelow, position] = [0, 0, 0];
  for (let step = 0; step < count; step++) {
    const events = steps.events[step]!;
    const others = steps.others[step]!;
    const ofEvents = 2 * othersBelow + others;
    const ofOthers = 2 * (total.events - eventsBelow) - events;
    for (const end = ends[step]!; position < end; position++) {
      outranked[order[position]!] = isEvent[position] === 1 ? ofEvents : ofOthers;
    }
    eventsBelow += events;
    othersBelow += others;
  }
  const [ofEvents, ofOthers] = [new Float64Array(total.events), new Float64Array(total.others)];
  const [eventScale, otherScale] = [1 / (2 * total.others), 1 / (2 * total.events)];
  let [event, other, sum] = [0, 0, 0];
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] === 1) {
      ofEvents[event++] = outranked[row]! * eventScale;
      sum += outranked[row]!;
    } else ofOthers[other++] = outranked[row]! * otherScale;
  }
  return { area: (sum * eventScale) / event, events: ofEvents, others: ofOthers };
}

/** DeLong's estimate of the covariance of two areas over the same rows; of one with itself, its variance. */
export function areaCovariance(a: Placements, b: Placements): number {
  return (
    covariance(a.events, a.area, b.events, b.area) / a.events.length +
    covariance(a.others, a.area, b.others, b.area) / a.others.length
  );
}

/** Sample covariance (divisor n - 1) about known means. */
function covariance(x: Float64Array, meanX: number, y: Float64Array, meanY: number): number {
  let sum = 0;
  for (let index = 0; index < x.length; index++) sum += (x[index]! - meanX) * (y[index]! - meanY);
  return sum / (x.length - 1);
}

/** Two correlated areas compared. */
export interface AreaComparison {
  /** First area minus second. */
  difference: number;
  standardError: number;
  z: number;
  /** Two-sided. NaN where the difference has no variance (the two rank alike). */
  pValue: number;
}

/** Compares two areas over the same rows by DeLong's test. */
export function compareAreas(first: Placements, second: Placements): AreaComparison {
  return areaTest(
    first.area - second.area,
    areaCovariance(first, first) + areaCovariance(second, second) - 2 * areaCovariance(first, second),
  );
}

/** The test from a difference and its variance. Variances that are nothing but rounding count as 0. */
export function areaTest(difference: number, variance: number): AreaComparison {
  const standardError = variance < 1e-18 ? 0 : Math.sqrt(variance);
  const z = difference / standardError;
  return { difference, standardError, z, pValue: 2 * normalCdf(-Math.abs(z)) };
}

/** Bounds value -+ z * standardError, each exceeded with probability `alpha`. */
export function normalBounds(value: number, standardError: number, alpha: number): [number, number] {
  const reach = -normalQuantile(alpha) * standardError;
  return [value - reach, value + reach];
}
