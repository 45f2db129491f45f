/** Validation results that the real Great Expectations keeps, and what its checkpoints tell, are evidence for validate-data. */
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inputReader, runContext } from '@mlops-actions/action-kit';
import { action } from '../../actions/validate-data/src/index.ts';
import { foreignTool } from './tools.ts';

const SCRIPT = path.join(import.meta.dirname, 'great-expectations.py');

const python = foreignTool('great-expectations-python');
(python === undefined ? describe.skip : describe)('validate-data and the real Great Expectations', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'great-expectations-'));
    await writeFile(path.join(folder, 'orders.csv'), 'id,kind,price\n1,a,1.5\n2,,-1\n2,b,3\n');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Validates by some expectations. Gives the file of the suite's result. */
  async function validate(...expectations: string[]): Promise<string> {
    await rm(path.join(folder, 'gx'), { recursive: true, force: true });
    // It would keep a file of its own in the home of whoever runs the tests.
    const env = { ...process.env, GX_ANALYTICS_ENABLED: 'false', HOME: folder };
    await promisify(execFile)(python!, [SCRIPT, ...expectations], { cwd: folder, env });
    return globSync(path.join(folder, 'gx/uncommitted/validations/**/*.json'))[0]!;
  }

  const judge = async (results: string, more: Record<string, string> = {}) => {
    const given: Record<string, string> = { results, 'evidence-dir': folder, ...more };
    const result = await action.run(action.readInputs(inputReader((name) => given[name] ?? '')), runContext({}));
    return [result.verdict, result.outputs['failed-checks']];
  };

  test('what failed fails, by the result and by what its checkpoint tells; a column that is missing is no pass', async () => {
    const result = await validate('not-null', 'unique', 'rows', 'no-column');
    const failed = [
      'expect_column_values_to_not_be_null kind',
      'expect_column_values_to_be_unique id',
      'expect_column_values_to_not_be_null nope',
    ];
    for (const file of [result, path.join(folder, 'checkpoint.json')]) {
      const [verdict, names] = await judge(file);
      expect([verdict, names!.split('\n').toSorted()]).toEqual(['fail', failed.toSorted()]);
    }
  }, 120_000);

  test('a warning fails only where warnings do', async () => {
    const result = await validate('between', 'rows');
    expect(await judge(result)).toEqual(['pass', 'expect_column_values_to_be_between price']);
    expect(await judge(result, { 'fail-on': 'warning' })).toEqual(['fail', 'expect_column_values_to_be_between price']);
  }, 120_000);

  test('what passes passes, and a suite without expectations shows nothing', async () => {
    expect(await judge(await validate('rows'))).toEqual(['pass', '']);
    expect(await judge(await validate())).toEqual(['inconclusive', '']);
  }, 120_000);
});
