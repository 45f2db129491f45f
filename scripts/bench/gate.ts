/**
 * The speed of evaluate-gate: its metrics, as gate-metrics.ts says, and the whole gate on a million rows of two models, as CSV and as Parquet.
 * `npm run bench:gate [-- metrics|gate]`.
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { row } from './figures.ts';
import { makeColumns, ROWS, type Columns } from './gate-columns.ts';
import { benchMetrics } from './gate-metrics.ts';

const MEMORY_TARGET = 1_000_000_000;

/** `metrics` or `gate`: that part alone. */
const part = process.argv[2];
const root = path.resolve(import.meta.dirname, '../..');
const folder = await mkdtemp(path.join(tmpdir(), 'bench-gate-'));
const POLICY = `checks:
  - { metric: auc, non-inferiority-margin: 0.005 }
  - { metric: log-loss, non-inferiority-margin: 0.01 }
  - { metric: brier, bound: 0.2 }
  - { metric: ks, bound: 0.3, blocking: false }
`;

async function wholeGate(columns: Columns): Promise<void> {
  const [labels, first, second] = ['labels', 'first', 'second'].map((name) => columns.get(name)!) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
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
        `data:text/javascript,${encodeURIComponent(REPORT_USE)}`,
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
    const [, memory, cpu] = /peak memory (\d+), CPU time (\d+)/.exec(stdout)!.map(Number) as [number, number, number];
    row(extension, `${seconds.toFixed(1)} s, CPU ${(cpu / 1e6).toFixed(1)} s`, `under ${target} s`, seconds < target);
    row(`${extension}, peak memory`, `${(memory / 1e6).toFixed(0)} MB`, 'under 1 GB', memory < MEMORY_TARGET);
  }
}

/** Runs in the process that is measured. */
const REPORT_USE = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  console.log('peak memory ' + maxRSS * 1024 + ', CPU time ' + (userCPUTime + systemCPUTime));
});`;

try {
  const columns = makeColumns();
  if (part !== 'gate') await benchMetrics(columns, folder);
  if (part !== 'metrics') await wholeGate(columns);
} finally {
  await rm(folder, { recursive: true, force: true });
}
