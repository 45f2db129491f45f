import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Emulator } from '../src/index.ts';
import { connect, deploymentOf, done, modelOf, PARENT, pushServer, serverScript, startWithClients } from './support.ts';

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url));

let folder: string;
let children: { child: ChildProcess; ended: Promise<unknown> }[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'emulator-test-'));
  children = [];
});
afterEach(async () => {
  for (const { child, ended } of children) {
    child.kill();
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
});

/** Starts the command. */
function run(args: string[]) {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, stdout, stderr }));
  children.push({ child, ended });
  const ready = new Promise<Record<'event' | 'address' | 'registry' | 'admin', string>>((resolve, reject) => {
    child.stdout.on('data', () => {
      if (stdout.startsWith('{') && stdout.includes('\n')) resolve(JSON.parse(stdout) as Awaited<typeof ready>);
    });
    void ended.then(() => reject(new Error(`It never was ready: ${stderr}`)));
  });
  ready.catch(() => undefined);
  return { child, ready, ended };
}

describe('the command', () => {
  test('prints one line when it is ready, and stops at SIGTERM', async () => {
    const { child, ready, ended } = run(['--no-containers', '--data-dir', folder]);
    const { event, address, registry, admin } = await ready;
    expect(event).toBe('ready');
    expect([address, registry]).toEqual([
      expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    ]);
    expect(await (await fetch(`${admin}/healthz`)).json()).toEqual({ status: 'ok' });
    const { models, close } = connect({ address } as Emulator);
    await expect(models.getModel({ name: `${PARENT}/models/none` })).rejects.toMatchObject({ code: 5 });
    await close();
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/ModelService\.GetModel: NOT_FOUND The Model does not exist/);
  });

  test('stops when its standard input closes, if asked to', async () => {
    const { child, ready, ended } = run(['--no-containers', '--until-stdin-closes']);
    await ready;
    child.stdin.end();
    expect((await ended).code).toBe(0);
  });

  test.each([
    [['--prot', '1'], /Unknown option '--prot'.* Did you mean --port\?/],
    [['--port', 'x'], /--port must be a port from 0 to 65535, not 'x'/],
    [['--operation-delay', 'soon'], /--operation-delay must be a duration/],
    [['--etag-mismatch', 'OK'], /--etag-mismatch must be one of ABORTED, FAILED_PRECONDITION, not 'OK'/],
    [['--faults', '/nowhere.json'], /'\/nowhere.json' cannot be read as JSON/],
    [['--state', '/'], /The state file '\/' cannot be read/],
    [['surplus'], /Unexpected argument 'surplus'/],
  ])('%s is a mistake that it names', async (args, message) => {
    const { code, stdout, stderr } = await run(args).ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('says a port that is taken', async () => {
    const { ready } = run(['--no-containers']);
    const port = (await ready).address.split(':')[1]!;
    const { code, stderr } = await run(['--no-containers', '--port', port]).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(`Cannot listen on 127.0.0.1:${port}`);
  });

  test('helps', async () => {
    const { code, stdout } = await run(['--help']).ended;
    expect(code).toBe(0);
    for (const flag of ['--port', '--state', '--concurrent-operations refuse|allow']) expect(stdout).toContain(flag);
  });
});

describe('the state', () => {
  test('survives, with its processes and without what was running', async () => {
    const options = { dataDir: folder, stateFile: path.join(folder, 'state.json') };
    const first = await startWithClients(options);
    const image = await pushServer(first.emulator, 'kept', serverScript('instance * 2'));
    await done(first.models.uploadModel({ parent: PARENT, modelId: 'm', model: modelOf(image) }));
    await done(first.endpoints.createEndpoint({ parent: PARENT, endpointId: 'e', endpoint: { displayName: 'E' } }));
    const endpoint = `${PARENT}/endpoints/e`;
    const request = { endpoint, deployedModel: deploymentOf(`${PARENT}/models/m`), trafficSplit: { 0: 100 } };
    await done(first.endpoints.deployModel(request));
    first.emulator.setFaults([{ operation: 'DeployModel' }]);
    const [running] = await first.endpoints.deployModel(request);
    await first.close();

    const second = await startWithClients(options);
    try {
      const [answer] = await second.predictions.predict({ endpoint, instances: [{ numberValue: 4 }] });
      expect(answer.predictions).toMatchObject([{ numberValue: 8 }]);
      const { operations, endpoints, violations } = second.emulator.state();
      expect(operations[running.name!]!.result).toMatchObject({ error: { code: 10 } });
      expect(Object.values(endpoints)[0]).toMatchObject({
        deploying: [],
        deployedModels: [{ status: { availableReplicaCount: 1 } }],
      });
      expect(violations).toEqual([]);
    } finally {
      await second.close();
    }
  });

  test('is refused if it is something else, and left as it was', async () => {
    const stateFile = path.join(folder, 'state.json');
    await writeFile(stateFile, '{"important": true}');
    await expect(startWithClients({ stateFile })).rejects.toThrow('is not a saved state');
    expect(await readFile(stateFile, 'utf8')).toBe('{"important": true}');
  });
});

describe('the admin server', () => {
  test('tells calls with their client, and takes fault plans', async () => {
    const { emulator, endpoints, close } = await startWithClients({ containers: false });
    const put = (body: string, type = 'application/json'): Promise<Response> =>
      fetch(`${emulator.adminUrl}/faults`, { method: 'PUT', body, headers: { 'content-type': type } });
    try {
      const plan = [{ rpc: 'ListEndpoints', code: 'PERMISSION_DENIED' }];
      expect(await (await put(JSON.stringify(plan))).json()).toEqual(plan);
      await expect(endpoints.listEndpoints({ parent: PARENT })).rejects.toMatchObject({ code: 7 });
      await endpoints.listEndpoints({ parent: PARENT });
      const calls = (await (await fetch(`${emulator.adminUrl}/calls?after=1`)).json()) as object[];
      expect(calls).toMatchObject([
        {
          number: 2,
          method: 'EndpointService.ListEndpoints',
          request: { parent: PARENT },
          code: 'OK',
          client: expect.stringContaining('gapic/') as unknown,
        },
      ]);
      expect((await put('[]', 'text/plain')).status).toBe(415);
      expect((await put('{')).status).toBe(400);
      expect((await fetch(`${emulator.adminUrl}/nothing`)).status).toBe(404);
      for (const [fault, message] of [
        [{}, "it needs 'rpc' or 'operation'"],
        [{ rpc: 'X' }, "it needs 'code', 'delay' or 'meanwhile'"],
        [{ rpc: 'X', code: 'OK' }, "'code' must be"],
        [{ rpc: 'X', code: 'ABORTED', nth: 0 }, "'nth' must be"],
        [{ operation: 'X', delay: 1 }, "'delay' is not known"],
      ] as const) {
        const answer = await put(JSON.stringify([fault]));
        expect(answer.status).toBe(400);
        expect(await answer.json()).toEqual({ error: expect.stringContaining(`Fault 1: ${message}`) as unknown });
      }
    } finally {
      await close();
    }
  });

  test('shows the state', async () => {
    const { emulator, models, close } = await startWithClients({ containers: false });
    try {
      await done(models.uploadModel({ parent: PARENT, modelId: 'm', model: modelOf('i', { labels: { a: 'b' } }) }));
      const state = (await (await fetch(`${emulator.adminUrl}/state`)).json()) as object;
      expect(state).toEqual(JSON.parse(JSON.stringify(emulator.state())));
      expect(Object.values((state as { models: object }).models)).toMatchObject([
        { id: 'm', versions: [{ id: '1', aliases: ['default'], labels: { a: 'b' } }] },
      ]);
    } finally {
      await close();
    }
  });
});
