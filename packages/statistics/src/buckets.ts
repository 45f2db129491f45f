import { fillKeys, isRanked } from './order.ts';
import { countsOnce, subset, type Sample } from './sample.ts';

/** A binary sample by ranges of its scores, ascending: coarser than {@link Steps}, and had without sorting. */
export interface Buckets {
  /** Weight of the events in each. */
  events: Float64Array;
  /** The same of the other rows. */
  others: Float64Array;
  total: { events: number; others: number };
  /** The rows of some of the buckets, and the bucket of each. */
  within: (isWanted: (bucket: number) => boolean) => { sample: Sample; bucketOf: (row: number) => number };
}

const BUCKET_BITS = 13;

/** Fewer rows are sorted sooner than counted. */
const MANY = 100_000;

/** The buckets of a sample whose scores nobody has sorted yet; undefined if {@link stepsOf} is the shorter way. They hold until this is called again. */
export function bucketsOf(sample: Sample): Buckets | undefined {
  const { labels, scores, weights } = sample;
  const n = scores.length;
  if (n < MANY || isRanked(scores)) return undefined;
  if (keys.length < n) keys = new Uint32Array(n);
  const shift = Math.max(0, fillKeys(scores, keys, 1) - BUCKET_BITS);
  // Events have the odd places.
  const sums = new Float64Array(2 ** (BUCKET_BITS + 1));
  const once = countsOnce(sample);
  for (let row = 0; row < n; row++) {
    const place = 2 * (keys[row]! >>> shift) + (labels[row] === 1 ? 1 : 0);
    sums[place]! += once ? 1 : weights[row]!;
  }
  const [events, others] = [new Float64Array(2 ** BUCKET_BITS), new Float64Array(2 ** BUCKET_BITS)];
  const total = { events: 0, others: 0 };
  for (let bucket = 0; bucket < events.length; bucket++) {
    total.others += others[bucket] = sums[2 * bucket]!;
    total.events += events[bucket] = sums[2 * bucket + 1]!;
  }
  return {
    events,
    others,
    total,
    within(isWanted) {
      const wanted = Uint8Array.from(events, (_, bucket) => (isWanted(bucket) ? 1 : 0));
      const rows: number[] = [];
      for (let row = 0; row < n; row++) if (wanted[keys[row]! >>> shift] === 1) rows.push(row);
      return { sample: subset(sample, rows), bucketOf: (row) => keys[rows[row]!]! >>> shift };
    },
  };
}

/** Used again, as fresh memory costs more than what is done here. */
let keys = new Uint32Array(0);
