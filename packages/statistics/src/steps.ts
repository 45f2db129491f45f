import { ranksOf } from './order.ts';
import { countsOnce, type Sample } from './sample.ts';

/** A binary sample by its scores, ascending, each distinct one a step. Where the weights are 0, steps have no weight either. */
export interface Steps {
  count: number;
  /** Weight of the events that have the score, in the first `count` places. */
  events: Float64Array;
  /** The same of the other rows. */
  others: Float64Array;
  /** Indices of the rows by ascending score, and of each of these whether it is an event. */
  order: Uint32Array;
  isEvent: Uint8Array;
  /** For each step the position in the order after its last row. */
  ends: Uint32Array;
  /** All that the steps hold. */
  total: { events: number; others: number };
}

/** Steps are made anew for every resample, so that their memory is used again. */
let scratch = { events: new Float64Array(0), others: new Float64Array(0) };

/** The steps of a binary sample; they hold until this is called again. */
export function stepsOf(sample: Sample): Steps {
  const { order, ends } = ranksOf(sample.scores);
  const count = ends.length;
  if (scratch.events.length < count) scratch = { events: new Float64Array(count), others: new Float64Array(count) };
  const { events, others } = scratch;
  const isEvent = eventsInOrder(sample, order);
  if (countsOnce(sample)) countRows(isEvent, ends, events, others);
  else addWeights(sample.weights, order, isEvent, ends, events, others);
  const total = { events: 0, others: 0 };
  for (let step = 0; step < count; step++) {
    total.events += events[step]!;
    total.others += others[step]!;
  }
  return { count, events, others, order, isEvent, ends, total };
}

function countRows(isEvent: Uint8Array, ends: Uint32Array, events: Float64Array, others: Float64Array): void {
  let position = 0;
  for (let step = 0; step < ends.length; step++) {
    const start = position;
    let found = 0;
    for (const end = ends[step]!; position < end; position++) found += isEvent[position]!;
    events[step] = found;
    others[step] = position - start - found;
  }
}

function addWeights(
  weights: Float64Array,
  order: Uint32Array,
  isEvent: Uint8Array,
  ends: Uint32Array,
  events: Float64Array,
  others: Float64Array,
): void {
  let position = 0;
  for (let step = 0; step < ends.length; step++) {
    let ofEvents = 0;
    let ofOthers = 0;
    for (const end = ends[step]!; position < end; position++) {
      const weight = weights[order[position]!]!;
      const ofEvent = isEvent[position]! * weight;
      ofEvents += ofEvent;
      ofOthers += weight - ofEvent;
    }
    events[step] = ofEvents;
    others[step] = ofOthers;
  }
}

/** Labels in the order of the scores: the columns of a sample do not change, while its weights do with every resample. */
const known = new WeakMap<Float64Array, { labels: Float64Array; events: Uint8Array }>();

function eventsInOrder({ labels, scores }: Sample, order: Uint32Array): Uint8Array {
  const found = known.get(scores);
  if (found?.labels === labels) return found.events;
  const isEvent = new Uint8Array(labels.length);
  for (let row = 0; row < labels.length; row++) isEvent[row] = labels[row] === 1 ? 1 : 0;
  const events = new Uint8Array(order.length);
  for (let position = 0; position < order.length; position++) events[position] = isEvent[order[position]!]!;
  known.set(scores, { labels, events });
  return events;
}
