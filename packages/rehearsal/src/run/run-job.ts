import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { formatBytes, UserError } from '@mlops-actions/action-kit';
import { evaluate, evaluateFlag, evaluateText, evaluateTextMap, type Scope } from '../language/evaluate.ts';
import { fieldsOf, type Template } from '../language/tokens.ts';
import { scalarText } from '../language/value.ts';
import { showPermissions } from '../model/permissions.ts';
import type { Conclusion, JobResult, StepResult } from '../result.ts';
import { JobState, stepExpressions, type JobPlan, type StepScope } from './job-state.ts';
import { runPre } from './node-action.ts';
import { JobLogFile, maskAll, StepRecorder } from './recorder.ts';
import type { RunContext, WorkflowScope } from './run-context.ts';
import { inputsOf, preSteps, type PreStep } from './run-uses.ts';
import { reportFault, runStep, stepName } from './step.ts';
import { startTimeLimit, type TimeLimit } from './time-limit.ts';

/** A job that ran: what is shown of it, and what other jobs may know. */
export interface JobEnd {
  result: JobResult;
  /** As the job set them; secrets are left out, as GitHub leaves them out. */
  outputs: Record<string, string>;
}

/** GitHub's limit of a job's outputs together, by their UTF-16 text. */
const OUTPUT_BYTES = 1024 * 1024;

/** GitHub's limit of a job without `timeout-minutes`. */
const DEFAULT_TIMEOUT_MINUTES = 360;

/** Runs a job of steps from set-up to its posts. Faults of the workflow fail the job; only a bug throws. */
export async function runJob(
  run: RunContext,
  workflow: WorkflowScope,
  plan: JobPlan,
  cancel: AbortSignal,
): Promise<JobEnd> {
  const slug = fileName(plan.id);
  const overtime = new AbortController();
  const folder = path.join(run.workDir, slug);
  const state = new JobState(run, workflow, plan, folder, AbortSignal.any([cancel, overtime.signal]));
  const log = new JobLogFile(path.join(run.outDir, 'logs', `${slug}.log`));
  const execution = new JobExecution(state, log, overtime);
  for (const part of [state.workspace, state.temp, state.toolCache]) await mkdir(part, { recursive: true });
  try {
    return await execution.run();
  } finally {
    state.end();
    await log.close();
    await rm(folder, { recursive: true, force: true });
  }
}

class JobExecution {
  readonly #state: JobState;
  readonly #log: JobLogFile;
  /** Aborted when the job's time is over. */
  readonly #overtime: AbortController;
  readonly #steps: StepResult[] = [];
  readonly #scope: StepScope;
  #environment: JobResult['environment'];
  #endDeployment: ((state: 'success' | 'failure') => void) | undefined;
  #concurrency: string | undefined;

  constructor(state: JobState, log: JobLogFile, overtime: AbortController) {
    this.#state = state;
    this.#log = log;
    this.#overtime = overtime;
    const { file, defaults } = state.workflow.tree.workflow;
    const own = state.plan.job.defaults;
    this.#scope = {
      job: state,
      repository: file.repository,
      defaults: {
        shell: own.shell ?? defaults.shell,
        workingDirectory: own.workingDirectory ?? defaults.workingDirectory,
      },
      steps: {},
      status: () => state.status,
      env: {},
    };
  }

  async run(): Promise<JobEnd> {
    const { plan, run, masker } = this.#state;
    const { job, id, name, parent } = plan;
    const startedAt = new Date();
    run.emit({
      type: 'job-started',
      job: id,
      name: masker.mask(name),
      kind: 'steps',
      ...(parent !== undefined && { parent }),
    });
    await this.#runSteps();
    const outputs = await this.#complete();
    this.#state.noteCancel();
    const conclusion = this.#state.status;
    this.#endDeployment?.(conclusion === 'success' ? 'success' : 'failure');
    const within = (jobId: string): string => (parent === undefined ? jobId : `${parent}/${jobId}`);
    const result: JobResult = {
      id,
      name: masker.mask(name),
      kind: 'steps',
      ...(parent !== undefined && { parent }),
      conclusion,
      tolerated: conclusion === 'failure' && this.#tolerated(),
      group: within(job.id),
      needs: job.needs.map(within),
      ...(this.#environment && { environment: this.#environment }),
      permissions: showPermissions(plan.permissions),
      ...(this.#concurrency !== undefined && { concurrency: this.#concurrency }),
      startedAt: startedAt.toISOString(),
      durationMs: Date.now() - startedAt.getTime(),
      outputs: maskAll(outputs, masker),
      steps: this.#steps,
      logPath: this.#log.path,
    };
    run.emit({ type: 'job-finished', job: id, result });
    return { result, outputs };
  }

  async #runSteps(): Promise<void> {
    const { job } = this.#state.plan;
    const pres: PreStep[] = [];
    let limit: TimeLimit | undefined;
    await this.#step('Set up job', async (recorder) => {
      limit = startTimeLimit(job.timeoutMinutes, this.#jobExpressions(), DEFAULT_TIMEOUT_MINUTES);
      limit.signal.addEventListener('abort', () => this.#overtime.abort());
      this.#setUp(recorder);
      for (const [index, step] of job.steps.entries()) pres.push(...(await preSteps(step, this.#scope, String(index))));
    });
    // Without its set-up a job runs no step, not even one that is always().
    if (this.#state.status !== 'failure') {
      for (const pre of pres) await this.#pre(pre);
      for (const [index, step] of job.steps.entries()) await this.#mainStep(step, String(index));
    }
    for (let post = this.#state.posts.pop(); post !== undefined; post = this.#state.posts.pop()) {
      const { name, holds, run } = post;
      this.#state.noteCancel();
      if (holds()) await this.#step(name, run);
    }
    limit?.end();
  }

  #jobExpressions(): Scope {
    return { contexts: this.#state.contexts, functions: {} };
  }

  #tolerated(): boolean {
    return evaluateFlag(this.#state.plan.job.continueOnError, this.#jobExpressions());
  }

  /** Runs a step of the runner's own and counts its failure against the job. */
  async #step(name: string, body: (recorder: StepRecorder) => Promise<Conclusion | void>): Promise<void> {
    const { recorder, finish } = this.#record(name);
    let outcome: Conclusion;
    try {
      outcome = (await body(recorder)) ?? 'success';
    } catch (error) {
      reportFault(error, recorder);
      outcome = 'failure';
    }
    finish(outcome, outcome);
  }

  #record(name: string): { recorder: StepRecorder; finish: (outcome: Conclusion, conclusion: Conclusion) => void } {
    const { run, plan, masker } = this.#state;
    const index = this.#steps.length;
    const shown = masker.mask(name);
    run.emit({ type: 'step-started', job: plan.id, step: index, name: shown });
    const recorder = new StepRecorder(name, masker, this.#log, {
      line: (line) => run.emit({ type: 'log', job: plan.id, step: index, line }),
    });
    return {
      recorder,
      finish: (outcome, conclusion) => {
        const result = recorder.result(outcome, conclusion);
        this.#steps[index] = result;
        if (conclusion === 'failure' && this.#state.status === 'success') this.#state.status = 'failure';
        run.emit({ type: 'step-finished', job: plan.id, step: index, result });
      },
    };
  }

  #setUp(recorder: StepRecorder): void {
    const { plan, run, workflow } = this.#state;
    const { job } = plan;
    this.#state.env = evaluateTextMap(workflow.tree.workflow.env, this.#jobExpressions());
    this.#state.env = { ...this.#state.env, ...evaluateTextMap(job.env, this.#jobExpressions()) };
    recorder.line(`Permissions of the job's token: ${showPermissions(plan.permissions)}`);
    recorder.line(`Runs on this machine with Node.js ${process.version}; on GitHub: ${this.#show(job.runsOn)}`);
    this.#environment = this.#readEnvironment();
    if (this.#environment !== undefined) {
      const reviewer = run.side?.approve(this.#environment.name);
      recorder.line(
        reviewer === undefined
          ? `Environment ${this.#environment.name}: on GitHub its protection rules apply here.`
          : `Environment ${this.#environment.name}: approved by ${reviewer}.`,
      );
      if (this.#makesDeployment()) this.#endDeployment = run.side?.startDeployment(this.#environment.name);
    }
    this.#concurrency = concurrencyGroup(job.concurrency, this.#jobExpressions());
    if (this.#concurrency !== undefined) recorder.line(`Concurrency group: ${this.#concurrency}`);
    if (run.github['repository'] !== workflow.tree.workflow.file.repository.slug) {
      recorder.line(`Defined in ${workflow.tree.workflow.file.repository.slug}/${workflow.tree.workflow.file.path}`);
    }
  }

  #show(template: Template): string {
    const value = evaluate(fieldsOf(template).get('labels') ?? template, this.#jobExpressions());
    return (Array.isArray(value) ? value : [value]).map((item) => scalarText(item) ?? '').join(', ');
  }

  #readEnvironment(): JobResult['environment'] {
    const { environment } = this.#state.plan.job;
    if (environment === undefined) return undefined;
    const name = evaluateText(fieldsOf(environment).get('name') ?? environment, this.#jobExpressions());
    return name === '' ? undefined : { name };
  }

  /** A job with `environment:` is a deployment, unless it says `deployment: false`. */
  #makesDeployment(): boolean {
    const deployment = fieldsOf(this.#state.plan.job.environment).get('deployment');
    return deployment === undefined || evaluateFlag(deployment, this.#jobExpressions());
  }

  async #pre(pre: PreStep): Promise<void> {
    this.#state.noteCancel();
    const { scope, step } = pre.call;
    await this.#step(pre.name, async (recorder) => {
      const { env, inputs } = inputsOf(pre.action, pre.does, { scope, step, recorder });
      const { signal } = this.#state;
      const call = { ...pre.call, env, recorder, limit: signal, signal };
      return (await runPre(call, { action: pre.action, runs: pre.runs, ref: pre.ref, inputs })) ?? 'skipped';
    });
  }

  async #mainStep(step: JobPlan['job']['steps'][number], key: string): Promise<void> {
    const { recorder, finish } = this.#record(stepName(step, this.#scope));
    const end = await runStep(step, this.#scope, key, recorder);
    recorder.outputs = end.outputs;
    finish(end.outcome, end.conclusion);
  }

  /** Evaluates outputs and the environment's address, and ends what still runs in the background. */
  async #complete(): Promise<Record<string, string>> {
    const { plan, processes, masker } = this.#state;
    const outputs: Record<string, string> = {};
    await this.#step('Complete job', async (recorder) => {
      const ended = await processes.endLeftBehind();
      if (ended > 0) recorder.line(`Ended ${ended} process group(s) that steps had left in the background.`);
      if (this.#overtime.signal.aborted) recorder.annotate('error', 'The job took longer than its time limit.');
      const expressions = stepExpressions(this.#scope);
      const url = fieldsOf(plan.job.environment).get('url');
      if (url !== undefined && this.#environment !== undefined) {
        this.#environment.url = masker.mask(evaluateText(url, expressions));
        recorder.line(`Environment address: ${this.#environment.url}`);
      }
      for (const [name, template] of plan.job.outputs) {
        const value = evaluateText(template, expressions);
        if (masker.covers(value)) recorder.annotate('warning', `Skip output '${name}' since it may contain secret.`);
        else if (value !== '') outputs[name] = value;
      }
      const bytes = Object.values(outputs).reduce((sum, value) => sum + 2 * value.length, 0);
      if (bytes > OUTPUT_BYTES) {
        throw new UserError(`The job's outputs take ${formatBytes(bytes)}, more than the 1 MiB that GitHub hands on.`, {
          fix: 'Hand it on as an artifact.',
        });
      }
    });
    return outputs;
  }
}

/** The group of a `concurrency` field. */
export function concurrencyGroup(template: Template | undefined, scope: Scope): string | undefined {
  if (template === undefined) return undefined;
  const group = evaluateText(fieldsOf(template).get('group') ?? template, scope);
  return group === '' ? undefined : group;
}

/** A job's id as the name of a file: what is not a letter, digit, dot or dash becomes an underscore, with a hash to keep ids apart. */
function fileName(id: string): string {
  const plain = id
    .replaceAll('/', '.')
    .replace(/[^\w.-]+/g, '_')
    .slice(0, 80);
  return plain === id ? plain : `${plain}-${createHash('sha256').update(id).digest('hex').slice(0, 8)}`;
}
