import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { BIGQUERY, createGoogleClient, GoogleApiError, urlPath, type GoogleRequest } from '../src/index.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
afterEach(() => server.close());

const NEEDS = { permission: 'bigquery.tables.get', role: 'roles/bigquery.dataViewer', on: 'the dataset' };
const read = (overrides: Partial<GoogleRequest> = {}): GoogleRequest => ({
  api: BIGQUERY,
  path: '/thing',
  what: 'read the thing',
  needs: NEEDS,
  ...overrides,
});

/** A client of an emulator, which does not wait between attempts but notes how long it would. */
async function start(): Promise<{ client: ReturnType<typeof createGoogleClient>; waits: number[] }> {
  server = await startServer(({ path }) => (path === '/thing' ? { json: { a: 1 } } : undefined));
  const waits: number[] = [];
  const client = createGoogleClient({
    environment: { BIGQUERY_EMULATOR_HOST: server.host },
    sleep: async (milliseconds) => waits.push(milliseconds),
  });
  return { client, waits };
}

describe('calls', () => {
  test('say who asks, and send an emulator no credentials', async () => {
    const { client } = await start();
    expect(await client.call(read())).toEqual({ a: 1 });
    const { headers } = server.calls[0]!;
    expect(headers['x-goog-api-client']).toMatch(/^gl-node\/24\..* mlops-actions\//);
    expect(headers.authorization).toBeUndefined();
  });

  test.each([503, 500, 429, 408])('are repeated after %i, with growing waits', async (status) => {
    const { client, waits } = await start();
    server.fail({ on: /thing/, times: 2, with: { status } });
    expect(await client.call(read())).toEqual({ a: 1 });
    expect(waits).toHaveLength(2);
    expect(waits[0]).toBeLessThanOrEqual(500);
    expect(waits[1]).toBeLessThanOrEqual(1000);
  });

  test('wait as long as the API asks', async () => {
    const { client, waits } = await start();
    server.fail({ on: /thing/, with: { status: 429, headers: { 'retry-after': '7' } } });
    await client.call(read());
    expect(waits).toEqual([7000]);
  });

  test.each(['dropped', 'lost', 'cut'] as const)('are repeated when the connection breaks (%s)', async (fault) => {
    const { client } = await start();
    server.fail({ on: /thing/, with: fault });
    expect(await client.call(read())).toEqual({ a: 1 });
  });

  test('that may not be made twice are not repeated, unless nothing can have been done', async () => {
    const { client } = await start();
    const write = read({ method: 'POST', json: {} });
    server.fail({ on: /thing/, with: 'lost' });
    await expect(client.call(write)).rejects.toThrow(/cannot be reached/);
    server.fail({ on: /thing/, with: { status: 503 } });
    await expect(client.call(write)).rejects.toThrow(GoogleApiError);
    expect(server.calls).toHaveLength(2);
    server.fail({ on: /thing/, with: { status: 403, reason: 'rateLimitExceeded' } });
    expect(await client.call(write)).toEqual({ a: 1 });
  });

  test('end with the last refusal when it does not pass', async () => {
    const { client } = await start();
    server.fail({ on: /thing/, times: 99, with: { status: 503, message: 'Try later' } });
    await expect(client.call(read())).rejects.toThrow('BigQuery could not read the thing: Try later.');
    expect(server.calls).toHaveLength(5);
  });

  test('stop when they are aborted, also while waiting for an answer', async () => {
    const { client } = await start();
    await server.close();
    const silent = createServer(() => controller.abort(new Error('enough')));
    const controller = new AbortController();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const other = createGoogleClient({ environment: { BIGQUERY_EMULATOR_HOST: `127.0.0.1:${port}` } });
    await expect(other.call(read({ signal: controller.signal }))).rejects.toThrow('enough');
    silent.closeAllConnections();
    silent.close();
    server = await startServer();
    expect(client).toBeDefined();
  });

  test('do not follow a redirect', async () => {
    const { client } = await start();
    server.fail({ on: /thing/, with: { status: 302, headers: { location: 'http://127.0.0.1:1/' } } });
    await expect(client.call(read())).rejects.toThrow('it answered 302');
  });

  test('whose answer is not JSON name the place to look at', async () => {
    server = await startServer(() => ({ bytes: Buffer.from('<html>') }));
    const client = createGoogleClient({ environment: { BIGQUERY_EMULATOR_HOST: server.host } });
    await expect(client.call(read())).rejects.toThrow('its answer is not JSON');
  });
});

describe('refusals say what to do', () => {
  const cases: [string, { status: number; reason?: string; message?: string }, RegExp][] = [
    [
      'no permission',
      { status: 403, reason: 'accessDenied', message: 'Access Denied' },
      /Grant roles\/bigquery.dataViewer on the dataset .*bigquery.tables.get/,
    ],
    ['API off', { status: 403, reason: 'accessNotConfigured' }, /Enable the API bigquery.googleapis.com/],
    ['quota', { status: 403, reason: 'quotaExceeded' }, /quota/],
    ['no billing', { status: 403, reason: 'billingNotEnabled' }, /Enable billing/],
    [
      'perimeter',
      { status: 403, message: 'Request is prohibited by organization policy: VPC Service Controls' },
      /perimeter/,
    ],
    ['not there', { status: 404, message: 'Not found: Table p:d.t' }, /Check the name/],
    ['bad credentials', { status: 401 }, /google-github-actions\/auth/],
  ];
  test.each(cases)('%s', async (_, refused, advice) => {
    const { client } = await start();
    server.fail({ on: /thing/, with: refused });
    await expect(client.call(read())).rejects.toMatchObject({
      status: refused.status,
      fix: expect.stringMatching(advice),
    });
  });
});

describe('credentials', () => {
  test('are asked for with every attempt, and anew when they are refused', async () => {
    server = await startServer(() => ({ json: {} }));
    const given: string[] = [];
    let forgotten = 0;
    const credentials = {
      async headersFor(): Promise<Headers> {
        given.push(`token ${given.length}`);
        return new Headers({ authorization: `Bearer ${given.length}` });
      },
      forget: () => void forgotten++,
    };
    const client = createGoogleClient({ credentials, environment: {} });
    // Not an emulator: HTTPS to Google itself, which no test may call; the authorisation alone is looked at.
    expect((await client.authorize(new URL('https://airflow.example'))).get('authorization')).toBe('Bearer 1');
    await expect(client.authorize(new URL('http://airflow.example'))).rejects.toThrow('not HTTPS');
    expect(forgotten).toBe(0);
  });

  test('are missed with the step that brings them', async () => {
    server = await startServer();
    const client = createGoogleClient({
      credentials: {
        headersFor: async () => {
          throw new Error('none');
        },
        forget: () => undefined,
      },
      environment: {},
    });
    await expect(client.call(read())).rejects.toThrow('none');
  });
});

test('variables of emulators and of other hosts are checked', async () => {
  server = await startServer();
  const call = (environment: NodeJS.ProcessEnv): Promise<unknown> => createGoogleClient({ environment }).call(read());
  await expect(call({ BIGQUERY_EMULATOR_HOST: 'https://a' })).rejects.toThrow('which is not host:port');
  await expect(call({ BIGQUERY_EMULATOR_HOST: 'user@a:1' })).rejects.toThrow('which is not host:port');
  await expect(call({ CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY: 'http://a' })).rejects.toThrow('not https://host/');
});

test('names cannot leave their place in a path', async () => {
  server = await startServer();
  expect(urlPath`/b/${'a/../b?c#d'}/o`).toBe('/b/a%2F..%2Fb%3Fc%23d/o');
  expect(() => urlPath`/b/${'..'}/o`).toThrow('is no name');
});
