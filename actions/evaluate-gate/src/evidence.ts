import { UserError } from '@mlops-actions/action-kit';
import {
  auc,
  estimateDifference,
  estimateMetric,
  isUnweighted,
  metricsOf,
  type Estimate,
  type EstimatePlan,
  type Metric,
  type Sample,
  type Statistic,
} from '@mlops-actions/statistics';
import { degradations, type Degradation } from './degrade.ts';
import { pickRows, sampleOfTask, type JoinedPredictions } from './join.ts';
import type { Policy } from './policy.ts';
import { measurement, type Measurements } from './service.ts';
import { predictedValues, shiftOf, valuesOf } from './shift.ts';
import type { ServiceMetric } from './side-metrics.ts';
import { divide, type Slice, type SliceRule } from './slices.ts';

/** What is known of the models, from rows or from stored metrics: the same questions are put to both. */
export interface Evidence {
  kind: 'predictions' | 'metrics';
  /** What {@link Estimate.rows} counts. */
  unit: 'row' | 'cluster' | 'query';
  hasChampion: boolean;
  /** The metric of one model; `undefined` if there is no champion. */
  value(model: Model, metric: Metric): number | undefined;
  /** A statistic of one model, with its uncertainty. */
  estimate(model: Model, statistic: Statistic): Estimate;
  /** The candidate's metric minus the champion's, with its uncertainty. */
  difference(metric: Metric): Estimate;
  /** The same for some of the rows at a time. */
  slices(rule: SliceRule): { label: string; evidence: Evidence }[];
  /** How what the candidate predicts, or an attribute, is distributed in each slice, beside all other rows. */
  shifts(rule: SliceRule, column: string | undefined): { label: string; estimate: Estimate }[];
  /** What an earlier step measured. */
  measured(metric: ServiceMetric): Estimate;
  /** The same for candidates that were made worse on purpose, some of them within a slice of one of `rules`. */
  degraded(rules: readonly SliceRule[]): Degraded[];
  /** The rows of the candidate and, if there is one, of the champion; of stored metrics, nothing. */
  samples: Sample[] | undefined;
  /** Oddities that a reader should know, none of which decides. */
  remarks(): string[];
}

export type Model = 'candidate' | 'champion';

/** A candidate that was made worse on purpose. */
export type Degraded = Omit<Degradation, 'outputs'> & { evidence: Evidence };

const NOTHING_MEASURED: Measurements = { sources: [], values: new Map() };

/** Evidence from the rows of both models. */
export function evidenceOfPredictions(
  joined: JoinedPredictions,
  options: EstimatePlan,
  measurements: Measurements = NOTHING_MEASURED,
  ofChampion = new Map<string, number>(),
): Evidence {
  const { task, candidate, champion, units, attributes } = joined;
  const plan = units === undefined ? options : { ...options, units };
  const sampleOf = (model: Model): Sample => {
    const sample = model === 'candidate' ? candidate : champion;
    if (sample === undefined) throw new Error('A champion was asked for where there is none.');
    return sample;
  };
  const rowsBy = (rule: SliceRule): ReturnType<typeof divide> => {
    const slices = divide(rule, attributes!.get(rule.column)!);
    if (candidate.queries !== undefined) checkWholeQueries(slices, candidate.queries, rule.column);
    return slices;
  };
  // What several checks ask for is worked out once, and of the champion once for all candidates.
  const ofCandidate = new Map<string, number>();
  const estimates = new Map<string, Estimate>();
  const once = (key: string, make: () => Estimate): Estimate => {
    const estimate = estimates.get(key) ?? make();
    estimates.set(key, estimate);
    return estimate;
  };

  return {
    kind: 'predictions',
    unit: units !== undefined ? 'cluster' : task === 'ranking' ? 'query' : 'row',
    hasChampion: champion !== undefined,
    samples: champion === undefined ? [candidate] : [candidate, champion],
    value: (model, metric) => {
      if (model === 'champion' && champion === undefined) return undefined;
      const known = model === 'candidate' ? ofCandidate : ofChampion;
      const value = known.get(metric.name) ?? metric.compute(sampleOf(model), plan);
      known.set(metric.name, value);
      return value;
    },
    estimate: (model, statistic) =>
      once(`${model} ${statistic.name}`, () => estimateMetric(statistic, sampleOf(model), plan)),
    difference: (metric) =>
      once(`difference ${metric.name}`, () => estimateDifference(metric, candidate, sampleOf('champion'), plan)),
    slices: (rule) =>
      rowsBy(rule).map(({ label, rows }) => ({
        label,
        evidence: evidenceOfPredictions(pickRows(joined, rows), options),
      })),
    shifts(rule, column) {
      if (units !== undefined || !isUnweighted(candidate)) {
        throw new UserError('psi and csi count rows that stand for themselves: not with weights or clusters.');
      }
      const values =
        column === undefined ? predictedValues(candidate, joined.classes) : valuesOf(attributes!.get(column)!);
      return rowsBy(rule).map((slice) => ({ label: slice.label, estimate: shiftOf(values, slice) }));
    },
    measured: (metric) => measurement(measurements, metric),
    degraded: (rules) =>
      degradations(
        joined,
        rules.map((rule) => rowsBy(rule)),
        options.seed,
      ).map(({ outputs, ...rest }) => ({
        ...rest,
        evidence: evidenceOfPredictions(
          { ...joined, candidate: sampleOfTask(task, candidate.labels, outputs, candidate) },
          options,
          measurements,
          ofChampion,
        ),
      })),
    remarks: () => remarksOnRanking(task, candidate, plan),
  };
}

/** A query that is cut in two is another query. */
function checkWholeQueries(slices: readonly Slice[], queries: Uint32Array, column: string): void {
  const sliceOf = new Map<number, Slice>();
  for (const slice of slices) {
    for (const row of slice.rows) {
      const query = queries[row]!;
      if ((sliceOf.get(query) ?? slice) !== slice) {
        throw new UserError(`'${column}' differs between rows of one query: slices must hold whole queries.`);
      }
      sliceOf.set(query, slice);
    }
  }
}

function remarksOnRanking(task: Policy['task'], sample: Sample, plan: EstimatePlan): string[] {
  if (task !== 'binary' && task !== 'multiclass') return [];
  const area = task === 'binary' ? auc(sample) : metricsOf(task).get('auc-macro')!.compute(sample, plan);
  if (area < 0.5) {
    return [
      task === 'binary'
        ? 'The candidate ranks worse than chance. Is its score the probability of the positive label, and not of the other?'
        : 'The candidate ranks worse than chance. Are its probabilities those of the classes that score-columns names?',
    ];
  }
  if (area > 0.995) {
    return ['The candidate is near to perfect. Does a column that is known only after the outcome leak into it?'];
  }
  return [];
}
