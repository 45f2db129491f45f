import { afterEach, describe, expect, test } from '@jest/globals';
import { readLayout, type Image } from '@mlops-actions/oci';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { overBudget, percentiles, readBudgets } from '../src/budgets.ts';
import type { ProbeRuntime } from '../src/inputs.ts';
import { probeImage } from '../src/probe.ts';
import { chooseRuntime, platformWarnings, type RuntimeFacts } from '../src/runtime.ts';
import { build, Folder, SERVER } from './support.ts';

const folder = new Folder();
folder.write('model/model.txt', '3');
const app = folder.write('app/server.mjs', SERVER);
folder.write('golden.jsonl', '{"instance": 2, "prediction": {"score": 6}}\n');

const probed = {
  'model-path': folder.at('model'),
  'base-image': 'scratch',
  files: `${app} => /app/server.mjs`,
  entrypoint: 'node /app/server.mjs',
  'golden-path': folder.at('golden.jsonl'),
  probe: 'true',
  output: folder.at('image'),
};

/** A server that never becomes healthy, and says that it has started. */
const SLOW = `import { writeFileSync } from 'node:fs';
writeFileSync(new URL('../started', import.meta.url), '');
setInterval(() => {}, 1000);`;

/** What the probe is told by {@link probed}. */
const SETTINGS = {
  runtime: 'process',
  goldenPath: folder.at('golden.jsonl'),
  tolerance: 0,
  timeout: 60_000,
  budgets: { latency: {} },
} as const;

async function builtImage(inputs: Record<string, string>): Promise<Image> {
  const output = folder.at(`built-${images++}`);
  await build({ ...inputs, output });
  return readLayout(output);
}
let images = 0;

const withBudgets = (budgets: string): string =>
  folder.write(
    'model.yaml',
    `schema-version: 1\nmodel: {name: m, owner: o}\nartifact: {path: model}\nimage: {budgets: {${budgets}}}\n`,
  );

describe('a server that answers as it should', () => {
  test('is measured, and has to survive what nobody should send', async () => {
    const { report, summary } = await build(probed);
    expect(report).toMatchObject({
      probe: {
        passed: true,
        latency: { p50: expect.any(Number), p95: expect.any(Number), p99: expect.any(Number) },
        runtime: { name: 'process' },
        malformed: [...Array.from({ length: 5 }, () => ({ status: 400 })), { status: 200 }],
        warnings: platformWarnings({ name: 'process' }, await builtImage({ ...probed, probe: '' })),
      },
    });
    expect(summary.source).toContain('Latency p95');
    expect(summary.source).toContain('a process of the runner, not isolated');
    if (process.platform === 'linux') {
      // A Node that has started, and less than this machine has.
      const { peakMemory } = (report as { probe: { peakMemory: number } }).probe;
      expect(peakMemory).toBeGreaterThan(10_000_000);
      expect(peakMemory).toBeLessThan(2_000_000_000);
    }
  });

  test('fails if a request that cannot be read ends it', async () => {
    const result = await build({ ...probed, env: 'FRAGILE=1', output: folder.at('fragile') });
    expect(result.verdict).toBe('fail');
    expect(result.headline).toMatch(/does not survive an empty body.*exited/);
    expect(result.report).toMatchObject({ probe: { logTail: expect.stringContaining('SyntaxError') } });
    expect(existsSync(folder.at('fragile'))).toBe(false);
  });

  test('counts the memory of the processes that it starts, in sessions of their own too', async () => {
    const worker = folder.write(
      'workers/worker.mjs',
      "Buffer.alloc(300e6, 1); process.send('full'); setInterval(() => {}, 1000);",
    );
    const parent = folder.write(
      'workers/server.mjs',
      `import { fork } from 'node:child_process';
       import { once } from 'node:events';
       const worker = fork(new URL('worker.mjs', import.meta.url), { detached: true });
       process.on('SIGTERM', () => { worker.kill('SIGKILL'); process.exit(); });
       process.on('exit', () => worker.kill('SIGKILL'));
       await once(worker, 'message');
       ${SERVER}`,
    );
    const files = `${parent} => /app/server.mjs\n${worker} => /app/worker.mjs`;
    const { report } = await build({ ...probed, files, output: folder.at('workers-image') });
    expect(report).toMatchObject({ probe: { passed: true, memorySource: 'processes' } });
    expect((report as { probe: { peakMemory: number } }).probe.peakMemory).toBeGreaterThan(300e6);
  });

  test('fails over the budgets of model.yaml', async () => {
    const manifest = withBudgets('start-time: 1ms, latency-p99: 10m, memory-mib: 1');
    const result = await build({ ...probed, manifest, output: folder.at('over') });
    expect(result.verdict).toBe('fail');
    expect(result.headline).toMatch(
      /the time to start is .*, over the 1 ms allowed; peak memory is .*, over the 1\.0 MiB/,
    );
    expect(existsSync(folder.at('over'))).toBe(false);
  });

  test('passes within them', async () => {
    const manifest = withBudgets('start-time: 10m, latency-p50: 10m, memory-mib: 100000');
    expect((await build({ ...probed, manifest })).verdict).toBe('pass');
  });
});

describe('what harms on Vertex AI alone', () => {
  const changed = (name: string, change: (server: string) => string): string =>
    `${folder.write(`${name}/server.mjs`, change(SERVER))} => /app/server.mjs`;

  test('a server that listens on 127.0.0.1 fails, though it answers here', async () => {
    const files = changed('local', (server) => server.replace('0.0.0.0', '127.0.0.1'));
    const result = await build({ ...probed, files, output: folder.at('local-image') });
    expect([result.verdict, result.headline]).toEqual(['fail', expect.stringContaining('Let it listen on 0.0.0.0.')]);
  });

  test('an answer of 500 to a request that cannot be read is a warning', async () => {
    const files = changed('blamed', (server) => server.replace('writeHead(400)', 'writeHead(500)'));
    const { verdict, report, summary } = await build({ ...probed, files });
    expect(verdict).toBe('pass');
    expect(report).toMatchObject({
      probe: { warnings: [expect.stringMatching(/^The server answers 500 to an empty/)] },
    });
    expect(summary.source).toContain('The server answers 500 to an empty body, 500 to a body that is not JSON');
  });

  test('a server that does not heed SIGTERM is a warning', async () => {
    const files = changed('stubborn', (server) => `process.on('SIGTERM', () => {});\n${server}`);
    const image = await builtImage({ ...probed, probe: '', files });
    const result = await probeImage(
      image,
      { healthRoute: '/health', predictRoute: '/predict', port: 8080 },
      SETTINGS,
      300,
    );
    expect(result).toMatchObject({
      passed: true,
      warnings: [expect.stringMatching(/did not end within 0.3 s of SIGTERM.*must exec the server/)],
    });
  });
});

test('a probe that is killed leaves neither its server nor the unpacked image behind', async () => {
  const temporary = folder.at('temporary');
  mkdirSync(temporary);
  const given = {
    ...probed,
    'probe-runtime': 'process',
    'probe-timeout': '10m',
    files: `${folder.write('slow.mjs', SLOW)} => /app/server.mjs`,
  };
  const script = `
    import { inputReader, runContext } from ${JSON.stringify(import.meta.resolve('@mlops-actions/action-kit'))};
    import { action } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
    const given = ${JSON.stringify(given)};
    await action.run(action.readInputs(inputReader((name) => given[name] ?? '')), runContext({}));
  `;
  const env = { ...process.env, TMPDIR: temporary };
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { env, stdio: 'ignore' });
  const until = async (condition: () => boolean): Promise<void> => {
    for (let tries = 0; !condition(); tries++) {
      if (tries === 3000) throw new Error('It never came true.');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const unpacked = (): string[] => readdirSync(temporary).filter((name) => name.startsWith('build-image-probe-'));
  await until(() => unpacked().some((name) => existsSync(path.join(temporary, name, 'rootfs/started'))));
  child.kill('SIGKILL');
  await until(() => unpacked().length === 0);
});

describe('what the probe starts an image by', () => {
  const environment = { ...process.env };
  afterEach(() => {
    process.env = { ...environment };
  });
  const choose = async (wanted: ProbeRuntime): Promise<RuntimeFacts> =>
    (await chooseRuntime(wanted, await builtImage({ ...probed, probe: '' }))).facts;

  test('an engine that is not there is an error if it was asked for, and passed over by auto', async () => {
    process.env['PATH'] = folder.at('nothing');
    await expect(choose('podman')).rejects.toThrow(/The probe cannot use podman: .*ENOENT/);
    expect(await choose('auto')).toEqual({ name: 'process' });
  });

  test('a process of another platform than the image is for is a warning', async () => {
    const image = await builtImage({ ...probed, probe: '' });
    const elsewhere = { ...image, config: { ...image.config, architecture: 's390x' } };
    expect(platformWarnings({ name: 'process' }, elsewhere)).toEqual([expect.stringContaining('is for linux/s390x')]);
    expect(platformWarnings({ name: 'docker', version: '1', network: 'none' }, elsewhere)).toEqual([]);
  });

  test('in a rehearsal auto is a process, and what was asked for stays', async () => {
    process.env['VERTEX_AI_EMULATOR_HOST'] = '127.0.0.1:1';
    expect(await choose('auto')).toEqual({ name: 'process' });
    process.env['PATH'] = folder.at('nothing');
    await expect(choose('docker')).rejects.toThrow(/The probe cannot use docker/);
  });
});

describe('budgets', () => {
  test('are inclusive, and one for what was not measured is not kept', () => {
    const budgets = readBudgets({ 'start-time': '2s', 'latency-p95': '50ms', 'memory-mib': 1 });
    const kept = { healthyAfter: 2000, latency: { p50: 1, p95: 50, p99: 900 }, memory: 1024 * 1024 };
    expect(overBudget(budgets, kept)).toEqual([]);
    expect(overBudget(budgets, { ...kept, latency: { p50: 1, p95: 51, p99: 51 } })).toEqual([
      'latency p95 is 51 ms, over the 50 ms allowed',
    ]);
    expect(overBudget(budgets, { healthyAfter: 1 })).toEqual([
      'latency p95 could not be measured',
      'peak memory could not be measured',
    ]);
    expect(overBudget(budgets, { ...kept, outOfMemoryKills: 1 })).toEqual([
      '1 process of the server had to be killed for want of memory',
    ]);
    expect(overBudget(budgets, { ...kept, latency: { p50: 1, p95: 50.4, p99: 60 } })).toEqual([
      'latency p95 is 50.4 ms, over the 50 ms allowed',
    ]);
    expect(overBudget(readBudgets(), { healthyAfter: 1e9 })).toEqual([]);
  });

  test('percentiles are by nearest rank', () => {
    expect(percentiles([])).toBeUndefined();
    expect(percentiles([7])).toEqual({ p50: 7, p95: 7, p99: 7 });
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentiles(hundred)).toEqual({ p50: 50, p95: 95, p99: 99 });
  });
});

test("what the image's configuration will break of Vertex AI's contract is found without starting it", async () => {
  const { report, summary } = await build({
    ...probed,
    probe: 'false',
    'dry-run': 'true',
    port: '80',
    user: 'nobody',
    'health-route': '/v1',
    'predict-route': '/v1',
  });
  expect(report).toMatchObject({
    contract: {
      findings: [expect.stringMatching(/Port 80 is privileged.*'nobody'/), expect.stringMatching(/same route/)],
    },
  });
  expect(summary.source).toContain('privileged');
  for (const user of ['', '0', 'root', '0:0'])
    expect((await build({ ...probed, 'dry-run': 'true', port: '80', user })).report).toMatchObject({
      contract: { findings: [] },
    });
});
