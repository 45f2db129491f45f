/** The thread that measures layers, one after the other; it ends with its process. */
import { parentPort } from 'node:worker_threads';
import type { Item } from './layer-items.ts';
import { measure, type Changed, type Measured } from './measure.ts';

/** A layer to measure. */
export interface Job {
  items: readonly Item[];
  /** Undefined where only the files are hashed. */
  mtime: number | undefined;
}

/** A file that cannot be read: errors lose their codes on their way between threads. */
export interface Failed {
  failed: string;
}

function answer({ items, mtime }: Job): Measured | Changed | Failed {
  try {
    return measure(items, mtime);
  } catch (error) {
    return { failed: (error as Error).message };
  }
}

parentPort?.on('message', (job: Job) => parentPort!.postMessage(answer(job)));
