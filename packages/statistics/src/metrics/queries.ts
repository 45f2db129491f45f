import type { Sample } from '../sample.ts';
import { gradientOf, type Functional, type MetricOptions } from './statistic.ts';

/** What one query's answers are worth, given their relevance by descending score; NaN leaves the query out. */
type Worth = (answers: Answers, cutoff: number) => number;

/** Relevance and scores of the answers to one query, best score first; among equal scores the least relevant first. */
interface Answers {
  relevance: Float64Array;
  scores: Float64Array;
}

const CUTOFF = 10;

/** The mean over the queries, by weight, of what their answers are worth. Queries without any relevant answer are left out: nothing could rank them well. */
function meanOverQueries(worth: Worth): Functional {
  /** What a query is worth does not depend on weights, so that resamples share it. */
  const known = new WeakMap<Float64Array, { of: Sample; cutoff: number; worths: Float64Array }>();
  const worthsOf = (sample: Sample, { cutoff = CUTOFF }: MetricOptions): Float64Array => {
    const found = known.get(sample.scores);
    const same = found?.of.labels === sample.labels && found.of.queries === sample.queries;
    if (same && found.cutoff === cutoff) return found.worths;
    const worths = Float64Array.from(answersByQuery(sample), (answers) =>
      answers.relevance.some((value) => value > 0) ? worth(answers, cutoff) : NaN,
    );
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

function answersByQuery(sample: Sample): Answers[] {
  const { labels, scores } = sample;
  const rows: number[][] = [];
  queriesOf(sample).forEach((query, row) => (rows[query] ??= []).push(row));
  return rows.map((ofQuery) => {
    ofQuery.sort((a, b) => scores[b]! - scores[a]! || labels[a]! - labels[b]!);
    return {
      relevance: Float64Array.from(ofQuery, (row) => labels[row]!),
      scores: Float64Array.from(ofQuery, (row) => scores[row]!),
    };
  });
}

const discount = (rank: number): number => 1 / Math.log2(rank + 2);

/** Discounted gain of the first `cutoff` answers; answers that tie share their places evenly. */
function discountedGain({ relevance, scores }: Answers, cutoff: number): number {
  let gain = 0;
  for (let start = 0; start < Math.min(cutoff, scores.length);) {
    let end = start;
    let relevant = 0;
    let places = 0;
    for (; end < scores.length && scores[end] === scores[start]; end++) {
      relevant += relevance[end]!;
      if (end < cutoff) places += discount(end);
    }
    gain += (relevant / (end - start)) * places;
    start = end;
  }
  return gain;
}

/**
 * Normalised discounted cumulative gain at the cutoff (K. Järvelin and J. Kekäläinen, 2002): the gain of an answer is its relevance, the discount of
 * rank r is 1/log2(r + 1), ties are averaged, as in scikit-learn's `ndcg_score`. For gains of 2^relevance - 1 give those as labels.
 */
export const NDCG = meanOverQueries((answers, cutoff) => {
  const relevance = answers.relevance.toSorted().reverse();
  let ideal = 0;
  for (let rank = 0; rank < Math.min(cutoff, relevance.length); rank++) ideal += relevance[rank]! * discount(rank);
  return discountedGain(answers, cutoff) / ideal;
});

/**
 * Mean average precision at the cutoff: the mean, over the relevant answers (at most `cutoff` of them), of the precision at the rank of each. Relevant is what
 * has a relevance above 0; answers that tie stand in the worst order.
 */
export const MAP = meanOverQueries(({ relevance }, cutoff) => {
  let hits = 0;
  let sum = 0;
  for (let rank = 0; rank < Math.min(cutoff, relevance.length); rank++) {
    if (relevance[rank]! > 0) sum += ++hits / (rank + 1);
  }
  const relevant = relevance.reduce((total, value) => total + (value > 0 ? 1 : 0), 0);
  return sum / Math.min(relevant, cutoff);
});

/** Mean reciprocal rank of the first relevant answer, 0 where none is within the cutoff; answers that tie stand in the worst order. */
export const MRR = meanOverQueries(({ relevance }, cutoff) => {
  const first = relevance.findIndex((value) => value > 0);
  return first < cutoff ? 1 / (first + 1) : 0;
});
