/**
 * Every metric of the gate at a million rows, and a paired bootstrap at a hundred thousand, in CPU seconds beside scikit-learn, scipy and numpy where the Python of the
 * environment variable PYTHON (default `python3`) has them.
 */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  bootstrap,
  compareAreas,
  makeClassSample,
  makeSample,
  metricsOf,
  placements,
  reweighted,
  TASKS,
  type MetricTask,
  type Sample,
} from '@mlops-actions/statistics';
import { median, row } from './figures.ts';
import { ANSWERS, CLASSES, LEVELS, ROWS, type Columns } from './gate-columns.ts';

const PAIRED_ROWS = 100_000;
const RESAMPLES = 1_000;
/** So many resamples tell what one costs in Python. */
const PYTHON_RESAMPLES = 30;
/** How many times faster per CPU second than Python it is to be. */
const TARGET = 3;

const OPTIONS = { threshold: 0.5, bins: 10, levels: LEVELS };

/** CPU seconds. */
function timed(call: () => unknown): number {
  const before = process.cpuUsage();
  call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Calls before those that are measured, in either language: code that has just started is compiled while it runs. */
const WARM_UP = 5;

/** CPU seconds of a call; what it works on is made anew each time, since what a sample keeps of its order is part of the work. */
function medianOf<T>(make: () => T, call: (made: T) => unknown): number {
  for (let index = 0; index < WARM_UP; index++) call(make());
  return median(
    [1, 2, 3].map(() => {
      const made = make();
      return timed(() => call(made));
    }),
  );
}

export async function benchMetrics(columns: Columns, folder: string): Promise<void> {
  const python = await inPython(columns, folder);
  const column = (name: string): Float64Array => columns.get(name)!;
  const numbered = (name: string, count: number): Float64Array[] =>
    Array.from({ length: count }, (_, index) => column(`${name}-${index}`));
  const queries = Uint32Array.from({ length: ROWS }, (_, index) => Math.floor(index / ANSWERS));
  const samples: Record<MetricTask, () => Sample> = {
    binary: () => makeSample(column('labels'), column('first')),
    multiclass: () =>
      makeClassSample(
        column('class'),
        numbered('class', CLASSES).map((one) => one.slice()),
      ),
    regression: () => makeSample(column('amounts'), column('predicted')),
    quantile: () => {
      const outputs = numbered('level', LEVELS.length);
      return makeSample(column('amounts'), outputs[0]!, undefined, { outputs });
    },
    ranking: () => makeSample(column('relevance'), column('ranked'), undefined, { queries }),
  };

  console.log(`Metrics of ${ROWS.toLocaleString('en')} rows, CPU time after ${WARM_UP} calls to warm up, median of 3`);
  const pair = (): [Sample, Sample] => [samples.binary(), makeSample(column('labels'), column('second'))];
  const delong = medianOf(pair, ([a, b]) => compareAreas(placements(a), placements(b)));
  compare('DeLong, paired', delong, python?.['binary']?.['DeLong, paired']);
  for (const task of TASKS) {
    for (const [name, metric] of metricsOf(task)) {
      const seconds = medianOf(samples[task], (sample) => metric.compute(sample, OPTIONS));
      compare(`${task} ${name}`, seconds, python?.[task]?.[name], metric.compute(samples[task](), OPTIONS));
    }
  }

  const head = (name: string): Float64Array => column(name).slice(0, PAIRED_ROWS);
  const [first, second] = [makeSample(head('labels'), head('first')), makeSample(head('labels'), head('second'))];
  const auc = metricsOf('binary').get('auc')!;
  const seconds = timed(() =>
    bootstrap(
      { rows: PAIRED_ROWS, resamples: RESAMPLES, seed: 1, acceleration: 0 },
      (weights) => auc.compute(reweighted(first, weights), OPTIONS) - auc.compute(reweighted(second, weights), OPTIONS),
    ),
  );
  console.log(`\nPaired bootstrap of the AUC, ${PAIRED_ROWS.toLocaleString('en')} rows, ${RESAMPLES} resamples`);
  const theirs = python?.['bootstrap']?.['auc'];
  compare('bootstrap', seconds, theirs && { ...theirs, seconds: theirs.seconds * RESAMPLES });
}

interface Measured {
  seconds: number;
  value: number;
}

async function inPython(
  columns: Columns,
  folder: string,
): Promise<Record<string, Record<string, Measured>> | undefined> {
  for (const [name, column] of columns) await writeFile(path.join(folder, `${name}.f64`), column);
  const script = path.join(import.meta.dirname, 'gate.py');
  const { status, stdout, stderr } = spawnSync(
    process.env['PYTHON'] ?? 'python3',
    [script, folder, `${PAIRED_ROWS}`, `${PYTHON_RESAMPLES}`, `${WARM_UP}`],
    { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' } },
  );
  if (status === 0) return JSON.parse(stdout) as Record<string, Record<string, Measured>>;
  console.log(`scikit-learn and scipy do not answer: set PYTHON for ratios.\n${stderr.slice(-400)}\n`);
  return undefined;
}

function compare(name: string, seconds: number, python: Measured | undefined, value?: number): void {
  const own = `${milliseconds(seconds)} ms`;
  if (python === undefined) {
    console.log(`  ${name.padEnd(30)} ${own}`);
    return;
  }
  if (value !== undefined && Math.abs(value - python.value) > 1e-9 * Math.max(1, Math.abs(value))) {
    throw new Error(`${name} is ${value} here and ${python.value} in Python: they do not do the same work.`);
  }
  const ratio = python.seconds / seconds;
  const theirs = `${milliseconds(python.seconds)} ms in Python, ${ratio.toFixed(1)} times faster`;
  row(name, `${own}; ${theirs}`, `at least ${TARGET} times`, ratio >= TARGET);
}

/** To a tenth where it is short. */
const milliseconds = (seconds: number): string => (1000 * seconds).toFixed(seconds < 0.02 ? 1 : 0);
