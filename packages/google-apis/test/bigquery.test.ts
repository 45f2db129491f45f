import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { countsOf, readProfile, writeProfile, type Definition } from '@mlops-actions/tabular';
import {
  countInBigQuery,
  createGoogleClient,
  describeTable,
  profileInBigQuery,
  queryScalar,
  readRowsInBigQuery,
  type GoogleClient,
  type RowsRequest,
} from '../src/index.ts';
import {
  bigQueryHandler,
  type BigQueryServerOptions,
  type ServedJob,
  type ServedTable,
} from './support/bigquery-server.ts';
import { Warehouse } from './support/googlesql-in-duckdb.ts';
import { startServer, type TestServer } from './support/server.ts';

const NAME = 'my-project.sales.orders';
const GIBIBYTE = 2 ** 30;

const TABLE: ServedTable = {
  fields: [
    { name: 'amount', type: 'FLOAT' },
    { name: 'country', type: 'STRING', mode: 'REQUIRED' },
    { name: 'id', type: 'INTEGER' },
    { name: 'placed', type: 'TIMESTAMP' },
    { name: 'tags', type: 'STRING', mode: 'REPEATED' },
  ],
};

const DEFINITION: Definition = {
  columns: [
    { name: 'amount', kind: 'numeric', edges: [0, 10, 20] },
    { name: 'country', kind: 'categorical', categories: ['CH', 'DE'] },
    { name: 'placed', kind: 'timestamp', edges: [Date.UTC(2026, 0, 2)] },
  ],
  checks: [
    { id: 'amount in range', test: 'range', type: 'number', column: 'amount', bounds: { minimum: 0 } },
    { id: 'id is unique', test: 'unique', columns: ['id'] },
  ],
};

let warehouse: Warehouse;
let server: TestServer;
let client: GoogleClient;
let jobs: readonly ServedJob[];

beforeAll(async () => {
  warehouse = await Warehouse.open();
  await warehouse.connection.run(`CREATE TABLE "${NAME}" AS SELECT * FROM (VALUES
    (5.0, 'CH', 1, TIMESTAMP '2026-01-01 00:00:00'), (10.0, 'DE', 2, TIMESTAMP '2026-01-02 00:00:00'),
    (-1.0, 'FR', 2, TIMESTAMP '2026-01-03 00:00:00'), ('nan'::DOUBLE, '', 3, NULL), (NULL, 'CH', NULL, NULL)
  ) AS t(amount, country, id, placed)`);
});
afterAll(() => warehouse.close());

async function start(options: Partial<BigQueryServerOptions> = {}, table = TABLE): Promise<void> {
  const served = bigQueryHandler({
    tables: new Map([[NAME, table]]),
    execute: (sql, parameters) => warehouse.execute(sql, parameters, GIBIBYTE),
    ...options,
  });
  jobs = served.jobs;
  server = await startServer(served.handler);
  client = createGoogleClient({ environment: { BIGQUERY_EMULATOR_HOST: server.host }, sleep: async () => undefined });
}
beforeEach(() => {
  jobs = [];
});
afterEach(() => server.close());

const count = (options: object = {}) =>
  countInBigQuery(client, NAME, DEFINITION, { maximumBytesBilled: 2 * GIBIBYTE, ...options });

test('a table is described without reading it', async () => {
  await start({}, { ...TABLE, timePartitioning: { type: 'DAY' }, numBytes: 5 });
  const described = await describeTable(client, { project: 'my-project', dataset: 'sales', table: 'orders' });
  expect(described).toMatchObject({
    location: 'EU',
    partitionColumn: '_PARTITIONTIME',
    requirePartitionFilter: false,
    bytes: 5,
  });
  expect(described.columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'amount float',
    'country text',
    'id integer',
    'placed timestamp',
    'tags other',
  ]);
});

describe('counting', () => {
  test('runs one job, after a dry run, with its bound, labels and price, and gives the counts', async () => {
    await start({ pageRows: 3, pollsUntilDone: 2 });
    const estimates: object[] = [];
    const { counts, ...bill } = await count({
      labels: { 'managed-by': 'mlops-actions' },
      pricePerTebibyte: 1024,
      onEstimate: (estimate: object) => estimates.push(estimate, { jobs: jobs.length }),
    });
    expect(counts.rows).toBe(5);
    expect(counts.columns.get('amount')).toEqual({
      kind: 'numeric',
      nulls: 1,
      nans: 1,
      invalid: 0,
      bins: [1, 1, 1, 0],
      minimum: -1,
      maximum: 10,
    });
    expect(counts.columns.get('country')).toEqual({ kind: 'categorical', nulls: 1, categories: [2, 1], other: 1 });
    expect(counts.columns.get('placed')).toMatchObject({ nulls: 2, bins: [1, 2] });
    expect(counts.checks.get('amount in range')).toEqual({ checked: 4, failed: 2 });
    expect(counts.checks.get('id is unique')).toEqual({ checked: 4, failed: 1 });
    expect(estimates).toEqual([{ bytes: GIBIBYTE, dollars: 1 }, { jobs: 0 }]);
    expect(bill).toEqual({
      job: `my-project:EU.${jobs[0]!.id}`,
      bytesEstimated: GIBIBYTE,
      bytesBilled: GIBIBYTE,
      dollars: 1,
    });
    expect(jobs).toMatchObject([
      { labels: { 'managed-by': 'mlops-actions' }, maximumBytesBilled: String(2 * GIBIBYTE) },
    ]);
  });

  test.each(['lost', 'dropped'] as const)(
    'runs and bills once when the answer to the insertion is %s',
    async (fault) => {
      await start();
      let inserted = 0;
      const dry = (): void => {
        inserted++;
        server.fail({ on: /POST .*\/jobs$/, with: fault });
      };
      expect((await count({ onEstimate: dry })).counts.rows).toBe(5);
      expect(inserted).toBe(1);
      expect(jobs).toHaveLength(1);
    },
  );

  test('rides out a service in trouble', async () => {
    await start();
    for (const on of [/GET .*\/tables\//, /POST .*\/jobs$/, /GET .*\/queries\//, /GET .*\/jobs\//]) {
      server.fail({ on, times: 2, with: { status: 503 } });
    }
    expect((await count()).counts.rows).toBe(5);
    expect(jobs).toHaveLength(1);
  });

  test('is refused before it runs if it would bill more than allowed', async () => {
    await start();
    await expect(count({ maximumBytesBilled: GIBIBYTE - 1 })).rejects.toThrow(/would bill 1.0 GiB, .* more than/);
    expect(jobs).toEqual([]);
  });

  test.each([0, -1, NaN, 0.5, Infinity])('is refused without a bound (%p)', async (maximumBytesBilled) => {
    await start();
    await expect(count({ maximumBytesBilled })).rejects.toThrow();
    expect(jobs).toEqual([]);
  });

  test('is bounded by BigQuery too, where the estimate was too low', async () => {
    let dry = true;
    await start({
      async execute(sql, parameters) {
        const execution = await warehouse.execute(sql, parameters, dry ? GIBIBYTE : 9 * GIBIBYTE);
        dry = false;
        return execution;
      },
    });
    await expect(count()).rejects.toMatchObject({ fix: expect.stringContaining("'maximum-bytes-billed'") });
  });

  test('runs a new job when BigQuery itself failed, which bills nothing', async () => {
    await start({ jobErrors: [{ reason: 'backendError', message: 'Error encountered during execution' }] });
    expect((await count()).counts.rows).toBe(5);
    expect(jobs).toHaveLength(2);
  });

  test('does not run anew what fails for good', async () => {
    await start({ jobErrors: [{ reason: 'accessDenied', message: 'Access Denied: Table orders' }] });
    await expect(count()).rejects.toMatchObject({ fix: expect.stringContaining('roles/bigquery.dataViewer') });
    expect(jobs).toHaveLength(1);
  });

  test('wants a window where the table does, and takes it by the partition column only', async () => {
    await start({}, { ...TABLE, timePartitioning: { type: 'DAY', field: 'placed' }, requirePartitionFilter: true });
    await expect(count()).rejects.toThrow("only read with a filter on its partition column 'placed'");
    await expect(count({ filter: { column: 'id', from: '1' } })).rejects.toThrow('partition column');
    const window = { column: 'placed', from: '2026-01-02', to: '2026-01-03' };
    expect((await count({ filter: window })).counts.rows).toBe(1);
  });

  test('names a table that is not there', async () => {
    await start();
    await expect(
      countInBigQuery(client, 'my-project.sales.order', DEFINITION, { maximumBytesBilled: GIBIBYTE }),
    ).rejects.toThrow('read the schema of my-project.sales.order: Not found: Table my-project:sales.order.');
  });

  test('cancels its job when it is aborted', async () => {
    const controller = new AbortController();
    const onPoll = (): void => controller.abort(new Error('the run was cancelled'));
    await start({ pollsUntilDone: 1_000_000, onPoll });
    const counting = count({ signal: controller.signal });
    await expect(counting).rejects.toThrow('the run was cancelled');
    expect(jobs).toMatchObject([{ cancelled: true }]);
  });

  test('refuses an answer that lacks rows', async () => {
    await start({
      execute: async (sql, parameters) => {
        const { rows, ...rest } = await warehouse.execute(sql, parameters);
        return { ...rest, rows: async () => (await rows()).filter(([item]) => item !== 'column 0') };
      },
    });
    await expect(count()).rejects.toThrow("does not add up: 'amount' has 0 of 5 rows");
  });
});

describe('a profile', () => {
  const profile = (request = {}) => profileInBigQuery(client, NAME, request, { maximumBytesBilled: 2 * GIBIBYTE });

  test('is surveyed and then counted, within one bound', async () => {
    await start();
    const { profile: made, ...bill } = await profile();
    expect(made.rows).toBe(5);
    expect(made.columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'amount numeric',
      'country categorical',
      'id numeric',
      'placed timestamp',
    ]);
    expect(made.columns[0]).toMatchObject({
      edges: [-1, 5, 10],
      bins: [0, 1, 1, 1],
      nulls: 1,
      nans: 1,
      whole: true,
      minimum: -1,
      maximum: 10,
      mean: expect.closeTo(14 / 3, 12) as unknown,
      variance: expect.closeTo(91 / 3, 10) as unknown,
    });
    expect(made.columns[1]).toMatchObject({
      nulls: 1,
      other: 0,
      categories: [
        { value: 'CH', count: 2 },
        { value: 'DE', count: 1 },
        { value: 'FR', count: 1 },
      ],
    });
    expect(bill).toMatchObject({ bytesBilled: 2 * GIBIBYTE });
    expect(jobs).toHaveLength(2);
    // The embedded engine takes it for one of its own, digest and all.
    const folder = await mkdtemp(path.join(os.tmpdir(), 'profile-'));
    await writeProfile(path.join(folder, 'profile.json'), made);
    expect(countsOf(await readProfile(path.join(folder, 'profile.json'))).rows).toBe(5);
  });

  test('of many values has 255 edges and no ids', async () => {
    await warehouse.connection.run(`CREATE OR REPLACE TABLE "my-project.sales.many" AS
      SELECT CAST(i AS DOUBLE) AS amount, 'id ' || i AS country FROM range(10000) AS r(i)`);
    await start({ tables: new Map([['my-project.sales.many', { fields: TABLE.fields.slice(0, 2) }]]) });
    const { profile: made } = await profileInBigQuery(
      client,
      'my-project.sales.many',
      {},
      { maximumBytesBilled: 2 * GIBIBYTE },
    );
    const [amount, country] = made.columns;
    expect(amount).toMatchObject({ kind: 'numeric' });
    expect((amount as { edges: number[] }).edges).toHaveLength(255);
    for (const bin of (amount as { bins: number[] }).bins) expect(Math.abs(bin - 10_000 / 256)).toBeLessThanOrEqual(1);
    expect(country).toMatchObject({ kind: 'categorical', categories: [], other: 10_000 });
  });

  test('stops where the bound is used up', async () => {
    await start();
    await expect(profileInBigQuery(client, NAME, {}, { maximumBytesBilled: 1.5 * GIBIBYTE })).rejects.toThrow(
      /would bill 1.0 GiB, .* more than the 512 MiB/,
    );
    expect(jobs).toHaveLength(1);
  });
});

describe('one value for a rule', () => {
  const ask = (sql: string) =>
    queryScalar(client, {
      project: 'my-project',
      location: 'EU',
      sql,
      maximumBytesBilled: 2 * GIBIBYTE,
      datasets: ['my-project.sales'],
    });

  test('is given as text', async () => {
    await start();
    expect(await ask(`SELECT COUNT(*) FROM \`${NAME}\``)).toMatchObject({ value: '5' });
    expect(await ask(`SELECT MAX(id) FROM \`${NAME}\` WHERE FALSE`)).toMatchObject({ value: null });
  });

  test('is not taken from more than one', async () => {
    await start();
    await expect(ask(`SELECT id FROM \`${NAME}\``)).rejects.toThrow(
      'gave 5 rows of 1 columns, and must give one value',
    );
    await expect(ask('SELECT 1, 2')).rejects.toThrow('1 rows of 2 columns');
  });

  test('comes from a SELECT by the word of BigQuery, of the datasets, without functions of the project', async () => {
    const columns = [{ name: 'a', type: 'STRING' }];
    const rows = async (): Promise<string[][]> => [['1']];
    const refuse = async (execution: object, message: string): Promise<void> => {
      await start({ execute: () => ({ columns, rows, ...execution }) });
      await expect(ask('SELECT 1')).rejects.toThrow(message);
      expect(jobs).toEqual([]);
      await server.close();
    };
    await refuse({ statementType: 'SCRIPT' }, 'is SCRIPT, not SELECT');
    await refuse({ referencedTables: ['my-project.salaries.all'] }, "reads 'my-project.salaries.all'");
    await refuse({ referencedRoutines: ['my-project.sales.send'] }, "calls the function 'my-project.sales.send'");
    await start();
    await expect(ask('DROP TABLE a')).rejects.toThrow("begins with 'DROP'");
    expect(server.calls).toEqual([]);
  });
});

describe('reading rows', () => {
  const read = async (request: Partial<RowsRequest>, options: object = {}) => {
    const pages: (string | null)[][][] = [];
    const facts = await readRowsInBigQuery(
      client,
      NAME,
      { columns: ['id', 'amount', 'placed'], mostRows: 100, ...request },
      { maximumBytesBilled: 4 * GIBIBYTE, ...options },
      (page) => void pages.push(page),
    );
    return { ...facts, pages, rows: pages.flat(), there: facts.rows };
  };

  test('gives them page by page, as texts, with times as milliseconds', async () => {
    await start({ pageRows: 2 });
    const { pages, rows, share, jobs: made } = await read({});
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(rows[0]).toEqual(['1', '5.0', String(Date.UTC(2026, 0, 1))]);
    expect(rows[4]).toEqual([null, null, null]);
    expect([share, made.length]).toEqual([1, 2]);
  });

  test('only of a time, and only those with a text', async () => {
    await start();
    const filter = { column: 'placed', from: '2026-01-01', to: '2026-01-03' };
    const { rows, there } = await read({ columns: ['id'], where: { column: 'country', is: 'DE' } }, { filter });
    expect([rows, there]).toEqual([[['2']], 1]);
    const hostile = await read({ where: { column: 'country', is: "' OR TRUE --" } });
    expect(hostile.rows).toEqual([]);
  });

  test('of many a sample, the same rows whatever else is read of them', async () => {
    const many = 'my-project.sales.visits';
    await warehouse.connection.run(
      `CREATE TABLE "${many}" AS SELECT range AS id, range * 2 AS twice FROM range(20000)`,
    );
    await start({
      tables: new Map([
        [
          many,
          {
            fields: [
              { name: 'id', type: 'INTEGER' },
              { name: 'twice', type: 'INTEGER' },
            ],
          },
        ],
      ]),
    });
    const sample = async (columns: string[]) => {
      const rows: (string | null)[][] = [];
      const request = { columns, mostRows: 2000, sampleBy: 'id' };
      const facts = await readRowsInBigQuery(client, many, request, { maximumBytesBilled: 4 * GIBIBYTE }, (page) => {
        rows.push(...page);
      });
      return { ...facts, ids: rows.map(([id]) => id) };
    };
    const first = await sample(['id', 'twice']);
    expect([first.rows, first.share]).toEqual([20_000, 0.1]);
    // Five standard deviations of a binomial.
    expect(Math.abs(first.ids.length - 2000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.1 * 0.9));
    expect((await sample(['id'])).ids.toSorted()).toEqual(first.ids.toSorted());
  });

  test('never more than allowed, nor for more', async () => {
    await start();
    await expect(read({ mostRows: 4 })).rejects.toThrow('gives 5 rows, and at most 4 are read');
    await expect(read({}, { maximumBytesBilled: GIBIBYTE })).rejects.toThrow('more than the 0 B that are allowed');
    await expect(read({ columns: ['price'] })).rejects.toThrow("has no column 'price'");
  });
});
