import { RefusedCall, type Handler } from './server.ts';

/** A series as it was written, before it is aligned. */
export interface WrittenSeries {
  metric: string;
  metricLabels: Record<string, string>;
  resourceLabels: Record<string, string>;
  points: { time: string; value: number }[];
}

/** How the points of a period become one. Latencies are given as they are measured, so that percentiles are those of the points. */
const ALIGNERS: Record<string, (values: number[]) => number> = {
  ALIGN_DELTA: (values) => values.reduce((sum, value) => sum + value, 0),
  ALIGN_PERCENTILE_50: (values) => percentile(values, 50),
  ALIGN_PERCENTILE_95: (values) => percentile(values, 95),
  ALIGN_PERCENTILE_99: (values) => percentile(values, 99),
};

const REDUCERS: Record<string, (values: number[]) => number> = {
  REDUCE_SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  REDUCE_MAX: (values) => Math.max(...values),
};

const percentile = (values: number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor((values.length * part) / 100))]!;

/**
 * Cloud Monitoring's `projects.timeSeries.list`, as far as it is used: filters of equations joined by AND, alignment by whole periods back from the end,
 * then one series a group. Newest point first, pages by series.
 */
export function monitoringHandler(project: string, series: readonly WrittenSeries[], pageSize = 100): Handler {
  return ({ method, path, query }) => {
    if (method !== 'GET' || path !== `/v3/projects/${project}/timeSeries`) return undefined;
    const text = (name: string): string => query.get(name) ?? '';
    const chosen = series.filter((one) => matches(one, text('filter')));
    const [from, to] = [Date.parse(text('interval.startTime')), Date.parse(text('interval.endTime'))];
    const period = Number(/^(\d+)s$/.exec(text('aggregation.alignmentPeriod'))?.[1]) * 1000;
    const align = ALIGNERS[text('aggregation.perSeriesAligner')];
    const reduce = REDUCERS[text('aggregation.crossSeriesReducer')];
    if (!(period >= 60_000) || align === undefined || reduce === undefined || !(from < to)) {
      throw new RefusedCall({ status: 400, reason: 'badRequest', message: 'Request contains an invalid argument.' });
    }
    const kept = query.getAll('aggregation.groupByFields').map((field) => field.replace('metric.labels.', ''));
    const groups = Map.groupBy(chosen, ({ metric, metricLabels }) =>
      JSON.stringify([metric, kept.map((label) => [label, metricLabels[label]])]),
    );
    const all = [...groups].flatMap(([key, members]) => {
      const [type, labels] = JSON.parse(key) as [string, [string, string][]];
      const points: object[] = [];
      for (let end = to; end > from; end -= period) {
        const start = Math.max(from, end - period);
        const aligned = members.flatMap((member) => {
          const values = member.points
            .filter(({ time }) => Date.parse(time) > start && Date.parse(time) <= end)
            .map(({ value }) => value);
          return values.length === 0 ? [] : [align(values)];
        });
        if (aligned.length === 0) continue;
        points.push({
          interval: { startTime: new Date(start).toISOString(), endTime: new Date(end).toISOString() },
          value: { doubleValue: reduce(aligned) },
        });
      }
      const resource = { type: 'aiplatform.googleapis.com/Endpoint' };
      return points.length === 0 ? [] : [{ metric: { type, labels: Object.fromEntries(labels) }, resource, points }];
    });
    const start = Number(text('pageToken') || 0);
    return {
      json: {
        timeSeries: all.slice(start, start + pageSize),
        ...(start + pageSize < all.length && { nextPageToken: String(start + pageSize) }),
      },
    };
  };
}

function matches({ metric, metricLabels, resourceLabels }: WrittenSeries, filter: string): boolean {
  return filter.split(' AND ').every((equation) => {
    const [, name = '', wanted] = /^([a-z_.]+) = "((?:[^"\\]|\\.)*)"$/.exec(equation) ?? [];
    const [kind, , label = ''] = name.split('.');
    const found =
      name === 'metric.type'
        ? metric
        : name === 'resource.type'
          ? 'aiplatform.googleapis.com/Endpoint'
          : (kind === 'metric' ? metricLabels : resourceLabels)[label];
    if (wanted === undefined || found === undefined) {
      throw new RefusedCall({ status: 400, reason: 'badRequest', message: `The filter '${equation}' is not known.` });
    }
    return found === wanted;
  });
}
