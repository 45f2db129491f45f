import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '@mlops-actions/action-kit';

/** A program to run: argument by argument, never through a shell. */
export interface Command {
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
}

/** How a program ended. */
export type Exit = { code: number } | { signal: NodeJS.Signals };

/** How long a program has to end after each signal, in milliseconds. */
const GRACE = { SIGINT: 5000, SIGTERM: 2500 } as const;

/**
 * How long output may still come after a program ended, in milliseconds. A process that it left in the background may hold the pipe for ever;
 * without one, what is left in the pipe only has to be read.
 */
const DRAIN = { leftBehind: 500, ended: 10_000 };

/** The programs that a job started, each in a process group of its own, so that what they leave in the background can be ended. */
export class ProcessGroups {
  readonly #leftBehind = new Set<number>();

  /**
   * Runs a program and hands over its output line by line, standard output and error alike.
   * When `signal` aborts, the program and its children are interrupted, then ended.
   */
  async run(command: Command, onLine: (line: string) => void, signal: AbortSignal): Promise<Exit> {
    if (signal.aborted) return { signal: 'SIGINT' };
    const child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: command.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const onAbort = (): void => void interrupt(child);
    signal.addEventListener('abort', onAbort, { once: true });
    let ended = false;
    const onOwnLine = (line: string): void => {
      if (!ended) onLine(line);
    };
    const drained = Promise.all([lines(child.stdout, onOwnLine), lines(child.stderr, onOwnLine)]);
    try {
      const exit = await new Promise<Exit>((resolve, reject) => {
        child.once('error', (cause: NodeJS.ErrnoException) =>
          reject(
            new UserError(
              `Cannot start '${command.file}': ${cause.code === 'ENOENT' ? 'there is no such program' : cause.message}.`,
            ),
          ),
        );
        child.once('exit', (code, endedBy) => resolve(endedBy === null ? { code: code ?? 1 } : { signal: endedBy }));
      });
      const leftBehind = groupLives(child.pid!);
      await Promise.race([drained, delay(leftBehind ? DRAIN.leftBehind : DRAIN.ended, undefined, { ref: false })]);
      if (leftBehind) {
        this.#leftBehind.add(child.pid!);
        // Its output goes nowhere from here on, and must keep neither this process nor the other one waiting.
        for (const stream of [child.stdout, child.stderr]) (stream as unknown as { unref?(): void }).unref?.();
      }
      return exit;
    } finally {
      ended = true;
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Ends what programs left running in the background, as the runner does at the end of a job. Answers how many groups there were. */
  async endLeftBehind(): Promise<number> {
    const living = [...this.#leftBehind].filter(groupLives);
    this.#leftBehind.clear();
    for (const group of living) signalGroup(group, 'SIGTERM');
    for (let waited = 0; waited < GRACE.SIGTERM && living.some(groupLives); waited += 50) await delay(50);
    for (const group of living.filter(groupLives)) signalGroup(group, 'SIGKILL');
    return living.length;
  }
}

async function interrupt(child: ChildProcess): Promise<void> {
  const group = child.pid;
  if (group === undefined) return;
  for (const [name, grace] of Object.entries(GRACE) as ['SIGINT' | 'SIGTERM', number][]) {
    signalGroup(group, name);
    for (let waited = 0; waited < grace; waited += 50) {
      await delay(50);
      if (!groupLives(group)) return;
    }
  }
  signalGroup(group, 'SIGKILL');
}

/** Lines as the runner reads them: Node.js would end them at U+2028 as well, and find commands where GitHub sees text. */
async function lines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): Promise<void> {
  stream.setEncoding('utf8');
  let rest = '';
  stream.on('data', (text: string) => {
    // A carriage return at the end may be the first half of a line break.
    const parts = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = parts.pop()!;
    parts.forEach(onLine);
  });
  await new Promise<void>((resolve) => stream.once('close', resolve));
  if (rest !== '') onLine(rest.replace(/\r$/, ''));
}

function groupLives(group: number): boolean {
  return signalGroup(group, 0);
}

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    // No process of that group is left.
    return false;
  }
}
