import { describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { overBudget, percentiles, readBudgets } from '../src/budgets.ts';
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
        malformed: [{ status: 400 }, { status: 400 }, { status: 400 }, { status: 200 }],
      },
    });
    expect(summary.source).toContain('Latency p95');
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
    expect(result.headline).toMatch(/does not survive a body that is not JSON.*exited/);
    expect(result.report).toMatchObject({ probe: { logTail: expect.stringContaining('SyntaxError') } });
    expect(existsSync(folder.at('fragile'))).toBe(false);
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
