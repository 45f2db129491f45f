import type { google } from '@google-cloud/aiplatform/build/protos/protos.js';
import { PAGED, type Vertex } from './clients.ts';
import { explaining } from './errors.ts';
import { lastSegment, placeName, type ModelVersionId } from './names.ts';

/**
 * Vertex Model Monitoring, version 2 (v1beta1): a ModelMonitor watches a version of a model, however often that is deployed; its jobs compare some time
 * with a baseline.
 */

export type WireMonitor = google.cloud.aiplatform.v1beta1.IModelMonitor;
export type WireMonitorJob = google.cloud.aiplatform.v1beta1.IModelMonitoringJob;
type WireStats = google.cloud.aiplatform.v1beta1.IModelMonitoringStats;
type WireTime = google.protobuf.ITimestamp;

/** A monitor of a version. */
export interface ModelMonitor {
  /** Full name. */
  name: string;
  id: string;
  displayName: string;
  version: ModelVersionId;
  /** As the service tells of it. */
  wire: WireMonitor;
}

/** A job of a monitor. */
export interface MonitorJob {
  id: string;
  /** Name of its state, such as `SUCCEEDED`. */
  state: string;
  /** Why it failed, or an objective of it did. */
  error: string | undefined;
  /** The time that it looks at, in milliseconds since 1970; where nobody says so yet, that at which it was made. */
  from: number;
  until: number;
  /** Whether a schedule made it. */
  isScheduled: boolean;
  /** As the service tells of it. */
  wire: WireMonitorJob;
}

/** What a job compares with the baseline: inputs, outputs or attributions. */
export const MONITOR_OBJECTIVES = ['raw-feature-drift', 'prediction-output-drift', 'feature-attribution'] as const;
export type MonitorObjective = (typeof MONITOR_OBJECTIVES)[number];

/** How far a feature is from the baseline, as a job measured it. */
export interface MonitorStat {
  objective: MonitorObjective;
  feature: string;
  /** Jensen-Shannon divergence or L-infinity distance, as the monitor says; not finite if the job could not tell. */
  value: number;
  /** Above it is an anomaly; 0 if there is none. */
  threshold: number;
  isAnomaly: boolean;
  /** Id of the job. */
  job: string;
}

/** The monitors of a model's versions, the newest first. */
export async function listModelMonitors(vertex: Vertex, modelId: string): Promise<ModelMonitor[]> {
  const client = await vertex.modelMonitoring();
  return explaining(`list the model monitors of ${modelId}`, async () => {
    const monitors: ModelMonitor[] = [];
    const request = { parent: placeName(vertex), pageSize: 100 };
    for await (const monitor of client.listModelMonitorsAsync(request, { ...PAGED })) {
      const target = monitor.modelMonitoringTarget?.vertexModel;
      if (lastSegment(target?.model ?? '') === modelId) monitors.push(monitorOf(monitor));
    }
    return monitors.toSorted((a, b) => milliseconds(b.wire.createTime) - milliseconds(a.wire.createTime));
  });
}

/** The jobs of a monitor, the newest first. */
export async function listMonitorJobs(
  vertex: Vertex,
  { name, id }: Pick<ModelMonitor, 'name' | 'id'>,
): Promise<MonitorJob[]> {
  const client = await vertex.modelMonitoring();
  return explaining(`list the jobs of model monitor ${id}`, async () => {
    const jobs: MonitorJob[] = [];
    for await (const job of client.listModelMonitoringJobsAsync({ parent: name, pageSize: 100 }, { ...PAGED })) {
      jobs.push(jobOf(job));
    }
    return jobs.toSorted((a, b) => milliseconds(b.wire.createTime) - milliseconds(a.wire.createTime));
  });
}

/**
 * What the jobs of a monitor have measured, anomalies and others.
 *
 * @param from milliseconds since 1970; what was measured before is left out
 */
export async function searchMonitorStats(
  vertex: Vertex,
  { name, id }: Pick<ModelMonitor, 'name' | 'id'>,
  from: number,
): Promise<MonitorStat[]> {
  const client = await vertex.modelMonitoring();
  // Without an end: jobs look at a time after it has passed.
  const request = { modelMonitor: name, timeInterval: { startTime: timestamp(from) }, pageSize: 100 };
  return explaining(`read what model monitor ${id} found`, async () => {
    const found: MonitorStat[] = [];
    for await (const stats of client.searchModelMonitoringStatsAsync(request, { ...PAGED }))
      found.push(...statsOf(stats));
    return found;
  });
}

export const monitorOf = (wire: WireMonitor): ModelMonitor => ({
  name: wire.name ?? '',
  id: lastSegment(wire.name ?? ''),
  displayName: wire.displayName ?? '',
  version: {
    modelId: lastSegment(wire.modelMonitoringTarget?.vertexModel?.model ?? ''),
    versionId: wire.modelMonitoringTarget?.vertexModel?.modelVersionId ?? '',
  },
  wire,
});

export function jobOf(wire: WireMonitorJob): MonitorJob {
  const detail = wire.jobExecutionDetail;
  const processed = (detail?.targetDatasets ?? []).flatMap(({ timeRange }) => timeRange ?? []);
  // Until it has processed anything, what it was asked for.
  const asked = wire.modelMonitoringSpec?.objectiveSpec?.targetDataset?.timeInterval;
  const ranges = processed.length === 0 && asked ? [asked] : processed;
  const made = milliseconds(wire.createTime);
  const [starts, ends] = [
    ranges.flatMap(({ startTime }) => (startTime ? [milliseconds(startTime)] : [])),
    ranges.flatMap(({ endTime }) => (endTime ? [milliseconds(endTime)] : [])),
  ];
  const failed = Object.entries(detail?.objectiveStatus ?? {}).find(([, { code }]) => (code ?? 0) !== 0);
  return {
    id: lastSegment(wire.name ?? ''),
    state: String(wire.state ?? 'JOB_STATE_UNSPECIFIED').replace('JOB_STATE_', ''),
    error: detail?.error?.message || (failed && `${failed[0]}: ${failed[1].message ?? ''}`) || undefined,
    from: starts.length === 0 ? made : Math.min(...starts),
    until: ends.length === 0 ? made : Math.max(...ends),
    isScheduled: (wire.schedule ?? '') !== '',
    wire,
  };
}

function statsOf({ tabularStats }: WireStats): MonitorStat[] {
  const objective = MONITOR_OBJECTIVES.find((known) => known === tabularStats?.objectiveType);
  if (objective === undefined) return [];
  return (tabularStats?.dataPoints ?? []).map((point) => {
    const { distributionValue, doubleValue } = point.currentStats ?? {};
    const value = distributionValue?.distributionDeviation ?? doubleValue ?? NaN;
    const threshold = point.thresholdValue ?? 0;
    return {
      objective,
      feature: tabularStats?.statsName ?? '',
      value,
      threshold,
      isAnomaly: point.hasAnomaly === true || (threshold > 0 && value > threshold),
      job: lastSegment(point.modelMonitoringJob ?? ''),
    };
  });
}

const milliseconds = (time: WireTime | null | undefined): number =>
  Number(time?.seconds ?? 0) * 1000 + Math.floor((time?.nanos ?? 0) / 1e6);

export const timestamp = (time: number): { seconds: number; nanos: number } => ({
  seconds: Math.floor(time / 1000),
  nanos: (time - Math.floor(time / 1000) * 1000) * 1_000_000,
});
