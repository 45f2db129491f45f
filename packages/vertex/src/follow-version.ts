import { createHash } from 'node:crypto';
import { log } from '@mlops-actions/action-kit';
import { ONCE, REPEATABLE, type Vertex } from './clients.ts';
import { answerLost, explaining, Status, statusOf } from './errors.ts';
import {
  jobOf,
  listModelMonitors,
  listMonitorJobs,
  monitorOf,
  timestamp,
  type ModelMonitor,
  type MonitorJob,
  type WireMonitor,
  type WireMonitorJob,
} from './model-monitors.ts';
import { endpointName, modelName, placeName, sameVersion, shortVersion, type ModelVersionId } from './names.ts';
import { waitFor } from './operations.ts';

/** A time, half open, in milliseconds since 1970. */
export interface TimeRange {
  from: number;
  until: number;
}

/** What there is to be done so that the version that serves is watched in some time. */
export interface FollowPlan {
  /** The monitor that watches the version. */
  monitor: ModelMonitor | undefined;
  /** The monitor of another version that is to be copied, since none watches this one. */
  copyOf: ModelMonitor | undefined;
  /** Whether a job must be started: none looks at that time, and no schedule will. */
  startsJob: boolean;
}

/** @param monitors those of the model's versions, the newest first @param jobs those of the version's monitor */
export function planFollowing(
  monitors: readonly ModelMonitor[],
  jobs: readonly MonitorJob[],
  version: ModelVersionId,
  range: TimeRange | undefined,
): FollowPlan {
  const monitor = monitors.find((one) => sameVersion(one.version, version));
  const isLookedAt = jobs.some(({ isScheduled, until }) => isScheduled || until === range?.until);
  return {
    monitor,
    copyOf: monitor === undefined ? monitors[0] : undefined,
    startsJob: range !== undefined && monitors.length > 0 && !isLookedAt,
  };
}

/** What was done so that the version that serves is watched. */
export interface Followed {
  monitor: ModelMonitor | undefined;
  /** Id of the monitor that a new one was copied from. */
  copiedFrom: string | undefined;
  /** Id of the job that was started. */
  started: string | undefined;
}

/**
 * Makes Vertex Model Monitoring watch the version that serves in some time: the newest monitor of the model is copied for a version that has none, and a
 * job is started over that time (if there is one), unless a schedule of the monitor's own does that. Nothing is waited for but the monitor. Done twice, it changes nothing.
 *
 * @param options.timeout milliseconds to wait for a new monitor
 * @param options.dryRun whether only to tell what would be done
 */
export async function followVersion(
  vertex: Vertex,
  { version, endpointId, range }: { version: ModelVersionId; endpointId: string; range: TimeRange | undefined },
  { timeout, dryRun = false }: { timeout: number; dryRun?: boolean },
): Promise<Followed> {
  const monitors = await listModelMonitors(vertex, version.modelId);
  const own = monitors.find((one) => sameVersion(one.version, version));
  const jobs = own === undefined ? [] : await listMonitorJobs(vertex, own);
  const { monitor, copyOf, startsJob } = planFollowing(monitors, jobs, version, range);
  const started = range === undefined || !startsJob ? undefined : jobId(range);
  if (dryRun) return { monitor, copiedFrom: copyOf?.id, started };
  const watching = copyOf === undefined ? monitor : await copyMonitor(vertex, copyOf, version, timeout);
  if (watching !== undefined && range !== undefined && started !== undefined) {
    const like = jobs[0] ?? (copyOf && (await listMonitorJobs(vertex, copyOf))[0]);
    await startJob(vertex, watching, started, { like: like?.wire, endpointId, range });
  }
  return { monitor: watching, copiedFrom: copyOf?.id, started };
}

/** The same monitor for another version; what one version was accepted with stays the baseline. Its id is of the version, so that it is made once. */
async function copyMonitor(
  vertex: Vertex,
  { wire }: ModelMonitor,
  version: ModelVersionId,
  timeout: number,
): Promise<ModelMonitor> {
  const client = await vertex.modelMonitoring();
  const what = `make a model monitor for ${shortVersion(version)}`;
  const modelMonitorId = `mlops-${createHash('sha256').update(shortVersion(version)).digest('hex').slice(0, 16)}`;
  const name = `${placeName(vertex)}/modelMonitors/${modelMonitorId}`;
  const modelMonitor: WireMonitor = {
    displayName: `${(wire.displayName ?? '').replace(/ \(version \d+\)$/, '').slice(0, 100)} (version ${version.versionId})`,
    modelMonitoringTarget: {
      vertexModel: { model: modelName(vertex, version.modelId), modelVersionId: version.versionId },
    },
    tabularObjective: wire.tabularObjective ?? null,
    trainingDataset: wire.trainingDataset ?? null,
    notificationSpec: wire.notificationSpec ?? null,
    outputSpec: wire.outputSpec ?? null,
    explanationSpec: wire.explanationSpec ?? null,
    modelMonitoringSchema: wire.modelMonitoringSchema ?? null,
    encryptionSpec: wire.encryptionSpec ?? null,
  };
  try {
    const [operation] = await explaining(what, () =>
      client.createModelMonitor({ parent: placeName(vertex), modelMonitor, modelMonitorId }, { ...ONCE }),
    );
    await waitFor({ host: client, method: 'createModelMonitor', name: operation.name ?? '', what }, { timeout });
  } catch (error) {
    // Made by an earlier attempt, or by another run.
    if (statusOf(error) !== Status.ALREADY_EXISTS && !answerLost(error)) throw error;
    log.info(`Looking for the model monitor ${modelMonitorId}: it may have been made.`);
  }
  const [made] = await explaining(what, () => client.getModelMonitor({ name }, { ...REPEATABLE }));
  return monitorOf(made);
}

/** Starts a job like an earlier one, or over the endpoint's log if there was none. */
async function startJob(
  vertex: Vertex,
  { name, id: monitorId }: ModelMonitor,
  id: string,
  { like, endpointId, range }: { like: WireMonitorJob | undefined; endpointId: string; range: TimeRange },
): Promise<MonitorJob> {
  const client = await vertex.modelMonitoring();
  const spec = like?.modelMonitoringSpec;
  const logs = { vertexEndpointLogs: { endpoints: [endpointName(vertex, endpointId)] } };
  const modelMonitoringJob: WireMonitorJob = {
    displayName: id,
    modelMonitoringSpec: {
      ...spec,
      objectiveSpec: {
        ...spec?.objectiveSpec,
        targetDataset: {
          ...(spec?.objectiveSpec?.targetDataset ?? logs),
          timeOffset: null,
          timeInterval: { startTime: timestamp(range.from), endTime: timestamp(range.until) },
        },
      },
    },
  };
  const what = `start a job of model monitor ${monitorId}`;
  try {
    // The id is of the time, so that it is started once.
    const [job] = await explaining(what, () =>
      client.createModelMonitoringJob(
        { parent: name, modelMonitoringJob, modelMonitoringJobId: id },
        { ...REPEATABLE },
      ),
    );
    return jobOf(job);
  } catch (error) {
    if (statusOf(error) !== Status.ALREADY_EXISTS) throw error;
    const [job] = await explaining(what, () =>
      client.getModelMonitoringJob({ name: `${name}/modelMonitoringJobs/${id}` }, { ...REPEATABLE }),
    );
    return jobOf(job);
  }
}

/** `mlops-20261001t000000-20261101t000000`. */
const jobId = ({ from, until }: TimeRange): string =>
  `mlops-${[from, until].map((time) => new Date(time).toISOString().slice(0, 19).toLowerCase().replaceAll(/[-:]/g, '')).join('-')}`;
