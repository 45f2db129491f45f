import { UserError } from '@mlops-actions/action-kit';
import { evaluateText } from '../language/evaluate.ts';
import type { Action, CompositeRuns } from '../model/action.ts';
import type { Conclusion } from '../result.ts';
import { stepExpressions, type StepScope } from './job-state.ts';
import { runStep, stepName, type StepCall, type StepOutcome } from './step.ts';

/** A composite action and what it was given. */
export interface PreparedComposite {
  action: Action;
  runs: CompositeRuns;
  ref: string;
  inputs: Record<string, string>;
}

/** GitHub's limit of composite actions inside each other. */
const MAX_DEPTH = 10;

/** The scope of the steps inside a composite action. @throws UserError if actions use each other without end. */
export function compositeScope(
  outer: StepScope,
  env: Record<string, string>,
  { action, ref }: Pick<PreparedComposite, 'action' | 'ref'>,
  inputs: () => Record<string, string>,
  status: StepScope['status'],
): StepScope {
  const depth = (outer.composite?.depth ?? 0) + 1;
  if (depth > MAX_DEPTH) {
    throw new UserError(
      `Composite actions use each other more than ${MAX_DEPTH} levels deep, the last being ${action.file}.`,
    );
  }
  return {
    job: outer.job,
    repository: action.repository,
    defaults: {},
    steps: {},
    status,
    env: { ...outer.env, ...env },
    composite: {
      get inputs() {
        return inputs();
      },
      path: action.folder,
      repository: action.repository.slug,
      ref,
      depth,
    },
  };
}

/** Runs the steps of a composite action; they share the log of the step that uses it. */
export async function runComposite(call: StepCall, prepared: PreparedComposite): Promise<StepOutcome> {
  let status: Exclude<Conclusion, 'skipped'> = 'success';
  const scope: StepScope = {
    ...compositeScope(
      call.scope,
      call.env,
      prepared,
      () => prepared.inputs,
      () => (call.limit.aborted || call.scope.job.status === 'cancelled' ? 'cancelled' : status),
    ),
    limit: call.limit,
  };
  for (const [index, step] of prepared.runs.steps.entries()) {
    const end = await runStep(step, scope, `${call.key}.${index}`, call.recorder);
    if (end.conclusion === 'skipped') call.recorder.line(`Skipped: ${stepName(step, scope)}`, 'debug');
    if (end.conclusion === 'failure') status = 'failure';
  }
  const outputs: Record<string, string> = {};
  for (const [name, value] of prepared.action.outputs) {
    if (value !== undefined) outputs[name] = evaluateText(value, stepExpressions(scope));
  }
  return { outcome: call.signal.aborted || status === 'failure' ? 'failure' : 'success', outputs };
}
