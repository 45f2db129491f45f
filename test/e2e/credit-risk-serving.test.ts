import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { buildLayer, composeImage, parseReference, pullImage, RegistryClient, unpackImage } from '@mlops-actions/oci';
import { startRegistry } from '@mlops-actions/oci/registry';
import { predict, startContainer, vertexEnvironment, waitUntilHealthy } from '@mlops-actions/serving';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { buildBaseImage } from '../../examples/credit-risk/serving/base-image.ts';

const REPOSITORY = path.join(import.meta.dirname, '../..');
const EXAMPLE = path.join(REPOSITORY, 'examples/credit-risk');
const VERSIONS = ['1-scorecard', '2-gradient-boosting', '3-overfitted'] as const;
/** The server computes in 32-bit floats, the predictions were made in 64. */
const TOLERANCE = 1e-6;

interface Golden {
  instance: Record<string, string | number>;
  prediction: { probability: number };
}
interface Answer {
  status: number;
  body: { predictions?: { probability: number }[]; error?: string; status?: string };
  headers: Headers;
}
type LogLine = Record<string, unknown> & { message: string };

/** A server process in a folder laid out as the image is. */
class Server {
  readonly process: ChildProcess;
  readonly log: LogLine[] = [];
  readonly exit: Promise<number | null>;
  #stderr = '';
  #waiting: (() => void)[] = [];

  constructor(root: string, env: Record<string, string> = {}) {
    this.process = spawn(process.execPath, [path.join(root, 'serving/server.mjs')], {
      env: { AIP_HTTP_PORT: '0', AIP_HEALTH_ROUTE: '/health', AIP_PREDICT_ROUTE: '/predict', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    const lines = createInterface(this.process.stdout!).on('line', (line) => {
      this.log.push(JSON.parse(line) as LogLine);
      for (const wake of this.#waiting.splice(0)) wake();
    });
    const closed = Promise.all([once(this.process, 'exit'), once(lines, 'close')]);
    this.exit = closed.then(([[code]]) => {
      for (const wake of this.#waiting.splice(0)) wake();
      return code as number | null;
    });
  }

  /** The log line with this message, as soon as it is there. */
  async logged(message: string): Promise<LogLine> {
    for (;;) {
      const line = this.log.find((each) => each.message === message);
      if (line !== undefined) return line;
      if (this.process.exitCode !== null) throw new Error(`The server ended: ${JSON.stringify(this.log)}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async port(): Promise<number> {
    return (await this.logged('listening'))['port'] as number;
  }

  async fetch(route: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${await this.port()}${route}`, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text || '{}') as Answer['body'] };
  }

  post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Answer> {
    return this.fetch('/predict', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  predict(...instances: unknown[]): Promise<Answer> {
    return this.post(JSON.stringify({ instances }));
  }

  async stop(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exit;
    expect(this.#stderr).toBe('');
  }
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'credit-risk-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Lays out /opt/ml with the model of a version, or with none. */
async function layOut(root: string, version?: string): Promise<string> {
  await mkdir(path.join(root, 'serving'), { recursive: true });
  await mkdir(path.join(root, 'model'));
  for (const name of ['server.mjs', 'model.mjs']) {
    await cp(path.join(EXAMPLE, 'serving', name), path.join(root, 'serving', name));
  }
  await symlink(path.join(REPOSITORY, 'node_modules'), path.join(root, 'serving/node_modules'));
  if (version !== undefined) await cp(modelOf(version), path.join(root, 'model/model.onnx'));
  return root;
}

const modelOf = (version: string): string => path.join(EXAMPLE, 'versions', version, 'model/model.onnx');

async function goldenOf(version: string): Promise<Golden[]> {
  const text = await readFile(path.join(EXAMPLE, 'versions', version, 'evaluation/golden.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Golden);
}

async function readCsv(file: string): Promise<Record<string, string>[]> {
  const text = await readFile(path.join(EXAMPLE, file), 'utf8');
  const [header, ...lines] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return lines.map((cells) => Object.fromEntries(header!.map((name, column) => [name, cells[column]!])));
}

/** All test rows as instances, and the scores that Python gave them. */
async function testRows(version: string): Promise<{ instance: Golden['instance']; score: number }[]> {
  const [{ instance: example }] = (await goldenOf(version)) as [Golden];
  const rows = new Map((await readCsv('data/applications.csv')).map((row) => [row['id'], row]));
  const predictions = await readCsv(`versions/${version}/evaluation/predictions.csv`);
  return predictions.map(({ id, score }) => ({
    score: Number(score),
    instance: Object.fromEntries(
      Object.entries(example).map(([name, value]) => {
        const text = rows.get(id)![name]!;
        return [name, typeof value === 'number' ? Number(text) : text];
      }),
    ),
  }));
}

function largestDifference(answer: Answer, expected: readonly number[]): number {
  const got = answer.body.predictions!.map(({ probability }) => probability);
  expect(got).toHaveLength(expected.length);
  return Math.max(...got.map((value, row) => Math.abs(value - expected[row]!)));
}

describe.each(VERSIONS)('%s, served', (version) => {
  test('gives what Python gave: the golden predictions one by one, and all test rows at once', async () => {
    const server = new Server(await layOut(folder, version));
    await server.logged('ready');
    for (const { instance, prediction } of await goldenOf(version)) {
      const answer = await server.predict(instance);
      expect(answer.status).toBe(200);
      expect(largestDifference(answer, [prediction.probability])).toBeLessThanOrEqual(TOLERANCE);
    }
    const rows = await testRows(version);
    const all = await server.predict(...rows.map(({ instance }) => instance));
    expect(all.status).toBe(200);
    expect(
      largestDifference(
        all,
        rows.map(({ score }) => score),
      ),
    ).toBeLessThanOrEqual(TOLERANCE);
    await server.stop();
  });
});

describe('requests', () => {
  let root: string;
  let server: Server;
  let instance: Golden['instance'];

  beforeAll(async () => {
    root = await layOut(await mkdtemp(path.join(tmpdir(), 'credit-risk-requests-')), '2-gradient-boosting');
    server = new Server(root);
    await server.logged('ready');
    instance = (await goldenOf('2-gradient-boosting'))[0]!.instance;
  });
  afterAll(async () => {
    await server.stop();
    await rm(root, { recursive: true, force: true });
  });

  /** The server still answers, and rightly. */
  afterEach(async () => {
    expect((await server.predict(instance)).status).toBe(200);
  });

  test.each<[string, unknown, RegExp]>([
    ['an array', [], /body must be/],
    ['null', null, /body must be/],
    ['no instances', {}, /'instances' must be an array/],
    ['an empty batch', { instances: [] }, /at least one/],
    ['an object instead of an array', { instances: { 0: {} } }, /'instances' must be an array/],
    ['an unknown key', { instances: [{}], '<b>\n': 1 }, /unknown key "<b>\\n"/],
    ['parameters that the model has not', { instances: [{}], parameters: { threshold: 1 } }, /no 'parameters'/],
    ['an instance that is no object', { instances: [1] }, /instances\[0\] must be an object/],
    ['an instance that is an array', { instances: [[1, 2]] }, /instances\[0\] must be an object/],
    ['an instance without attributes', { instances: [{}] }, /instances\[0\] lacks the attribute 'checking_account'/],
  ])('%s is a 400 that says what is wrong', async (_, body, message) => {
    const answer = await server.post(JSON.stringify(body));
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatch(message);
  });

  test.each<[string, unknown, RegExp]>([
    ['purpose', undefined, /instances\[1\] lacks the attribute 'purpose'/],
    ['purpose', null, /instances\[1\]: the attribute 'purpose' must be a string/],
    ['purpose', 3, /'purpose' must be a string/],
    ['purpose', 'yacht', /'purpose' has a level that the model does not know/],
    ['telephone', '', /'telephone' has a level/],
    ['housing', 'own\0', /'housing' must be a string/],
    ['duration_months', '12', /'duration_months' must be a whole number/],
    ['duration_months', 12.5, /'duration_months' must be a whole number/],
    ['duration_months', 1e30, /'duration_months' must be a whole number/],
    ['credit_amount', true, /'credit_amount' must be a number/],
    ['credit_amount', 1e300, /'credit_amount' must be a number/],
    ['credit_amount', [5], /'credit_amount' must be a number/],
    ['age_years', 40, /instances\[1\] has the attribute "age_years", which the model does not know/],
    ['constructor', 1, /"constructor"/],
  ])('attribute %s = %j is a 400 that names it', async (name, value, message) => {
    const answer = await server.predict(instance, { ...instance, [name]: value });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatch(message);
  });

  test('an own __proto__ is an unknown attribute', async () => {
    const text = JSON.stringify({ instances: [instance] }).replace('[{', '[{"__proto__":{"purpose":"other"},');
    const answer = await server.post(text);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain('__proto__');
  });

  test.each<[string, Uint8Array<ArrayBuffer>]>([
    ['nothing', new Uint8Array()],
    ['half a body', Buffer.from('{"instances":[{')],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ['a deep nest', Buffer.from('['.repeat(1_000_000))],
  ])('%s is not JSON', async (_, body) => {
    const answer = await server.post(body);
    expect([answer.status, answer.body.error]).toEqual([400, 'The body is not JSON in UTF-8.']);
  });

  test('parameters may be null or empty, as Vertex AI sends them', async () => {
    for (const parameters of [null, {}]) {
      expect((await server.post(JSON.stringify({ instances: [instance], parameters }))).status).toBe(200);
    }
  });

  test('more than 1.5 MB is refused, told beforehand or not', async () => {
    const large = new Uint8Array(1_500_001);
    expect((await server.post(large)).status).toBe(413);

    const chunked = httpRequest({ port: await server.port(), method: 'POST', path: '/predict' });
    chunked.on('error', () => undefined); // the server may close before all is sent
    const answered = once(chunked, 'response');
    chunked.write(large);
    const [response] = (await answered) as [{ statusCode: number }];
    expect(response.statusCode).toBe(413);
    chunked.destroy();
  });

  test('methods, routes and content types that are none are refused', async () => {
    expect((await server.fetch('/predict')).status).toBe(405);
    expect((await server.fetch('/predict')).headers.get('allow')).toBe('POST');
    expect((await server.fetch('/health', { method: 'POST' })).status).toBe(405);
    expect((await server.fetch('/')).status).toBe(404);
    expect((await server.fetch('/health/../../etc/passwd')).status).toBe(404);
    expect((await server.post('{}', { 'content-type': 'text/csv' })).status).toBe(415);
    expect((await server.post('{}', { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await server.fetch('/health?verbose')).body).toEqual({ status: 'ready' });
    expect((await server.fetch('/health', { method: 'HEAD' })).status).toBe(200);
  });

  test('requests at the same time get their own answers', async () => {
    const rows = await testRows('2-gradient-boosting');
    const batches = Array.from({ length: 20 }, (_, index) => rows.slice(index * 20, (index + 1) * 20));
    const answers = await Promise.all(
      batches.map((batch) => server.predict(...batch.map(({ instance: each }) => each))),
    );
    for (const [index, batch] of batches.entries()) {
      const scores = batch.map(({ score }) => score);
      expect(largestDifference(answers[index]!, scores)).toBeLessThanOrEqual(TOLERANCE);
    }
  });

  test('a caller that is no HTTP client, and one that goes away, do no harm', async () => {
    for (const bytes of [
      '\x16\x03\x01\x02\x00',
      'POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{"in',
    ]) {
      const socket = connect(await server.port());
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.end(bytes);
      socket.resume();
      await once(socket, 'close');
    }
  });

  test('no value of an application reaches the log or an error', async () => {
    const secret = 'Ms-Example-of-Hamburg';
    const bad = await server.predict({ ...instance, purpose: secret });
    const broken = await server.post(`{"instances":[{"purpose":"${secret}",]}`);
    expect(JSON.stringify([bad.body, broken.body, server.log])).not.toContain(secret);
  });
});

describe('start and end', () => {
  test('503 until the model is loaded, then 200', async () => {
    await layOut(folder);
    // A pipe: the load ends when the test has written the model into it.
    const pipe = path.join(folder, 'model/model.onnx');
    await promisify(execFile)('mkfifo', [pipe]);
    const server = new Server(folder);
    const { instance } = (await goldenOf('1-scorecard'))[0]!;
    const loading = await server.fetch('/health');
    expect([loading.status, loading.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await server.predict(instance)).status).toBe(503);

    await writeFile(pipe, await readFile(modelOf('1-scorecard')));
    await server.logged('ready');
    expect((await server.fetch('/health')).status).toBe(200);
    expect((await server.predict(instance)).status).toBe(200);
    await server.stop();
  });

  test('on SIGTERM a request under way is answered, no other is taken, and the exit code is 0', async () => {
    const server = new Server(await layOut(folder, '1-scorecard'));
    await server.logged('ready');
    const port = await server.port();
    const { instance } = (await goldenOf('1-scorecard'))[0]!;
    const body = JSON.stringify({ instances: [instance] });
    const underWay = httpRequest({
      port,
      method: 'POST',
      path: '/predict',
      headers: { expect: '100-continue', 'content-length': body.length },
    });
    underWay.flushHeaders();
    await once(underWay, 'continue');

    server.process.kill('SIGTERM');
    await server.logged('stopping');
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
    underWay.end(body);
    const [response] = (await once(underWay, 'response')) as [
      { statusCode: number; headers: Record<string, string>; resume(): void },
    ];
    expect([response.statusCode, response.headers['connection']]).toEqual([200, 'close']);
    response.resume();
    expect(await server.exit).toBe(0);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['no routes', { AIP_HEALTH_ROUTE: '', AIP_PREDICT_ROUTE: '' }, /lacks AIP_HEALTH_ROUTE, AIP_PREDICT_ROUTE/],
    ['a port that is none', { AIP_HTTP_PORT: '80a' }, /AIP_HTTP_PORT must be a port/],
    ['a port out of range', { AIP_HTTP_PORT: '65536' }, /AIP_HTTP_PORT must be a port/],
    ['a route without a slash', { AIP_PREDICT_ROUTE: 'predict' }, /begin with a slash/],
  ])('%s: it ends with 1 and says why', async (_, env, message) => {
    const server = new Server(await layOut(folder, '1-scorecard'), env);
    expect(await server.exit).toBe(1);
    expect(server.log).toHaveLength(1);
    expect(server.log[0]).toMatchObject({ severity: 'CRITICAL', message: expect.stringMatching(message) });
  });

  test('a missing, ambiguous or broken model: it ends with 1 and says why', async () => {
    const end = async (root: string): Promise<string> => {
      const server = new Server(root);
      expect(await server.exit).toBe(1);
      return server.log.at(-1)!.message;
    };
    await layOut(folder);
    expect(await end(folder)).toMatch(/must hold one \.onnx file, not 0/);
    await writeFile(path.join(folder, 'model/a.onnx'), 'not a model');
    expect(await end(folder)).toMatch(/Cannot load the model/);
    await writeFile(path.join(folder, 'model/b.onnx'), 'not a model');
    expect(await end(folder)).toMatch(/must hold one \.onnx file, not 2/);
  });
});

describe('the base image', () => {
  test('built twice is the same, and with a model over it serves under the contract of Vertex AI', async () => {
    const registry = await startRegistry({ port: 0, directory: path.join(folder, 'registry') });
    const push = `${registry.address}/serving-runtime/onnx-node:24`;
    const reference = await buildBaseImage({ push });
    expect(await buildBaseImage({ push })).toBe(reference);
    expect(reference).toMatch(/\/serving-runtime\/onnx-node@sha256:[0-9a-f]{64}$/);

    const base = await pullImage(new RegistryClient(), parseReference(reference));
    const model = await buildLayer(
      [{ path: '/opt/ml/model/model.onnx', from: { file: modelOf('2-gradient-boosting') } }],
      { kind: 'model', ownPrefix: '/opt/ml/model' },
    );
    const rootfs = path.join(folder, 'rootfs');
    const config = await unpackImage(composeImage(base, { layers: [model] }), rootfs);
    const container = await startContainer({
      rootfs,
      config,
      env: vertexEnvironment({ healthRoute: '/health', predictRoute: '/predict' }),
    });
    try {
      await waitUntilHealthy(container, { healthRoute: '/health', timeout: 30_000 });
      const golden = await goldenOf('2-gradient-boosting');
      const { predictions } = await predict(container, {
        predictRoute: '/predict',
        instances: golden.map(({ instance }) => instance),
      });
      const answers = predictions as unknown as Golden['prediction'][];
      for (const [index, { prediction }] of golden.entries()) {
        expect(Math.abs(answers[index]!.probability - prediction.probability)).toBeLessThanOrEqual(TOLERANCE);
      }
    } finally {
      await container.stop();
      await registry.close();
    }
  });

  test('a reference without a tag is refused', async () => {
    await expect(buildBaseImage({ push: '127.0.0.1:1/a/b' })).rejects.toThrow(/does not say which tag/);
  });
});
