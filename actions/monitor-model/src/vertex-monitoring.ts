import { log } from '@mlops-actions/action-kit';
import { makeRecord, type Finding, type MonitorWindow, type WindowRecord } from '@mlops-actions/monitoring';
import { listModelMonitors, withVertex, type TimeRange, type Vertex } from '@mlops-actions/vertex';
import type { Serving } from './serving.ts';
import type { Task } from './task.ts';
import { isAwaited, isOfVertex, vertexFindings } from './vertex-findings.ts';
import { endpointJobs, measuredByJobs, reconcileJobs, type Reconciled } from './vertex-jobs.ts';
import { followServed, measuredByMonitor, watchingOf } from './vertex-monitors.ts';

/** What Vertex Model Monitoring says, and what was done so that it goes on watching. */
export interface VertexMonitoring {
  findings: Finding[];
  /** Earlier windows whose jobs were not done, as they are now; oldest first. */
  rejudged: WindowRecord[];
  /** What the report tells of it. */
  report: object;
  /** One sentence for each change that was made, or of a dry run would be. */
  moves: readonly string[];
  /** Sentences about changes that failed. */
  failures: readonly string[];
}

/**
 * Reads what Vertex Model Monitoring has measured of the model that serves: the endpoint's monitoring jobs (version 1) and the monitor of the version
 * (version 2), after they were made to watch it, if that is wanted.
 *
 * @param past windows of the version before this one
 * @returns undefined if it is not asked for
 */
export async function readVertexMonitoring(
  task: Task,
  serving: Serving,
  past: readonly WindowRecord[],
  dryRun: boolean,
): Promise<VertexMonitoring | undefined> {
  const { endpoint, vertexMonitoring: mode } = task;
  const { deployedModelId: main, model: version } = serving;
  if (mode === 'off' || endpoint === undefined || main === undefined || version === undefined) return undefined;
  return withVertex(endpoint.place, async (vertex) => {
    const changes =
      mode === 'reconcile' ? await reconcile(vertex, task, { endpointId: endpoint.id, main, version }, dryRun) : NONE;
    const jobs = await endpointJobs(vertex, endpoint.id);
    const watching = await watchingOf(vertex, await listModelMonitors(vertex, version.modelId), version);
    const findingsIn = async (window: MonitorWindow): Promise<Finding[]> => {
      const range = rangeOf(window, task.asOf);
      const scoreColumn = task.columns.score;
      return vertexFindings([
        await measuredByJobs(vertex, jobs, { deployedModelId: main, scoreColumn, range }),
        await measuredByMonitor(vertex, watching, range),
      ]);
    };
    const findings = await findingsIn(task.window);
    for (const { verdict, reason } of findings.filter(({ metric }) => metric === 'vertex-monitoring')) {
      if (verdict !== 'pass') log.warning(`Vertex Model Monitoring says nothing, or not all: ${reason}`);
    }
    const rejudged: WindowRecord[] = [];
    for (const record of past.filter((earlier) => earlier.findings.some(isAwaited))) {
      const now = await findingsIn(record.window);
      if (!now.some(isAwaited)) rejudged.push(withVertexFindings(record, now));
    }
    return {
      findings,
      rejudged,
      report: {
        jobs: jobs.map(({ id, displayName, state }) => ({ id, displayName, state })),
        reconciled: changes.jobs,
        monitor: watching.own && {
          id: watching.own.monitor.id,
          displayName: watching.own.monitor.displayName,
          jobs: watching.own.jobs.slice(0, MOST_JOBS).map(({ id, state }) => ({ id, state })),
        },
        followed: changes.followed,
      },
      moves: changes.moves,
      failures: changes.failures,
    };
  });
}

/** Jobs of a monitor that the report lists. */
const MOST_JOBS = 20;

type Changes = Reconciled & Pick<Awaited<ReturnType<typeof followServed>>, 'followed'>;

const NONE: Changes = { jobs: [], moves: [], failures: [], followed: undefined };

async function reconcile(
  vertex: Vertex,
  { window, asOf }: Task,
  { endpointId, main, version }: { endpointId: string; main: string; version: NonNullable<Serving['model']> },
  dryRun: boolean,
): Promise<Changes> {
  const ofJobs = await reconcileJobs(vertex, await endpointJobs(vertex, endpointId), { endpointId, main, dryRun });
  const isOver = Date.parse(window.to) <= asOf;
  const range = isOver ? rangeOf(window, asOf) : undefined;
  const ofMonitors = await followServed(vertex, { version, endpointId }, { range, dryRun });
  return {
    jobs: ofJobs.jobs,
    followed: ofMonitors.followed,
    moves: [...ofJobs.moves, ...ofMonitors.moves],
    failures: [...ofJobs.failures, ...ofMonitors.failures],
  };
}

const rangeOf = ({ from, to }: MonitorWindow, asOf: number): TimeRange => ({
  from: Date.parse(from),
  until: Math.min(Date.parse(to), asOf),
});

const withVertexFindings = (record: WindowRecord, findings: readonly Finding[]): WindowRecord =>
  makeRecord({ ...record, findings: [...record.findings.filter((one) => !isOfVertex(one)), ...findings] });
