import { afterEach, describe, expect, test } from '@jest/globals';
import { createGoogleClient, filterText, listTimeSeries, tailLog, type GoogleClient } from '../src/index.ts';
import { startServer, type Handler, type TestServer } from './support/server.ts';

let server: TestServer;
afterEach(() => server.close());

async function start(handler: Handler): Promise<GoogleClient> {
  server = await startServer(handler);
  return createGoogleClient({ environment: { GOOGLE_APIS_EMULATOR_HOST: server.host }, sleep: async () => undefined });
}

describe('the tail of a log', () => {
  const entries = Array.from({ length: 7 }, (_, i) => ({
    timestamp: `2026-01-01T00:00:0${i}Z`,
    severity: 'ERROR',
    ...(i % 2 === 0 ? { textPayload: `line ${i}` } : { jsonPayload: { message: `line ${i}` } }),
  })).reverse();

  test('is the newest entries, oldest first, over pages', async () => {
    const client = await start(({ body }) => {
      const { pageSize, pageToken = '0', filter, resourceNames } = JSON.parse(body) as Record<string, string>;
      expect([filter, resourceNames]).toEqual(['resource.labels.job_id="a\\"b"', ['projects/my-project']]);
      const start = Number(pageToken);
      const end = start + Math.min(2, Number(pageSize));
      return { json: { entries: entries.slice(start, end), ...(end < entries.length && { nextPageToken: `${end}` }) } };
    });
    const filter = `resource.labels.job_id=${filterText('a"b')}`;
    const lines = await tailLog(client, { project: 'my-project', filter, lines: 5 });
    expect(lines.map(({ text }) => text)).toEqual(['line 2', 'line 3', 'line 4', 'line 5', 'line 6']);
  });

  test('of a log that nobody wrote to is empty', async () => {
    const client = await start(() => ({ json: {} }));
    expect(await tailLog(client, { project: 'my-project', filter: 'a' })).toEqual([]);
  });

  test('says which role is missing', async () => {
    const client = await start(() => ({ json: {} }));
    server.fail({ on: /entries:list/, with: { status: 403, reason: 'forbidden', message: 'Permission denied' } });
    await expect(tailLog(client, { project: 'my-project', filter: 'a' })).rejects.toMatchObject({
      fix: expect.stringContaining('roles/logging.viewer'),
    });
  });
});

describe('time series', () => {
  const point = (minute: number, value: object): object => ({
    interval: { startTime: `2026-01-01T00:0${minute}:00Z`, endTime: `2026-01-01T00:0${minute + 1}:00Z` },
    value,
  });
  const query = {
    project: 'my-project',
    filter: 'metric.type="a"',
    from: new Date('2026-01-01T00:00:00Z'),
    to: new Date('2026-01-01T01:00:00Z'),
  };
  const named = { metric: { type: 'a', labels: { code: '200' } }, resource: { type: 'endpoint' } };

  test('go on over pages, oldest point first, with the values of every type', async () => {
    const client = await start(({ query: asked }) => {
      expect(asked.getAll('aggregation.groupByFields')).toEqual(['metric.labels.code', 'resource.type']);
      expect(asked.get('aggregation.alignmentPeriod')).toBe('60s');
      return asked.get('pageToken') === null
        ? {
            json: {
              timeSeries: [{ ...named, points: [point(3, { int64Value: '9' }), point(2, { doubleValue: 'NaN' })] }],
              nextPageToken: 'next',
            },
          }
        : {
            json: {
              timeSeries: [
                {
                  ...named,
                  points: [point(1, { doubleValue: 0.5 }), point(0, { distributionValue: { count: '3', mean: 2 } })],
                },
              ],
            },
          };
    });
    const aggregation = { periodSeconds: 60, aligner: 'ALIGN_SUM', groupBy: ['metric.labels.code', 'resource.type'] };
    const [series, ...others] = await listTimeSeries(client, { ...query, aggregation });
    expect(others).toEqual([]);
    expect(series!.metric.labels.get('code')).toBe('200');
    expect(series!.points.map(({ value }) => value)).toEqual([
      { count: 3, mean: 2, sumOfSquaredDeviation: 0 },
      0.5,
      NaN,
      9,
    ]);
  });

  test('that could only be read in part are no answer', async () => {
    const client = await start(() => ({ json: { executionErrors: [{ code: 13, message: 'shard down' }] } }));
    await expect(listTimeSeries(client, query)).rejects.toThrow('only read part');
  });

  test('that do not follow the reference are no answer', async () => {
    const client = await start(() => ({ json: { timeSeries: [{ points: [{ interval: {}, value: {} }] }] } }));
    await expect(listTimeSeries(client, query)).rejects.toThrow('does not follow its reference');
  });
});
