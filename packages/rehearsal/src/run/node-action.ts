import path from 'node:path';
import { evaluateCondition, evaluateExpression } from '../language/evaluate.ts';
import { isBasicExpression } from '../language/github.ts';
import { textOf, type Template } from '../language/tokens.ts';
import { truthy } from '../language/value.ts';
import type { Action, NodeRuns } from '../model/action.ts';
import { within } from '../model/repository.ts';
import type { Conclusion } from '../result.ts';
import { CommandFiles } from './command-files.ts';
import { programEnvironment } from './environment.ts';
import { statusFunctions, stepExpressions, type StepScope } from './job-state.ts';
import { reportExit } from './run-command.ts';
import { applyWritten, reportFault, stepGithub, stepName, type StepCall, type StepOutcome } from './step.ts';

/** A JavaScript action and what it was given. */
export interface PreparedNodeAction {
  action: Action;
  runs: NodeRuns;
  ref: string;
  inputs: Record<string, string>;
}

/** Runs `main` of a JavaScript action, and notes its `post` for the end of the job. */
export async function runNodeAction(call: StepCall, prepared: PreparedNodeAction): Promise<StepOutcome> {
  notePost(call, prepared);
  return runScript(call, prepared, prepared.runs.main);
}

/** Runs `pre` of a JavaScript action if its `pre-if` holds; undefined if it does not. Its `post` is due from then on. */
export async function runPre(call: StepCall, prepared: PreparedNodeAction): Promise<Conclusion | undefined> {
  if (!hookHolds(prepared.runs.preIf, call.scope, call.env)) return undefined;
  notePost(call, prepared);
  return (await runScript(call, prepared, prepared.runs.pre!)).outcome;
}

function notePost(call: StepCall, prepared: PreparedNodeAction): void {
  const { job } = call.scope;
  const { post, postIf } = prepared.runs;
  if (post === undefined || job.posts.some((known) => known.key === call.key)) return;
  job.posts.push({
    key: call.key,
    name: `Post ${stepName(call.step, call.scope)}`,
    holds: () => hookHolds(postIf, call.scope, call.env),
    async run(recorder) {
      try {
        return (await runScript({ ...call, recorder, signal: job.signal }, prepared, post)).outcome;
      } catch (error) {
        reportFault(error, recorder);
        return 'failure';
      }
    },
  });
}

/** Whether a `pre-if` or `post-if` holds: always, if there is none. They go by the job's status, also inside a composite action. */
function hookHolds(condition: Template | undefined, scope: StepScope, env: Record<string, string>): boolean {
  if (condition === undefined) return true;
  const expressions = stepExpressions(scope, env);
  Object.assign(
    expressions.functions,
    statusFunctions(() => scope.job.status),
  );
  return isBasicExpression(condition.token)
    ? evaluateCondition(condition, expressions)
    : truthy(evaluateExpression(textOf(condition), condition, expressions));
}

async function runScript(call: StepCall, prepared: PreparedNodeAction, script: string): Promise<StepOutcome> {
  const { scope, recorder, env, key } = call;
  const { job } = scope;
  const { action, inputs, ref } = prepared;
  const file = await within(
    action.root,
    path.relative(action.root, path.join(action.folder, script)),
    `The script '${script}' of ${action.file}`,
  );
  const state = job.actionStates.get(key) ?? {};
  job.actionStates.set(key, state);
  const files = await CommandFiles.create(job.temp);
  const github = stepGithub(call, { action_repository: action.repository.slug, action_ref: ref });
  const extra = {
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [inputVariable(name), value])),
    ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
  };
  const exit = await job.processes.run(
    {
      file: process.execPath,
      args: [file],
      cwd: job.workspace,
      env: programEnvironment(scope, env, github, files, extra),
    },
    recorder.reader(),
    call.signal,
  );
  const written = await files.collect();
  Object.assign(state, Object.fromEntries(written.state));
  const sound = applyWritten(written, scope, recorder);
  const ended = reportExit(exit, call);
  return { outcome: ended && sound ? 'success' : 'failure', outputs: Object.fromEntries(written.output) };
}

/** The variable that an input is passed in. */
function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}
