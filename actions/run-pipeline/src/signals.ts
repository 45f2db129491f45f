import { UserError } from '@mlops-actions/action-kit';

/** The runner sends SIGINT when a workflow is cancelled, SIGTERM 7.5 seconds later, and SIGKILL after another 2.5. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The workflow was cancelled. */
export class WorkflowCancelled extends UserError {
  constructor(signal: string) {
    super(`The workflow was cancelled (${signal}) before a run was started.`);
  }
}

/** Milliseconds that are left for report and outputs. */
const LAST_WORDS = 2000;

/** Runs `body` with a signal that is aborted when the workflow is cancelled, instead of the process ending at once. */
export async function withCancellation<T>(body: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals): void => controller.abort(new WorkflowCancelled(signal));
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    return await body(controller.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
    // A call that still waits for its answer must not keep the process alive until the runner kills it.
    if (controller.signal.aborted) setTimeout(() => process.exit(), LAST_WORDS).unref();
  }
}
