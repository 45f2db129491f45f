import { setTimeout as sleep } from 'node:timers/promises';
import type { google } from '@google-cloud/aiplatform/build/protos/protos.js';
import { log, messageOf, UserError } from '@mlops-actions/action-kit';
import { ONCE, PAGED, REPEATABLE, type Vertex } from './clients.ts';
import { answerLost, explaining, Status, statusOf } from './errors.ts';
import { lastSegment, placeName } from './names.ts';
import { waitFor } from './operations.ts';

/** Vertex Model Monitoring, version 1: a ModelDeploymentMonitoringJob watches the deployed models of an endpoint by their ids. */

type Job = google.cloud.aiplatform.v1.IModelDeploymentMonitoringJob;
type Config = google.cloud.aiplatform.v1.IModelDeploymentMonitoringObjectiveConfig;
type Stats = google.cloud.aiplatform.v1.IModelMonitoringStatsAnomalies;

/** What a job compares: raw values or attributions, with training (skew) or with the time before (drift). */
export const OBJECTIVES = [
  'RAW_FEATURE_SKEW',
  'RAW_FEATURE_DRIFT',
  'FEATURE_ATTRIBUTION_SKEW',
  'FEATURE_ATTRIBUTION_DRIFT',
] as const;
export type MonitoringObjective = (typeof OBJECTIVES)[number];

/** A job that watches an endpoint. */
export interface MonitoringJob {
  /** Full name. */
  name: string;
  id: string;
  displayName: string;
  /** Name of its state, such as `RUNNING`. */
  state: string;
  /** Why it failed, if it did. */
  error: string | undefined;
  /** The deployed models that it watches. */
  watched: readonly WatchedModel[];
}

export interface WatchedModel {
  deployedModelId: string;
  /** The column of the training data that is predicted. */
  targetField: string | undefined;
}

/** How far a feature is from its baseline, as a job measured it over some hours. */
export interface MonitoringStat {
  objective: MonitoringObjective;
  feature: string;
  /** L-infinity distance of a category, Jensen-Shannon divergence of a number; not finite if the job could not tell. */
  value: number;
  /** Above it is an anomaly. */
  threshold: number;
  /** Milliseconds since 1970 at which what was measured ends. */
  until: number;
}

/** The monitoring jobs of an endpoint; none if nobody made one. */
export async function listMonitoringJobs(vertex: Vertex, endpointId: string): Promise<MonitoringJob[]> {
  // The service filters by name, state and labels only, and answers the project by its number: the endpoint is known by its own id.
  return explaining(`list the monitoring jobs of endpoint ${endpointId}`, async () => {
    const jobs: MonitoringJob[] = [];
    const request = { parent: placeName(vertex), pageSize: 100 };
    for await (const job of vertex.jobs.listModelDeploymentMonitoringJobsAsync(request, { ...PAGED })) {
      if (lastSegment(job.endpoint ?? '') === endpointId) jobs.push(jobOf(job));
    }
    return jobs;
  });
}

/**
 * What a job has measured of a deployed model, anomalies and others, where the measured time ends within (from, to]; milliseconds since 1970.
 * Features without a threshold, which the service does not watch, are left out.
 */
export async function searchAnomalies(
  vertex: Vertex,
  job: Pick<MonitoringJob, 'name'>,
  deployedModelId: string,
  { from, to }: { from: number; to: number },
): Promise<MonitoringStat[]> {
  const request = {
    modelDeploymentMonitoringJob: job.name,
    deployedModelId,
    // Without them the service refuses.
    objectives: OBJECTIVES.map((type) => ({ type })),
    startTime: timestamp(from),
    endTime: timestamp(to),
  };
  return explaining(`read what monitoring job ${lastSegment(job.name)} found`, async () => {
    const found: MonitoringStat[] = [];
    const pages = vertex.jobs.searchModelDeploymentMonitoringStatsAnomaliesAsync(request, { ...PAGED });
    for await (const stats of pages) {
      found.push(...statsOf(stats).filter(({ until }) => until > from && until <= to));
    }
    return found;
  });
}

/** What has to be changed so that a job watches what serves. */
export interface Reconciliation {
  /** Configurations that went to another deployed model. One whose old model is still deployed is copied. */
  moved: readonly { from: string; to: string; copied: boolean }[];
  /** Deployed models that are gone, and whose configuration nothing takes over. */
  dropped: readonly string[];
  /** Deployed models that are still not watched. */
  unwatched: readonly string[];
}

/**
 * What reconciling a job comes to. Whoever serves without being watched takes the configuration of a deployed model that is gone; the one with most traffic,
 * if none is gone, a copy of one that is still there. If the one with most traffic is watched, nothing has to change.
 *
 * @param servingIds what is deployed, the one with most traffic first
 */
export function planReconciliation(
  { watched }: Pick<MonitoringJob, 'watched'>,
  servingIds: readonly string[],
): Reconciliation {
  const ids = watched.map(({ deployedModelId }) => deployedModelId);
  const unwatched = servingIds.filter((id) => !ids.includes(id));
  const orphans = ids.filter((id) => !servingIds.includes(id));
  const main = servingIds[0];
  if (main === undefined || !unwatched.includes(main)) return { moved: [], dropped: [], unwatched };
  // The last configuration is the newest.
  const givers = orphans.toReversed();
  const moved = givers
    .slice(0, unwatched.length)
    .map((from, index) => ({ from, to: unwatched[index]!, copied: false }));
  const kept = ids.find((id) => servingIds.includes(id));
  if (moved.length === 0 && kept !== undefined) moved.push({ from: kept, to: main, copied: true });
  return { moved, dropped: givers.slice(unwatched.length), unwatched: unwatched.slice(moved.length) };
}

/** Milliseconds between tries: the first, the growth, the most. */
const RETRY = { first: 200, growth: 2, most: 15_000 };
/** Refusals of a job that is not PENDING, and lost answers, after which it is given up. */
const ATTEMPTS = 4;

/**
 * Makes a job watch what serves: every deployment has a new id, by which the job does not know it. The thresholds and the training data stay as they are.
 * A job that is PENDING refuses to be changed, so that is waited for; if an answer is lost, what was done is looked at before it is done again.
 *
 * @param servingIds what is deployed, the one with most traffic first
 * @param options.timeout milliseconds to wait for the job and for the change
 * @throws UserError if the job cannot be changed
 */
export async function reconcileMonitoring(
  vertex: Vertex,
  job: Pick<MonitoringJob, 'name'>,
  servingIds: readonly string[],
  { timeout }: { timeout: number },
): Promise<Reconciliation> {
  const what = `make monitoring job ${lastSegment(job.name)} watch what is deployed`;
  const deadline = Date.now() + timeout;
  let made: Reconciliation | undefined;
  for (let attempt = 1, delay = RETRY.first; ; delay = Math.min(delay * RETRY.growth, RETRY.most)) {
    const current = await readJob(vertex, job.name, what);
    const plan = planReconciliation(jobOf(current), servingIds);
    if (plan.moved.length === 0) return made ?? plan;
    made = plan;
    try {
      const [operation] = await explaining(what, () =>
        vertex.jobs.updateModelDeploymentMonitoringJob(
          {
            modelDeploymentMonitoringJob: {
              name: job.name,
              modelDeploymentMonitoringObjectiveConfigs: reconciled(current, plan),
            },
            updateMask: { paths: ['model_deployment_monitoring_objective_configs'] },
          },
          { ...ONCE },
        ),
      );
      await waitFor(
        { host: vertex.jobs, method: 'updateModelDeploymentMonitoringJob', name: operation.name ?? '', what },
        { timeout: Math.max(deadline - Date.now(), 1_000) },
      );
      return plan;
    } catch (error) {
      const isPending = stateName(current) === 'PENDING';
      const isRefused = statusOf(error) === Status.FAILED_PRECONDITION;
      if (!(isRefused || answerLost(error)) || (!(isRefused && isPending) && attempt++ === ATTEMPTS)) throw error;
      if (Date.now() + delay > deadline) {
        if (!isPending) throw error;
        throw new UserError(`The monitoring job ${lastSegment(job.name)} is still PENDING, and cannot be changed.`, {
          fix: 'A new job starts within some minutes: run again. Until then it watches what was deployed before.',
          cause: error,
        });
      }
      log.info(`Trying again in ${delay} ms: ${messageOf(error)}`);
      await sleep(delay);
    }
  }
}

async function readJob(vertex: Vertex, name: string, what: string): Promise<Job> {
  const [job] = await explaining(what, () => vertex.jobs.getModelDeploymentMonitoringJob({ name }, { ...REPEATABLE }));
  return job;
}

function reconciled(job: Job, { moved, dropped }: Reconciliation): Config[] {
  const configs = job.modelDeploymentMonitoringObjectiveConfigs ?? [];
  const gone = new Set([...dropped, ...moved.filter(({ copied }) => !copied).map(({ from }) => from)]);
  return [
    ...configs.filter(({ deployedModelId }) => !gone.has(deployedModelId ?? '')),
    ...moved.map(({ from, to }) => ({
      ...configs.find(({ deployedModelId }) => deployedModelId === from),
      deployedModelId: to,
    })),
  ];
}

const stateName = ({ state }: Job): string => String(state ?? 'JOB_STATE_UNSPECIFIED').replace('JOB_STATE_', '');

const jobOf = (job: Job): MonitoringJob => ({
  name: job.name ?? '',
  id: lastSegment(job.name ?? ''),
  displayName: job.displayName ?? '',
  state: stateName(job),
  error: job.error?.message || job.latestMonitoringPipelineMetadata?.status?.message || undefined,
  watched: (job.modelDeploymentMonitoringObjectiveConfigs ?? []).map(({ deployedModelId, objectiveConfig }) => ({
    deployedModelId: deployedModelId ?? '',
    targetField: objectiveConfig?.trainingDataset?.targetField || undefined,
  })),
});

function statsOf({ objective: type, featureStats }: Stats): MonitoringStat[] {
  const objective = OBJECTIVES.find((known) => known === type);
  if (objective === undefined) return [];
  return (featureStats ?? []).flatMap(({ featureDisplayName, threshold, predictionStats }) =>
    (predictionStats ?? [])
      .map((stat) => ({
        objective,
        feature: featureDisplayName ?? '',
        value: stat.distributionDeviation ?? 0,
        threshold: stat.anomalyDetectionThreshold || (threshold?.value ?? 0),
        until: Number(stat.endTime?.seconds ?? 0) * 1000 + Math.floor((stat.endTime?.nanos ?? 0) / 1e6),
      }))
      .filter((stat) => stat.threshold > 0),
  );
}

const timestamp = (time: number): { seconds: number; nanos: number } => ({
  seconds: Math.floor(time / 1000),
  nanos: (time - Math.floor(time / 1000) * 1000) * 1_000_000,
});
