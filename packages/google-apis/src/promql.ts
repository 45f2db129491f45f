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

/** A PromQL expression at one moment: the parameters of Cloud Monitoring's `projects.location.prometheus.api.v1.query`. */
export interface InstantQuery {
  project: string;
  /** PromQL. */
  query: string;
  at: Date;
  signal?: AbortSignal | undefined;
}

/** A value of the expression; a scalar has no labels. */
export interface Sample {
  labels: ReadonlyMap<string, string>;
  /** May be NaN or infinite: 0 / 0 is what a rate of nothing gives. */
  value: number;
}

/**
 * Evaluates a PromQL expression over the metrics of a project, Google's and the project's own.
 *
 * @returns one sample for each series; none where nothing was measured
 * @throws UserError if the expression is refused, or gives texts or ranges of values
 */
export async function queryPrometheus(client: GoogleClient, query: InstantQuery): Promise<Sample[]> {
  const { project, query: expression, at, signal } = query;
  const answer = new Answer(
    MONITORING.name,
    await client.call({
      api: MONITORING,
      path: urlPath`/v1/projects/${project}/location/global/prometheus/api/v1/query`,
      query: { query: expression, time: at.toISOString() },
      what: `evaluate '${expression.replace(/\s+/g, ' ').trim().slice(0, 200)}'`,
      needs: NEEDS,
      signal,
    }),
  );
  if (answer.text('status') !== 'success') {
    throw new UserError(`Cloud Monitoring could not evaluate the expression: ${answer.optionalText('error') ?? ''}`);
  }
  const data = answer.object('data');
  const type = data.text('resultType');
  if (type === 'scalar') return [{ labels: new Map(), value: valueOf(data.list('result')) }];
  if (type === 'vector') {
    return data
      .objects('result')
      .map((sample) => ({ labels: sample.texts('metric'), value: valueOf(sample.list('value')) }));
  }
  throw new UserError(`The expression gives a ${type}, not one value for each series.`, {
    fix: 'Take the range away, or put a function such as rate() or avg_over_time() round it.',
  });
}

/** `[seconds, "value"]`: values are texts, because JSON has no NaN. */
function valueOf([, text]: readonly unknown[]): number {
  const value = typeof text === 'string' ? text.replace(/Inf$/, 'Infinity') : '';
  if (/^([+-]?\d+(\.\d+)?(e[+-]?\d+)?|NaN|[+-]?Infinity)$/i.test(value)) return Number(value);
  throw new UserError('Cloud Monitoring gave a sample whose value is not a number.');
}
