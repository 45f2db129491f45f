/** How a run, a job or a step ended. */
export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped';

/** A line of a step's log, as the runner shows it. Text is masked; it is not escaped for any display. */
export interface LogLine {
  kind: 'text' | 'command' | 'group' | 'endgroup' | 'debug' | 'notice' | 'warning' | 'error';
  text: string;
}

/** A note on a line of code or on the run. */
export interface Annotation {
  level: 'notice' | 'warning' | 'error';
  message: string;
  title?: string;
  file?: string;
  line?: number;
  endLine?: number;
  column?: number;
  endColumn?: number;
}

export interface StepResult {
  name: string;
  /** What counts for the job: a failure that `continue-on-error` tolerates is a success here. */
  conclusion: Conclusion;
  /** What happened. */
  outcome: Conclusion;
  durationMs: number;
  annotations: Annotation[];
  /** What the step wrote to its job summary: markdown, to be taken for hostile. */
  summary: string;
  /** The log; only the last {@link LOG_LINES_KEPT} lines, the whole is in the job's log file. */
  log: LogLine[];
  /** Masked. */
  outputs: Record<string, string>;
}

/** Lines of a step's log that a result holds. */
export const LOG_LINES_KEPT = 5000;

export interface JobResult {
  /** Path of job ids from the file that was started: `release/deploy`, with the matrix's values: `test (22)`. */
  id: string;
  /** As GitHub shows it: `release / Deploy`. */
  name: string;
  /** A job that runs steps, or one that calls a workflow and stands for its jobs. */
  kind: 'steps' | 'call';
  /** Workflow that a `call` called. */
  uses?: string;
  /** Id of the call that this job is part of. */
  parent?: string;
  conclusion: Conclusion;
  /** Whether it failed, and `continue-on-error` keeps that from the run. */
  tolerated: boolean;
  /** The id without the matrix's values: what `needs` names. */
  group: string;
  /** Groups of the jobs that it waited for. */
  needs: string[];
  environment?: { name: string; url?: string };
  /** Such as `contents: read, id-token: write`. */
  permissions: string;
  concurrency?: string;
  /** ISO 8601; undefined if it never started. */
  startedAt?: string;
  durationMs: number;
  /** Masked. */
  outputs: Record<string, string>;
  steps: StepResult[];
  /** File with the whole log, masked. */
  logPath?: string;
  /** Why the job could not run at all. */
  error?: string;
}

/** An artifact that the run uploaded. */
export interface StoredArtifact {
  id: number;
  name: string;
  /** Local folder with its files. */
  folder: string;
  files: number;
  bytes: number;
  /** `sha256:` over the artifact's file names and digests. */
  digest: string;
}

/** What `actions/attest` would have signed. */
export interface RecordedAttestation {
  id: number;
  job: string;
  predicateType: string;
  subjects: { name: string; digest: Record<string, string> }[];
  /** Local file with the unsigned in-toto statement. */
  statementPath: string;
}

/** A workflow run that this run asked GitHub to start. */
export type DispatchedEvent =
  | { event: 'repository_dispatch'; eventType: string; clientPayload: Record<string, unknown> }
  | { event: 'workflow_dispatch'; workflow: string; ref: string; inputs: Record<string, string> };

export interface RunResult {
  conclusion: Conclusion;
  /** Name of the workflow. */
  workflow: string;
  /** Path of the workflow file in its repository. */
  file: string;
  event: string;
  startedAt: string;
  durationMs: number;
  jobs: JobResult[];
  /** Outputs of `on.workflow_call`, masked. */
  outputs: Record<string, string>;
  artifacts: StoredArtifact[];
  attestations: RecordedAttestation[];
  /** What the run dispatched; empty without a GitHub to do it at. */
  dispatched: DispatchedEvent[];
  /** Folder with logs, artifacts, summaries and `run.json`. */
  outDir: string;
}

/** What happens while a run goes on. Texts are masked. */
export type ProgressEvent =
  | { type: 'run-started'; workflow: string; file: string; jobs: { id: string; name: string; needs: string[] }[] }
  | { type: 'job-started'; job: string; name: string; parent?: string; kind: 'steps' | 'call' }
  | { type: 'step-started'; job: string; step: number; name: string }
  | { type: 'log'; job: string; step: number; line: LogLine }
  | { type: 'step-finished'; job: string; step: number; result: StepResult }
  | { type: 'job-finished'; job: string; result: JobResult }
  | { type: 'run-finished'; result: RunResult };
