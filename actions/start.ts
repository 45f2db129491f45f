/**
 * Starts one action by name. All actions share one bundle; each is a chunk of it that is loaded on demand, so that an action
 * which calls no cloud does not pay for the client of one that does.
 */
import path from 'node:path';
import type { Action, CommonInputs } from '@mlops-actions/action-kit';

const actions = {
  'validate-data': () => import('./validate-data/src/index.ts'),
  'validate-model': () => import('./validate-model/src/index.ts'),
  'build-image': () => import('./build-image/src/index.ts'),
  'register-version': () => import('./register-version/src/index.ts'),
  'evaluate-gate': () => import('./evaluate-gate/src/index.ts'),
  'deploy-vertex-endpoint': () => import('./deploy-vertex-endpoint/src/index.ts'),
  'run-pipeline': () => import('./run-pipeline/src/index.ts'),
  'monitor-model': () => import('./monitor-model/src/index.ts'),
  rollback: () => import('./rollback/src/index.ts'),
  'sign-evidence': () => import('./sign-evidence/src/index.ts'),
  'report-incident': () => import('./report-incident/src/index.ts'),
};

export type ActionName = keyof typeof actions;

export const actionNames = Object.keys(actions) as ActionName[];

/** Actions that count tables, which large ones are counted for by threads. */
const COUNTING: ReadonlySet<ActionName> = new Set(['validate-data', 'monitor-model']);

/** The file beside the entry of an action that a thread starts with. */
export const COUNT_WORKER = 'count-worker.js';

/** The file that a thread which hashes starts with. */
export const HASH_WORKER = 'hash-worker.js';

/** Runs an action as the runner does. What it concludes is in its outputs and the exit code. */
export async function start(name: ActionName): Promise<void> {
  if (COUNTING.has(name)) {
    const { setWorkerEntry } = await import('@mlops-actions/tabular');
    setWorkerEntry(path.join(path.dirname(process.argv[1]!), COUNT_WORKER));
  }
  if (name === 'build-image') {
    const { setHashWorker } = await import('@mlops-actions/oci/hash-threads');
    setHashWorker(path.join(path.dirname(process.argv[1]!), HASH_WORKER));
  }
  const [{ runAction }, { action }] = await Promise.all([import('@mlops-actions/action-kit'), actions[name]()]);
  await runAction(action as Action<CommonInputs>);
}

/** Runs a thread that counts parts of a table. */
export async function startCountWorker(): Promise<void> {
  const { startWorker } = await import('@mlops-actions/tabular/start-worker');
  startWorker();
}
