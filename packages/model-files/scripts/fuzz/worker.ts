/** Reviews mutated files, one after the other, and tells of whatever is not as it must be. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '@mlops-actions/action-kit';
import { random } from '@mlops-actions/statistics';
import { inspectModel } from '../../src/index.ts';
import { Coverage } from './coverage.ts';
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
      /** Blocks of the sources that have run. */
      blocks: number;
    };

/** Mutations make files longer; those that grew beyond this are not mutated further. */
const LARGEST_KEPT = 512 * 1024;

const task = workerData as FuzzTask;
const current = new Int32Array(task.current);
const post = (news: FuzzNews): void => parentPort!.postMessage(news);
/** What is mutated: the bases, and mutated files that reached code which nothing before them had. */
const pool: { file: string; malicious: boolean; content: Buffer }[] = await Promise.all(
  task.bases.map(async (base) => ({ ...base, content: await readFile(base.file) })),
);
const coverage = await Coverage.of('/packages/model-files/src/');

let runs = 0;
let verdicts: Record<string, number> = {};
let slowest = { run: -1, milliseconds: 0 };
for (let run = task.first; run < task.last; run += task.step) {
  Atomics.store(current, 0, run);
  const numbers = random(task.seed + run);
  // What reached new code comes as often as all the bases together.
  const grown = pool.length - task.bases.length;
  const index =
    grown > 0 && numbers.below(2) === 1 ? task.bases.length + numbers.below(grown) : numbers.below(task.bases.length);
  const base = pool[index]!;
  const bytes = mutate(base.content, numbers, pool[numbers.below(pool.length)]!.content);
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
  if ((await coverage.grew()) && bytes.length <= LARGEST_KEPT) pool.push({ ...base, content: bytes });
  runs++;
  if (runs % 250 === 0) tell();
}
tell();

function tell(): void {
  post({ kind: 'progress', runs, verdicts, slowest, blocks: coverage.size });
  runs = 0;
  verdicts = {};
}
