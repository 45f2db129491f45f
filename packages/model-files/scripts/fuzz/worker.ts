/** Reviews mutated files, one after the other, and tells of whatever is not as it must be. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '@mlops-actions/action-kit';
import { random } from '@mlops-actions/statistics';
import { inspectModel } from '../../src/index.ts';
import { mutate } from './mutate.ts';

/** What a worker is to do: the runs first, first + step, ... below last. */
export interface FuzzTask {
  bases: readonly { file: string; malicious: boolean }[];
  seed: number;
  first: number;
  step: number;
  last: number;
  /** A folder of its own. */
  folder: string;
  /** Its one number is the run that is going on. */
  current: SharedArrayBuffer;
}

export type FuzzNews =
  | { kind: 'crash'; run: number; base: string; file: string; error: string }
  /** A file that does what its malicious base does, perhaps, and passes. */
  | { kind: 'silent'; run: number; base: string; file: string }
  | {
      kind: 'progress';
      runs: number;
      verdicts: Record<string, number>;
      slowest: { run: number; milliseconds: number };
    };

const task = workerData as FuzzTask;
const current = new Int32Array(task.current);
const post = (news: FuzzNews): void => parentPort!.postMessage(news);
const contents = await Promise.all(task.bases.map(({ file }) => readFile(file)));

let runs = 0;
let verdicts: Record<string, number> = {};
let slowest = { run: -1, milliseconds: 0 };
for (let run = task.first; run < task.last; run += task.step) {
  Atomics.store(current, 0, run);
  // Each run has numbers of its own, so that one can be repeated without those before it.
  const numbers = random(task.seed + run);
  const index = numbers.below(contents.length);
  const base = task.bases[index]!;
  const bytes = mutate(contents[index]!, numbers, contents[numbers.below(contents.length)]!);
  const file = path.join(task.folder, path.basename(base.file));
  await writeFile(file, bytes);
  const keep = async (): Promise<string> => {
    const kept = path.join(task.folder, '..', `${run}-${path.basename(base.file)}`);
    await writeFile(kept, bytes);
    return kept;
  };
  const startedAt = performance.now();
  try {
    const { verdict } = await inspectModel(file);
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    if (verdict !== 'fail' && base.malicious) post({ kind: 'silent', run, base: base.file, file: await keep() });
  } catch (error) {
    const told = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
    post({ kind: 'crash', run, base: base.file, file: await keep(), error: told });
  }
  const milliseconds = performance.now() - startedAt;
  if (milliseconds > slowest.milliseconds) slowest = { run, milliseconds };
  runs++;
  if (runs % 250 === 0) tell();
}
tell();

function tell(): void {
  post({ kind: 'progress', runs, verdicts, slowest });
  runs = 0;
  verdicts = {};
}
