import { log, messageOf, UserError } from '@mlops-actions/action-kit';
import {
  followVersion,
  listMonitorJobs,
  searchMonitorStats,
  shortVersion,
  type Followed,
  type ModelMonitor,
  type ModelVersionId,
  type MonitorJob,
  type MonitorObjective,
  type TimeRange,
  type Vertex,
} from '@mlops-actions/vertex';
import type { Measured, Measurement } from './vertex-findings.ts';

/** Monitors of a model's versions: Vertex Model Monitoring, version 2. */

/** Milliseconds to wait for a new monitor. */
const FOLLOW_TIMEOUT = 300_000;

const METRICS: Record<MonitorObjective, Pick<Measurement, 'kind' | 'metric' | 'from'>> = {
  'raw-feature-drift': { kind: 'input-drift', metric: 'vertex-baseline-drift', from: 'its baseline' },
  'prediction-output-drift': { kind: 'prediction-drift', metric: 'vertex-baseline-drift', from: 'its baseline' },
  'feature-attribution': {
    kind: 'input-drift',
    metric: 'vertex-baseline-attribution-drift',
    from: 'its baseline in what it contributes',
  },
};

/** The version that serves, where. */
export interface Served {
  version: ModelVersionId;
  endpointId: string;
}

/** Makes a monitor watch the version that serves, and look at some time, if that is over. Gives sentences about what was done and what failed. */
export async function followServed(
  vertex: Vertex,
  served: Served,
  { range, dryRun }: { range: TimeRange | undefined; dryRun: boolean },
): Promise<{ followed: Omit<Followed, 'monitor'> | undefined; moves: string[]; failures: string[] }> {
  try {
    const { copiedFrom, started } = await followVersion(
      vertex,
      { ...served, range },
      { timeout: FOLLOW_TIMEOUT, dryRun },
    );
    const moves = [
      ...(copiedFrom === undefined
        ? []
        : [`${shortVersion(served.version)} gets a copy of the model monitor ${copiedFrom}`]),
      ...(started === undefined ? [] : [`the job ${started} looks at the window`]),
    ];
    for (const move of moves) log.info(`${dryRun ? 'Would reconcile' : 'Reconciled'} model monitors: ${move}.`);
    if (copiedFrom !== undefined) {
      log.warning(
        'The new model monitor compares with the baseline of the version before: set it anew if it has changed.',
      );
    }
    return { followed: { copiedFrom, started }, moves, failures: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const failure = `The model monitors were not reconciled: ${messageOf(error)}`;
    log.warning(failure);
    return { followed: undefined, moves: [], failures: [failure] };
  }
}

/** A monitor of the version that serves, with its jobs; undefined if there is none. */
export interface Watching {
  /** How many monitors other versions have. */
  others: number;
  version: ModelVersionId;
  own: { monitor: ModelMonitor; jobs: readonly MonitorJob[] } | undefined;
}

/** The monitor that watches a version. @param monitors those of the model's versions, the newest first */
export async function watchingOf(
  vertex: Vertex,
  monitors: readonly ModelMonitor[],
  version: ModelVersionId,
): Promise<Watching> {
  const monitor = monitors.find((one) => one.version.versionId === version.versionId);
  return {
    version,
    others: monitors.filter((one) => one !== monitor).length,
    own: monitor === undefined ? undefined : { monitor, jobs: await listMonitorJobs(vertex, monitor) },
  };
}

/** What the jobs of a version's monitor have measured that looked at some time. */
export async function measuredByMonitor(vertex: Vertex, watching: Watching, range: TimeRange): Promise<Measured> {
  const { own, others, version } = watching;
  if (own === undefined) {
    const doubt =
      others === 0
        ? undefined
        : `No model monitor watches ${shortVersion(version)}, as others do other versions; 'vertex-monitoring: reconcile' copies one.`;
    return { measurements: [], doubt, state: 'silent' };
  }
  const { monitor } = own;
  const jobs = own.jobs.filter(({ until }) => until > range.from && until <= range.until);
  const ids = new Set(jobs.map(({ id }) => id));
  const stats = jobs.length === 0 ? [] : await searchMonitorStats(vertex, monitor, range.from);
  const measurements = stats
    .filter(({ job }) => ids.has(job))
    .map(({ objective, feature, value, threshold, isAnomaly }) => ({
      ...METRICS[objective],
      ...{ feature, value, threshold, isAnomaly },
    }));
  const [newest] = jobs;
  const isDone = newest?.state === 'SUCCEEDED';
  const said =
    newest === undefined
      ? ''
      : `${newest.id} is ${newest.state}${newest.error === undefined ? '' : ` (${newest.error})`}`;
  return {
    measurements,
    doubt:
      newest === undefined
        ? `No job of model monitor ${monitor.id} looked at the window.`
        : isDone && measurements.length > 0
          ? undefined
          : isDone
            ? `Model monitor ${monitor.id} has measured nothing in the window: ${said}.`
            : `Model monitor ${monitor.id} has not measured all of the window: ${said}.`,
    state: stateOf(newest),
  };
}

function stateOf(job: MonitorJob | undefined): Measured['state'] {
  if (job === undefined || job.state === 'SUCCEEDED') return 'silent';
  return job.state === 'PENDING' || job.state === 'QUEUED' || job.state === 'RUNNING' ? 'pending' : 'failed';
}
