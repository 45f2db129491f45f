import { randomUUID } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '@mlops-actions/action-kit';
import { evaluateText } from '../language/evaluate.ts';
import type { RunCommand } from '../model/workflow.ts';
import { CommandFiles } from './command-files.ts';
import { programEnvironment } from './environment.ts';
import { stepExpressions } from './job-state.ts';
import type { Exit } from './process.ts';
import { applyWritten, stepGithub, type StepCall, type StepOutcome } from './step.ts';

/** GitHub's shells: the command line, with the script's file for `{0}`, and the ending that the shell expects of it. */
const SHELLS: Record<string, { command: string[]; extension: string }> = {
  '': { command: ['bash', '-e', '{0}'], extension: '.sh' },
  bash: { command: ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '{0}'], extension: '.sh' },
  sh: { command: ['sh', '-e', '{0}'], extension: '.sh' },
  python: { command: ['python', '{0}'], extension: '.py' },
};

/** Runs a `run:` step. */
export async function runCommand(call: StepCall, does: RunCommand): Promise<StepOutcome> {
  const { scope, recorder, env, signal } = call;
  const { job, defaults } = scope;
  const expressions = stepExpressions(scope, env);
  const text = (template: RunCommand['shell']): string =>
    template === undefined ? '' : evaluateText(template, expressions);
  const script = evaluateText(does.run, expressions);
  const { command, extension } = shellOf(text(does.shell ?? defaults.shell));
  const cwd = path.resolve(job.workspace, text(does.workingDirectory ?? defaults.workingDirectory));
  if (
    !(await stat(cwd).then(
      (info) => info.isDirectory(),
      () => false,
    ))
  ) {
    throw new UserError(
      `The working directory '${path.relative(job.workspace, cwd)}' does not exist in the job's workspace.`,
      {
        fix: 'A job starts with an empty workspace: is a checkout step missing?',
      },
    );
  }

  const file = path.join(job.temp, `${randomUUID()}${extension}`);
  await writeFile(file, script);
  const files = await CommandFiles.create(job.temp);
  const argv = command.map((part) => part.replaceAll('{0}', file));
  recorder.line(`Run ${script.trim().split('\n')[0] ?? ''}`, 'group');
  recorder.line(script.trimEnd(), 'command');
  recorder.line(`shell: ${command.join(' ')}`);
  recorder.line('', 'endgroup');
  const exit = await job.processes.run(
    { file: argv[0]!, args: argv.slice(1), cwd, env: programEnvironment(scope, env, stepGithub(call), files) },
    recorder.reader(),
    signal,
  );
  const written = await files.collect();
  await rm(file, { force: true });
  const sound = applyWritten(written, scope, recorder);
  const ended = reportExit(exit, call);
  return { outcome: ended && sound ? 'success' : 'failure', outputs: Object.fromEntries(written.output) };
}

/** Shows how a program ended. Answers whether it ended well. */
export function reportExit(exit: Exit, { recorder, signal }: Pick<StepCall, 'recorder' | 'signal'>): boolean {
  if ('code' in exit && exit.code === 0) return true;
  if (signal.aborted) recorder.line('The step was stopped.');
  else if ('code' in exit) recorder.annotate('error', `Process completed with exit code ${exit.code}.`);
  else recorder.annotate('error', `Process was ended by ${exit.signal}.`);
  return false;
}

function shellOf(shell: string): { command: string[]; extension: string } {
  const known = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
  if (known !== undefined) return known;
  if (shell.includes('{0}')) return { command: shell.split(/\s+/).filter((part) => part !== ''), extension: '' };
  throw new UserError(`'${shell}' is no shell that a rehearsal knows.`, {
    fix: "Use bash, sh, python, or a command line of its own with '{0}' for the script.",
  });
}
