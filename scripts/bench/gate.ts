/**
 * The speed of evaluate-gate: its metrics at a million rows and a paired bootstrap at a hundred thousand, in CPU seconds beside scikit-learn and scipy where
 * the Python of the environment variable PYTHON (default `python3`) has them; and the whole gate on a million rows of two models, as CSV and as Parquet.
 * `npm run bench:gate`.
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import {
  bootstrap,
  compareAreas,
  makeSample,
  METRICS,
  placements,
  random,
  reweighted,
  type Sample,
} from '@mlops-actions/statistics';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { median, row } from './figures.ts';

const ROWS = 1_000_000;
const PAIRED_ROWS = 100_000;
const RESAMPLES = 1_000;
/** So many resamples tell what one costs in Python. */
const PYTHON_RESAMPLES = 30;
/** How many times faster per CPU second than Python it is to be. */
const TARGET = 3;
const MEMORY_TARGET = 1_000_000_000;

const root = path.resolve(import.meta.dirname, '../..');
const folder = await mkdtemp(path.join(tmpdir(), 'bench-gate-'));
interface Columns {
  labels: Float64Array;
  first: Float64Array;
  second: Float64Array;
}

/** Two models of the same rows: a tenth of them are events, which lie about one and a half standard deviations higher. */
function makeColumns(): Columns {
  const generator = random(1);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - generator.uniform())) * Math.cos(2 * Math.PI * generator.uniform());
  const columns = { labels: new Float64Array(ROWS), first: new Float64Array(ROWS), second: new Float64Array(ROWS) };
  for (let index = 0; index < ROWS; index++) {
    const label = generator.uniform() < 0.1 ? 1 : 0;
    const shared = 0.8 * normal();
    columns.labels[index] = label;
    columns.first[index] = 1 / (1 + Math.exp(2.5 - 1.6 * label - shared - 0.6 * normal()));
    columns.second[index] = 1 / (1 + Math.exp(2.5 - 1.5 * label - shared - 0.6 * normal()));
  }
  return columns;
}

/** CPU seconds. */
function timed(call: () => unknown): number {
  const before = process.cpuUsage();
  call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function metricsAndBootstrap({ labels, first, second }: Columns): Promise<void> {
  const python = await inPython({ labels, first, second });
  const options = { threshold: 0.5, bins: 10 };
  // Samples are made anew each time: their order is part of the work.
  const fresh = (): [Sample, Sample] => [makeSample(labels, first), makeSample(labels, second)];
  const ours = (call: (samples: [Sample, Sample]) => unknown): number =>
    median(
      [1, 2, 3].map(() => {
        const samples = fresh();
        return timed(() => call(samples));
      }),
    );

  console.log(`Metrics of ${ROWS.toLocaleString('en')} rows, CPU time, median of 3`);
  compare(
    'DeLong, paired',
    ours(([a, b]) => compareAreas(placements(a), placements(b))),
    python?.['DeLong, paired'],
  );
  const [sample] = fresh();
  for (const [name, metric] of METRICS) {
    const seconds = ours(([a]) => metric.compute(a, options));
    compare(name, seconds, python?.[name], metric.compute(sample, options));
  }

  const head = (column: Float64Array): Float64Array => column.slice(0, PAIRED_ROWS);
  const pair = [makeSample(head(labels), head(first)), makeSample(head(labels), head(second))] as const;
  const auc = METRICS.get('auc')!;
  const seconds = timed(() =>
    bootstrap(
      { rows: PAIRED_ROWS, resamples: RESAMPLES, seed: 1, acceleration: 0 },
      (weights) =>
        auc.compute(reweighted(pair[0], weights), options) - auc.compute(reweighted(pair[1], weights), options),
    ),
  );
  console.log(`\nPaired bootstrap of the AUC, ${PAIRED_ROWS.toLocaleString('en')} rows, ${RESAMPLES} resamples`);
  const theirs = python?.['bootstrap'];
  compare('bootstrap', seconds, theirs && { ...theirs, seconds: theirs.seconds * RESAMPLES });
}

interface Measured {
  seconds: number;
  value: number;
}

async function inPython(columns: Columns): Promise<Record<string, Measured> | undefined> {
  for (const [name, column] of Object.entries(columns) as [string, Float64Array][]) {
    await writeFile(path.join(folder, `${name}.f64`), column);
  }
  const script = path.join(import.meta.dirname, 'gate.py');
  const { status, stdout } = spawnSync(
    process.env['PYTHON'] ?? 'python3',
    [script, folder, `${ROWS}`, `${PAIRED_ROWS}`, `${PYTHON_RESAMPLES}`],
    { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' } },
  );
  if (status === 0) return JSON.parse(stdout) as Record<string, Measured>;
  console.log('scikit-learn and scipy are not installed: set PYTHON for ratios.\n');
  return undefined;
}

function compare(name: string, seconds: number, python: Measured | undefined, value?: number): void {
  const own = `${(1000 * seconds).toFixed(0)} ms`;
  if (python === undefined) {
    console.log(`  ${name.padEnd(24)} ${own}`);
    return;
  }
  if (value !== undefined && Math.abs(value - python.value) > 1e-9) {
    throw new Error(`${name} is ${value} here and ${python.value} in Python: they do not do the same work.`);
  }
  const ratio = python.seconds / seconds;
  const theirs = `${(1000 * python.seconds).toFixed(0)} ms in Python, ${ratio.toFixed(1)} times faster`;
  row(name, `${own}; ${theirs}`, `at least ${TARGET} times`, ratio >= TARGET);
}

const POLICY = `checks:
  - { metric: auc, non-inferiority-margin: 0.005 }
  - { metric: log-loss, non-inferiority-margin: 0.01 }
  - { metric: brier, bound: 0.2 }
  - { metric: ks, bound: 0.3, blocking: false }
`;

async function wholeGate({ labels, first, second }: Columns): Promise<void> {
  const ids = Array.from(labels, (_, index) => `APP-${String((index * 7) % ROWS).padStart(8, '0')}`);
  await writeFile(path.join(folder, 'policy.yaml'), POLICY);
  for (const [name, scores] of [
    ['candidate', first],
    ['champion', second],
  ] as const) {
    const file = createWriteStream(path.join(folder, `${name}.csv`));
    file.write('id,label,score\n');
    for (let start = 0; start < ROWS; start += 20_000) {
      let text = '';
      for (let index = start; index < start + 20_000; index++) {
        text += `${ids[index]},${labels[index]},${scores[index]!.toFixed(6)}\n`;
      }
      file.write(text);
    }
    await finished(file.end());
    const columnData = [
      { name: 'id', data: ids, type: 'STRING' as const },
      { name: 'label', data: Int32Array.from(labels), type: 'INT32' as const },
      { name: 'score', data: scores, type: 'DOUBLE' as const },
    ];
    await writeFile(path.join(folder, `${name}.parquet`), Buffer.from(parquetWriteBuffer({ columnData })));
  }
  console.log(
    `\nThe whole gate, ${ROWS.toLocaleString('en')} rows of two models, ${POLICY.split('metric:').length - 1} checks`,
  );
  for (const [extension, target] of [
    ['csv', 10],
    ['parquet', 5],
  ] as const) {
    const inputs = {
      POLICY: 'policy.yaml',
      CANDIDATE: `candidate.${extension}`,
      CHAMPION: `champion.${extension}`,
      MANIFEST: 'model.yaml',
      'EVIDENCE-DIR': 'evidence',
    };
    const startedAt = performance.now();
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(REPORT_MEMORY)}`,
        path.join(root, 'dist', 'evaluate-gate.js'),
      ],
      {
        cwd: folder,
        encoding: 'utf8',
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name}`, value])),
        },
      },
    );
    const seconds = (performance.now() - startedAt) / 1000;
    if (status !== 0) throw new Error(`The gate did not pass: ${stdout.slice(-2000)}`);
    const memory = Number(/peak memory (\d+)/.exec(stdout)![1]);
    row(extension, `${seconds.toFixed(1)} s`, `under ${target} s`, seconds < target);
    row(`${extension}, peak memory`, `${(memory / 1e6).toFixed(0)} MB`, 'under 1 GB', memory < MEMORY_TARGET);
  }
}

/** Runs in the process that is measured. */
const REPORT_MEMORY = "process.on('exit', () => console.log('peak memory ' + process.resourceUsage().maxRSS * 1024))";

try {
  const columns = makeColumns();
  await metricsAndBootstrap(columns);
  await wholeGate(columns);
} finally {
  await rm(folder, { recursive: true, force: true });
}
