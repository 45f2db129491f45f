/** Other engines count what the embedded one counts: Google's own GoogleSQL the very statement for BigQuery, Spark and dbt the definition. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { countTable, resolveSource, type Counts, type Definition } from '@mlops-actions/tabular';
import { parseCounts, renderDefinition } from '@mlops-actions/tabular/counts-file';
import {
  compileCounts,
  compileRowCount,
  compileSelect,
  countsFromRows,
  type CountRow,
  type Selection,
  type SqlKind,
  type SqlTable,
  type Statement,
} from '@mlops-actions/tabular/sql';
import fc from 'fast-check';
import { tableAndDefinition } from '../../packages/tabular/test/sql/arbitraries.ts';
import { csvOf, parquetOf } from '../../packages/tabular/test/sql/files.ts';
import type { TestTable } from '../../packages/tabular/test/sql/engines.ts';
import { foreignTool } from './tools.ts';

const python = foreignTool('counting-python');
const dbt = foreignTool('dbt');
const PYTHON_OF = path.join(import.meta.dirname, 'googlesql.py');
const EXAMPLES = path.join(import.meta.dirname, '../../docs/how-to/count-elsewhere');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'count-elsewhere-'));
});
afterAll(() => rm(folder, { recursive: true }));

const plain = ({ rows, columns, checks }: Counts): object => ({ rows, columns: [...columns], checks: [...checks] });

async function countHere(content: string | Uint8Array, name: string, definition: Definition): Promise<object> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  const { counts } = await countTable(await resolveSource([file]), definition, { workers: 1 });
  return plain(counts);
}

const TYPES: Partial<Record<SqlKind, string>> = {
  text: 'STRING',
  integer: 'INT64',
  float: 'FLOAT64',
  boolean: 'BOOL',
  timestamp: 'TIMESTAMP',
};

(python === undefined ? describe.skip : describe)('GoogleSQL, by its reference implementation', () => {
  let worker: ChildProcess;
  let answers: AsyncIterator<string>;
  beforeAll(() => {
    worker = spawn(python!, [PYTHON_OF], { stdio: ['pipe', 'pipe', 'inherit'] });
    answers = createInterface({ input: worker.stdout! })[Symbol.asyncIterator]();
  });
  afterAll(() => {
    worker.kill();
  });

  const tableOf = ({ columns }: TestTable): SqlTable => ({
    reference: { project: 'my-project', dataset: 'sales', table: 'orders' },
    columns,
  });

  const execute = async <Row>({ columns, rows }: TestTable, statement: Statement): Promise<Row[]> => {
    const typed = columns.map(({ name, kind }) => ({ name, type: TYPES[kind] }));
    worker.stdin!.write(
      `${JSON.stringify({ table: 'my-project.sales.orders', columns: typed, rows, ...statement })}\n`,
    );
    const answer = JSON.parse((await answers.next()).value as string) as { rows: Row[] } | { error: string };
    if ('error' in answer) throw new Error(`${answer.error}\n${statement.sql}`);
    return answer.rows;
  };

  const countThere = async (table: TestTable, definition: Definition): Promise<object> => {
    const rows = await execute<CountRow>(table, compileCounts(definition, tableOf(table), 'bigquery'));
    return plain(countsFromRows(definition, rows));
  };

  const agree = (kinds: readonly SqlKind[], file: string, write: (table: TestTable) => string | Uint8Array) =>
    fc.assert(
      fc.asyncProperty(tableAndDefinition(kinds), async ({ table, definition }) => {
        // GoogleSQL keeps names with a dollar for itself, and BigQuery has no such columns.
        fc.pre(table.rows.length > 0 && table.columns.every(({ name }) => !name.startsWith('$')));
        expect(await countThere(table, definition)).toEqual(await countHere(write(table), file, definition));
      }),
      { numRuns: 60 },
    );

  test('counts text as the embedded executor does', () => agree(['text'], 'a.csv', csvOf));
  test('counts columns of types as the embedded executor does', () =>
    agree(['text', 'integer', 'float', 'boolean', 'timestamp'], 'a.parquet', parquetOf));

  test('reads rows as texts, of some time, with a text, and of a sample the same ones', async () => {
    const table = tableOf(TABLE);
    const select = (selection: Selection, over: Partial<SqlTable> = {}) =>
      execute<Record<string, string | null>>(TABLE, compileSelect({ ...table, ...over }, selection));
    const all = await select({ columns: ['id', 'country', 'placed'] });
    expect(all.map(({ c0, c1, c2 }) => [c0, c1, c2])).toEqual(
      TABLE.rows.map(([, country, id, placed]) => [id, country, placed && String(Date.parse(`${placed}Z`))]),
    );
    const filter = { column: 'placed', from: '2026-01-01', to: '2026-01-03' };
    expect(await select({ columns: ['amount'] }, { filter })).toEqual([{ c0: '5' }, { c0: '10' }]);
    expect(await select({ columns: ['id'], where: { column: 'country', is: 'DE' } })).toEqual([
      { c0: '2' },
      { c0: '4' },
    ]);
    expect(await select({ columns: ['id'], where: { column: 'country', is: "' OR TRUE --" } })).toEqual([]);
    expect(await execute(TABLE, compileRowCount({ ...table, filter }, { column: 'country', is: 'DE' }))).toEqual([
      { n: 1 },
    ]);
    for (const share of [0, 0.3, 0.7]) {
      const ids = (rows: Record<string, string | null>[]) => rows.map(({ c0 }) => c0);
      const sample = { by: 'id', share };
      const wide = ids(await select({ columns: ['id', 'written'], sample }));
      expect(ids(await select({ columns: ['id'], sample }))).toEqual(wide);
      // Whoever is in it is in it with all rows.
      expect(wide).toEqual(TABLE.rows.map(([, , id]) => id!).filter((id) => wide.includes(id)));
    }
    expect(await select({ columns: ['id'], sample: { by: 'id', share: 0 } })).toEqual([]);
  });
});

/** Texts, numbers, times and all checks, with the awkward values. */
const TABLE: TestTable = {
  columns: [
    { name: 'amount', kind: 'float', type: 'double' },
    { name: 'country', kind: 'text', type: 'text' },
    { name: 'id', kind: 'integer', type: 'int64' },
    { name: 'placed', kind: 'timestamp', type: 'timestamp' },
    { name: 'written', kind: 'text', type: 'text' },
  ],
  rows: [
    ['5', 'CH', '1', '2026-01-01 00:00:00.000', '1.5'],
    ['10', 'DE', '2', '2026-01-02 12:00:00.500', '2026-01-31T10:00:00-0930'],
    ['-1', 'FR', '2', '1969-12-31 23:59:59.999', 'NA'],
    ['NaN', '', '3', null, ' 7'],
    [null, 'CH', null, null, null],
    ['Infinity', 'é', '3', '2026-01-03 00:00:00.000', '1e400'],
    ['2.5', 'DE', '4', '2026-01-03 00:00:00.000', '2026-02-30'],
  ],
};

const COLUMNS: Definition['columns'] = [
  { name: 'amount', kind: 'numeric', edges: [0, 5, 10] },
  { name: 'country', kind: 'categorical', categories: ['CH', 'DE'], missing: ['FR'] },
  { name: 'id', kind: 'categorical', categories: ['2', '9'] },
  { name: 'placed', kind: 'timestamp', edges: [0, Date.UTC(2026, 0, 3)] },
];

(python === undefined ? describe.skip : describe)('count.py on Spark', () => {
  test('counts as the embedded executor does', async () => {
    const definition: Definition = {
      columns: [...COLUMNS, { name: 'written', kind: 'numeric', edges: [1, 2], missing: ['NA'] }],
      checks: [
        { id: 'present', test: 'present', column: 'country' },
        { id: 'unique', test: 'unique', columns: ['id'] },
        { id: 'keys', test: 'unique', columns: ['id', 'country'], count: 'keys' },
        { id: 'range', test: 'range', type: 'number', column: 'amount', bounds: { minimum: 0, exclusiveMaximum: 10 } },
        { id: 'since', test: 'range', type: 'timestamp', column: 'placed', bounds: { minimum: 0 } },
        { id: 'after', test: 'range', type: 'string', column: 'country', bounds: { minimum: 'D' } },
        { id: 'half', test: 'multiple-of', column: 'amount', divisor: 0.5 },
        { id: 'length', test: 'length', column: 'country', minimum: 2, maximum: 2 },
        { id: 'pattern', test: 'pattern', column: 'country', pattern: '^[A-Z]' },
        { id: 'values', test: 'values', column: 'country', values: ['CH', 'DE'] },
        { id: 'others', test: 'values', column: 'id', values: ['2'], not: true },
        ...(['integer', 'number', 'timestamp', 'date', 'boolean', 'string', 'time'] as const).map((type) => ({
          id: `type ${type}`,
          test: 'type' as const,
          column: 'written',
          type,
        })),
        { id: 'whole', test: 'type', column: 'amount', type: 'integer' },
      ],
    };
    const here = await countHere(parquetOf(TABLE), 'orders.parquet', definition);
    const [asked, counted] = [path.join(folder, 'definition.json'), path.join(folder, 'counts.json')];
    await writeFile(asked, JSON.stringify(renderDefinition(definition)));
    await promisify(execFile)(python!, [
      path.join(EXAMPLES, 'count.py'),
      asked,
      counted,
      path.join(folder, 'orders.parquet'),
    ]);
    const there = parseCounts(JSON.parse(await readFile(counted, 'utf8')), definition);
    expect(plain(there)).toEqual(here);
  });
});

(dbt === undefined ? describe.skip : describe)('the macro for dbt', () => {
  test('counts as the embedded executor does', async () => {
    const definition: Definition = {
      columns: COLUMNS,
      checks: [
        { id: 'present', test: 'present', column: 'country' },
        { id: 'unique', test: 'unique', columns: ['id', 'country'] },
        { id: 'keys', test: 'unique', columns: ['id'], count: 'keys' },
        { id: 'range', test: 'range', type: 'number', column: 'amount', bounds: { minimum: 0, exclusiveMaximum: 10 } },
        { id: 'values', test: 'values', column: 'country', values: ['CH', "D'E"] },
      ],
    };
    const here = await countHere(parquetOf(TABLE), 'orders.parquet', definition);
    const project = path.join(folder, 'dbt');
    await promisify(execFile)('cp', ['-r', path.join(EXAMPLES, 'dbt'), project]);
    await writeFile(
      path.join(project, 'profiles.yml'),
      'count_elsewhere: { target: dev, outputs: { dev: { type: duckdb, path: shop.duckdb } } }\n',
    );
    const run = (...given: string[]) =>
      promisify(execFile)(
        dbt!,
        [
          '--quiet',
          ...given,
          '--profiles-dir',
          '.',
          '--vars',
          JSON.stringify({ orders: path.join(folder, 'orders.parquet') }),
        ],
        {
          cwd: project,
          env: { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' },
        },
      );
    await run('run');
    const asked = { model: 'orders', definition: renderDefinition(definition) };
    const { stdout } = await run('run-operation', 'count_elsewhere', '--args', JSON.stringify(asked));
    expect(plain(parseCounts(JSON.parse(stdout), definition))).toEqual(here);
  });
});
