import type { JsonValue } from '@mlops-actions/serving';
import type { Place } from '../names.ts';

/** Names of `google.cloud.aiplatform.v1.PipelineState`, without their common beginning. */
export type JobState =
  'QUEUED' | 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLING' | 'CANCELLED' | 'PAUSED';

/** Names of `PipelineTaskDetail.State`. */
export type TaskState =
  'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'CANCELLING' | 'CANCELLED' | 'FAILED' | 'SKIPPED' | 'NOT_TRIGGERED';

/** A run of a pipeline. */
export interface PipelineJob extends Place {
  readonly id: string;
  readonly displayName: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The compiled pipeline. */
  readonly pipelineSpec: JsonValue;
  readonly runtime: {
    readonly gcsOutputDirectory: string;
    readonly parameterValues: Readonly<Record<string, JsonValue>>;
    readonly failurePolicy: string;
  };
  /** What is kept and changes nothing. */
  readonly settings: {
    readonly serviceAccount?: string | undefined;
    readonly network?: string | undefined;
    readonly encryptionSpec?: unknown;
    readonly templateUri: string;
  };
  readonly state: JobState;
  readonly error?: JobError;
  /** The first is the whole pipeline's own. */
  readonly tasks: readonly PipelineTask[];
  readonly createTime: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly updateTime: string;
}

export interface JobError {
  readonly code: number;
  readonly message: string;
}

export interface PipelineTask {
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
  readonly state: TaskState;
  readonly error?: JobError;
  readonly inputs: Readonly<Record<string, JsonValue>>;
  readonly outputs: TaskOutputs;
  /** What a later task with caching must agree in to be answered by this one. Absent for groups of tasks. */
  readonly fingerprint?: string;
  readonly createTime: string;
  readonly startTime?: string;
  readonly endTime?: string;
}

export interface TaskOutputs {
  readonly parameters: Readonly<Record<string, JsonValue>>;
  readonly artifacts: Readonly<Record<string, { readonly uri: string; readonly schemaTitle: string }>>;
}

export const NO_OUTPUTS: TaskOutputs = { parameters: {}, artifacts: {} };

/** Whether a run goes on no more. */
export const hasEnded = ({ state }: PipelineJob): boolean => ['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(state);

/** The job with one of its tasks changed, or added. */
export function withTask(job: PipelineJob, task: PipelineTask): PipelineJob {
  const known = job.tasks.some(({ id }) => id === task.id);
  return {
    ...job,
    tasks: known ? job.tasks.map((other) => (other.id === task.id ? task : other)) : [...job.tasks, task],
  };
}
