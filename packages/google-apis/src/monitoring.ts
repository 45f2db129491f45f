import { UserError } from '@mlops-actions/action-kit';
import { Answer } from './answers.ts';
import { MONITORING } from './apis.ts';
import { urlPath, type GoogleClient } from './client.ts';
import type { Permission } from './errors.ts';

const NEEDS: Permission = {
  permission: 'monitoring.timeSeries.list',
  role: 'roles/monitoring.viewer',
  on: 'the project',
};

/** Which series, over which time, put together how: the parameters of `projects.timeSeries.list`. */
export interface TimeSeriesQuery {
  project: string;
  /** Cloud Monitoring's filter; texts from outside go through `filterText`. */
  filter: string;
  /** Beginning, exclusive. */
  from: Date;
  /** End, inclusive. */
  to: Date;
  /** How the points of one period become one, and the series one. Without it the points come as they were written. */
  aggregation?: {
    /** At least 60. */
    periodSeconds: number;
    /** `ALIGN_DELTA`, `ALIGN_RATE`, `ALIGN_MEAN`, `ALIGN_PERCENTILE_95`, ... */
    aligner: string;
    /** `REDUCE_SUM`, `REDUCE_MEAN`, ... */
    reducer?: string;
    /** `metric.labels.response_code`, ... */
    groupBy?: readonly string[];
  };
  signal?: AbortSignal | undefined;
}

export interface TimeSeries {
  metric: { type: string; labels: ReadonlyMap<string, string> };
  resource: { type: string; labels: ReadonlyMap<string, string> };
  /** Oldest first. */
  points: readonly Point[];
}

export interface Point {
  /** RFC 3339; for a gauge the same as `to`. */
  from: string;
  to: string;
  value: PointValue;
}

export type PointValue = number | boolean | string | Distribution;

export interface Distribution {
  count: number;
  mean: number;
  sumOfSquaredDeviation: number;
}

const LONGEST_ANSWER = 100_000;

/**
 * The time series that a filter selects.
 *
 * @throws UserError for more than 100 000 points: an aggregation is missing then
 */
export async function listTimeSeries(client: GoogleClient, query: TimeSeriesQuery): Promise<TimeSeries[]> {
  const { project, filter, from, to, aggregation, signal } = query;
  const series: TimeSeries[] = [];
  let points = 0;
  let pageToken: string | undefined;
  do {
    const answer = new Answer(
      MONITORING.name,
      await client.call({
        api: MONITORING,
        path: urlPath`/v3/projects/${project}/timeSeries`,
        query: {
          filter,
          'interval.startTime': from.toISOString(),
          'interval.endTime': to.toISOString(),
          'aggregation.alignmentPeriod': aggregation && `${aggregation.periodSeconds}s`,
          'aggregation.perSeriesAligner': aggregation?.aligner,
          'aggregation.crossSeriesReducer': aggregation?.reducer,
          'aggregation.groupByFields': aggregation?.groupBy,
          pageToken,
        },
        what: `read time series of the project ${project}`,
        needs: NEEDS,
        signal,
      }),
    );
    for (const error of answer.objects('executionErrors')) {
      throw new UserError(
        `Cloud Monitoring could only read part of the time series: ${error.optionalText('message') ?? ''}`,
      );
    }
    for (const one of answer.objects('timeSeries').map(timeSeries)) {
      // A series whose points do not fit a page goes on in the next.
      const begun = series.find((other) => sameSeries(other, one));
      if (begun === undefined) series.push(one);
      else begun.points = [...one.points, ...begun.points];
      points += one.points.length;
    }
    if (points > LONGEST_ANSWER) {
      throw new UserError(`The time series of '${filter}' have more than ${LONGEST_ANSWER} points.`, {
        fix: 'Aggregate them over longer periods, or ask for a shorter time.',
      });
    }
    pageToken = answer.optionalText('nextPageToken') || undefined;
  } while (pageToken !== undefined);
  return series;
}

const sameSeries = (a: TimeSeries, b: TimeSeries): boolean =>
  sameLabelled(a.metric, b.metric) && sameLabelled(a.resource, b.resource);

const sameLabelled = (a: TimeSeries['metric'], b: TimeSeries['metric']): boolean =>
  a.type === b.type && a.labels.size === b.labels.size && [...a.labels].every(([k, v]) => b.labels.get(k) === v);

function timeSeries(answer: Answer): TimeSeries {
  const labelled = (name: string): TimeSeries['metric'] => {
    const part = answer.optionalObject(name);
    return { type: part?.optionalText('type') ?? '', labels: part?.texts('labels') ?? new Map() };
  };
  // The API gives the newest point first.
  const points = answer.objects('points').map(point).reverse();
  return { metric: labelled('metric'), resource: labelled('resource'), points };
}

function point(answer: Answer): Point {
  const interval = answer.object('interval');
  const to = interval.text('endTime');
  return { from: interval.optionalText('startTime') ?? to, to, value: pointValue(answer.object('value')) };
}

function pointValue(value: Answer): PointValue {
  if (value.has('int64Value')) return value.integer('int64Value');
  if (value.has('doubleValue')) return number(value.raw('doubleValue'));
  if (value.has('boolValue')) return value.boolean('boolValue');
  if (value.has('stringValue')) return value.text('stringValue');
  const distribution = value.object('distributionValue');
  return {
    count: distribution.optionalInteger('count') ?? 0,
    mean: number(distribution.raw('mean') ?? 0),
    sumOfSquaredDeviation: number(distribution.raw('sumOfSquaredDeviation') ?? 0),
  };
}

/** JSON has no NaN or infinity: the API writes them as text. */
function number(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  throw new UserError('Cloud Monitoring gave a point whose value is not a number.');
}
