import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parquetWriteBuffer, type BasicType } from 'hyparquet-writer';
import { countTable, resolveSource, type Counts } from '../../src/index.ts';
import type { SqlKind } from '../../src/sql/index.ts';
import { tableAndDefinition } from './arbitraries.ts';
import { countIn, startDuckDb, startPostgres, type Engine, type TestTable } from './engines.ts';

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

/** As rows are written that every reader of CSV takes for what they are: all values quoted. */
function csvOf({ columns, rows }: TestTable): string {
  const line = (cells: readonly (string | null)[]): string =>
    cells.map((cell) => (cell === null ? '' : `"${cell.replaceAll('"', '""')}"`)).join(',');
  return [columns.map(({ name }) => name), ...rows].map((cells) => `${line(cells)}\n`).join('');
}

const PARQUET: Partial<Record<SqlKind, { type: BasicType; read(text: string): unknown }>> = {
  text: { type: 'STRING', read: (value) => value },
  integer: { type: 'INT64', read: BigInt },
  float: { type: 'DOUBLE', read: Number },
  boolean: { type: 'BOOLEAN', read: (value) => value === 'true' },
  timestamp: { type: 'TIMESTAMP', read: (value) => new Date(`${value.replace(' ', 'T')}Z`) },
};

function parquetOf({ columns, rows }: TestTable): Uint8Array {
  const columnData = columns.map(({ name, kind }, index) => {
    const { type, read } = PARQUET[kind]!;
    const data = rows.map((row) => (row[index] === null ? null : read(row[index]!)));
    return { name, type, nullable: true, data };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

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
