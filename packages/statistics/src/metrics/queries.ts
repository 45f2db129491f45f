import { unitCount, type Sample } from '../sample.ts';
import { gradientOf, type Functional, type MetricOptions } from './statistic.ts';

/** Answers to queries, best score first; among equal scores the least relevant first. */
interface Answers {
  relevance: Float64Array;
  scores: Float64Array;
}

/** What the answers from place `start` to before `end`, all of one query and one of them relevant, are worth. */
type Worth = (answers: Answers, start: number, end: number, cutoff: number) => number;

const CUTOFF = 10;

/** The mean over the queries, by weight, of what their answers are worth. Queries without any relevant answer are left out: nothing could rank them well. */
function meanOverQueries(worth: Worth): Functional {
  /** What a query is worth does not depend on weights, so that resamples share it. */
  const known = new WeakMap<Float64Array, { of: Sample; cutoff: number; worths: Float64Array }>();
  const worthsOf = (sample: Sample, { cutoff = CUTOFF }: MetricOptions): Float64Array => {
    const found = known.get(sample.scores);
    const same = found?.of.labels === sample.labels && found.of.queries === sample.queries;
    if (same && found.cutoff === cutoff) return found.worths;
    const { answers, ends } = answersByQuery(sample);
    const worths = new Float64Array(ends.length);
    let start = 0;
    for (let query = 0; query < ends.length; query++) {
      const end = ends[query]!;
      let isAnswered = false;
      for (let place = start; place < end && !isAnswered; place++) isAnswered = answers.relevance[place]! > 0;
      worths[query] = isAnswered ? worth(answers, start, end, cutoff) : NaN;
      start = end;
    }
    known.set(sample.scores, { of: sample, cutoff, worths });
    return worths;
  };
  const sums = (sample: Sample, worths: Float64Array): { mean: number; total: number; sizes: Float64Array } => {
    const { weights } = sample;
    const queries = queriesOf(sample);
    const sizes = new Float64Array(worths.length);
    const weightOf = new Float64Array(worths.length);
    for (let row = 0; row < weights.length; row++) {
      sizes[queries[row]!]!++;
      weightOf[queries[row]!] = weights[row]!;
    }
    let sum = 0;
    let total = 0;
    weightOf.forEach((weight, query) => {
      if (weight === 0 || Number.isNaN(worths[query])) return;
      sum += weight * worths[query]!;
      total += weight;
    });
    return { mean: sum / total, total, sizes };
  };
  return {
    isMean: true,
    compute: (sample, options) => sums(sample, worthsOf(sample, options)).mean,
    // A query's weight is shared out evenly among its rows.
    gradient(sample, options) {
      const worths = worthsOf(sample, options);
      const { mean, total, sizes } = sums(sample, worths);
      const queries = queriesOf(sample);
      return gradientOf(sample, (row) => {
        const query = queries[row]!;
        return Number.isNaN(worths[query]) ? 0 : (worths[query]! - mean) / total / sizes[query]!;
      });
    },
  };
}

function queriesOf({ queries }: Sample): Uint32Array {
  if (queries === undefined) throw new RangeError('Ranking metrics need queries.');
  return queries;
}

/** The answers, query by query, and for each query the place after its last one. */
function answersByQuery(sample: Sample): { answers: Answers; ends: Uint32Array } {
  const { labels, scores } = sample;
  const queries = queriesOf(sample);
  const ends = new Uint32Array(unitCount(queries));
  for (const query of queries) ends[query]!++;
  for (let query = 1; query < ends.length; query++) ends[query]! += ends[query - 1]!;
  const next = new Uint32Array(ends.length);
  next.set(ends.subarray(0, -1), 1);
  const rows = new Uint32Array(queries.length);
  for (let row = 0; row < rows.length; row++) rows[next[queries[row]!]!++] = row;

  const precedes = (a: number, b: number): number => scores[b]! - scores[a]! || labels[a]! - labels[b]!;
  let start = 0;
  for (const end of ends) {
    if (end - start > FEW) rows.subarray(start, end).sort(precedes);
    else {
      for (let place = start + 1; place < end; place++) {
        const row = rows[place]!;
        let to = place;
        for (; to > start && precedes(row, rows[to - 1]!) < 0; to--) rows[to] = rows[to - 1]!;
        rows[to] = row;
      }
    }
    start = end;
  }
  const answers = { relevance: new Float64Array(rows.length), scores: new Float64Array(rows.length) };
  for (let place = 0; place < rows.length; place++) {
    answers.relevance[place] = labels[rows[place]!]!;
    answers.scores[place] = scores[rows[place]!]!;
  }
  return { answers, ends };
}

/** Up to so many answers are sorted by insertion. */
const FEW = 32;

const discount = (rank: number): number => 1 / Math.log2(rank + 2);

/** Discounted gain of the first `cutoff` answers; answers that tie share their places evenly. */
function discountedGain({ relevance, scores }: Answers, start: number, end: number, cutoff: number): number {
  let gain = 0;
  for (let first = start; first < Math.min(start + cutoff, end);) {
    let place = first;
    let relevant = 0;
    let places = 0;
    for (; place < end && scores[place] === scores[first]; place++) {
      relevant += relevance[place]!;
      if (place < start + cutoff) places += discount(place - start);
    }
    gain += (relevant / (place - first)) * places;
    first = place;
  }
  return gain;
}

/**
 * Normalised discounted cumulative gain at the cutoff (K. Järvelin and J. Kekäläinen, 2002): the gain of an answer is its relevance, the discount of
 * rank r is 1/log2(r + 1), ties are averaged, as in scikit-learn's `ndcg_score`. For gains of 2^relevance - 1 give those as labels.
 */
export const NDCG = meanOverQueries((answers, start, end, cutoff) => {
  const relevance = answers.relevance.slice(start, end).sort();
  let ideal = 0;
  for (let rank = 0; rank < Math.min(cutoff, relevance.length); rank++) {
    ideal += relevance[relevance.length - 1 - rank]! * discount(rank);
  }
  return discountedGain(answers, start, end, cutoff) / ideal;
});

/**
 * Mean average precision at the cutoff: the mean, over the relevant answers (at most `cutoff` of them), of the precision at the rank of each. Relevant is what
 * has a relevance above 0; answers that tie stand in the worst order.
 */
export const MAP = meanOverQueries(({ relevance }, start, end, cutoff) => {
  let [hits, sum, relevant] = [0, 0, 0];
  for (let place = start; place < end; place++) {
    if (!(relevance[place]! > 0)) continue;
    relevant++;
    if (place < start + cutoff) sum += ++hits / (place - start + 1);
  }
  return sum / Math.min(relevant, cutoff);
});

/** Mean reciprocal rank of the first relevant answer, 0 where none is within the cutoff; answers that tie stand in the worst order. */
export const MRR = meanOverQueries(({ relevance }, start, end, cutoff) => {
  for (let place = start; place < Math.min(start + cutoff, end); place++) {
    if (relevance[place]! > 0) return 1 / (place - start + 1);
  }
  return 0;
});
