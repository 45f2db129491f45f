import { UserError } from '@mlops-actions/action-kit';
import { lookUp } from '../language/value.ts';
import type { Level } from '../model/permissions.ts';
import { levelOf } from '../model/permissions.ts';
import type { JobState } from '../run/job-state.ts';
import type { StepCall, StepOutcome } from '../run/step.ts';

/** What stands on this machine for an action that only matters on GitHub. */
export interface StandIn {
  /** `owner/repository` or `owner/repository/path`, in small letters. */
  uses: string;
  /** Every input of the real action with its default. */
  inputs: Record<string, string>;
  /** Does the local part and answers the outputs. @throws UserError if the real action would fail. */
  run(call: StandInCall): Promise<Record<string, string>>;
}

/** What a stand-in has to work with. */
export interface StandInCall {
  job: JobState;
  /** An input's text, trimmed. */
  input: (name: string) => string;
  /** An input that is `true` or `false`. */
  flag: (name: string) => boolean;
  /** An input's lines, trimmed, without the blank ones. */
  lines: (name: string) => string[];
  log: (line: string) => void;
  warn: (line: string) => void;
  /** Complains as the real action does if the job's token may not do this. */
  requirePermission: (scope: string, level: Level) => void;
}

/** Runs a stand-in as a step. */
export async function runStandIn(
  call: StepCall,
  standIn: StandIn,
  given: Record<string, string>,
): Promise<StepOutcome> {
  const { recorder } = call;
  const { job } = call.scope;
  const unexpected = Object.keys(given).filter((name) => lookUp(standIn.inputs, name) === undefined);
  if (unexpected.length > 0)
    recorder.annotate('warning', `Unexpected input(s) '${unexpected.join("', '")}' for ${standIn.uses}.`);
  const input = (name: string): string => (lookUp(given, name) ?? standIn.inputs[name] ?? '').trim();
  const outputs = await standIn.run({
    job,
    input,
    flag(name) {
      const text = input(name).toLowerCase();
      if (text !== 'true' && text !== 'false') {
        throw new UserError(`${standIn.uses}: the input '${name}' must be true or false, not '${text}'.`);
      }
      return text === 'true';
    },
    lines: (name) =>
      input(name)
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    log: (line) => recorder.line(line),
    warn: (line) => recorder.annotate('warning', line),
    requirePermission(scope, level) {
      const has = levelOf(job.plan.permissions, scope);
      if (has === level || has === 'write') return;
      throw new UserError(
        `${standIn.uses} needs the permission '${scope}: ${level}', and the job has '${scope}: ${has}'.`,
        {
          fix: "Grant it in the job's 'permissions'.",
        },
      );
    },
  });
  return { outcome: 'success', outputs };
}
