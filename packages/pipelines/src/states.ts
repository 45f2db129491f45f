import type { RunState, TaskState } from './engine.ts';

/** The engines' own words for states, and what they mean. A word that is not known is never taken for success. */

type Words<State> = ReadonlyMap<string, State>;

const words = <State>(table: Record<string, State>): Words<State> => new Map(Object.entries(table));

/** `google.cloud.aiplatform.v1.PipelineState`, without its common beginning. */
export const VERTEX_RUNS: Words<RunState> = words({
  QUEUED: 'queued',
  PENDING: 'queued',
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELLING: 'cancelling',
  CANCELLED: 'cancelled',
  PAUSED: 'paused',
});

/** `google.cloud.aiplatform.v1.PipelineTaskDetail.State`. SKIPPED is a hit of the cache. */
export const VERTEX_TASKS: Words<TaskState> = words({
  PENDING: 'waiting',
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  CANCEL_PENDING: 'running',
  CANCELLING: 'running',
  CANCELLED: 'cancelled',
  FAILED: 'failed',
  SKIPPED: 'cached',
  NOT_TRIGGERED: 'skipped',
});

/** `kubeflow.pipelines.backend.api.v2beta1.RuntimeState`, of runs. */
export const KUBEFLOW_RUNS: Words<RunState> = words({
  PENDING: 'queued',
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  SKIPPED: 'cancelled',
  FAILED: 'failed',
  CANCELING: 'cancelling',
  CANCELED: 'cancelled',
  PAUSED: 'paused',
});

/** The same, of tasks. */
export const KUBEFLOW_TASKS: Words<TaskState> = words({
  PENDING: 'waiting',
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  SKIPPED: 'skipped',
  CACHED: 'cached',
  FAILED: 'failed',
  CANCELING: 'running',
  CANCELED: 'cancelled',
  PAUSED: 'waiting',
});

/** `DagRunState` of Airflow 2 and 3. */
export const AIRFLOW_RUNS: Words<RunState> = words({
  queued: 'queued',
  running: 'running',
  success: 'succeeded',
  failed: 'failed',
});

/** `TaskInstanceState` of Airflow 2 and 3; a task that has none is yet to come. */
export const AIRFLOW_TASKS: Words<TaskState> = words({
  removed: 'skipped',
  scheduled: 'waiting',
  queued: 'waiting',
  running: 'running',
  success: 'succeeded',
  restarting: 'running',
  failed: 'failed',
  up_for_retry: 'waiting',
  up_for_reschedule: 'running',
  deferred: 'running',
  awaiting_input: 'waiting',
  upstream_failed: 'blocked',
  skipped: 'skipped',
});

/** `WorkflowPhase` of Argo Workflows; a workflow that no controller has seen has none. */
export const ARGO_RUNS: Words<RunState> = words({
  Pending: 'queued',
  Running: 'running',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Error: 'failed',
});

/** `NodePhase` of Argo Workflows. */
export const ARGO_TASKS: Words<TaskState> = words({
  Pending: 'waiting',
  Running: 'running',
  Succeeded: 'succeeded',
  Skipped: 'skipped',
  Omitted: 'blocked',
  Failed: 'failed',
  Error: 'failed',
  Daemoned: 'running',
});

/** What a word means of a run; one that is not known is taken for going on, so that it is waited for and told. */
export const runState = (table: Words<RunState>, word: string): RunState =>
  word === '' ? 'queued' : (table.get(word) ?? 'running');

export const taskState = (table: Words<TaskState>, word: string): TaskState =>
  word === '' ? 'waiting' : (table.get(word) ?? 'running');
