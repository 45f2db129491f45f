import { UserError } from '@mlops-actions/action-kit';
import { evaluate, evaluateCondition, evaluateText, type Scope } from '../language/evaluate.ts';
import { placeOf, textOf } from '../language/tokens.ts';
import { lookUp, type ValueMap } from '../language/value.ts';
import { resolveInputs } from '../model/inputs.ts';
import { readStrategy, type Strategy } from '../model/matrix.ts';
import { showPermissions } from '../model/permissions.ts';
import type { CallJob, Job } from '../model/workflow.ts';
import type { Conclusion, JobResult } from '../result.ts';
import { describeInstance, type Instance } from './instance.ts';
import { jobStatusFunctions, worst } from './job-status.ts';
import { maskAll } from './recorder.ts';
import { workflowContexts, type RunContext, type WorkflowScope } from './run-context.ts';
import { concurrencyGroup, runJob } from './run-job.ts';
import { Slots } from './slots.ts';

/** How a workflow ended. */
export interface WorkflowEnd {
  conclusion: Conclusion;
  jobs: JobResult[];
  /** Outputs of `on.workflow_call`. */
  outputs: Record<string, string>;
}

/** A job as the jobs that need it see it: all runs of its matrix together. */
interface Settled {
  result: Conclusion;
  outputs: Record<string, string>;
  jobs: JobResult[];
  /** This job and all that it waited for, directly or not. */
  lineage: Map<string, Conclusion>;
}

/** Runs the jobs of a workflow, each as soon as what it needs is done. */
export async function runWorkflow(run: RunContext, scope: WorkflowScope): Promise<WorkflowEnd> {
  const { workflow } = scope.tree;
  const settled = new Map<string, Promise<Settled>>();
  const settle = (id: string): Promise<Settled> => {
    let found = settled.get(id);
    if (found === undefined) {
      const job = workflow.jobs.find((candidate) => candidate.id === id)!;
      found = Promise.all(job.needs.map(settle)).then((needs) => runWhenDue(run, scope, job, needs));
      settled.set(id, found);
    }
    return found;
  };
  const ends = await Promise.all(workflow.jobs.map((job) => settle(job.id)));
  const jobs = ends.flatMap((end) => end.jobs);
  const byId = Object.fromEntries(workflow.jobs.map((job, index) => [job.id, ends[index]!]));
  return { conclusion: worst(ends.map((end) => end.result)), jobs, outputs: workflowOutputs(run, scope, byId) };
}

async function runWhenDue(run: RunContext, scope: WorkflowScope, job: Job, needs: Settled[]): Promise<Settled> {
  const lineage = new Map(needs.flatMap((need) => [...need.lineage]));
  const direct = Object.fromEntries(job.needs.map((id, index) => [id, needs[index]!]));
  const settle = (result: Conclusion, outputs: Record<string, string>, jobs: JobResult[]): Settled => ({
    result,
    outputs,
    jobs,
    lineage: new Map([...lineage, [job.id, result]]),
  });
  const needsContext: ValueMap = Object.fromEntries(
    Object.entries(direct).map(([id, need]) => [id, { result: need.result, outputs: need.outputs }]),
  );
  const expressions: Scope = {
    contexts: { ...workflowContexts(run, scope), needs: needsContext },
    functions: jobStatusFunctions(lineage, () => scope.cancel.aborted),
  };
  try {
    if (run.stop.aborted || !evaluateCondition(job.condition, expressions)) {
      const conclusion = scope.cancel.aborted ? 'cancelled' : 'skipped';
      return settle(conclusion, {}, [notRun(run, scope, job, conclusion)]);
    }
    const strategy = readStrategy(job.strategy, expressions);
    const ends = await runInstances(run, scope, job, strategy, needsContext, expressions);
    const outputs = Object.assign({}, ...ends.map((end) => end.outputs)) as Record<string, string>;
    return settle(
      worst(ends.map((end) => end.result)),
      outputs,
      ends.flatMap((end) => end.jobs),
    );
  } catch (error) {
    // What cannot be evaluated fails the job, not the rehearsal.
    if (!(error instanceof UserError)) throw error;
    return settle('failure', {}, [notRun(run, scope, job, 'failure', error.explanation)]);
  }
}

/** The result of one run of a job: what the jobs that need it see, and all that is shown. */
interface InstanceEnd {
  result: Conclusion;
  outputs: Record<string, string>;
  jobs: JobResult[];
}

async function runInstances(
  run: RunContext,
  scope: WorkflowScope,
  job: Job,
  strategy: Strategy,
  needs: ValueMap,
  expressions: Scope,
): Promise<InstanceEnd[]> {
  const { combinations } = strategy;
  const lanes = new Slots(strategy.maxParallel ?? combinations.length);
  const failFast = new AbortController();
  const cancel = AbortSignal.any([scope.cancel, failFast.signal]);
  return Promise.all(
    combinations.map((combination, index) =>
      lanes.with(async () => {
        const instance = describeInstance(scope, job, strategy, index, combination, expressions);
        const end = await runInstance(run, { ...scope, cancel }, job, instance, needs, expressions);
        if (strategy.failFast && end.result === 'failure') failFast.abort();
        return end;
      }),
    ),
  );
}

async function runInstance(
  run: RunContext,
  scope: WorkflowScope,
  job: Job,
  instance: Instance,
  needs: ValueMap,
  expressions: Scope,
): Promise<InstanceEnd> {
  const contexts = { ...expressions.contexts, matrix: instance.matrix, strategy: instance.strategy };
  if (job.kind === 'call') return runCall(run, scope, job, instance, { contexts, functions: {} });
  const permissions = scope.tree.permissions.get(job)!;
  const parent = scope.parent?.id;
  return run.slots.with(async () => {
    if (scope.cancel.aborted && !expressionsAllowCancelled(job, expressions)) {
      const cancelled = {
        ...notRun(run, scope, job, 'cancelled'),
        id: instance.id,
        name: run.masker.mask(instance.name),
      };
      return { result: 'cancelled', outputs: {}, jobs: [cancelled] };
    }
    const plan = { ...instance, job, needs, permissions, ...(parent !== undefined && { parent }) };
    const { result, outputs } = await runJob(run, scope, plan, scope.cancel);
    return { result: result.tolerated ? 'success' : result.conclusion, outputs, jobs: [result] };
  });
}

/** Whether a job's condition holds although the workflow was cancelled while the job waited. */
function expressionsAllowCancelled(job: Job, expressions: Scope): boolean {
  return evaluateCondition(job.condition, {
    ...expressions,
    functions: { ...expressions.functions, success: () => false, failure: () => false, cancelled: () => true },
  });
}

async function runCall(
  run: RunContext,
  scope: WorkflowScope,
  job: CallJob,
  instance: Instance,
  expressions: Scope,
): Promise<InstanceEnd> {
  const tree = scope.tree.calls.get(job)!;
  const call = tree.workflow.call!;
  const startedAt = new Date();
  const name = run.masker.mask(instance.name);
  run.emit({
    type: 'job-started',
    job: instance.id,
    name,
    kind: 'call',
    ...(scope.parent && { parent: scope.parent.id }),
  });
  const contexts = { ...expressions.contexts, secrets: scope.secrets };
  let end: WorkflowEnd;
  let error: string | undefined;
  try {
    const given = Object.fromEntries(
      [...job.with].map(([input, template]) => [input, evaluate(template, { ...expressions, contexts })]),
    );
    const inputs = resolveInputs(
      call.inputs,
      given,
      (template) => evaluate(template, { contexts: { github: run.github, vars: run.vars, inputs: {} }, functions: {} }),
      { from: placeOf(job.at), textsAreTyped: false },
    );
    const secrets = passSecrets(job, scope.secrets, { ...expressions, contexts });
    for (const secret of Object.values(secrets)) run.masker.add(secret);
    end = await runWorkflow(run, { tree, inputs, secrets, parent: instance, cancel: scope.cancel });
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    error = run.masker.mask(cause.explanation);
    end = { conclusion: 'failure', jobs: [], outputs: {} };
  }
  const result: JobResult = {
    ...notRun(run, scope, job, end.conclusion, error, false),
    id: instance.id,
    name,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    outputs: maskAll(end.outputs, run.masker),
    ...withConcurrency(job, { ...expressions, contexts }),
  };
  run.emit({ type: 'job-finished', job: instance.id, result });
  return { result: end.conclusion, outputs: end.outputs, jobs: [result, ...end.jobs] };
}

function withConcurrency(job: CallJob, expressions: Scope): { concurrency?: string } {
  const group = concurrencyGroup(job.concurrency, expressions);
  return group === undefined ? {} : { concurrency: group };
}

/** The secrets that a called workflow sees: all, or those that it was handed; and always the token of the run. */
function passSecrets(job: CallJob, own: Record<string, string>, expressions: Scope): Record<string, string> {
  if (job.secrets === 'inherit') return own;
  const token = lookUp(own, 'GITHUB_TOKEN');
  return {
    ...(token !== undefined && { GITHUB_TOKEN: token }),
    ...Object.fromEntries([...job.secrets].map(([name, template]) => [name, evaluateText(template, expressions)])),
  };
}

function workflowOutputs(run: RunContext, scope: WorkflowScope, ends: Record<string, Settled>): Record<string, string> {
  const jobs = Object.fromEntries(Object.entries(ends).map(([id, { result, outputs }]) => [id, { result, outputs }]));
  const expressions: Scope = { contexts: { ...workflowContexts(run, scope), jobs }, functions: {} };
  const outputs: Record<string, string> = {};
  for (const [name, template] of scope.tree.workflow.call?.outputs ?? []) {
    const value = evaluateText(template, expressions);
    // As with a job's outputs: what holds a secret is not handed on.
    if (value !== '' && !run.masker.covers(value)) outputs[name] = value;
  }
  return outputs;
}

/** The result of a job that ran no steps of its own. */
function notRun(
  run: RunContext,
  scope: WorkflowScope,
  job: Job,
  conclusion: Conclusion,
  error?: string,
  announce = true,
): JobResult {
  const prefix = scope.parent === undefined ? '' : `${scope.parent.id}/`;
  const written = job.name === undefined || job.name.token.isExpression ? job.id : textOf(job.name);
  const result: JobResult = {
    id: prefix + job.id,
    name: scope.parent === undefined ? written : `${scope.parent.name} / ${written}`,
    kind: job.kind,
    ...(job.kind === 'call' && { uses: textOf(job.uses) }),
    ...(scope.parent && { parent: scope.parent.id }),
    conclusion,
    tolerated: false,
    group: prefix + job.id,
    needs: job.needs.map((need) => prefix + need),
    permissions: showPermissions(scope.tree.permissions.get(job)!),
    durationMs: 0,
    outputs: {},
    steps: [],
    ...(error !== undefined && { error: run.masker.mask(error) }),
  };
  if (announce) run.emit({ type: 'job-finished', job: result.id, result });
  return result;
}
