/** Two runs at once, whose calls and operations happen one at a time, in an order that the test decides. */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError, type ActionResult } from '@mlops-actions/action-kit';
import type { Emulator, Turn } from '@mlops-actions/vertex-emulator';

/** How a run ended: what it concluded, or the error that says why not. */
export type End = ActionResult | UserError;

/** Waits for its turn. */
interface Waiting extends Turn {
  release: () => void;
}

const POLL = 1;

/**
 * Starts two runs, and lets one of those that wait go on, whenever each run waits or has ended and each operation has done its work. `choices` says which:
 * 0 and 1 the runs, 2 and 3 operations, by their age; where that one does not wait, the next. Without further choices operations end first, then the runs take turns.
 *
 * @throws whatever a run throws that is no UserError, and if the two wait for ever
 */
export async function interleave(
  emulator: Emulator,
  runs: readonly [() => Promise<ActionResult>, () => Promise<ActionResult>],
  choices: readonly number[],
): Promise<[End, End]> {
  const port = emulator.address.split(':')[1]!;
  // Two names of one server: that is how it can tell two clients in one process apart.
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const before = process.env['VERTEX_AI_EMULATOR_HOST'];
  const waiting: Waiting[] = [];
  const ends: (End | undefined)[] = [undefined, undefined];
  const failures: unknown[] = [];
  let begun = 0;

  const ofRun = (index: number): Waiting[] => waiting.filter(({ kind, by }) => kind === 'call' && by === hosts[index]);
  const ofOperations = (): Waiting[] => waiting.filter(({ kind }) => kind === 'operation');
  const running = (): number =>
    Object.values(emulator.state().operations).filter(({ result }) => result === undefined).length;
  const quiet = (): boolean =>
    [0, 1].slice(0, begun).every((index) => ends[index] !== undefined || ofRun(index).length > 0) &&
    running() === ofOperations().length;
  const settle = async (): Promise<void> => {
    while (failures.length === 0 && !quiet()) await sleep(POLL);
    if (failures.length > 0) throw failures[0];
  };

  emulator.setSchedule((turn) => new Promise<void>((resolve) => waiting.push({ ...turn, release: resolve })));
  const started: Promise<void>[] = [];
  try {
    for (const [index, run] of runs.entries()) {
      process.env['VERTEX_AI_EMULATOR_HOST'] = hosts[index];
      begun++;
      started.push(
        run().then(
          (result) => void (ends[index] = result),
          (error: unknown) => void (error instanceof UserError ? (ends[index] = error) : failures.push(error)),
        ),
      );
      await settle();
    }
    for (let step = 0; ends.includes(undefined); step++) {
      if (step > 2000) throw new Error('The two runs go on for ever.');
      const operations = ofOperations();
      const actors = [ofRun(0)[0], ofRun(1)[0], operations[0], operations[1]];
      const choice = choices[step] ?? (operations.length > 0 ? 2 : step % 2);
      const next = [0, 1, 2, 3].map((offset) => actors[(choice + offset) % 4]).find((actor) => actor !== undefined)!;
      waiting.splice(waiting.indexOf(next), 1);
      next.release();
      await settle();
    }
    return ends as [End, End];
  } finally {
    emulator.setSchedule(undefined);
    for (const { release } of waiting.splice(0)) release();
    await Promise.all(started);
    if (before !== undefined) process.env['VERTEX_AI_EMULATOR_HOST'] = before;
  }
}
