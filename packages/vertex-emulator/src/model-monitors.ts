import { UserError } from '@mlops-actions/action-kit';
import type { Place } from './names.ts';

/** Vertex Model Monitoring of version 2 (v1beta1): monitors of model versions, whose jobs compare some time with a baseline. */

export const MONITOR_OBJECTIVES = ['raw-feature-drift', 'prediction-output-drift', 'feature-attribution'] as const;
export type MonitorObjective = (typeof MONITOR_OBJECTIVES)[number];

/** A ModelMonitor. Its settings are only passed on. */
export interface ModelMonitor extends Place {
  readonly id: string;
  readonly displayName: string;
  /** Name of the model, without a version. */
  readonly model: string;
  readonly modelVersionId: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly createTime: string;
  readonly updateTime: string;
}

/** A ModelMonitoringJob. Its spec is only passed on. */
export interface ModelMonitoringJob extends Place {
  readonly id: string;
  /** Id of the monitor. */
  readonly monitor: string;
  readonly displayName: string;
  readonly spec: object | undefined;
  /** The time that it looks at, ISO 8601. */
  readonly from: string;
  readonly until: string;
  readonly createTime: string;
}

/**
 * What the jobs of a version's monitors measure of one feature, where the rows end within the time that a job looks at; or, with an error, why those
 * jobs fail.
 */
export type MonitorResult = { model: string; version: string; endTime: string } & (
  { objective: MonitorObjective; feature: string; value: number; threshold: number } | { error: string }
);

/** Whether a job looks at the rows of a result. */
export const looksAt = ({ from, until }: ModelMonitoringJob, { endTime }: MonitorResult): boolean =>
  Date.parse(endTime) > Date.parse(from) && Date.parse(endTime) <= Date.parse(until);

const MEASURED = ['model', 'version', 'objective', 'feature', 'value', 'threshold', 'endTime'];
const FAILED = ['model', 'version', 'error', 'endTime'];

/** Reads results: a JSON list of {@link MonitorResult}. */
export function parseMonitorResults(given: unknown): MonitorResult[] {
  if (!Array.isArray(given)) throw new UserError('Results of monitors are a JSON list.');
  return given.map((entry: unknown, index) => {
    const bad = (why: string): UserError => new UserError(`Result ${index + 1}: ${why}.`);
    if (typeof entry !== 'object' || entry === null) throw bad('it is not an object');
    const result = entry as Record<string, unknown>;
    const keys = 'error' in result ? FAILED : MEASURED;
    for (const key of Object.keys(result)) if (!keys.includes(key)) throw bad(`'${key}' is not known`);
    for (const key of keys) {
      const wanted = key === 'value' || key === 'threshold' ? 'number' : 'string';
      if (typeof result[key] !== wanted) throw bad(`'${key}' must be ${wanted === 'number' ? 'a number' : 'text'}`);
    }
    if ('objective' in result && !MONITOR_OBJECTIVES.some((objective) => objective === result['objective'])) {
      throw bad(`'objective' must be one of ${MONITOR_OBJECTIVES.join(', ')}`);
    }
    if (Number.isNaN(Date.parse(result['endTime'] as string))) throw bad("'endTime' must be a time");
    return result as unknown as MonitorResult;
  });
}
