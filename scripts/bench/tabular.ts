/**
 * Profiles and compares a million rows of 20 columns, from CSV and Parquet: this engine, DuckDB doing the same, and evidently where
 * `EVIDENTLY_PYTHON` names a Python that has it. Every run is a process of its own; processor time is what counts, since the machine is shared.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import {
  countTable,
  definitionOf,
  profileTable,
  readProfile,
  resolveSource,
  writeProfile,
} from '@mlops-actions/tabular';

const ROWS = 1_000_000;
const RUNS = 3;

interface Figures {
  cpuMs: number;
  megabytes: number;
}

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-tabular-'));
  try {
    await makeTables(folder);
    console.log(`${ROWS.toLocaleString('en')} rows of 20 columns, median of ${RUNS} runs\n`);
    console.log('format   work     engine      CPU ms   rows per CPU s   peak MB   to DuckDB');
    for (const format of ['csv', 'parquet']) {
      for (const work of ['profile', 'compare']) {
        const ours = measure([work, 'ours', path.join(folder, `t.${format}`), folder]);
        const duckdb = measure([work, 'duckdb', path.join(folder, `t.${format}`), folder]);
        const ratio = ours.cpuMs / duckdb.cpuMs;
        show(
          format,
          work,
          'this engine',
          ours,
          `${ratio.toFixed(2)}x   target 1.3x, 300 MB${met(ratio <= 1.3 && ours.megabytes <= 300)}`,
        );
        show(format, work, 'duckdb', duckdb, '');
        const evidently = work === 'compare' ? measureEvidently(path.join(folder, `t.${format}`)) : undefined;
        if (evidently === undefined) continue;
        const times = evidently.cpuMs / ours.cpuMs;
        show(
          format,
          work,
          'evidently',
          evidently,
          `${times.toFixed(1)} times this engine   target 10${met(times >= 10)}`,
        );
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function met(is: boolean): string {
  return is ? '' : '  MISSED';
}

function show(format: string, work: string, engine: string, { cpuMs, megabytes }: Figures, beside: string): void {
  const perSecond = Math.round(ROWS / (cpuMs / 1000)).toLocaleString('en');
  console.log(
    `${format.padEnd(8)} ${work.padEnd(8)} ${engine.padEnd(11)} ${cpuMs.toFixed(0).padStart(6)} ${perSecond.padStart(16)} ${megabytes.toFixed(0).padStart(9)}   ${beside}`.trimEnd(),
  );
}

function measure(args: string[]): Figures {
  const runs = Array.from({ length: RUNS }, (): Figures => {
    const script = path.resolve(import.meta.dirname, 'tabular.ts');
    return JSON.parse(execFileSync(process.execPath, [script, 'run', ...args], { encoding: 'utf8' })) as Figures;
  }).sort((a, b) => a.cpuMs - b.cpuMs);
  return { ...runs[RUNS >> 1]!, megabytes: Math.max(...runs.map(({ megabytes }) => megabytes)) };
}

/** Seven columns with missing values, four categorical ones, short and long digits. */
async function makeTables(folder: string): Promise<void> {
  const normal = 'sqrt(-2 * ln(1 - random())) * cos(6.283185307179586 * random())';
  const missing = (share: number, value: string): string => `CASE WHEN random() < ${share} THEN NULL ELSE ${value} END`;
  const columns = [
    ...[0.01, 0.05, 0.1, 0.3, 0.5].map(
      (share, i) => `${missing(share, `round(${normal} * ${i + 1}, 6)`)} AS measure_${i}`,
    ),
    ...Array.from({ length: 8 }, (_, i) => `round(${normal} * ${10 * (i + 6)}, 4) AS amount_${i}`),
    ...[100, 1000, 10_000].map((most, i) => `CAST(floor(random() * ${most}) AS BIGINT) AS count_${i}`),
    `${missing(0.02, "['north', 'south', 'east', 'west'][1 + CAST(floor(random() * 4) AS INT)]")} AS region`,
    `${missing(0.1, "'P' || CAST(floor(pow(random(), 3) * 200) AS INT)")} AS product`,
    `['yes', 'no'][1 + CAST(floor(random() * 2) AS INT)] AS flag`,
    `'branch ' || CAST(floor(random() * 1000) AS INT) AS branch`,
  ];
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run('SELECT setseed(0.42)');
  await connection.run(`CREATE TABLE t AS SELECT ${columns.join(', ')} FROM range(${ROWS})`);
  await connection.run(`COPY t TO '${folder}/t.csv' (HEADER)`);
  await connection.run(`COPY t TO '${folder}/t.parquet'`);
  connection.closeSync();
  instance.closeSync();
}

/** One engine at one work; prints its figures. */
async function runOne([work, engine, file, folder]: string[]): Promise<void> {
  const profileFile = path.join(folder!, `${path.extname(file!).slice(1)}.profile.json`);
  if (engine === 'ours') await runOurs(work!, file!, profileFile);
  else await runDuckDb(work!, file!, profileFile);
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.log(
    JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, megabytes: maxRSS / 1024 } satisfies Figures),
  );
}

async function runOurs(work: string, file: string, profileFile: string): Promise<void> {
  const source = await resolveSource([file]);
  if (work === 'profile') await writeProfile(profileFile, await profileTable(source));
  else await countTable(source, definitionOf(await readProfile(profileFile)));
}

/** The same counts in SQL, for one scan of the table; a profile needs the quantiles first. */
async function runDuckDb(work: string, file: string, profileFile: string): Promise<void> {
  const { columns } = JSON.parse(await readFile(profileFile, 'utf8')) as {
    columns: { name: string; kind: string; edges: number[] }[];
  };
  const connection = await (await DuckDBInstance.create()).connect();
  const from = file.endsWith('.csv') ? `read_csv('${file}')` : `read_parquet('${file}')`;
  const numeric = columns.filter(({ kind }) => kind === 'numeric');
  if (work === 'profile') {
    const shares = Array.from({ length: 255 }, (_, i) => (i + 1) / 256).join(', ');
    const quantiles = numeric.map(({ name }) => `approx_quantile("${name}", [${shares}])`);
    await connection.runAndReadAll(`SELECT ${quantiles.join(', ')} FROM ${from} TABLESAMPLE 10 PERCENT`);
  }
  const counts = columns.map(({ name, kind, edges }) => {
    const moments = work === 'profile' ? `, avg("${name}"), var_samp("${name}")` : '';
    return kind === 'numeric'
      ? `histogram("${name}", [${edges.join(', ')}]), count("${name}"), min("${name}"), max("${name}")${moments}`
      : `histogram("${name}"), count("${name}")`;
  });
  await connection.runAndReadAll(`SELECT count(*), ${counts.join(', ')} FROM ${from}`);
}

const EVIDENTLY = `
import json, resource, sys
import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset
read = pd.read_csv if sys.argv[1].endswith("csv") else pd.read_parquet
data = read(sys.argv[1])
Report([DataDriftPreset()]).run(data, data)
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"cpuMs": 1000 * (used.ru_utime + used.ru_stime), "megabytes": used.ru_maxrss / 1024}))
`;

/** Drift of every column against the same table, which is read once. Undefined where there is no evidently. */
function measureEvidently(file: string): Figures | undefined {
  const python = process.env['EVIDENTLY_PYTHON'];
  if (python === undefined) return undefined;
  const output = execFileSync(python, ['-c', EVIDENTLY, file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(output.trim().split('\n').at(-1)!) as Figures;
}

if (process.argv[2] === 'run') await runOne(process.argv.slice(3));
else await main();
