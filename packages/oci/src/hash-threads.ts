import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Failed, Job } from './hash-worker.ts';
import type { Item } from './layer-items.ts';
import { changedError } from './layer-stream.ts';
import { measure, type Changed, type Measured } from './measure.ts';

/** For less than this a thread is not worth its start: the main one hashes it in some hundredths of a second. */
const THREAD_BYTES = 64 * 1024 * 1024;
/** More would wait for the disk and for memory. */
const MOST_THREADS = 4;

let entry: string | URL | undefined;

/** Says what file starts a thread. Sources start `hash-worker.ts`; a bundle has to name a file of its own. */
export function setHashWorker(file: string | URL): void {
  entry = file;
}

function workerEntry(): string | URL | undefined {
  if (entry !== undefined) return entry;
  const beside = new URL('./hash-worker.ts', import.meta.url);
  return beside.protocol === 'file:' && existsSync(fileURLToPath(beside)) ? beside : undefined;
}

/** {@link measure}, for large layers in a thread: several are measured at a time, and what is measured can already be sent. */
export async function measured(items: readonly Item[], mtime: number | undefined): Promise<Measured> {
  const bytes = items.reduce((sum, item) => sum + (item.file === undefined ? 0 : item.size), 0);
  const file = bytes < THREAD_BYTES ? undefined : workerEntry();
  const found = file === undefined ? measure(items, mtime) : await inThread(file, { items, mtime });
  if ('changed' in found) throw changedError(`'${found.changed}'`);
  if ('failed' in found) throw new Error(found.failed);
  return found;
}

type Answer = Measured | Changed | Failed;

const idle: Worker[] = [];
const waiting: ((worker: Worker) => void)[] = [];
let started = 0;

async function inThread(file: string | URL, job: Job): Promise<Answer> {
  const worker = await take(file);
  worker.ref();
  const answer = await ask(worker, job);
  worker.unref(); // An idle thread keeps no process alive.
  const next = waiting.shift();
  if (next === undefined) idle.push(worker);
  else next(worker);
  return answer;
}

function take(file: string | URL): Promise<Worker> {
  const worker = idle.pop();
  if (worker !== undefined) return Promise.resolve(worker);
  if (started < Math.min(availableParallelism(), MOST_THREADS)) {
    started++;
    return Promise.resolve(new Worker(file, { stdin: false }));
  }
  return new Promise((resolve) => waiting.push(resolve));
}

async function ask(worker: Worker, job: Job): Promise<Answer> {
  const answered = once(worker, 'message'); // An error of the thread itself ends the waiting, too.
  worker.postMessage(job);
  const [answer] = (await answered) as [Answer];
  return answer;
}
