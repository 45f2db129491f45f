import { log, messageOf } from '@mlops-actions/action-kit';
import { hasEnded, type Engine, type Run, type RunView } from './engine.ts';
import { kindOf, type FailureKind } from './failure.ts';
import type { Pace } from './retrying.ts';

/** How waiting for a run ended. */
export type Ending =
  | { readonly kind: 'ended'; readonly view: RunView }
  /** Time ran out; `started` tells whether it ever ran. */
  | { readonly kind: 'timeout'; readonly view: RunView | undefined; readonly started: boolean; readonly waited: number }
  /** Somebody deleted it. */
  | { readonly kind: 'gone'; readonly view: RunView | undefined };

export interface FollowOptions {
  /** Milliseconds until waiting is given up, and until a run must have begun. */
  timeout: number;
  startTimeout: number;
  pace: Pace;
  /** Told of every view that was read, with the milliseconds since the waiting began. */
  onView: (view: RunView, elapsed: number) => void;
}

/** Answers in a row by which credentials are refused, or a run is gone: what stands before a server says either for a moment, too. */
const REFUSALS = 4;
const ABSENCES = 3;
/** Failed polls in a row that are told of. */
const TROUBLE = 5;

/**
 * Waits until a run has ended. Polls that fail are borne until the time is up: a run of hours outlives many answers.
 *
 * @throws whatever `pace.wait` throws when the work is to stop; EngineFailure where the engine refuses to tell
 */
export async function follow(engine: Engine, run: Run, options: FollowOptions): Promise<Ending> {
  const { timeout, startTimeout, pace, onView } = options;
  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  let view: RunView | undefined;
  let started = false;
  const failures: (FailureKind | undefined)[] = [];
  for (let polls = 1; ; polls++) {
    try {
      view = await pace.unlessStopped(engine.view(run));
      failures.length = 0;
      started ||= view.state !== 'queued' && view.state !== 'paused';
      onView(view, elapsed());
      if (hasEnded(view)) return { kind: 'ended', view };
    } catch (error) {
      const kind = kindOf(error);
      failures.push(kind);
      if (lastInARow(failures, 'missing') >= ABSENCES) return { kind: 'gone', view };
      if (kind === undefined || kind === 'refused' || kind === 'conflict') throw error;
      if (lastInARow(failures, 'unauthenticated') >= REFUSALS) throw error;
      if (failures.length === TROUBLE) log.warning(`The last ${TROUBLE} looks at the run failed: ${messageOf(error)}`);
      else log.debug(messageOf(error));
    }
    const left = (started ? timeout : Math.min(timeout, startTimeout)) - elapsed();
    if (left <= 0) return { kind: 'timeout', view, started, waited: elapsed() };
    await pace.wait(Math.min(pace.delay(polls), left));
  }
}

function lastInARow<T>(items: readonly T[], wanted: T): number {
  const other = items.findLastIndex((item) => item !== wanted);
  return items.length - 1 - other;
}
