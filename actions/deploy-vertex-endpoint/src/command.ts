import { spawn } from 'node:child_process';
import { log, messageOf } from '@mlops-actions/action-kit';
import type { AnalysisRequest, Judgement } from './analysis.ts';

/** A program of the team's own that judges a traffic step. */
export interface AnalysisCommand {
  /** Program and arguments; no shell reads them. */
  command: readonly [program: string, ...args: string[]];
  /** Milliseconds that one run may take. */
  timeout: number;
}

/** More is not read: an answer is one line. */
const OUTPUT_LIMIT = 1024 * 1024;
const LONGEST_REASON = 500;

/**
 * Asks the program. It answers by the last line of its standard output, `{"verdict": "pass" | "fail" | "inconclusive", "reason": "..."}`, and by
 * exit code 0; whatever else it does, the step is inconclusive, because nothing was said for the new model.
 */
export async function runCommand({ command, timeout }: AnalysisCommand, request: AnalysisRequest): Promise<Judgement> {
  const [program, ...args] = command;
  const unsaid = (why: string): Judgement => ({ verdict: 'inconclusive', reason: `the analysis ${why}` });
  // The action's inputs are nobody else's: one of them may be a token.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('INPUT_')));
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  let output = '';
  let timedOut = false;
  // The whole group goes: a script that is killed would leave its children behind, and they hold the pipes open.
  const kill = (): void => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  };
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeout);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output.length < OUTPUT_LIMIT) output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n')) if (line !== '') log.info(line);
  });
  // A program that does not read its input is none the worse for it.
  child.stdin.on('error', () => undefined).end(`${JSON.stringify(request)}\n`);
  const ended = await new Promise<{ code: number | null; error?: unknown }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, error }));
    child.once('close', (code) => resolve({ code }));
  });
  clearTimeout(timer);
  if (ended.error !== undefined) return unsaid(`could not be started: ${messageOf(ended.error)}`);
  if (timedOut) return unsaid(`took longer than ${timeout / 1000} s`);
  if (ended.code !== 0) return unsaid(ended.code === null ? 'was killed' : `ended with exit code ${ended.code}`);
  return parseAnswer(output) ?? unsaid('gave no verdict in the last line of its output');
}

/** The answer in the last line that is not blank; undefined if it is none. */
export function parseAnswer(output: string): Judgement | undefined {
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  let answer: unknown;
  try {
    answer = JSON.parse(last);
  } catch {
    return undefined;
  }
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { verdict, reason } = answer as Record<string, unknown>;
  if (verdict !== 'pass' && verdict !== 'fail' && verdict !== 'inconclusive') return undefined;
  const given = typeof reason === 'string' && reason.trim() !== '' ? reason.trim().slice(0, LONGEST_REASON) : verdict;
  return { verdict, reason: `the analysis says: ${given}` };
}
