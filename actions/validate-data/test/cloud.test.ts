import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bigQueryHandler, type ServedJob } from '../../../packages/google-apis/test/support/bigquery-server.ts';
import { Warehouse } from '../../../packages/google-apis/test/support/googlesql-in-duckdb.ts';
import { startServer, type TestServer } from '../../../packages/google-apis/test/support/server.ts';
import { storageHandler } from '../../../packages/google-apis/test/support/storage-server.ts';
import { complaint, contract, folderOf, outcomes, ruleOf, run } from './workshop.ts';

const TABLE = 'acme-data.shop.orders';
const GIBIBYTE = 2 ** 30;

let warehouse: Warehouse;
let server: TestServer;
let jobs: readonly ServedJob[];
const lake = new Map<string, { bytes: Buffer; generation: number }>();
const store = (name: string, text: string) => lake.set(name, { bytes: Buffer.from(text), generation: 1 });

beforeAll(async () => {
  warehouse = await Warehouse.open();
  await warehouse.connection.run(`CREATE TABLE "${TABLE}" AS SELECT * FROM (VALUES
    (1, 'a', 1.5, DATE '2026-01-01'), (2, 'b', 2.5, DATE '2026-01-01'), (3, 'c', -1.0, DATE '2026-01-02'), (3, NULL, 1.0, DATE '2026-01-02')
  ) AS t(id, kind, price, day)`);
  const served = bigQueryHandler({
    tables: new Map([
      [
        TABLE,
        {
          fields: [
            { name: 'id', type: 'INTEGER' },
            { name: 'kind', type: 'STRING' },
            { name: 'price', type: 'FLOAT' },
            { name: 'day', type: 'DATE' },
            { name: 'tags', type: 'STRING', mode: 'REPEATED' },
          ],
          timePartitioning: { type: 'DAY', field: 'day' },
        },
      ],
    ]),
    execute: (sql, parameters) => warehouse.execute(sql, parameters, GIBIBYTE),
  });
  jobs = served.jobs;
  server = await startServer(served.handler, storageHandler(new Map([['lake', lake]])));
  process.env['BIGQUERY_EMULATOR_HOST'] = server.host;
  process.env['STORAGE_EMULATOR_HOST'] = `http://${server.host}`;
});
afterAll(async () => {
  await server.close();
  warehouse.close();
});

const ORDERS = contract(
  [
    { name: 'id', logicalType: 'integer', unique: true },
    { name: 'kind', logicalType: 'string', required: true },
    { name: 'price', logicalType: 'number', logicalTypeOptions: { minimum: 0 } },
    { name: 'day', logicalType: 'date' },
    { name: 'tags', logicalType: 'array', required: true },
  ],
  [
    { id: 'rows', metric: 'rowCount', mustBe: 4 },
    { id: 'cheap', type: 'sql', query: 'SELECT COUNT(*) FROM {object} WHERE price > 2', mustBeLessThan: 2 },
    { id: 'harm', type: 'sql', query: 'DELETE FROM {object} WHERE TRUE', mustBe: 0 },
  ],
  { slaProperties: [{ property: 'latency', value: 2, unit: 'd', element: 'orders.day' }] },
);

describe('a table in BigQuery', () => {
  test('is counted by one bounded job, and judged as files are', async () => {
    const folder = await folderOf({ 'c.yaml': ORDERS });
    const inputs = { contract: path.join(folder, 'c.yaml'), table: TABLE, 'as-of': '2026-01-03' };
    const before = jobs.length;
    const result = await run({ ...inputs, 'maximum-bytes-billed': String(2 * GIBIBYTE) });
    expect(jobs.length - before).toBe(1);
    expect(jobs.at(-1)).toMatchObject({
      labels: { action: 'validate-data' },
      maximumBytesBilled: String(2 * GIBIBYTE),
    });
    expect(outcomes(result)).toMatchObject({
      'orders.id.unique': 'fail',
      'orders.id.type': 'pass',
      'orders.kind.required': 'fail',
      'orders.price.range': 'fail',
      'orders.day.freshness': 'pass',
      'orders.tags.column': 'pass',
      'orders.tags.required': 'skipped',
      rows: 'pass',
      cheap: 'skipped',
      harm: 'skipped',
    });
    expect(result.report['cost']).toMatchObject({ bytesBilled: GIBIBYTE });
    await expect(complaint({ ...inputs, 'maximum-bytes-billed': '1000' })).resolves.toMatch(
      /maximum-bytes-billed|more than/,
    );
  });

  test('runs sql rules where it may, and refuses those that do more than read', async () => {
    const folder = await folderOf({ 'c.yaml': ORDERS });
    const result = await run({ contract: path.join(folder, 'c.yaml'), table: TABLE, 'allow-sql': 'true' });
    expect(outcomes(result)).toMatchObject({ cheap: 'pass', harm: 'fail' });
    expect(ruleOf(result, 'harm').observed).toContain('not run');
    expect(jobs.some(({ sql }) => sql.includes('DELETE'))).toBe(false);
  });

  test('looks at the window that is asked for', async () => {
    const folder = await folderOf({ 'c.yaml': contract([{ name: 'id', unique: true }]) });
    const result = await run({
      contract: path.join(folder, 'c.yaml'),
      table: TABLE,
      'partition-column': 'day',
      'partition-from': '2026-01-01',
      'partition-to': '2026-01-02',
    });
    expect(result).toMatchObject({ verdict: 'pass', outputs: { rows: '2' } });
  });

  test('gives a reference profile, which it is then like', async () => {
    const folder = await folderOf({});
    const profile = path.join(folder, 'profile.json');
    const made = await run({ table: TABLE, 'profile-output': profile });
    expect(made).toMatchObject({ verdict: 'pass', outputs: { 'profile-path': profile } });
    const compared = await run({ table: TABLE, profile });
    // Four rows are too few to say more.
    expect([compared.verdict, outcomes(compared)['data.drift']]).toEqual(['inconclusive', 'inconclusive']);
  });

  test('is the server of the contract, where that is named', async () => {
    const servers = [{ server: 'warehouse', type: 'bigquery', project: 'acme-data', dataset: 'shop' }];
    const folder = await folderOf({ 'c.yaml': contract([{ name: 'id' }], [], { servers }) });
    const inputs = { contract: path.join(folder, 'c.yaml') };
    expect(await run({ ...inputs, server: 'warehouse' })).toMatchObject({ verdict: 'pass', outputs: { rows: '4' } });
    await expect(complaint(inputs)).resolves.toContain('It is not said which data are to be checked');
  });
});

describe('objects in Cloud Storage', () => {
  test('are fetched as one, by folder and by pattern, with their partitions', async () => {
    store('orders/day=2026-01-01/a.csv', 'id\n1\n2\n');
    store('orders/day=2026-01-02/a.csv', 'id\n3\n');
    store('orders-old/a.csv', 'id\n3\n');
    const folder = await folderOf({
      'c.yaml': contract([
        { name: 'id', unique: true },
        { name: 'day', required: true },
      ]),
    });
    const rows = async (data: string) => {
      const result = await run({ contract: path.join(folder, 'c.yaml'), data });
      return [result.outputs['rows'], outcomes(result)['orders.day.column']];
    };
    expect(await rows('gs://lake/orders/')).toEqual(['3', 'pass']);
    expect(await rows('gs://lake/orders/day=*/*.csv')).toEqual(['3', 'pass']);
    expect(await rows('gs://lake/orders/day=2026-01-02/a.csv')).toEqual(['1', 'pass']);
    await writeFile(path.join(folder, 'local.csv'), 'id\n1\n');
    await expect(complaint({ data: 'gs://lake/nothing/' })).resolves.toContain(
      'There is no data at gs://lake/nothing/.',
    );
  });
});
