import { setTimeout as sleep } from 'node:timers/promises';
import { log, messageOf } from '@mlops-actions/action-kit';
import { kindOf } from './failure.ts';

/** How long is waited between calls. */
export interface Pace {
  /** Milliseconds to wait after a number of calls, from 1. */
  delay(calls: number): number;
  /** Waits; it throws when the work is to stop. */
  wait(milliseconds: number): Promise<void>;
  /** Waits for a call; it throws when the work is to stop, and leaves the call to itself. */
  unlessStopped<T>(call: Promise<T>): Promise<T>;
}

/** Milliseconds: the first wait and the growth. */
const FIRST = 1000;
const GROWTH = 1.5;

/** Waits that grow up to `most` milliseconds, and end when `signal` says so. */
export function growingPace(most: number, signal: AbortSignal): Pace {
  return {
    delay: (calls) => Math.min(most, FIRST * GROWTH ** (calls - 1)),
    async wait(milliseconds) {
      await sleep(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
    },
    unlessStopped: (call) =>
      new Promise((resolve, reject) => {
        const stop = (): void => reject(signal.reason as Error);
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop, { once: true });
        call.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
      }),
  };
}

/** Calls in a row that may fail: without an answer, and with refused credentials, while these are exchanged for new ones. */
const FAILURES = 6;
const REFUSALS = 3;

/** Makes a call that may be made twice, again and again over failures that may pass. */
export async function retrying<T>(call: () => Promise<T>, pace: Pace): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await pace.unlessStopped(call());
    } catch (error) {
      if (!mayPass(error, failures)) throw error;
      log.debug(messageOf(error));
      await pace.wait(pace.delay(failures));
    }
  }
}

/** Whether a call that failed this often in a row is worth another try. */
export function mayPass(error: unknown, failures: number): boolean {
  const kind = kindOf(error);
  const most = kind === 'transient' || kind === 'throttled' ? FAILURES : kind === 'unauthenticated' ? REFUSALS : 0;
  return failures < most;
}
