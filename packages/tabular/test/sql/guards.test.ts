import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assertReadOnly, compileCounts, parseBigQueryTable, type SqlColumn } from '../../src/sql/index.ts';

describe('the SQL of a rule', () => {
  test.each([
    'SELECT COUNT(*) FROM `p.d.t`',
    'WITH a AS (SELECT 1 AS x) SELECT MAX(x) FROM a;',
    "(SELECT 'DROP TABLE a; --' || \"it's\")",
    'SELECT t.update, `delete` FROM t -- INSERT',
    "SELECT r'\\'' || '''a'b''' /* DROP */ # ;",
  ])('may read: %s', (sql) => {
    expect(() => assertReadOnly(sql)).not.toThrow();
  });

  test.each([
    ['', 'empty'],
    ['-- SELECT 1', 'empty'],
    ['DELETE FROM t WHERE TRUE', "begins with 'DELETE'"],
    ['SELECT 1; DROP TABLE t', 'more than one'],
    ['SELECT 1 /* a */; /* b */ SELECT 2', 'more than one'],
    ["SELECT '\\'; DROP TABLE t --'; DROP TABLE t", 'more than one'],
    ['WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a', 'INSERT'],
    ["SELECT * FROM EXTERNAL_QUERY('c', 'SELECT 1')", 'EXTERNAL_QUERY'],
    ['SELECT * FROM ML.PREDICT(MODEL m, TABLE t)', 'calls ML'],
    ['SELECT 1 /* never closed', 'comment is not closed'],
    ["SELECT 'never closed", 'quoted text is not closed'],
    ['/**/EXPORT DATA OPTIONS() AS SELECT 1', "begins with 'EXPORT'"],
  ])('may not: %s', (sql, why) => {
    expect(() => assertReadOnly(sql)).toThrow(why);
  });
});

describe('names', () => {
  test('of tables are taken apart, or refused', () => {
    expect(parseBigQueryTable('my-project.sales.orders')).toEqual({
      project: 'my-project',
      dataset: 'sales',
      table: 'orders',
    });
    expect(parseBigQueryTable('domain.com:my-project.sales.orders').project).toBe('domain.com:my-project');
    expect(parseBigQueryTable('sales.orders', 'my-project').project).toBe('my-project');
    for (const wrong of [
      'orders',
      'sales.orders',
      'my-project.sa`les.orders',
      'my-project.sales.orders; DROP',
      'P.d.t',
      'my-project.d.t`--',
    ]) {
      expect(() => parseBigQueryTable(wrong)).toThrow();
    }
  });

  test('never leave their quotes, nor do values', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, value) => {
        const columns: SqlColumn[] = [{ name, kind: 'text', type: 'STRING' }];
        const table = { reference: { project: 'my-project', dataset: 'd', table: 't' }, columns };
        const definition = {
          columns: [{ name, kind: 'categorical' as const, categories: [value], missing: [value] }],
          checks: [{ id: value, test: 'pattern' as const, column: name, pattern: value }],
        };
        const plain = compileCounts(
          { columns: [{ ...definition.columns[0]!, name: 'a' }], checks: [{ ...definition.checks[0]!, column: 'a' }] },
          { ...table, columns: [{ ...columns[0]!, name: 'a' }] },
          'bigquery',
        ).sql;
        if (name === '' || /[`\\\u0000-\u001f\u007f]/.test(name)) {
          expect(() => compileCounts(definition, table, 'bigquery')).toThrow('is not the name of a BigQuery column');
        } else {
          expect(compileCounts(definition, table, 'bigquery').sql.replaceAll(`\`${name}\``, '`a`')).toBe(plain);
        }
      }),
    );
  });
});
