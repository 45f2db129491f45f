import { count, log, messageOf, UserError } from '@mlops-actions/action-kit';
import type { Finding } from '@mlops-actions/monitoring';
import {
  listMonitoringJobs,
  planReconciliation,
  reconcileMonitoring,
  requireEndpoint,
  searchAnomalies,
  shareOf,
  withVertex,
  type MonitoringJob,
  type MonitoringObjective,
  type MonitoringStat,
  type Reconciliation,
  type Vertex,
} from '@mlops-actions/vertex';
import type { Task } from './task.ts';
import type { Serving } from './serving.ts';

/** What Vertex Model Monitoring says, and what was done so that it goes on watching. */
export interface VertexMonitoring {
  findings: Finding[];
  jobs: readonly { id: string; displayName: string; state: string }[];
  /** By job what was changed, or of a dry run would be. */
  reconciled: readonly ({ job: string } & Reconciliation)[];
  /** Sentences about changes that failed. */
  failures: readonly string[];
}

/** Milliseconds: a new job refuses changes for some minutes. */
const RECONCILE_TIMEOUT = 300_000;

const METRICS: Record<MonitoringObjective, string> = {
  RAW_FEATURE_SKEW: 'vertex-skew',
  RAW_FEATURE_DRIFT: 'vertex-drift',
  FEATURE_ATTRIBUTION_SKEW: 'vertex-attribution-skew',
  FEATURE_ATTRIBUTION_DRIFT: 'vertex-attribution-drift',
};

const MEANINGS: Record<MonitoringObjective, string> = {
  RAW_FEATURE_SKEW: 'away from the training data',
  RAW_FEATURE_DRIFT: 'away from the time before',
  FEATURE_ATTRIBUTION_SKEW: 'away from the training data in what it contributes',
  FEATURE_ATTRIBUTION_DRIFT: 'away from the time before in what it contributes',
};

/**
 * Reads what the monitoring jobs of the endpoint have measured of the model that serves, after they were made to watch it, if that is wanted.
 *
 * @returns undefined if it is not asked for
 */
export async function readVertexMonitoring(
  task: Task,
  serving: Serving,
  dryRun: boolean,
): Promise<VertexMonitoring | undefined> {
  const { endpoint, vertexMonitoring: mode } = task;
  const id = serving.deployedModelId;
  if (mode === 'off' || endpoint === undefined || id === undefined) return undefined;
  return withVertex(endpoint.place, async (vertex) => {
    let jobs = await listMonitoringJobs(vertex, endpoint.id);
    const reconciled: ({ job: string } & Reconciliation)[] = [];
    const failures: string[] = [];
    if (mode === 'reconcile' && jobs.length > 0) {
      const deployedIds = await idsByTraffic(vertex, endpoint.id, id);
      for (const job of jobs) {
        try {
          const result = dryRun
            ? planReconciliation(job, deployedIds)
            : await reconcileMonitoring(vertex, job, deployedIds, { timeout: RECONCILE_TIMEOUT });
          reconciled.push({ job: job.id, ...result });
          tell(job, result, dryRun);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          // What the other sources say is judged all the same.
          failures.push(`Monitoring job ${job.id} was not reconciled: ${messageOf(error)}`);
          log.warning(failures.at(-1)!);
        }
      }
      if (!dryRun) jobs = await listMonitoringJobs(vertex, endpoint.id);
    }
    return {
      findings: await findingsOf(vertex, task, jobs, id),
      jobs: jobs.map(({ id: job, displayName, state }) => ({ id: job, displayName, state })),
      reconciled,
      failures,
    };
  });
}

/** What is deployed, the one that is judged first and then by traffic. */
async function idsByTraffic(vertex: Vertex, endpointId: string, main: string): Promise<string[]> {
  const { deployed, split } = await requireEndpoint(vertex, endpointId);
  const rank = ({ id }: { id: string }): number => (id === main ? Infinity : shareOf(split, id));
  return deployed.toSorted((a, b) => (rank(a) < rank(b) ? 1 : rank(a) > rank(b) ? -1 : 0)).map(({ id }) => id);
}

/** One sentence for each change. */
export const movesOf = ({ moved, dropped }: Reconciliation): string[] => [
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

async function findingsOf(
  vertex: Vertex,
  task: Task,
  jobs: readonly MonitoringJob[],
  deployedModelId: string,
): Promise<Finding[]> {
  const { window, asOf, columns } = task;
  const span = { from: Date.parse(window.from), to: Math.min(Date.parse(window.to), asOf) };
  const watching = jobs.filter(({ watched }) => watched.some((model) => model.deployedModelId === deployedModelId));
  const stats: MonitoringStat[] = [];
  for (const job of watching) stats.push(...(await searchAnomalies(vertex, job, deployedModelId, span)));
  const predicted = new Set([
    columns.score,
    ...watching.flatMap(({ watched }) => watched.flatMap(({ targetField }) => targetField ?? [])),
  ]);
  const groups = Map.groupBy(stats, ({ objective, feature }) => JSON.stringify([objective, feature]));
  return [
    coverage(jobs, watching, deployedModelId, groups.size),
    ...[...groups.values()].map((group) => findingOf(group, predicted)),
  ];
}

/** Whether anything was measured at all: a monitor that is silent is not one that is content. */
function coverage(
  jobs: readonly MonitoringJob[],
  watching: readonly MonitoringJob[],
  deployedModelId: string,
  measured: number,
): Finding {
  const finding = { kind: 'input-drift', subject: 'endpoint', metric: 'vertex-monitoring', rows: 0 } as const;
  if (measured > 0) {
    return { ...finding, verdict: 'pass', reason: `Vertex AI has measured ${count(measured, 'distance')}.` };
  }
  const states = watching.map(({ id, state, error }) => `${id} is ${state}${error === undefined ? '' : ` (${error})`}`);
  const reason =
    jobs.length === 0
      ? 'The endpoint has no monitoring job.'
      : watching.length === 0
        ? `No monitoring job watches the deployed model ${deployedModelId}: it was deployed since; 'vertex-monitoring: reconcile' moves the job to it.`
        : `The monitoring job has measured nothing in the window: ${states.join(', ')}.`;
  log.warning(`Vertex Model Monitoring says nothing: ${reason}`);
  return { ...finding, verdict: 'inconclusive', reason };
}

/** The finding about one feature and objective: the worst of what was measured in the window. */
function findingOf(group: readonly MonitoringStat[], predicted: ReadonlySet<string>): Finding {
  const { objective, feature } = group[0]!;
  const common = {
    kind: predicted.has(feature) ? 'prediction-drift' : 'input-drift',
    subject: feature,
    metric: METRICS[objective],
    rows: 0,
  } as const;
  const finite = group.filter(({ value, threshold }) => Number.isFinite(value) && Number.isFinite(threshold));
  const anomalies = finite.filter(({ value, threshold }) => value > threshold);
  const worst = finite.toSorted((a, b) => b.value / b.threshold - a.value / a.threshold)[0];
  const numbers = worst === undefined ? {} : { value: worst.value, threshold: worst.threshold };
  if (anomalies.length > 0) {
    return {
      ...common,
      ...numbers,
      verdict: 'fail',
      reason: `'${feature}' has moved ${MEANINGS[objective]} in ${anomalies.length} of ${count(group.length, 'measurement')} by Vertex AI.`,
    };
  }
  if (finite.length < group.length) {
    return {
      ...common,
      ...numbers,
      verdict: 'inconclusive',
      reason: `Vertex AI could not measure '${feature}' in ${group.length - finite.length} of ${count(group.length, 'measurement')}.`,
    };
  }
  return {
    ...common,
    ...numbers,
    verdict: 'pass',
    reason: `'${feature}' has not moved ${MEANINGS[objective]} by Vertex AI.`,
  };
}
