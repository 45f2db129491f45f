import { describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { UserError } from '@mlops-actions/action-kit';
import fc from 'fast-check';
import { parseResults, toolVerdict } from '../src/results.ts';

/** Files that the tools themselves wrote: dbt 1.10 on DuckDB, Great Expectations 1.24. */
const fixture = async (name: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as Record<string, unknown>;

const complaint = (value: unknown): string => {
  try {
    parseResults(value, 'results.json');
  } catch (error) {
    if (error instanceof UserError) return error.explanation;
    throw error;
  }
  throw new Error('It was accepted.');
};

describe('dbt', () => {
  test('every test of run_results.json counts, and so does a model that could not be built', async () => {
    const results = parseResults(await fixture('dbt-run-results'), 'run_results.json');
    expect(results).toMatchObject({ tool: 'dbt', toolVersion: '1.10.23' });
    expect(
      results.tests.map(({ name, outcome, severity }) => [name.replace(/\.[0-9a-f]{10}$/, ''), outcome, severity]),
    ).toEqual([
      ['model.shop.broken', 'fail', 'error'],
      ['test.shop.not_null_broken_id', 'skipped', 'error'],
      ['test.shop.accepted_values_orders_kind__a__b', 'fail', 'warning'],
      ['test.shop.not_null_orders_id', 'fail', 'error'],
      ['test.shop.not_null_orders_kind', 'pass', 'error'],
      ['test.shop.unique_orders_id', 'pass', 'error'],
    ]);
    expect(toolVerdict(results, false)).toBe('fail');
  });

  const dbt = (...results: unknown[]) => ({
    metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json', dbt_version: '1.10.0' },
    results,
  });
  const result = (status: string, id = 'test.p.t.1') => ({ unique_id: id, status, message: null, failures: 0 });

  test.each([
    [[result('pass')], 'pass', 'pass'],
    [[result('pass'), result('warn')], 'pass', 'fail'],
    [[result('pass'), result('error')], 'fail', 'fail'],
    [[result('skipped')], 'inconclusive', 'inconclusive'],
    [[result('success', 'model.p.m')], 'inconclusive', 'inconclusive'],
    [[], 'inconclusive', 'inconclusive'],
  ])('%j', (results, verdict, withWarnings) => {
    const parsed = parseResults(dbt(...results), 'r');
    expect(toolVerdict(parsed, false)).toBe(verdict);
    expect(toolVerdict(parsed, true)).toBe(withWarnings);
  });

  test('what is not known is refused', () => {
    expect(complaint(dbt(result('perhaps')))).toContain("the status 'perhaps' of test.p.t.1 is not known");
    expect(
      complaint({ ...dbt(), metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v7.json' } }),
    ).toContain('not known here');
    expect(
      complaint({ ...dbt(), metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json' } }),
    ).toContain('hold no test results');
  });
});

describe('Great Expectations', () => {
  test('a validation result and that of its checkpoint say the same', async () => {
    const validation = parseResults(await fixture('great-expectations-validation'), 'v.json');
    expect(validation).toMatchObject({ tool: 'great-expectations', toolVersion: '1.24.1' });
    expect(validation.tests).toEqual([
      {
        name: 'expect_column_values_to_be_between nope',
        outcome: 'fail',
        severity: 'error',
        message: 'it raised an exception',
      },
      {
        name: 'expect_column_values_to_not_be_null a',
        outcome: 'fail',
        severity: 'error',
        message: '1 of 4 unexpected',
      },
      {
        name: 'expect_column_values_to_be_in_set b',
        outcome: 'fail',
        severity: 'warning',
        message: '1 of 4 unexpected',
      },
      { name: 'expect_table_row_count_to_be_between', outcome: 'pass', severity: 'error', message: '' },
    ]);
    const checkpoint = parseResults(await fixture('great-expectations-checkpoint'), 'c.json');
    expect(checkpoint.tests.map(({ name, outcome }) => [name, outcome])).toEqual(
      validation.tests.map(({ name, outcome }) => [name, outcome]),
    );
  });

  test('results of before 1.0, of a suite and of a checkpoint', () => {
    const suite = {
      success: true,
      results: [
        {
          success: true,
          expectation_config: { expectation_type: 'expect_column_to_exist', kwargs: { column: 'a' }, meta: {} },
          result: {},
          exception_info: { raised_exception: false },
        },
      ],
      statistics: { evaluated_expectations: 1, successful_expectations: 1 },
      meta: { great_expectations_version: '0.18.22' },
    };
    expect(parseResults(suite, 's').tests).toMatchObject([{ name: 'expect_column_to_exist a', outcome: 'pass' }]);
    const checkpoint = {
      success: true,
      run_results: { 'ValidationResultIdentifier::s/x': { validation_result: suite, actions_results: {} } },
    };
    expect(parseResults(checkpoint, 'c')).toMatchObject({ toolVersion: '0.18.22', tests: [{ outcome: 'pass' }] });
  });

  test('what does not hold together is refused', async () => {
    const whole = await fixture('great-expectations-validation');
    const results = whole['results'] as { success: boolean }[];
    expect(complaint({ ...whole, results: results.slice(0, 2) })).toContain('speaks of 4 expectations and holds 2');
    expect(complaint({ ...whole, statistics: {}, results: results.filter(({ success }) => success) })).toContain(
      'names no failed expectation',
    );
    expect(complaint({ ...whole, meta: { great_expectations_version: '2.0.0' } })).toContain(
      '2.0.0, which is not known here',
    );
    expect(
      complaint({ ...whole, results: [{ success: 'yes', expectation_config: { type: 'x' } }], statistics: {} }),
    ).toContain('must be true or false');
    expect(complaint({ nothing: true })).toContain('no result file that is known here');
  });
});

test('any JSON is read or refused', () => {
  const leaf = fc.oneof(
    fc.constantFrom('pass', 'https://schemas.getdbt.com/dbt/run-results/v6.json', 'test.a'),
    fc.boolean(),
    fc.jsonValue(),
  );
  const value = fc.dictionary(
    fc.constantFrom(
      'metadata',
      'dbt_schema_version',
      'results',
      'unique_id',
      'status',
      'success',
      'run_results',
      'validation_results',
      'expectation_config',
      'type',
      'statistics',
      '__proto__',
    ),
    fc.oneof(
      leaf,
      fc.array(fc.dictionary(fc.constantFrom('unique_id', 'status', 'success', 'type', 'expectation_config'), leaf)),
      fc.dictionary(fc.constantFrom('dbt_schema_version', 'great_expectations_version'), leaf),
    ),
  );
  fc.assert(
    fc.property(value, (json) => {
      try {
        parseResults(json, 'r');
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
    { numRuns: 500 },
  );
});
