import { createGoogleClient, filterText, listTimeSeries, type TimeSeries } from '@mlops-actions/google-apis';
import type { ServiceWindow } from '@mlops-actions/monitoring';
import type { Task } from './task.ts';
import type { Serving } from './serving.ts';

const METRIC = 'aiplatform.googleapis.com/prediction/online';
const QUANTILES = [
  { quantile: 0.5, aligner: 'ALIGN_PERCENTILE_50' },
  { quantile: 0.95, aligner: 'ALIGN_PERCENTILE_95' },
  { quantile: 0.99, aligner: 'ALIGN_PERCENTILE_99' },
] as const;

/** Seconds; Cloud Monitoring takes no longer alignment without keeping raw points. */
const LONGEST_PERIOD = 25 * 3600;

/**
 * What the endpoint's deployed model did in the window, by Cloud Monitoring: requests, errors (every answer that is not 2xx), latencies. The latency of a
 * window of several periods is that of its worst period.
 *
 * @returns undefined if nothing was measured
 */
export async function readCloudService(task: Task, { deployedModelId }: Serving): Promise<ServiceWindow | undefined> {
  const { place, id } = task.endpoint!;
  const client = createGoogleClient();
  const [from, to] = [new Date(task.window.from), new Date(Math.min(Date.parse(task.window.to), task.asOf))];
  const seconds = Math.floor((to.getTime() - from.getTime()) / 1000);
  const periodSeconds = Math.max(60, Math.min(LONGEST_PERIOD, Math.floor(seconds / 60) * 60));
  const filterOf = (metric: string): string =>
    [
      `metric.type = ${filterText(`${METRIC}/${metric}`)}`,
      `resource.type = "aiplatform.googleapis.com/Endpoint"`,
      `resource.labels.endpoint_id = ${filterText(id)}`,
      ...(deployedModelId === undefined ? [] : [`metric.labels.deployed_model_id = ${filterText(deployedModelId)}`]),
    ].join(' AND ');
  const query = (metric: string, aligner: string, reducer: string, groupBy?: string[]): Promise<TimeSeries[]> =>
    listTimeSeries(client, {
      project: place.project,
      filter: filterOf(metric),
      from,
      to,
      aggregation: { periodSeconds, aligner, reducer, ...(groupBy !== undefined && { groupBy }) },
    });
  const byCode = await query('response_count', 'ALIGN_DELTA', 'REDUCE_SUM', ['metric.labels.response_code']);
  if (byCode.length === 0) return undefined;
  let [requests, errors] = [0, 0];
  for (const { metric, points } of byCode) {
    const sum = points.reduce((total, { value }) => total + (typeof value === 'number' ? value : 0), 0);
    requests += sum;
    if (!(metric.labels.get('response_code') ?? '').startsWith('2')) errors += sum;
  }
  const latencies: ServiceWindow['latencies'][number][] = [];
  for (const { quantile, aligner } of QUANTILES) {
    const series = await query('prediction_latencies', aligner, 'REDUCE_MAX');
    const values = series.flatMap(({ points }) =>
      points.flatMap(({ value }) => (typeof value === 'number' ? [value] : [])),
    );
    if (values.length > 0) latencies.push({ quantile, milliseconds: Math.max(...values) });
  }
  return { from: task.window.from, requests: Math.round(requests), errors: Math.round(errors), latencies };
}
