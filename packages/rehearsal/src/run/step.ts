import { messageOf, UserError } from '@mlops-actions/action-kit';
import { evaluateCondition, evaluateFlag, evaluateText, evaluateTextMap } from '../language/evaluate.ts';
import { textOf, type Template } from '../language/tokens.ts';
import type { ValueMap } from '../language/value.ts';
import type { Step } from '../model/workflow.ts';
import type { Conclusion } from '../result.ts';
import { REFUSED_VARIABLES } from './environment.ts';
import { stepExpressions, type StepScope } from './job-state.ts';
import type { Written } from './command-files.ts';
import type { StepRecorder } from './recorder.ts';
import { runCommand } from './run-command.ts';
import { runUses } from './run-uses.ts';
import { startTimeLimit, type TimeLimit } from './time-limit.ts';

/** A step that is about to run, and all that running it needs. */
export interface StepCall {
  scope: StepScope;
  step: Step;
  /** Unique in the job; the same for an action's pre, main and post. */
  key: string;
  env: Record<string, string>;
  recorder: StepRecorder;
  /** The time limits of this step and of those that it is inside of. */
  limit: AbortSignal;
  /** Those, and what stops the job. */
  signal: AbortSignal;
}

/** What running a step gave. */
export interface StepOutcome {
  outcome: Conclusion;
  outputs: Record<string, string>;
}

/** How a step ended. */
export interface StepEnd extends StepOutcome {
  /** The outcome, or success if `continue-on-error` tolerates a failure. */
  conclusion: Conclusion;
}

/** A step's name as GitHub shows it. */
export function stepName({ name, does }: Step, scope: StepScope): string {
  if (name !== undefined) return shownText(name, scope);
  if (does.kind === 'uses') return `Run ${does.uses}`;
  return `Run ${shownText(does.run, scope).trim().split('\n')[0] ?? ''}`;
}

function shownText(template: Template, scope: StepScope): string {
  try {
    return evaluateText(template, stepExpressions(scope));
  } catch {
    // It may speak of what is not there yet, or fail to evaluate: then the step itself will complain.
    return textOf(template);
  }
}

/**
 * Runs a step of a job or a composite action, and enters it into the `steps` context. Nothing that a workflow or an action does wrong
 * makes this throw: it fails the step.
 */
export async function runStep(step: Step, scope: StepScope, key: string, recorder: StepRecorder): Promise<StepEnd> {
  const end = await conclude(step, scope, key, recorder);
  scope.steps[step.id] = { outputs: end.outputs, outcome: end.outcome, conclusion: end.conclusion };
  return end;
}

async function conclude(step: Step, scope: StepScope, key: string, recorder: StepRecorder): Promise<StepEnd> {
  const { job } = scope;
  const end: StepOutcome = { outcome: 'failure', outputs: {} };
  // What starts after the cancel, because it is always(), can fail by itself.
  const startedCancelled = job.cancel.aborted;
  let limit: TimeLimit | undefined;
  try {
    job.noteCancel();
    const env = evaluateTextMap(step.env, stepExpressions(scope));
    const expressions = stepExpressions(scope, env);
    if (!evaluateCondition(step.condition, expressions)) {
      return { outcome: 'skipped', conclusion: 'skipped', outputs: {} };
    }
    limit = startTimeLimit(step.timeoutMinutes, expressions);
    const limits = scope.limit === undefined ? limit.signal : AbortSignal.any([scope.limit, limit.signal]);
    const call = { scope, step, key, env, recorder, limit: limits, signal: AbortSignal.any([job.signal, limits]) };
    Object.assign(end, step.does.kind === 'run' ? await runCommand(call, step.does) : await runUses(call, step.does));
  } catch (error) {
    reportFault(error, recorder);
  }
  limit?.end();
  if (recorder.commandFailed) {
    recorder.commandFailed = false;
    end.outcome = 'failure';
  }
  if (limit?.signal.aborted) {
    recorder.annotate('error', `The step took more than ${limit.minutes} minutes.`);
    end.outcome = 'failure';
  } else if (job.cancel.aborted && !startedCancelled && end.outcome === 'failure') end.outcome = 'cancelled';
  return { ...end, conclusion: tolerate(step, scope, recorder, end.outcome) };
}

function tolerate(step: Step, scope: StepScope, recorder: StepRecorder, outcome: Conclusion): Conclusion {
  if (outcome !== 'failure') return outcome;
  try {
    return evaluateFlag(step.continueOnError, stepExpressions(scope)) ? 'success' : outcome;
  } catch (error) {
    reportFault(error, recorder);
    return outcome;
  }
}

/** Shows why a step failed: a mistake of the user as it is, a bug with its stack. */
export function reportFault(error: unknown, recorder: StepRecorder): void {
  if (error instanceof UserError) recorder.annotate('error', error.explanation);
  else {
    recorder.annotate('error', `The rehearsal stopped on an unexpected error: ${messageOf(error)}`);
    if (error instanceof Error && error.stack !== undefined) recorder.line(error.stack);
  }
}

/** Applies what a program wrote to its command files. Answers whether all of it was sound. */
export function applyWritten(written: Written, scope: StepScope, recorder: StepRecorder): boolean {
  const { job } = scope;
  for (const [name, value] of written.env) {
    if (REFUSED_VARIABLES.includes(name.toUpperCase())) {
      recorder.annotate('error', `$GITHUB_ENV cannot set ${name}.`);
    } else job.env[name] = value;
  }
  for (const entry of written.path) job.paths.unshift(entry);
  recorder.addSummary(written.summary);
  for (const message of written.warnings) recorder.annotate('error', message);
  for (const message of written.errors) recorder.annotate('error', message);
  return written.errors.length === 0;
}

/** The `github` context of a step, with the name that the step goes by in GITHUB_ACTION. */
export function stepGithub(call: Pick<StepCall, 'scope' | 'step' | 'env'>, more: ValueMap = {}): ValueMap {
  const action = call.step.id;
  return stepExpressions(call.scope, call.env, { action, ...more }).contexts['github'] as ValueMap;
}
