import { hashFiles } from '../language/hash-files.ts';
import type { Scope } from '../language/evaluate.ts';
import { scalarText, type Value, type ValueMap } from '../language/value.ts';
import type { Permissions } from '../model/permissions.ts';
import type { Repository } from '../model/repository.ts';
import type { RunDefaults, StepsJob } from '../model/workflow.ts';
import type { Conclusion } from '../result.ts';
import { identityEnvironment } from './identity.ts';
import { Masker } from './masker.ts';
import { ProcessGroups } from './process.ts';
import type { StepRecorder } from './recorder.ts';
import { workflowContexts, workflowFileContext, type RunContext, type WorkflowScope } from './run-context.ts';

/** What a job is, once its matrix and needs are known. */
export interface JobPlan {
  job: StepsJob;
  id: string;
  name: string;
  parent?: string;
  needs: ValueMap;
  matrix: Value;
  strategy: ValueMap;
  permissions: Permissions;
}

/** A post step that waits for the end of the job. */
export interface PostStep {
  /** Key of the step whose post it is. */
  key: string;
  name: string;
  /** Whether its `post-if` holds. */
  holds: () => boolean;
  run: (recorder: StepRecorder) => Promise<Conclusion>;
}

/** How long a job that was asked to stop may still take, in milliseconds; GitHub's default. */
const CANCEL_GRACE = 5 * 60_000;

/** A job while it runs: what its steps change and share. */
export class JobState {
  readonly run: RunContext;
  readonly workflow: WorkflowScope;
  readonly plan: JobPlan;
  readonly workspace: string;
  readonly temp: string;
  readonly toolCache: string;
  readonly masker: Masker;
  readonly processes = new ProcessGroups();
  /** `env` of workflow and job, and what steps wrote to GITHUB_ENV. */
  env: Record<string, string> = {};
  /** What steps wrote to GITHUB_PATH, last first. */
  paths: string[] = [];
  readonly posts: PostStep[] = [];
  /** GITHUB_STATE of each action step, by the step's key. */
  readonly actionStates = new Map<string, Record<string, string>>();
  status: Exclude<Conclusion, 'skipped'> = 'success';
  /** Asks the job to stop: the run's or matrix's cancel, or the job's time limit. */
  readonly cancel: AbortSignal;
  /** By what the job proves who it is, where somebody believes it. */
  readonly identity: Record<string, string>;
  /** The job's own token, where there is a GitHub to use it at. */
  readonly #token: string | undefined;
  readonly #graceOver = new AbortController();
  #grace: NodeJS.Timeout | undefined;

  constructor(run: RunContext, workflow: WorkflowScope, plan: JobPlan, folder: string, cancel: AbortSignal) {
    this.run = run;
    this.workflow = workflow;
    this.plan = plan;
    this.workspace = `${folder}/workspace`;
    this.temp = `${folder}/temp`;
    this.toolCache = `${folder}/tools`;
    this.masker = new Masker(run.masker);
    this.#token = run.side?.tokenFor(plan.permissions);
    if (this.#token !== undefined) this.masker.add(this.#token);
    const definedIn = workflowFileContext(workflow.tree.workflow.file);
    this.identity = run.sigstore ? identityEnvironment(run.sigstore, run.github, definedIn, plan.permissions) : {};
    const { ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken } = this.identity;
    if (requestToken !== undefined) this.masker.add(requestToken);
    this.cancel = cancel;
    if (cancel.aborted) this.#startGrace();
    else cancel.addEventListener('abort', this.#startGrace);
  }

  /** The signal for what starts now: once a job is asked to stop, only what is `always()` starts, and it has some time to finish. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.cancel.aborted ? this.#graceOver.signal : this.cancel, this.run.stop]);
  }

  /** Lets go of what could keep the process waiting: a matrix may be cancelled after this job of it has ended. */
  end(): void {
    this.cancel.removeEventListener('abort', this.#startGrace);
    clearTimeout(this.#grace);
  }

  readonly #startGrace = (): void => {
    this.#grace = setTimeout(() => this.#graceOver.abort(), CANCEL_GRACE);
  };

  /** Notes that the job was asked to stop, if it was. */
  noteCancel(): void {
    if (this.cancel.aborted || this.run.stop.aborted) this.status = 'cancelled';
  }

  /** Contexts of `env`, `environment` and the like, which are evaluated before any step. */
  get contexts(): Record<string, Value> {
    const { plan, run, workflow } = this;
    return {
      ...workflowContexts(run, workflow),
      github: {
        ...run.github,
        ...(this.#token !== undefined && { token: this.#token }),
        job: plan.job.id,
        workspace: this.workspace,
      },
      needs: plan.needs,
      strategy: plan.strategy,
      matrix: plan.matrix,
      secrets: { ...workflow.secrets, ...(this.#token !== undefined && { GITHUB_TOKEN: this.#token }) },
      job: { ...workflowFileContext(workflow.tree.workflow.file), status: this.status },
      runner: this.#runner,
      env: this.env,
    };
  }

  get #runner(): ValueMap {
    return {
      name: 'rehearsal',
      os: RUNNER_OS[process.platform] ?? process.platform,
      arch: RUNNER_ARCH[process.arch] ?? process.arch.toUpperCase(),
      temp: this.temp,
      tool_cache: this.toolCache,
      environment: 'self-hosted',
    };
  }

  /** `hashFiles` in this job's workspace. */
  readonly hashFiles = (...patterns: Value[]): Value =>
    hashFiles(
      this.workspace,
      patterns.map((pattern) => scalarText(pattern) ?? ''),
    );
}

const RUNNER_OS: Partial<Record<NodeJS.Platform, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };
const RUNNER_ARCH: Partial<Record<NodeJS.Architecture, string>> = {
  x64: 'X64',
  arm64: 'ARM64',
  arm: 'ARM',
  ia32: 'X86',
};

/** Where steps run: in a job, or in a composite action of one. */
export interface StepScope {
  job: JobState;
  /** Repository that defines the steps: what `$/` means. */
  repository: Repository;
  defaults: RunDefaults;
  /** The `steps` context so far. */
  steps: ValueMap;
  /** What `success()` and `failure()` go by. */
  status(): Exclude<Conclusion, 'skipped'>;
  /** The time limit of the step that uses the composite action. */
  limit?: AbortSignal;
  /** Variables of the step that uses the composite action; empty in a job. */
  env: Record<string, string>;
  /** Inside a composite action: its inputs and where it is. */
  composite?: { inputs: ValueMap; path: string; repository: string; ref: string; depth: number };
}

/** What an expression of a step can see. `stepEnv` is the step's own `env`, `github` adds to that context. */
export function stepExpressions(scope: StepScope, stepEnv: Record<string, string> = {}, github: ValueMap = {}): Scope {
  const { job, composite } = scope;
  const all = job.contexts;
  const env = { ...job.env, ...scope.env, ...stepEnv };
  const contexts: Record<string, Value> =
    composite === undefined
      ? { ...all, env, steps: scope.steps }
      : // A composite action sees its own inputs and steps, and no secrets, vars or needs of its caller.
        {
          github: all['github']!,
          strategy: all['strategy']!,
          matrix: all['matrix']!,
          job: all['job']!,
          runner: all['runner']!,
          env,
          inputs: composite.inputs,
          steps: scope.steps,
        };
  contexts['github'] = { ...(all['github'] as ValueMap), ...compositeGithub(scope), ...github };
  return { contexts, functions: { ...statusFunctions(() => scope.status()), hashFiles: job.hashFiles } };
}

function compositeGithub({ composite }: StepScope): ValueMap {
  if (composite === undefined) return {};
  return { action_path: composite.path, action_repository: composite.repository, action_ref: composite.ref };
}

/** `success()`, `failure()`, `cancelled()` and `always()` by a status. */
export function statusFunctions(status: () => Conclusion): Scope['functions'] {
  return {
    success: () => status() === 'success',
    failure: () => status() === 'failure',
    cancelled: () => status() === 'cancelled',
    always: () => true,
  };
}
