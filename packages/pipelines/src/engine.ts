import type { Declaration } from './declaration.ts';
import type { Json, JsonObject } from './json.ts';

/** What every engine of pipelines can be asked. Each engine is a module of its own, which is loaded only where it is used. */

export const ENGINES = ['vertex', 'kubeflow', 'airflow', 'argo'] as const;
export type EngineName = (typeof ENGINES)[number];

/** How a run is. Every engine's own words are mapped to these; the word itself is kept beside it. */
export type RunState = 'queued' | 'running' | 'paused' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled';

/** How a task is. `cached`: its result was taken from an earlier run. `skipped`: it was not to run. `blocked`: it could not, after a failure. */
export type TaskState = 'waiting' | 'running' | 'succeeded' | 'cached' | 'skipped' | 'blocked' | 'failed' | 'cancelled';

export interface Task {
  /** Tells the tasks of one run apart. */
  readonly id: string;
  readonly name: string;
  readonly state: TaskState;
  /** The engine's own word. */
  readonly engineState: string;
  readonly error: string | undefined;
  /** Whether it only stands for other tasks: a loop, a branch, a sub-pipeline. */
  readonly group: boolean;
}

/** How a run is at one moment. */
export interface RunView {
  readonly state: RunState;
  /** The engine's own word. */
  readonly engineState: string;
  readonly error: string | undefined;
  readonly tasks: readonly Task[];
}

/** A run that exists. */
export interface Run {
  /** The engine's id of it. */
  readonly id: string;
  /** Page of the run. */
  readonly url: string;
}

/** A run that was found by its name. */
export interface FoundRun extends Run {
  readonly view: RunView;
  /** What it was asked for with, if the engine kept it. */
  readonly fingerprint: string | undefined;
}

/** What is to be run, under which name. */
export interface Submission {
  /** Decides the run's id, or its name where the engine gives ids: one name makes one run. */
  readonly name: string;
  /** Digest of pipeline, parameters and options. */
  readonly fingerprint: string;
  readonly parameters: JsonObject;
}

/** What a run left behind. */
export interface RunOutputs {
  /** Values by `name` for the pipeline's own outputs, and by `task.name`. */
  readonly parameters: Readonly<Record<string, Json>>;
  readonly artifacts: Readonly<Record<string, Artifact>>;
}

export interface Artifact {
  readonly uri: string;
  /** The engine's word for what it is, such as `system.Model`. */
  readonly type?: string;
  readonly metadata?: Json;
}

/** Where pipelines run. Calls that fail throw an {@link EngineFailure}. */
export interface Engine {
  readonly name: EngineName;
  /** For messages: `Vertex AI Pipelines`. */
  readonly title: string;
  /** The pipeline's name, as runs are named after it. */
  readonly pipeline: string;
  /** `sha256:...` of the pipeline's file; `undefined` where the engine keeps the pipeline itself. */
  readonly digest: string | undefined;
  /**
   * Whether a second submission by the same name is refused, so that a submission whose answer was lost may be made again. Otherwise
   * it may only be looked for.
   */
  readonly namesAreUnique: boolean;
  /** What parameters the pipeline takes. */
  declaration(): Promise<Declaration>;
  /** The run of a name, whoever started it. */
  find(name: string): Promise<FoundRun | undefined>;
  /** Starts a run. A name that is taken is a failure of kind `conflict`. */
  submit(submission: Submission): Promise<Run>;
  view(run: Run): Promise<RunView>;
  /** The end of a task's log, oldest line first; empty if the engine has none. */
  log(run: Run, task: Task, lines: number): Promise<string[]>;
  outputs(run: Run): Promise<RunOutputs>;
  /** Asks for the run to be stopped. A run that has ended already is no failure. */
  cancel(run: Run): Promise<void>;
  close(): Promise<void>;
}

/** Whether a run goes on no more. */
export const hasEnded = ({ state }: Pick<RunView, 'state'>): boolean =>
  state === 'succeeded' || state === 'failed' || state === 'cancelled';
