import {
  auc,
  estimateDifference,
  estimateMetric,
  makeSample,
  permutation,
  random,
  subset,
  type Estimate,
  type EstimatePlan,
  type Metric,
  type Sample,
  type Statistic,
} from '@mlops-actions/statistics';
import type { JoinedPredictions } from './predictions.ts';
import { divide, type SliceRule } from './slices.ts';

/** What is known of the models, from rows or from stored metrics: the same questions are put to both. */
export interface Evidence {
  kind: 'predictions' | 'metrics';
  /** What {@link Estimate.rows} counts. */
  unit: 'row' | 'cluster';
  hasChampion: boolean;
  /** The metric of one model; `undefined` if there is no champion. */
  value(model: Model, metric: Metric): number | undefined;
  /** A statistic of one model, with its uncertainty. */
  estimate(model: Model, statistic: Statistic): Estimate;
  /** The candidate's metric minus the champion's, with its uncertainty. */
  difference(metric: Metric): Estimate;
  /** The same for some of the rows at a time. */
  slices(rule: SliceRule): { label: string; evidence: Evidence }[];
  /** The same for candidates that were made worse on purpose, some of them within a slice of one of `rules`. */
  degraded(rules: readonly SliceRule[]): Degraded[];
  /** The rows of the candidate and, if there is one, of the champion; of stored metrics, nothing. */
  samples: Sample[] | undefined;
  /** Oddities that a reader should know, none of which decides. */
  remarks(): string[];
}

export type Model = 'candidate' | 'champion';

/** A candidate that was made worse on purpose. */
export interface Degraded {
  /** How it was made worse. */
  how: string;
  /** What was spoilt: everything, or the probabilities but not the ranks, or how alike the slices of a rule are. */
  spoilt: 'everything' | 'probabilities' | 'slices';
  evidence: Evidence;
}

/** Evidence from the rows of both models. */
export function evidenceOfPredictions(joined: JoinedPredictions, options: EstimatePlan): Evidence {
  const { candidate, champion, units, attributes } = joined;
  const plan = units === undefined ? options : { ...options, units };
  const sampleOf = (model: Model): Sample => {
    const sample = model === 'candidate' ? candidate : champion;
    if (sample === undefined) throw new Error('A champion was asked for where there is none.');
    return sample;
  };
  const rescored = (scores: Float64Array): Evidence =>
    evidenceOfPredictions({ ...joined, candidate: makeSample(candidate.labels, scores, candidate.weights) }, options);
  const rowsBy = (rule: SliceRule): ReturnType<typeof divide> => divide(rule, attributes!.get(rule.column)!);

  return {
    kind: 'predictions',
    unit: units === undefined ? 'row' : 'cluster',
    hasChampion: champion !== undefined,
    samples: champion === undefined ? [candidate] : [candidate, champion],
    value: (model, metric) =>
      model === 'champion' && champion === undefined ? undefined : metric.compute(sampleOf(model), plan),
    estimate: (model, statistic) => estimateMetric(statistic, sampleOf(model), plan),
    difference: (metric) => estimateDifference(metric, candidate, sampleOf('champion'), plan),
    slices: (rule) =>
      rowsBy(rule).map(({ label, rows }) => ({ label, evidence: evidenceOfPredictions(pick(joined, rows), options) })),
    degraded: (rules) => {
      const order = permutation(candidate.scores.length, random(options.seed));
      const shuffled = Float64Array.from(order, (row) => candidate.scores[row]!);
      const everything: Degraded = {
        how: `the candidate's scores, dealt out to the rows at random (seed ${options.seed})`,
        spoilt: 'everything',
        evidence: rescored(shuffled),
      };
      // Values beyond 0 to 1 are no probabilities: they are predictions of a regression.
      const isProbability = candidate.scores.every((score) => score >= 0 && score <= 1);
      const end = mean(candidate.scores) < 0.5 ? 1 : 0;
      return [
        everything,
        ...(isProbability
          ? [
              {
                how: `the candidate's scores, each moved half way to ${end}, so that they rank as before`,
                spoilt: 'probabilities',
                evidence: rescored(candidate.scores.map((score) => (score + end) / 2)),
              } satisfies Degraded,
            ]
          : []),
        ...rules.map((rule): Degraded => {
          const { label, rows } = rowsBy(rule).reduce((most, slice) =>
            slice.rows.length > most.rows.length ? slice : most,
          );
          return {
            how: `the candidate's scores, dealt out at random and raised where ${label}`,
            spoilt: 'slices',
            evidence: rescored(raised(candidate.scores, shuffled, rows, isProbability)),
          };
        }),
      ];
    },
    remarks: () => (joined.events > 0 ? remarksOnRanking(auc(candidate)) : []),
  };
}

/** Some of the rows. */
function pick(joined: JoinedPredictions, rows: number[]): JoinedPredictions {
  const { candidate, champion, units, attributes } = joined;
  // The clusters that are left are numbered anew, or absent ones would be drawn.
  const numbers = new Map<number, number>();
  const numberOf = (unit: number): number => {
    if (!numbers.has(unit)) numbers.set(unit, numbers.size);
    return numbers.get(unit)!;
  };
  return {
    candidate: subset(candidate, rows),
    champion: champion && subset(champion, rows),
    events: rows.reduce((sum, row) => sum + (joined.events > 0 ? candidate.labels[row]! : 0), 0),
    units: units && Uint32Array.from(rows, (row) => numberOf(units[row]!)),
    attributes: attributes && new Map([...attributes].map(([name, cells]) => [name, rows.map((row) => cells[row]!)])),
  };
}

function raised(scores: Float64Array, shuffled: Float64Array, rows: number[], isProbability: boolean): Float64Array {
  const spread = scores.reduce((a, b) => Math.max(a, b)) - scores.reduce((a, b) => Math.min(a, b));
  const result = Float64Array.from(scores);
  for (const row of rows) result[row] = isProbability ? (shuffled[row]! + 9) / 10 : shuffled[row]! + spread;
  return result;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function remarksOnRanking(area: number): string[] {
  if (area < 0.5) {
    return [
      'The candidate ranks worse than chance. Is its score the probability of the positive label, and not of the other?',
    ];
  }
  if (area > 0.995) {
    return ['The candidate is near to perfect. Does a column that is known only after the outcome leak into it?'];
  }
  return [];
}
