import { log, messageOf, UserError } from '@mlops-actions/action-kit';
import {
  listMonitoringJobs,
  planReconciliation,
  reconcileMonitoring,
  requireEndpoint,
  searchAnomalies,
  shareOf,
  type MonitoringJob,
  type MonitoringObjective,
  type Reconciliation,
  type TimeRange,
  type Vertex,
} from '@mlops-actions/vertex';
import type { Measured, Measurement } from './vertex-findings.ts';

/** Monitoring jobs of an endpoint: Vertex Model Monitoring, version 1. */

/** Milliseconds: a new job refuses changes for some minutes. */
const RECONCILE_TIMEOUT = 300_000;

const METRICS: Record<MonitoringObjective, string> = {
  RAW_FEATURE_SKEW: 'vertex-skew',
  RAW_FEATURE_DRIFT: 'vertex-drift',
  FEATURE_ATTRIBUTION_SKEW: 'vertex-attribution-skew',
  FEATURE_ATTRIBUTION_DRIFT: 'vertex-attribution-drift',
};

const ORIGINS: Record<MonitoringObjective, string> = {
  RAW_FEATURE_SKEW: 'the training data',
  RAW_FEATURE_DRIFT: 'the time before',
  FEATURE_ATTRIBUTION_SKEW: 'the training data in what it contributes',
  FEATURE_ATTRIBUTION_DRIFT: 'the time before in what it contributes',
};

/** What was changed so that the jobs watch what serves. */
export interface Reconciled {
  jobs: readonly ({ job: string } & Reconciliation)[];
  /** One sentence for each change. */
  moves: readonly string[];
  /** Sentences about changes that failed. */
  failures: readonly string[];
}

/** Makes the jobs watch what serves, or says what would be changed. @param main the deployed model that is judged */
export async function reconcileJobs(
  vertex: Vertex,
  jobs: readonly MonitoringJob[],
  { endpointId, main, dryRun }: { endpointId: string; main: string; dryRun: boolean },
): Promise<Reconciled> {
  const [done, moves, failures]: [({ job: string } & Reconciliation)[], string[], string[]] = [[], [], []];
  const deployedIds = jobs.length === 0 ? [] : await idsByTraffic(vertex, endpointId, main);
  for (const job of jobs) {
    try {
      const result = dryRun
        ? planReconciliation(job, deployedIds)
        : await reconcileMonitoring(vertex, job, deployedIds, { timeout: RECONCILE_TIMEOUT });
      done.push({ job: job.id, ...result });
      moves.push(...movesOf(result));
      tell(job, result, dryRun);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      // What the other sources say is judged all the same.
      failures.push(`Monitoring job ${job.id} was not reconciled: ${messageOf(error)}`);
      log.warning(failures.at(-1)!);
    }
  }
  return { jobs: done, moves, failures };
}

/** What is deployed, the one that is judged first and then by traffic. */
async function idsByTraffic(vertex: Vertex, endpointId: string, main: string): Promise<string[]> {
  const { deployed, split } = await requireEndpoint(vertex, endpointId);
  const rank = ({ id }: { id: string }): number => (id === main ? Infinity : shareOf(split, id));
  return deployed.toSorted((a, b) => (rank(a) < rank(b) ? 1 : rank(a) > rank(b) ? -1 : 0)).map(({ id }) => id);
}

const movesOf = ({ moved, dropped }: Reconciliation): string[] => [
  ...moved.map(({ from, to, copied }) =>
    copied
      ? `deployed model ${to} gets a copy of the configuration of ${from}`
      : `deployed model ${to} takes over the configuration of ${from}, which is gone`,
  ),
  ...dropped.map((id) => `the configuration of ${id}, which is gone, ends`),
];

function tell(job: MonitoringJob, result: Reconciliation, dryRun: boolean): void {
  const verb = dryRun ? 'Would reconcile' : 'Reconciled';
  for (const move of movesOf(result)) log.info(`${verb} monitoring job ${job.id}: ${move}.`);
  if (result.moved.length > 0) {
    log.warning(
      `Monitoring job ${job.id} still compares with the training data of the model before: set it anew if it has changed.`,
    );
  }
  if (result.unwatched.length > 0) {
    log.info(`Monitoring job ${job.id} does not watch ${result.unwatched.join(', ')}.`);
  }
}

/** The jobs of the endpoint. */
export const endpointJobs = listMonitoringJobs;

/**
 * What the jobs have measured of a deployed model in some time.
 *
 * @param scoreColumn the column of the prediction, beside those that the jobs name
 */
export async function measuredByJobs(
  vertex: Vertex,
  jobs: readonly MonitoringJob[],
  { deployedModelId, scoreColumn, range }: { deployedModelId: string; scoreColumn: string; range: TimeRange },
): Promise<Measured> {
  const watching = jobs.filter(({ watched }) => watched.some((model) => model.deployedModelId === deployedModelId));
  const predicted = new Set([
    scoreColumn,
    ...watching.flatMap(({ watched }) => watched.flatMap(({ targetField }) => targetField ?? [])),
  ]);
  const measurements: Measurement[] = [];
  for (const job of watching) {
    for (const stat of await searchAnomalies(vertex, job, deployedModelId, { from: range.from, to: range.until })) {
      measurements.push({
        kind: predicted.has(stat.feature) ? 'prediction-drift' : 'input-drift',
        feature: stat.feature,
        metric: METRICS[stat.objective],
        from: ORIGINS[stat.objective],
        ...{ value: stat.value, threshold: stat.threshold, isAnomaly: stat.value > stat.threshold },
      });
    }
  }
  return {
    measurements,
    doubt: measurements.length > 0 ? undefined : silence(jobs, watching, deployedModelId),
    state: 'silent',
  };
}

function silence(
  jobs: readonly MonitoringJob[],
  watching: readonly MonitoringJob[],
  deployedModelId: string,
): string | undefined {
  if (jobs.length === 0) return undefined;
  if (watching.length === 0) {
    return `No monitoring job watches the deployed model ${deployedModelId}: it was deployed since; 'vertex-monitoring: reconcile' moves the job to it.`;
  }
  const states = watching.map(({ id, state, error }) => `${id} is ${state}${error === undefined ? '' : ` (${error})`}`);
  return `The monitoring job has measured nothing in the window: ${states.join(', ')}.`;
}
