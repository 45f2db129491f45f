/**
 * Writes three months of scored traffic and the labels that came in for them: `node monitoring/make-traffic.ts`.
 *
 * Nobody's applications are logged here, so the months are drawn, with a fixed seed, from the 500 rows of data/applications.csv that no model was
 * trained on, and scored by the ONNX files that served at the time. What the months tell is written beside {@link MONTHS}.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { random } from '@mlops-actions/statistics';
import { loadModel } from '../serving/model.mjs';

type Row = Record<string, string>;

interface Month {
  name: string;
  /** The version that served, and the day from which it did. */
  version: string;
  from?: number;
  /** How likely an application is to be drawn, relative to the others. */
  weight: (row: Row) => number;
  /** What reached the model, in place of what the applicant gave. */
  upstream: (row: Row) => Row;
  /** Whether the direct debit of the first instalment came back: known within a week, and the early sign of a bad credit. */
  label: (row: Row, draw: () => number) => string;
}

const asIs = {
  weight: () => 1,
  upstream: (row: Row) => row,
  label: (row: Row) => row['bad']!,
};

const MONTHS: Month[] = [
  // Business as usual.
  { name: '2026-08', version: '2-gradient-boosting', ...asIs },
  // A broker's campaign brings another public: longer and larger credits, for other purposes, whom the past says little about.
  {
    ...asIs,
    name: '2026-09',
    version: '2-gradient-boosting',
    weight: (row) =>
      (Number(row['duration_months']) >= 24 ? 4 : 1) *
      (['education', 'used_car', 'business', 'new_car'].includes(row['purpose']!) ? 3 : 1),
    upstream: (row) => ({ ...row, credit_amount: String(Math.round(Number(row['credit_amount']) * 1.3)) }),
    label: (row, draw) => (draw() < 0.6 ? (draw() < 0.45 ? '1' : '0') : row['bad']!),
  },
  // The release was taken back on the 8th, so the scorecard serves; and a system upstream has begun to send amounts in Pfennig.
  {
    ...asIs,
    name: '2026-10',
    version: '1-scorecard',
    from: 9,
    upstream: (row) => ({ ...row, credit_amount: String(Number(row['credit_amount']) * 100) }),
  },
];

const ROWS = 1200;
const WHOLE = ['duration_months', 'instalment_rate_percent', 'residence_years', 'existing_credits', 'dependants'];
const here = new URL('.', import.meta.url);
const numbers = random(20_260_801);
const draw = (): number => numbers.uniform();
const applications = (await readCsv(new URL('../data/applications.csv', here))).filter(
  ({ split }) => split !== 'train',
);

for (const month of MONTHS) {
  const model = await loadModel(new URL(`../versions/${month.version}/model/`, here));
  const attributes = (await goldenAttributes(month.version)).filter((name) => name in applications[0]!);
  const times = Array.from({ length: ROWS }, () => timeIn(month)).toSorted();
  const traffic: string[] = [['request_id', 'time', ...attributes, 'score'].join(',')];
  const labels: string[] = ['request_id,bad,observed_at'];
  for (const [index, time] of times.entries()) {
    const drawn = pick(applications, month.weight);
    const row = month.upstream(drawn);
    const instance = Object.fromEntries(
      attributes.map((name) => [
        name,
        WHOLE.includes(name) || name === 'credit_amount' ? Number(row[name]) : row[name],
      ]),
    );
    const [prediction] = await model.predict([instance]);
    const id = `${month.name}-${String(index + 1).padStart(4, '0')}`;
    traffic.push(
      [id, time, ...attributes.map((name) => row[name]), Number(prediction!['probability']).toFixed(6)].join(','),
    );
    labels.push([id, month.label(drawn, draw), daysLater(time, 3 + Math.floor(draw() * 5))].join(','));
  }
  await write(`traffic/month=${month.name}/scored.csv`, traffic);
  await write(`labels/${month.name}.csv`, labels);
}

/** The attributes that a request carries, in its order. */
async function goldenAttributes(version: string): Promise<string[]> {
  const golden = await readFile(new URL(`../versions/${version}/evaluation/golden.jsonl`, here), 'utf8');
  return Object.keys((JSON.parse(golden.split('\n')[0]!) as { instance: object }).instance);
}

async function write(file: string, lines: string[]): Promise<void> {
  const target = new URL(file, here);
  await mkdir(new URL('.', target), { recursive: true });
  await writeFile(target, `${lines.join('\n')}\n`);
}

async function readCsv(file: URL): Promise<Row[]> {
  const [header, ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const names = header!.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, index) => [names[index]!, value])));
}

function pick(rows: Row[], weight: (row: Row) => number): Row {
  let left = draw() * rows.reduce((sum, row) => sum + weight(row), 0);
  return rows.find((row) => (left -= weight(row)) < 0) ?? rows.at(-1)!;
}

/** A moment of the first 30 days of the month, to the second. */
function timeIn({ name, from = 1 }: Month): string {
  const start = Date.parse(`${name}-01T00:00:00Z`);
  return new Date(start + Math.floor((from - 1 + draw() * (31 - from)) * 86_400) * 1000)
    .toISOString()
    .replace('.000Z', 'Z');
}

function daysLater(time: string, days: number): string {
  return new Date(Date.parse(time) + days * 86_400_000).toISOString().slice(0, 10);
}
