import { normalCdf, normalQuantile } from '../special/normal.ts';
import { orderOf } from '../order.ts';
import { forEachScore, isUnweighted, makeSample, type Sample } from '../sample.ts';

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
  const order = orderOf(scores);
  const n = labels.length;
  let m = 0;
  for (const label of labels) m += label;
  const place = new Float64Array(n);
  let eventsBelow = 0;
  let othersBelow = 0;
  forEachScore(isUnweighted(sample) ? sample : makeSample(labels, scores), (events, others, _, start, end) => {
    for (let position = start; position < end; position++) {
      const row = order[position]!;
      place[row] = labels[row] === 1 ? (othersBelow + others / 2) / (n - m) : (m - eventsBelow - events / 2) / m;
    }
    eventsBelow += events;
    othersBelow += others;
  });
  const [ofEvents, ofOthers] = [new Float64Array(m), new Float64Array(n - m)];
  let [event, other, sum] = [0, 0, 0];
  for (let row = 0; row < n; row++) {
    if (labels[row] === 1) {
      ofEvents[event++] = place[row]!;
      sum += place[row]!;
    } else ofOthers[other++] = place[row]!;
  }
  return { area: sum / m, events: ofEvents, others: ofOthers };
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
