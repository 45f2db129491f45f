import { log, UserError } from '@mlops-actions/action-kit';
import type { Engine, FoundRun, Run } from './engine.ts';
import { kindOf } from './failure.ts';
import { follow } from './follow.ts';
import type { JsonObject } from './json.ts';
import { runName } from './key.ts';
import { retrying, type Pace } from './retrying.ts';

/** A run that goes on because of this start, or of an earlier one by the same key. */
export interface Started {
  run: Run;
  name: string;
  /** Whether an earlier start had made it. */
  attached: boolean;
  /** From 1; more than 1 where runs of this key failed or were cancelled before. */
  attempt: number;
}

export interface StartRequest {
  key: string;
  /** Whether a user chose the key, who could then use it for two things. */
  keyIsGiven: boolean;
  fingerprint: string;
  parameters: JsonObject;
}

/** Runs of one key that may fail before a start gives up. */
const MOST_ATTEMPTS = 50;

/**
 * Attaches to the run of a key, or submits it. A run that goes on or succeeded is attached to; after one that failed or was cancelled
 * comes the next. The name is decided before anything is sent, so that neither a killed job nor a lost answer makes a second run.
 *
 * @throws UserError if the key was used for something else, or the engine refuses
 */
export async function start(engine: Engine, request: StartRequest, pace: Pace): Promise<Started> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const name = runName(engine.pipeline, request.key, attempt);
    const found = await retrying(() => engine.find(name), pace);
    if (found !== undefined) {
      checkSame(found, request);
      if (await isOver(engine, found, pace)) continue;
      return { run: found, name, attached: true, attempt };
    }
    const { run, attached } = await submit(engine, name, request, pace);
    return { run, name, attached, attempt };
  }
  throw new UserError(`${MOST_ATTEMPTS} runs of this idempotency key have failed.`, {
    fix: "Mend the pipeline, then set another 'idempotency-key'.",
  });
}

/** The run of a key that may be going on, for a start that was interrupted before it knew. */
export async function findGoing(engine: Engine, key: string): Promise<Run | undefined> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const found = await engine.find(runName(engine.pipeline, key, attempt));
    if (found === undefined) return undefined;
    if (found.view.state === 'failed' || found.view.state === 'cancelled') continue;
    return found.view.state === 'succeeded' ? undefined : found;
  }
  return undefined;
}

/** Milliseconds that a run which is being cancelled may take for it. */
const CANCELLATION = 600_000;

/** Whether a run failed or was cancelled. One that is being cancelled is waited for: two runs of a key never work at the same time. */
async function isOver(engine: Engine, run: FoundRun, pace: Pace): Promise<boolean> {
  if (run.view.state === 'failed' || run.view.state === 'cancelled') return true;
  if (run.view.state !== 'cancelling') return false;
  log.info(`The run ${run.id} is being cancelled: waiting for its end`);
  const limits = { timeout: CANCELLATION, startTimeout: CANCELLATION };
  const ending = await follow(engine, run, { ...limits, pace, onView: () => undefined });
  if (ending.kind !== 'timeout') return ending.kind === 'gone' || ending.view.state !== 'succeeded';
  throw new UserError(`The run ${run.id} is being cancelled, and does not end.`, {
    fix: "See its page; set another 'idempotency-key' to start one beside it.",
  });
}

function checkSame(found: FoundRun, { fingerprint, keyIsGiven }: StartRequest): void {
  if (!keyIsGiven || found.fingerprint === undefined || found.fingerprint === fingerprint) return;
  throw new UserError(
    `The idempotency key belongs to the run ${found.id}, which was started with another pipeline, parameters or options.`,
    {
      fix: "Set another 'idempotency-key', or start it again with what it was started with.",
    },
  );
}

/** Looks after a submission whose answer was lost, this often. */
const LOOKS = 5;

async function submit(
  engine: Engine,
  name: string,
  request: StartRequest,
  pace: Pace,
): Promise<{ run: Run; attached: boolean }> {
  const { fingerprint, parameters } = request;
  for (let tries = 1; ; tries++) {
    try {
      return { run: await engine.submit({ name, fingerprint, parameters }), attached: false };
    } catch (error) {
      const kind = kindOf(error);
      if (kind === 'throttled' && tries < LOOKS) {
        await pace.wait(pace.delay(tries));
        continue;
      }
      if (kind !== 'conflict' && kind !== 'transient') throw error;
      // It may have been carried out all the same, now or in a moment: look before anything else.
      const found = await look(engine, name, kind === 'conflict' ? LOOKS : engine.namesAreUnique ? 1 : LOOKS, pace);
      if (found !== undefined) {
        checkSame(found, request);
        return { run: found, attached: kind === 'conflict' && tries === 1 };
      }
      if (!engine.namesAreUnique || tries >= LOOKS) throw unknownFate(engine, name, error);
      await pace.wait(pace.delay(tries));
    }
  }
}

async function look(engine: Engine, name: string, times: number, pace: Pace): Promise<FoundRun | undefined> {
  for (let look = 1; look <= times; look++) {
    const found = await retrying(() => engine.find(name), pace);
    if (found !== undefined) return found;
    if (look < times) await pace.wait(pace.delay(look));
  }
  return undefined;
}

function unknownFate({ title }: Engine, name: string, cause: unknown): unknown {
  if (!(cause instanceof UserError)) return cause;
  return new UserError(`${title} did not say whether it started the run ${name}: ${cause.message}`, {
    fix: 'Run again: if it was started, the run is attached to, and nothing is started twice.',
    cause,
  });
}
