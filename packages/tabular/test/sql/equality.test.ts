import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countTable, resolveSource, type Counts } from '../../src/index.ts';
import type { SqlKind } from '../../src/sql/index.ts';
import { tableAndDefinition } from './arbitraries.ts';
import { countIn, startDuckDb, startPostgres, type Engine, type TestTable } from './engines.ts';
import { csvOf, parquetOf } from './files.ts';

let engines: Engine[];
let folder: string;
beforeAll(async () => {
  engines = [await startDuckDb(), await startPostgres()];
  folder = await mkdtemp(path.join(os.tmpdir(), 'equality-'));
});
afterAll(async () => {
  for (const engine of engines) await engine.close();
  await rm(folder, { recursive: true });
});

const plain = (counts: Counts): object => ({
  rows: counts.rows,
  columns: [...counts.columns],
  checks: [...counts.checks],
});

/** All engines count the same. */
function agree(
  kinds: readonly SqlKind[],
  file: string,
  write: (table: TestTable) => string | Uint8Array,
  runs: number,
) {
  return fc.assert(
    fc.asyncProperty(tableAndDefinition(kinds), async ({ table, definition }) => {
      fc.pre(table.rows.length > 0);
      const data = path.join(folder, file);
      await writeFile(data, write(table));
      const { counts } = await countTable(await resolveSource([data]), definition, { workers: 1 });
      for (const engine of engines) expect(plain(await countIn(engine, table, definition))).toEqual(plain(counts));
    }),
    { numRuns: runs },
  );
}

describe('the embedded executor, DuckDB and PostgreSQL count the same', () => {
  test('in text', () => agree(['text'], 'table.csv', csvOf, 20));
  test('in columns of types', () =>
    agree(['text', 'integer', 'float', 'boolean', 'timestamp'], 'table.parquet', parquetOf, 20));
});

test('an empty table has zeros everywhere', async () => {
  const table: TestTable = { columns: [{ name: 'a', kind: 'float', type: 'FLOAT64' }], rows: [] };
  const definition = {
    columns: [{ name: 'a', kind: 'numeric' as const, edges: [1] }],
    checks: [{ id: 'u', test: 'unique' as const, columns: ['a'] }],
  };
  for (const engine of engines) {
    const counts = await countIn(engine, table, definition);
    expect(counts.rows).toBe(0);
    expect(counts.columns.get('a')).toMatchObject({ bins: [0, 0], minimum: undefined });
    expect(counts.checks.get('u')).toEqual({ checked: 0, failed: 0 });
  }
});
