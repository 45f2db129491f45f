/** Test results that the real dbt writes are evidence for validate-data. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inputReader, runContext } from '@mlops-actions/action-kit';
import { action } from '../../actions/validate-data/src/index.ts';
import { foreignTool } from './tools.ts';

const FILES = {
  'dbt_project.yml': 'name: shop\nversion: 1.0.0\nprofile: shop\nmodel-paths: [models]\n',
  'profiles.yml': 'shop: { target: dev, outputs: { dev: { type: duckdb, path: shop.duckdb } } }\n',
  'models/orders.sql': "select 1 as id, 'a' as kind union all select 2, 'b'\n",
  'models/schema.yml':
    'models: [{ name: orders, columns: [{ name: id, tests: [unique, not_null] }, { name: kind, tests: [{ accepted_values: { arguments: { values: [a] } } }] }] }]\n',
};

const dbt = foreignTool('dbt');
(dbt === undefined ? describe.skip : describe)('validate-data and the real dbt', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'dbt-'));
    await mkdir(path.join(folder, 'models'));
    for (const [name, text] of Object.entries(FILES)) await writeFile(path.join(folder, name), text);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const build = (...more: string[]) =>
    // It ends with 1 where a test fails.
    promisify(execFile)(dbt!, ['build', '--profiles-dir', '.', '--no-version-check', ...more], {
      cwd: folder,
      env: { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' },
    }).catch(() => undefined);

  const verdict = async () => {
    const given: Record<string, string> = {
      results: path.join(folder, 'target/run_results.json'),
      'evidence-dir': folder,
    };
    const result = await action.run(action.readInputs(inputReader((name) => given[name] ?? '')), runContext({}));
    return [result.verdict, result.outputs['failed-checks']!.replace(/\.[0-9a-f]{10}$/, '')];
  };

  test('a failed test fails, and those that pass pass', async () => {
    await build();
    expect(await verdict()).toEqual(['fail', 'test.shop.accepted_values_orders_kind__a']);
    await build('--exclude', 'test_name:accepted_values');
    expect(await verdict()).toEqual(['pass', '']);
    // Building alone tests nothing.
    await build('--resource-type', 'model');
    expect(await verdict()).toEqual(['inconclusive', '']);
  }, 120_000);
});
