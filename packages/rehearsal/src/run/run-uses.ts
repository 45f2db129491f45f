import { UserError } from '@mlops-actions/action-kit';
import { evaluateText, evaluateTextMap } from '../language/evaluate.ts';
import { lookUp } from '../language/value.ts';
import type { Action, NodeRuns } from '../model/action.ts';
import type { Step, UseAction } from '../model/workflow.ts';
import { runStandIn } from '../stand-ins/stand-in.ts';
import { compositeScope, runComposite } from './composite.ts';
import { stepExpressions, type StepScope } from './job-state.ts';
import { runNodeAction } from './node-action.ts';
import type { StepRecorder } from './recorder.ts';
import { resolveAction } from './resolve-action.ts';
import type { StepCall, StepOutcome } from './step.ts';

/** Runs a `uses:` step. */
export async function runUses(call: StepCall, does: UseAction): Promise<StepOutcome> {
  const resolved = await resolveAction(does.uses, call.scope);
  const given = evaluateTextMap(does.with, stepExpressions(call.scope, call.env));
  showInputs(does.uses, given, call.recorder);
  if (resolved.kind === 'stand-in') return runStandIn(call, resolved.standIn, given);
  const inputs = actionInputs(resolved.action, given, call);
  const { runs } = resolved.action;
  return runs.using === 'node24'
    ? runNodeAction(call, { action: resolved.action, runs, ref: resolved.ref, inputs })
    : runComposite(call, { action: resolved.action, runs, ref: resolved.ref, inputs });
}

/** The inputs of an action: given, or the evaluated defaults of action.yml. Unknown and missing ones are complained about. */
export function actionInputs(
  action: Action,
  given: Record<string, string>,
  { scope, env, recorder }: { scope: StepScope; env: Record<string, string>; recorder?: StepRecorder },
): Record<string, string> {
  const inputs = Object.create(null) as Record<string, string>;
  const unexpected = Object.keys(given).filter(
    (name) => !action.inputs.some((input) => input.name.toLowerCase() === name.toLowerCase()),
  );
  if (unexpected.length > 0) {
    const valid = action.inputs.map((input) => input.name).join(', ');
    recorder?.annotate('warning', `Unexpected input(s) '${unexpected.join("', '")}', valid inputs are: ${valid}.`);
  }
  for (const input of action.inputs) {
    const value = lookUp(given, input.name);
    if (value !== undefined && input.deprecationMessage !== undefined) {
      recorder?.annotate('warning', `Input '${input.name}' is deprecated: ${input.deprecationMessage}`);
    }
    if (input.required && input.default === undefined && (value === undefined || value === '')) {
      throw new UserError(`${action.file}: the input '${input.name}' is required.`);
    }
    inputs[input.name] =
      value ?? (input.default === undefined ? '' : evaluateText(input.default, stepExpressions(scope, env)));
  }
  for (const name of unexpected) inputs[name] = given[name]!;
  return inputs;
}

function showInputs(uses: string, given: Record<string, string>, recorder: StepRecorder): void {
  recorder.line(`Run ${uses}`, 'group');
  for (const [name, value] of Object.entries(given)) recorder.line(`${name}: ${value}`, 'command');
  recorder.line('', 'endgroup');
}

/** A `pre` that an action of a job runs before the first step. */
export interface PreStep {
  name: string;
  does: UseAction;
  call: Pick<StepCall, 'scope' | 'step' | 'key'>;
  action: Action;
  runs: NodeRuns;
  ref: string;
}

/**
 * The `pre` steps of an action step and, for a composite action, of those inside it. Actions from the workspace (`./`) have none:
 * the workspace is empty before the first step.
 * @throws UserError if the step uses an action that is not there.
 */
export async function preSteps(step: Step, scope: StepScope, key: string): Promise<PreStep[]> {
  const { does } = step;
  if (does.kind !== 'uses' || does.uses.startsWith('./')) return [];
  const resolved = await resolveAction(does.uses, scope);
  if (resolved.kind === 'stand-in') return [];
  const { action, ref } = resolved;
  const { runs } = action;
  if (runs.using === 'node24') {
    return runs.pre === undefined
      ? []
      : [{ name: `Pre ${does.uses}`, does, call: { scope, step, key }, action, runs, ref }];
  }
  // The inputs of the composite action are evaluated only if a `pre` inside it looks at them.
  const inner = compositeScope(
    scope,
    {},
    { action, ref },
    () => inputsOf(action, does, { scope, step }).inputs,
    () => scope.job.status,
  );
  const nested: PreStep[] = [];
  for (const [index, innerStep] of runs.steps.entries())
    nested.push(...(await preSteps(innerStep, inner, `${key}.${index}`)));
  return nested;
}

/** What a `pre` is given: it runs before every step, so it sees no outputs of any. */
export function inputsOf(
  action: Action,
  does: UseAction,
  { scope, step, recorder }: { scope: StepScope; step: Step; recorder?: StepRecorder },
): { env: Record<string, string>; inputs: Record<string, string> } {
  const env = evaluateTextMap(step.env, stepExpressions(scope));
  const given = evaluateTextMap(does.with, stepExpressions(scope, env));
  return { env, inputs: actionInputs(action, given, { scope, env, recorder }) };
}
