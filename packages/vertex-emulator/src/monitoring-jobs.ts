import { UserError } from '@mlops-actions/action-kit';
import type { MonitorResult } from './model-monitors.ts';
import type { Place } from './names.ts';
import type { Duration } from './wire.ts';

/** Vertex Model Monitoring of version 1: jobs that watch the deployed models of an endpoint. */

export const OBJECTIVES = [
  'RAW_FEATURE_SKEW',
  'RAW_FEATURE_DRIFT',
  'FEATURE_ATTRIBUTION_SKEW',
  'FEATURE_ATTRIBUTION_DRIFT',
] as const;
export type Objective = (typeof OBJECTIVES)[number];

/** A ModelDeploymentMonitoringJob. Its settings are only passed on. */
export interface MonitoringJob extends Place {
  readonly id: string;
  readonly displayName: string;
  /** Name of the endpoint. */
  readonly endpoint: string;
  readonly objectiveConfigs: readonly ObjectiveConfig[];
  readonly monitorIntervalSeconds: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly paused: boolean;
  readonly createTime: string;
  readonly updateTime: string;
}

export interface ObjectiveConfig {
  readonly deployedModelId?: string;
  readonly objectiveConfig?: object;
}

/** What one run of a job has measured of one feature; it is an anomaly if the value is above the threshold. */
export interface MonitoringResult {
  deployedModelId: string;
  objective: Objective;
  feature: string;
  /** L-infinity of a category, Jensen-Shannon divergence of a number. */
  value: number;
  threshold: number;
  /** The time that the rows are of, ISO 8601; the later one is the time of the result. */
  startTime: string;
  endTime: string;
}

/** What the jobs have measured: the emulator measures nothing itself. */
export class MonitoringResults {
  results: readonly MonitoringResult[];
  /** What the jobs of monitors of version 2 measure. */
  ofMonitors: readonly MonitorResult[] = [];
  /** Milliseconds that a job is PENDING. */
  delay: number;

  constructor(results: readonly MonitoringResult[] = [], delay: number) {
    this.results = parseResults(results);
    this.delay = delay;
  }

  /** PENDING, RUNNING or PAUSED. */
  stateOf({ createTime, paused }: MonitoringJob): 'PENDING' | 'RUNNING' | 'PAUSED' {
    if (paused) return 'PAUSED';
    return Date.now() < Date.parse(createTime) + this.delay ? 'PENDING' : 'RUNNING';
  }
}

/** Jobs run every full hour at most. */
export const wholeHours = ({ seconds = '0' }: Duration): number => Math.ceil(Number(seconds) / 3600) * 3600;

const KEYS = ['deployedModelId', 'objective', 'feature', 'value', 'threshold', 'startTime', 'endTime'];

/** Reads results: a JSON list of {@link MonitoringResult}. */
export function parseResults(given: unknown): MonitoringResult[] {
  if (!Array.isArray(given)) throw new UserError('Anomalies are a JSON list.');
  return given.map((entry: unknown, index) => {
    const bad = (why: string): UserError => new UserError(`Anomaly ${index + 1}: ${why}.`);
    if (typeof entry !== 'object' || entry === null) throw bad('it is not an object');
    const result = entry as Record<string, unknown>;
    for (const key of Object.keys(result)) if (!KEYS.includes(key)) throw bad(`'${key}' is not known`);
    for (const key of ['deployedModelId', 'feature'])
      if (typeof result[key] !== 'string') throw bad(`'${key}' must be text`);
    if (!OBJECTIVES.some((objective) => objective === result['objective'])) {
      throw bad(`'objective' must be one of ${OBJECTIVES.join(', ')}`);
    }
    for (const key of ['value', 'threshold'])
      if (typeof result[key] !== 'number') throw bad(`'${key}' must be a number`);
    for (const key of ['startTime', 'endTime']) {
      if (typeof result[key] !== 'string' || Number.isNaN(Date.parse(result[key])))
        throw bad(`'${key}' must be a time`);
    }
    return result as unknown as MonitoringResult;
  });
}
