import { forEachScore, type Sample } from '../sample.ts';
import { classWeights } from './ranking.ts';

/** A point of a curve. */
export type Point = readonly [x: number, y: number];

/**
 * Points closer than this to the last one are left out of a curve: a screen cannot show them, and a million rows would have a million.
 */
const RESOLUTION = 1 / 500;

/** ROC curve: false positive rate and true positive rate at every threshold, from (0, 0) to (1, 1). Empty if one class has no weight. */
export function rocCurve(sample: Sample): Point[] {
  const total = classWeights(sample);
  if (!(total.events > 0 && total.others > 0)) return [];
  const curve = new Thinned([1, 1]);
  let events = total.events;
  let others = total.others;
  forEachScore(sample, (eventsHere, othersHere) => {
    events -= eventsHere;
    others -= othersHere;
    curve.add([Math.max(0, others / total.others), Math.max(0, events / total.events)]);
  });
  return curve.end().reverse();
}

/** Precision-recall curve: recall and precision at every threshold that some row reaches, by ascending recall. Empty without events. */
export function precisionRecallCurve(sample: Sample): Point[] {
  const total = classWeights(sample);
  if (!(total.events > 0)) return [];
  const curve = new Thinned([1, total.events / (total.events + total.others)]);
  let { events, others } = total;
  let first = true;
  forEachScore(sample, (eventsHere, othersHere) => {
    if (!first) curve.add([events / total.events, events / (events + others)]);
    first = false;
    events -= eventsHere;
    others -= othersHere;
  });
  return curve.end().reverse();
}

/** A line of points without those that lie on top of each other; its first and last are kept. */
class Thinned {
  readonly #kept: Point[];
  #last: Point;

  constructor(first: Point) {
    this.#kept = [first];
    this.#last = first;
  }

  add(point: Point): void {
    const [x, y] = this.#kept.at(-1)!;
    this.#last = point;
    if (Math.abs(point[0] - x) >= RESOLUTION || Math.abs(point[1] - y) >= RESOLUTION) this.#kept.push(point);
  }

  end(): Point[] {
    if (this.#kept.at(-1) !== this.#last) this.#kept.push(this.#last);
    return this.#kept;
  }
}
