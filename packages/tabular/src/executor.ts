import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { UserError } from '@mlops-actions/action-kit';
import type { Part } from './part.ts';
import type { CountRequest } from './request.ts';
import { runPart, type PartOutcome } from './run-part.ts';

/** Told of the keys of a part before the part is done. */
export type OnKeys = (check: number, records: Buffer) => Promise<void>;

/** Counts parts, one or several at a time. */
export interface Executor {
  /** How many parts are counted at the same time. */
  readonly width: number;
  run(part: Part, onKeys: OnKeys): Promise<PartOutcome>;
  close(): Promise<void>;
}

/** What the main thread and a worker say to each other. */
export type ToWorker = Part;
export type FromWorker =
  | { kind: 'keys'; check: number; records: Uint8Array }
  | { kind: 'done'; outcome: PartOutcome }
  | { kind: 'mistake'; message: string; fix: string | undefined }
  | { kind: 'fault'; error: unknown };

/** Marks `workerData`, so that a bundle which is its own worker knows what it is started for. */
export const WORKER_NAME = 'mlops-actions-tabular';

let entry: string | URL | undefined;

/**
 * Says what file starts a worker. Sources start `worker.ts`; a bundle has to name a file of its own that calls `startWorker()`.
 */
export function setWorkerEntry(file: string | URL): void {
  entry = file;
}

function workerEntry(): string | URL | undefined {
  if (entry !== undefined) return entry;
  const beside = new URL('./worker.ts', import.meta.url);
  return beside.protocol === 'file:' && existsSync(fileURLToPath(beside)) ? beside : undefined;
}

/** What one thread counts in some seconds; for less another one is not worth its memory. */
const BYTES_PER_WORKER = 256 * 1024 * 1024;
/** Each worker has some 100 MB of its own. */
const MOST_WORKERS = 4;

/**
 * @param wanted as many workers; 1 works in this thread. By default as the machine has cores and the size warrants
 * @param parts how many parts there are
 */
export function createExecutor(
  request: CountRequest,
  {
    wanted,
    parts,
    bytes,
    signal,
  }: { wanted?: number | undefined; parts: number; bytes: number; signal?: AbortSignal | undefined },
): Executor {
  const useful = Math.min(
    parts,
    wanted ?? Math.min(availableParallelism(), MOST_WORKERS, Math.ceil(bytes / BYTES_PER_WORKER)),
  );
  const file = useful > 1 ? workerEntry() : undefined;
  return file === undefined ? new LocalExecutor(request, signal) : new WorkerPool(file, useful, request, signal);
}

class LocalExecutor implements Executor {
  readonly width = 1;
  readonly #request: CountRequest;
  readonly #signal: AbortSignal | undefined;

  constructor(request: CountRequest, signal: AbortSignal | undefined) {
    this.#request = request;
    this.#signal = signal;
  }

  async run(part: Part, onKeys: OnKeys): Promise<PartOutcome> {
    // One after the other, since a spool on disk is slower than the keys come.
    let spooled = Promise.resolve();
    const onKeysOfBatch = (check: number, records: Buffer): void => {
      spooled = spooled.then(() => onKeys(check, records));
    };
    const outcome = await runPart(part, this.#request, { onKeys: onKeysOfBatch }, this.#signal);
    await spooled;
    return outcome;
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}

class WorkerPool implements Executor {
  readonly width: number;
  readonly #idle: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];
  readonly #all: Worker[] = [];
  readonly #signal: AbortSignal | undefined;

  constructor(file: string | URL, width: number, request: CountRequest, signal: AbortSignal | undefined) {
    this.width = width;
    this.#signal = signal;
    for (let index = 0; index < width; index++) {
      const worker = new Worker(file, { workerData: { name: WORKER_NAME, request }, stdin: false });
      worker.setMaxListeners(0);
      this.#all.push(worker);
      this.#idle.push(worker);
    }
  }

  async run(part: Part, onKeys: OnKeys): Promise<PartOutcome> {
    const worker = await this.#take();
    try {
      return await this.#count(worker, part, onKeys);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(worker);
      else next(worker);
    }
  }

  #take(): Promise<Worker> {
    const worker = this.#idle.pop();
    return worker === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(worker);
  }

  #count(worker: Worker, part: Part, onKeys: OnKeys): Promise<PartOutcome> {
    return new Promise((resolve, reject) => {
      let spooled = Promise.resolve();
      const stop = (): void => {
        worker.off('message', onMessage);
        worker.off('error', onFault);
        worker.off('exit', onExit);
        this.#signal?.removeEventListener('abort', onAbort);
      };
      const onFault = (error: unknown): void => {
        stop();
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      const onExit = (code: number): void => onFault(new Error(`A worker stopped with exit code ${code}.`));
      const onAbort = (): void => onFault(this.#signal!.reason);
      const onMessage = (message: FromWorker): void => {
        switch (message.kind) {
          case 'keys': {
            const { buffer, byteOffset, length } = message.records;
            spooled = spooled.then(() => onKeys(message.check, Buffer.from(buffer as ArrayBuffer, byteOffset, length)));
            return;
          }
          case 'done':
            stop();
            spooled.then(() => resolve(message.outcome), reject);
            return;
          case 'mistake':
            stop();
            reject(new UserError(message.message, message.fix === undefined ? {} : { fix: message.fix }));
            return;
          case 'fault':
            onFault(message.error);
        }
      };
      worker.on('message', onMessage);
      worker.on('error', onFault);
      worker.on('exit', onExit);
      this.#signal?.addEventListener('abort', onAbort);
      if (this.#signal?.aborted === true) onAbort();
      else worker.postMessage(part satisfies ToWorker);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }
}
