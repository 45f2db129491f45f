import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '@mlops-actions/action-kit';
import { WORKER_NAME, type FromWorker, type ToWorker } from './executor.ts';
import type { CountRequest } from './request.ts';
import { runPart } from './run-part.ts';

/** Counts the parts that the main thread sends, until it ends the worker. */
export function startWorker(): void {
  const { name, request } = workerData as { name: unknown; request: CountRequest };
  if (parentPort === null || name !== WORKER_NAME) throw new Error('This is no worker of the table counter.');
  const port = parentPort;
  const say = (message: FromWorker): void => port.postMessage(message);
  port.on('message', (part: ToWorker) => {
    const onKeys = (check: number, records: Buffer): void => say({ kind: 'keys', check, records });
    runPart(part, request, { onKeys }).then(
      (outcome) => say({ kind: 'done', outcome }),
      (error: unknown) =>
        say(
          error instanceof UserError
            ? { kind: 'mistake', message: error.message, fix: error.fix }
            : { kind: 'fault', error },
        ),
    );
  });
}
