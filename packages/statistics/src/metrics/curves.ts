import type { Sample } from '../sample.ts';
import { stepsOf } from '../steps.ts';

/** A point of a curve. */
export type Point = readonly [x: number, y: number];

/**
 * Points closer than this to the last one are left out of a curve: a screen cannot show them, and a million rows would have a million.
 */
const RESOLUTION = 1 / 500;

/** ROC curve: false positive rate and true positive rate at every threshold, from (0, 0) to (1, 1). Empty if one class has no weight. */
export function rocCurve(sample: Sample): Point[] {
  const { count, total, ...steps } = stepsOf(sample);
  if (!(total.events > 0 && total.others > 0)) return [];
  const curve = new Thinned([1, 1]);
  let { events, others } = total;
  for (let step = 0; step < count; step++) {
    events -= steps.events[step]!;
    others -= steps.others[step]!;
    curve.add(Math.max(0, others / total.others), Math.max(0, events / total.events));
  }
  return curve.end().reverse();
}

/** Precision-recall curve: recall and precision at every threshold that some row reaches, by ascending recall. Empty without events. */
export function precisionRecallCurve(sample: Sample): Point[] {
  const { count, total, ...steps } = stepsOf(sample);
  if (!(total.events > 0)) return [];
  const curve = new Thinned([1, total.events / (total.events + total.others)]);
  let { events, others } = total;
  for (let step = 0; step < count - 1; step++) {
    events -= steps.events[step]!;
    others -= steps.others[step]!;
    if (events + others > 0) curve.add(events / total.events, events / (events + others));
  }
  return curve.end().reverse();
}

/** A line of points without those that lie on top of each other; its first and last are kept. */
class Thinned {
  readonly #kept: Point[];
  #x: number;
  #y: number;
  /** The point that was added last, which may not have been kept. */
  #lastX: number;
  #lastY: number;

  constructor([x, y]: Point) {
    this.#kept = [[x, y]];
    [this.#x, this.#y] = [x, y];
    [this.#lastX, this.#lastY] = [x, y];
  }

  add(x: number, y: number): void {
    this.#lastX = x;
    this.#lastY = y;
    if (Math.abs(x - this.#x) < RESOLUTION && Math.abs(y - this.#y) < RESOLUTION) return;
    this.#kept.push([x, y]);
    this.#x = x;
    this.#y = y;
  }

  end(): Point[] {
    if (this.#x !== this.#lastX || this.#y !== this.#lastY) this.#kept.push([this.#lastX, this.#lastY]);
    return this.#kept;
  }
}
