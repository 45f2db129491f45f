/**
 * Mutates model files of every kind, benign and malicious, and reviews what comes out:
 *
 *     node packages/model-files/scripts/fuzz.ts [--runs N] [--seed N] [--workers N] [--python INTERPRETER] [--keep FOLDER]
 *
 * No review may throw anything, hang (30 s) or need more than 1 GiB of memory; and where a mutated malicious file passes, Python, which is
 * asked with stubs in place of everything that it would import, must no longer make the calls that made it malicious. Ends with an error
 * otherwise. Coverage guides it: a mutated file that reaches a block of the sources which none before it had (as V8 counts them) is mutated
 * further. `--keep` leaves the files that something was wrong with.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { benignFiles, writeVariants } from '../test/corpus/files.ts';
import type { FuzzNews, FuzzTask } from './fuzz/worker.ts';

const LARGEST_BASE = 256 * 1024;
const HANG_SECONDS = 30;
const HEAP_MIB = 1024;

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(os.availableParallelism()) },
    python: { type: 'string', default: 'python3' },
    keep: { type: 'string' },
  },
});
const runs = Number(options.runs);
const seed = Number(options.seed);
const workers = Number(options.workers);

const folder = options.keep ?? (await mkdtemp(path.join(os.tmpdir(), 'fuzz-')));
try {
  const corpus = path.join(folder, 'corpus');
  const mutated = path.join(folder, 'mutated');
  await Promise.all([corpus, mutated].map((each) => mkdir(each, { recursive: true })));
  const malicious = (await writeVariants(corpus)).map(({ file }) => ({ file, malicious: true }));
  const benign = (await benignFiles()).map(({ file }) => ({ file, malicious: false }));
  const bases: FuzzTask['bases'] = await smallFiles([...malicious, ...benign]);
  console.log(`${runs} runs over ${bases.length} files, seed ${seed}, ${workers} workers`);

  const startedAt = performance.now();
  const verdicts = new Map<string, number>();
  const crashes: string[] = [];
  const silent: { base: string; file: string }[] = [];
  let done = 0;
  let slowest = { run: -1, milliseconds: 0 };
  let blocks = 0;
  const onNews = (news: FuzzNews): void => {
    switch (news.kind) {
      case 'progress':
        done += news.runs;
        for (const [verdict, number] of Object.entries(news.verdicts)) {
          verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + number);
        }
        blocks = Math.max(blocks, news.blocks);
        if (news.slowest.milliseconds > slowest.milliseconds) slowest = news.slowest;
        if (process.stdout.isTTY) process.stdout.write(`\r${done} of ${runs}`);
        break;
      case 'crash':
        crashes.push(`run ${news.run} (${path.basename(news.base)}): ${news.error}`);
        break;
      case 'silent':
        silent.push(news);
    }
  };
  await Promise.all(
    Array.from({ length: workers }, async (_, first) => {
      const own = path.join(mutated, `worker-${first}`);
      await mkdir(own);
      const problem = await work({ bases, seed, first, step: workers, last: runs, folder: own }, onNews);
      if (problem !== undefined) crashes.push(problem);
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  if (process.stdout.isTTY) process.stdout.write('\r');
  console.log(
    `${done} runs in ${seconds.toFixed(0)} s; ${[...verdicts].map(([verdict, number]) => `${number} ${verdict}`).join(', ')}; ` +
      `the slowest took ${slowest.milliseconds.toFixed(0)} ms (run ${slowest.run}); a worker reached ${blocks} blocks of the sources`,
  );

  const missed = judge(silent, benign);
  console.log(`${crashes.length} reviews that threw, hung or ran out of memory`);
  for (const crash of crashes.slice(0, 10)) console.error(crash);
  console.log(
    missed === undefined
      ? `${silent.length} mutated malicious files pass; there is no Python to say whether they are malicious still`
      : `${silent.length} mutated malicious files pass, ${missed.length} of which still make a malicious call in Python`,
  );
  for (const { file, calls } of (missed ?? []).slice(0, 10))
    console.error(`${path.basename(file)}: ${calls.join(', ')}`);
  process.exitCode = crashes.length === 0 && (missed?.length ?? 0) === 0 && done === runs ? 0 : 1;
} finally {
  if (options.keep === undefined) await rm(folder, { recursive: true, force: true });
}

async function smallFiles<T extends { file: string }>(files: readonly T[]): Promise<T[]> {
  const sizes = await Promise.all(files.map(({ file }) => stat(file)));
  return files.filter((_, index) => sizes[index]!.isFile() && sizes[index]!.size <= LARGEST_BASE);
}

/** Runs a worker to its end; what it says if it hangs or dies. */
async function work(task: Omit<FuzzTask, 'current'>, onNews: (news: FuzzNews) => void): Promise<string | undefined> {
  const current = new SharedArrayBuffer(4);
  const worker = new Worker(new URL('./fuzz/worker.ts', import.meta.url), {
    workerData: { ...task, current },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
  });
  const position = new Int32Array(current);
  let last = -1;
  let since = Date.now();
  return new Promise((resolve) => {
    const watch = setInterval(() => {
      const run = Atomics.load(position, 0);
      if (run !== last) [last, since] = [run, Date.now()];
      else if (Date.now() - since > HANG_SECONDS * 1000) {
        resolve(`run ${run} did not end in ${HANG_SECONDS} s`);
        void worker.terminate();
      }
    }, 1000);
    worker.on('message', onNews);
    worker.on('error', (error: Error) => resolve(`run ${Atomics.load(position, 0)}: ${error.message}`));
    worker.on('exit', () => {
      clearInterval(watch);
      resolve(undefined);
    });
  });
}

/** Those of the files that pass whose malicious calls Python would make; undefined without a Python. */
function judge(
  silent: readonly { base: string; file: string }[],
  benign: readonly { file: string }[],
): { file: string; calls: string[] }[] | undefined {
  const script = path.join(import.meta.dirname, 'fuzz/oracle.py');
  const { status, stdout, error } = spawnSync(options.python, [script, ...benign.map(({ file }) => file)], {
    input: silent.map(({ base, file }) => `${JSON.stringify([base, file])}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`oracle.py ended with exit code ${status}.`);
  const answers = stdout.trimEnd().split('\n');
  return silent
    .map(({ file }, index) => ({ file, calls: JSON.parse(answers[index] ?? '[]') as string[] }))
    .filter(({ calls }) => calls.length > 0);
}
