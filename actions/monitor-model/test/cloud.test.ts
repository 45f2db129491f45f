import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { inputReader, type ActionResult } from '@mlops-actions/action-kit';
import type { Finding } from '@mlops-actions/monitoring';
import {
  bigQueryHandler,
  type ServedJob,
  type ServedTable,
} from '../../../packages/google-apis/test/support/bigquery-server.ts';
import { Warehouse } from '../../../packages/google-apis/test/support/googlesql-in-duckdb.ts';
import { monitoringHandler, type WrittenSeries } from '../../../packages/google-apis/test/support/monitoring-server.ts';
import { startServer, type TestServer } from '../../../packages/google-apis/test/support/server.ts';
import { storageHandler } from '../../../packages/google-apis/test/support/storage-server.ts';
import { startWorld } from '../../../packages/vertex/test/support/world.ts';
import { openCurrent } from '../src/current.ts';
import { action } from '../src/index.ts';
import { openPlaces } from '../src/places.ts';
import { resolveInputs } from '../src/task.ts';
import { ENDPOINT, giveTraffic, prepareEndpoint, registerVersion, release } from './endpoint.ts';
import { Workshop, type Row } from './workshop.ts';

const PROJECT = 'acme-data';
const SCORED = `${PROJECT}.serving.scored`;
const LABELS = `${PROJECT}.serving.labels`;
const LOG = `${PROJECT}.serving.request_response_logging`;
const GIBIBYTE = 2 ** 30;

const TABLES = new Map<string, ServedTable>([
  [
    SCORED,
    {
      fields: [
        { name: 'id', type: 'STRING' },
        { name: 'time', type: 'TIMESTAMP' },
        { name: 'income', type: 'FLOAT' },
        { name: 'region', type: 'STRING' },
        { name: 'score', type: 'FLOAT' },
      ],
      timePartitioning: { type: 'DAY', field: 'time' },
      requirePartitionFilter: true,
    },
  ],
  [
    LABELS,
    {
      fields: [
        { name: 'id', type: 'STRING' },
        { name: 'label', type: 'INTEGER' },
      ],
    },
  ],
  [
    LOG,
    {
      fields: [
        { name: 'endpoint', type: 'STRING' },
        { name: 'deployed_model_id', type: 'STRING' },
        { name: 'logging_time', type: 'TIMESTAMP' },
        { name: 'request_id', type: 'NUMERIC' },
        { name: 'request_payload', type: 'STRING', mode: 'REPEATED' },
        { name: 'response_payload', type: 'STRING', mode: 'REPEATED' },
      ],
    },
  ],
]);

let workshop: Workshop;
let warehouse: Warehouse;
let server: TestServer;
let jobs: readonly ServedJob[];
const lake = new Map<string, { bytes: Buffer; generation: number }>();
const series: WrittenSeries[] = [];

beforeEach(async () => {
  lake.clear();
  series.splice(0);
  [workshop, warehouse] = await Promise.all([Workshop.open(), Warehouse.open()]);
  const served = bigQueryHandler({
    tables: TABLES,
    execute: (sql, given) => warehouse.execute(sql, given, GIBIBYTE),
    pageRows: 10_000,
  });
  jobs = served.jobs;
  server = await startServer(
    served.handler,
    storageHandler(new Map([['lake', lake]])),
    monitoringHandler(PROJECT, series),
  );
  for (const name of VARIABLES) process.env[name] = server.host;
});
const VARIABLES = ['BIGQUERY_EMULATOR_HOST', 'STORAGE_EMULATOR_HOST', 'GOOGLE_APIS_EMULATOR_HOST'];
afterEach(async () => {
  for (const name of VARIABLES) delete process.env[name];
  await server.close();
  warehouse.close();
  await workshop.close();
});

const september = { window: '2026-09', 'as-of': '2026-10-20' };
const october = { window: '2026-10', 'as-of': '2026-11-20' };

const findings = ({ report }: ActionResult): Finding[] => (report as { findings: Finding[] }).findings;

/** `kind subject metric` of what was found with a verdict. */
const found = (result: ActionResult, verdict: string): string[] =>
  findings(result)
    .filter((finding) => finding.verdict === verdict)
    .map(({ kind, subject, metric }) => [kind, subject, metric].join(' '));

/** What is told of quality, without the words. */
const quality = (result: ActionResult): object[] =>
  findings(result)
    .filter(({ kind }) => kind.includes('performance') || kind === 'calibration')
    .map(({ kind, subject, metric, verdict, value, rows, pending }) => ({
      ...{ kind, subject, metric, verdict, rows, pending },
      value: value?.toFixed(6),
    }));

const store = (name: string, text: string): void => void lake.set(name, { bytes: Buffer.from(text), generation: 1 });

describe('Cloud Storage', () => {
  test('gives data and labels as files would be read, each object once', async () => {
    await workshop.addMonth('2026-10', { truth: 0 });
    const files = await workshop.run({ ...october, 'on-breach': 'none' });
    store('traffic/month=2026-10/rows.csv', await readFile(workshop.file('traffic/month=2026-10/rows.csv'), 'utf8'));
    store('labels/2026-10.csv', await readFile(workshop.file('labels/2026-10.csv'), 'utf8'));
    const result = await workshop.run({
      ...{ ...october, 'on-breach': 'none', state: workshop.file('other.json') },
      ...{ current: 'gs://lake/traffic/', labels: 'gs://lake/labels/*.csv' },
    });
    expect(result.verdict).toBe('fail');
    expect(findings(result)).toEqual(findings(files));
    const downloads = server.log.filter((line) => line.includes('alt=media'));
    expect(downloads).toHaveLength(2);
  });

  test('that no label is there yet is no error', async () => {
    await workshop.addMonth('2026-10');
    const result = await workshop.run({ ...october, labels: 'gs://lake/labels/' });
    expect(found(result, 'inconclusive')).toContain('performance model auc');
  });

  test('keeps the state, which is read by the next run', async () => {
    const state = { state: 'gs://lake/monitor/state.json', 'state-path': workshop.file('copy.json') };
    await workshop.addMonth('2026-09', { shift: 1.5 });
    await workshop.run({ ...september, ...state });
    expect(lake.get('monitor/state.json')).toMatchObject({ generation: 1 });
    await workshop.addMonth('2026-10');
    const result = await workshop.run({ ...october, ...state });
    expect(result.report).toMatchObject({ incident: { opened: '2026-09-01T00:00:00.000Z', quietWindows: 1 } });
    expect(lake.get('monitor/state.json')).toMatchObject({ generation: 2 });
    expect(lake.get('monitor/state.json')!.bytes.toString()).toBe(await readFile(workshop.file('copy.json'), 'utf8'));
  });

  test('takes the state of one of two runs at once; the other is told', async () => {
    const inputs = { ...october, state: 'gs://lake/monitor/state.json', 'state-path': workshop.file('copy.json') };
    await workshop.addMonth('2026-10');
    server.fail({ on: /^POST \/upload/, with: { status: 412, reason: 'conditionNotMet', message: 'Precondition' } });
    store('monitor/state.json', '');
    lake.delete('monitor/state.json');
    await expect(workshop.run(inputs)).rejects.toThrow('was changed by somebody else since it was read');
    expect((await workshop.run(inputs)).verdict).toBe('pass');
  });
});

describe('BigQuery', () => {
  const table = { 'on-breach': 'none', current: `bq://${SCORED}`, labels: `bq://${LABELS}`, state: '' };
  const inputs = (window: object): Record<string, string> => ({
    ...{ ...table, ...window, state: workshop.file('table.json') },
    'maximum-bytes-billed': String(4 * GIBIBYTE),
  });

  beforeEach(async () => {
    await warehouse.connection.run(
      `CREATE TABLE "${SCORED}" (id VARCHAR, "time" TIMESTAMP, income DOUBLE, region VARCHAR, score DOUBLE)`,
    );
    await warehouse.connection.run(`CREATE TABLE "${LABELS}" (id VARCHAR, label BIGINT)`);
  });
  const load = async (month: string): Promise<void> => {
    await warehouse.connection.run(
      `INSERT INTO "${SCORED}" SELECT id, "time", income, region, score FROM read_csv('${workshop.file(`traffic/month=${month}/rows.csv`)}')`,
    );
  };
  const label = (month: string): Promise<unknown> =>
    warehouse.connection.run(
      `INSERT INTO "${LABELS}" SELECT id, label FROM read_csv('${workshop.file(`labels/${month}.csv`)}')`,
    );

  test('gives the same drift and the same quality as the files do, by bounded jobs', async () => {
    await workshop.addMonth('2026-09');
    await workshop.addMonth('2026-10', { shift: 1.5, truth: 0.2 });
    for (const month of ['2026-09', '2026-10']) await load(month).then(() => label(month));
    const files = await workshop.run({ ...october, 'on-breach': 'none' });
    const result = await workshop.run(inputs(october));
    expect(result).toMatchObject({ verdict: 'fail', outputs: { action: files.outputs['action'] } });
    expect(quality(result)).toEqual(quality(files));
    expect(quality(files).length).toBeGreaterThan(3);
    expect(found(result, 'fail')).toEqual(found(files, 'fail'));
    expect(result.report).toMatchObject({ rows: 800 });
    for (const { maximumBytesBilled, labels } of jobs) {
      expect(Number(maximumBytesBilled)).toBeLessThanOrEqual(4 * GIBIBYTE);
      expect(labels).toMatchObject({ action: 'monitor-model' });
    }
    // Nothing else than what quality needs leaves the warehouse.
    const read = jobs.filter(({ sql }) => sql.includes(' AS c0'));
    expect(read).toHaveLength(2);
    expect(read.map(({ sql }) => sql).join()).not.toContain('income');
  });

  test('judges an earlier window anew when its labels are there', async () => {
    await workshop.addMonth('2026-09', { truth: 0 });
    await load('2026-09');
    await workshop.run(inputs({ window: '2026-09', 'as-of': '2026-10-02' }));
    await workshop.addMonth('2026-10', { labelled: false });
    await load('2026-10');
    await label('2026-09');
    const result = await workshop.run(inputs({ window: '2026-10', 'as-of': '2026-11-02' }));
    expect(result.report).toMatchObject({ rejudgedWindows: ['2026-09'], breached: true, action: 'rollback' });
  });

  test('takes scores from a table where the features are files', async () => {
    await workshop.addMonth('2026-10', { truth: 0 });
    await load('2026-10');
    await label('2026-10');
    const result = await workshop.run({ ...inputs(october), current: '', predictions: `bq://${SCORED}` });
    expect(found(result, 'fail')).toContain('performance model auc');
  });

  test('does nothing that would bill more than allowed, and says which column is missing', async () => {
    await workshop.addMonth('2026-10');
    await load('2026-10');
    await expect(workshop.run({ ...inputs(october), 'maximum-bytes-billed': '1000' })).rejects.toThrow(
      /would bill .* more than/,
    );
    expect(jobs).toEqual([]);
    await expect(workshop.run({ ...inputs(october), 'key-column': 'request' })).rejects.toThrow(
      "has no column 'request'",
    );
  });

  describe("a log of the endpoint's requests", () => {
    /** Logs rows as requests of two instances each, answered by a deployed model. */
    async function log(rows: readonly Row[], deployedModelId: string, whole = false): Promise<void> {
      const pairs = Array.from({ length: rows.length / 2 }, (_, index) => rows.slice(2 * index, 2 * index + 2));
      const lines = pairs.map((pair, index) => {
        const instances = pair.map(({ id, income, region }) => ({ id, income: Number(income), region }));
        const predictions = pair.map(({ score }) => ({ label: 'x', scores: [1 - Number(score), Number(score)] }));
        const payloads = (key: string, items: object[]): string =>
          `[${(whole ? [JSON.stringify({ [key]: items })] : items.map((item) => JSON.stringify(item))).map((text) => `'${text}'`).join(', ')}]`;
        return `('${deployedModelId}', TIMESTAMP '${pair[0]!.time.slice(0, 19)}', ${index}, ${payloads('instances', instances)}, ${payloads('predictions', predictions)})`;
      });
      await warehouse.connection.run(`INSERT INTO "${LOG}" VALUES ${lines.join(', ')}`);
    }
    beforeEach(() =>
      warehouse.connection.run(
        `CREATE TABLE "${LOG}" (deployed_model_id VARCHAR, logging_time TIMESTAMP, request_id DECIMAL(38, 0), request_payload VARCHAR[], response_payload VARCHAR[])`,
      ),
    );
    const ofLog = { 'time-column': 'logging_time', 'score-column': 'prediction_scores_1', labels: `bq://${LABELS}` };

    test.each([
      ['instances and predictions', false],
      ['whole bodies', true],
    ])('is judged as its rows would be, of payloads that are %s', async (_, whole) => {
      await workshop.addMonth('2026-10', { shift: 1.5, truth: 0.2 });
      await label('2026-10');
      await log(workshop.rows('2026-10'), '7', whole);
      const files = await workshop.run({ ...october, 'on-breach': 'none' });
      const result = await workshop.run({ ...inputs(october), ...ofLog, engine: 'bigquery', current: LOG });
      expect(result.report).toMatchObject({ rows: 800 });
      expect(quality(result)).toEqual(quality(files));
      expect(found(result, 'fail').filter((name) => !name.startsWith('prediction'))).toEqual(
        found(files, 'fail').filter((name) => !name.startsWith('prediction')),
      );
      // One statement counts, one reads the log, which drift and quality share.
      expect(jobs.filter(({ sql }) => sql.includes('request_payload'))).toHaveLength(1);
    });

    test('is read of the deployed model that is judged, and of no other', async () => {
      const world = await startWorld({ containers: false, operationDelay: 0 });
      try {
        await prepareEndpoint(world.vertex);
        const id = await release(world.vertex);
        await workshop.addMonth('2026-09', { shift: 4, truth: 0 });
        await workshop.addMonth('2026-10');
        await label('2026-10');
        await log(workshop.rows('2026-10'), id);
        const shadowed = workshop.rows('2026-09').map((row, index) => ({
          ...row,
          time: workshop.rows('2026-10')[index]!.time,
        }));
        await log(shadowed, '7');
        const result = await workshop.run({
          ...{ ...inputs(october), ...ofLog, current: `bq://${LOG}`, 'model-version': '' },
          ...{ 'project-id': 'acme-qa', region: 'europe-west4', 'endpoint-id': ENDPOINT },
        });
        expect(result.report).toMatchObject({ rows: 800, breached: false });
        expect(found(result, 'fail')).toEqual([]);
      } finally {
        await world.close();
      }
    });

    test('says nothing of the model before, whose labels come in later', async () => {
      const world = await startWorld({ containers: false, operationDelay: 0 });
      try {
        await prepareEndpoint(world.vertex);
        await registerVersion(world.vertex);
        const after = await release(world.vertex, '2');
        const before = await release(world.vertex, '1');
        await workshop.addMonth('2026-09');
        const rows = workshop.rows('2026-09');
        await log(rows.slice(0, 600), before);
        // A canary of the next one.
        await log(rows.slice(600), after);
        const watch = (window: object): Promise<ActionResult> =>
          workshop.run({
            ...{ ...inputs(window), ...ofLog, current: `bq://${LOG}`, 'model-version': '' },
            ...{ 'project-id': 'acme-qa', region: 'europe-west4', 'endpoint-id': ENDPOINT },
          });
        expect((await watch({ window: '2026-09', 'as-of': '2026-10-02' })).report).toMatchObject({ rows: 600 });
        await giveTraffic(world.vertex, after, '2');
        await workshop.addMonth('2026-10');
        await log(workshop.rows('2026-10'), after);
        await label('2026-09');
        const done = await watch({ window: '2026-10', 'as-of': '2026-11-02' });
        expect(done.report).toMatchObject({ rows: 800, rejudgedWindows: [] });
      } finally {
        await world.close();
      }
    });

    test('of many requests is a sample, from which the rows of all are inferred', async () => {
      const requests = 3000;
      await warehouse.connection.run(`INSERT INTO "${LOG}" SELECT '7', TIMESTAMP '2026-10-01' + INTERVAL (i) SECOND, i,
        ['{"income":3000}'], ['0.5'] FROM range(${requests}) AS r(i)`);
      const given: Record<string, string> = {
        ...{ ...inputs(october), ...ofLog, current: `bq://${LOG}`, manifest: workshop.file('model.yaml') },
      };
      const task = await resolveInputs(action.readInputs(inputReader((name) => given[name] ?? '')));
      const wanted = { range: task.window, features: ['income'], deployedModelId: undefined, mostRows: 2000 };
      const places = openPlaces(task, wanted, workshop.folder);
      const current = (await openCurrent(task, places, workshop.folder))!;
      const read = await current.count({ columns: [], checks: [] });
      // Five standard deviations of a binomial.
      expect(Math.abs(read.rows - 2000)).toBeLessThan(5 * Math.sqrt(2000 / 3));
      expect(current.rows).toBe(Math.round(read.rows / (2000 / requests)));
    });

    test('wants to know which column is the time', async () => {
      await expect(
        workshop.run({
          ...inputs(october),
          ...ofLog,
          'time-column': '',
          manifest: await timeless(),
          current: `bq://${LOG}`,
        }),
      ).rejects.toThrow('which column of the log of requests');
    });

    const timeless = async (): Promise<string> => {
      const text = await readFile(workshop.file('model.yaml'), 'utf8');
      await writeFile(workshop.file('timeless.yaml'), text.replace('  time-column: time\n', ''));
      return workshop.file('timeless.yaml');
    };
  });
});

describe('Cloud Monitoring', () => {
  const SERVED = '4711';
  const write = (metric: string, metricLabels: Record<string, string>, hourly: (hour: number) => number): void =>
    void series.push({
      metric: `aiplatform.googleapis.com/prediction/online/${metric}`,
      metricLabels: { deployed_model_id: '7', ...metricLabels },
      resourceLabels: { endpoint_id: SERVED },
      points: Array.from({ length: 48 }, (_, hour) => ({
        time: new Date(Date.UTC(2026, 9, 5, hour, 30)).toISOString(),
        value: hourly(hour),
      })),
    });
  const watch = async (): Promise<ActionResult> => {
    const manifest = workshop.file('service.yaml');
    await writeFile(
      manifest,
      'schema-version: 1\nmodel: {name: credit-risk, owner: risk@acme.example}\nartifact: {path: model.onnx}\nmonitor: {service: {maximum-error-rate: 0.05, maximum-latency-ms: [{quantile: 0.95, milliseconds: 250}]}}\n',
    );
    return workshop.run({
      ...{ manifest, metrics: 'cloud-monitoring', window: '2026-10-05', 'as-of': '2026-10-07', 'on-breach': 'none' },
      ...{ 'project-id': PROJECT, region: 'europe-west4', 'endpoint-id': SERVED },
    });
  };

  test('tells of requests, errors and latencies of the day and of nothing else', async () => {
    write('response_count', { response_code: '200' }, (hour) => (hour < 24 ? 100 : 100_000));
    write('response_count', { response_code: '500' }, (hour) => (hour === 3 ? 24 : 0));
    write('prediction_latencies', { latency_type: 'total' }, (hour) => (hour < 24 ? 100 + hour : 5000));
    const result = await watch();
    expect(result.report).toMatchObject({ rows: 2424 });
    expect(found(result, 'fail')).toEqual([]);
  });

  test('an error rate and a latency beyond their bounds fail', async () => {
    write('response_count', { response_code: '200' }, () => 100);
    write('response_count', { response_code: '503' }, () => 20);
    write('prediction_latencies', { latency_type: 'total' }, () => 400);
    const result = await watch();
    expect(result).toMatchObject({ verdict: 'fail', outputs: { breached: 'true' } });
    expect(found(result, 'fail')).toHaveLength(2);
  });

  test('that was silent is not taken for a service that does well', async () => {
    expect((await watch()).verdict).toBe('inconclusive');
  });

  test('is refused by name of the role', async () => {
    server.fail({ on: /timeSeries/, with: { status: 403, reason: 'forbidden', message: 'Permission denied' } });
    await expect(watch()).rejects.toMatchObject({ fix: expect.stringContaining('roles/monitoring.viewer') });
  });
});
