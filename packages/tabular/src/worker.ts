/** What a worker thread runs when the sources run as they are. */
import { startWorker } from './start-worker.ts';

startWorker();
