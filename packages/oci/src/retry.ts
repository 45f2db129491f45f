import { setTimeout as wait } from 'node:timers/promises';
import { TransientError } from './registry-errors.ts';

/** How often and after which waits something is tried again. */
export interface RetryOptions {
  /** How often a request is tried. */
  attempts?: number;
  /** Waits between attempts, in milliseconds; tests replace it. */
  sleep?: (milliseconds: number) => Promise<unknown>;
}

const ATTEMPTS = 5;
/** Milliseconds. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const LONGEST_ASKED_WAIT = 120_000;

/** Runs `attempt` again while it fails for reasons that may pass: after the time that the registry asks for, else after twice as long each time. */
export async function retrying<T>(attempt: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { attempts = ATTEMPTS, sleep = wait } = options;
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      if (tried >= attempts) throw error.final;
      // Clients that were turned away together must not come back together.
      const backoff = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tried - 1)) * (0.5 + Math.random() / 2);
      await sleep(Math.min(error.retryAfter ?? backoff, LONGEST_ASKED_WAIT));
    }
  }
}
