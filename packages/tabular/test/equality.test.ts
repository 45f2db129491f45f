import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countTable, resolveSource, type Check, type ColumnDefinition, type Definition } from '../src/index.ts';
import { compileCounts, countsFromRows, type SqlColumn, type SqlKind } from '../src/sql/index.ts';
import { startDuckDb, type Engine, type SqlCell, type TestTable } from './sql/engines.ts';

let folder: string;
let duckdb: Engine;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'equality-'));
  duckdb = await startDuckDb();
});
afterAll(async () => {
  await duckdb.close();
  await rm(folder, { recursive: true });
});

const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer({ min: -30, max: 30 }).map(String),
  fc.constantFrom(
    '1.',
    '.5',
    '+7',
    '-0',
    '1e400',
    '1e-400',
    '12345678901234567890',
    '0.1e1',
    '007',
    'NaN',
    'inf',
    '-Infinity',
  ),
);
const dateText = fc
  .date({ min: new Date('1601-01-01'), max: new Date('2200-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const momentText = fc
  .tuple(dateText, fc.nat(23), fc.nat(59), fc.nat(59), fc.nat(999_999))
  .map(([date, hour, minute, second, micros]) => {
    const two = (part: number): string => String(part).padStart(2, '0');
    return `${date} ${two(hour)}:${two(minute)}:${two(second)}.${String(micros).padStart(6, '0')}`;
  });
const freeText = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'NA',
    ' 1',
    '0x10',
    'true',
    'FALSE',
    '2026-02-30',
    '2026-01-31T10:00:00Z',
    '24:00',
    '10:30',
    'ä\n"x", y',
    '\u{1f600}',
    '"',
    ',',
  ),
  fc.string({ maxLength: 6, unit: 'grapheme' }).filter((text) => !text.includes('\0') && text.isWellFormed()),
);

/** Cells by kind of column, as SQL text. */
const CELLS: Record<Exclude<SqlKind, 'other' | 'datetime'>, fc.Arbitrary<string>> = {
  text: fc.oneof(numberText, dateText, momentText, freeText),
  integer: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  float: fc.oneof(numberText),
  decimal: fc.integer({ min: -1_000_000, max: 1_000_000 }).map((units) => (units / 10_000).toFixed(4)),
  boolean: fc.constantFrom('true', 'false'),
  date: dateText,
  timestamp: momentText,
  time: fc
    .tuple(fc.nat(23), fc.nat(59))
    .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}:00`),
};

const numbers = fc.uniqueArray(
  fc.oneof(fc.integer({ min: -40, max: 40 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
  {
    maxLength: 12,
  },
);
const edges = numbers.map((all) => [...new Set(all.map((edge) => edge + 0))].sort((a, b) => a - b));
const moments = fc
  .uniqueArray(fc.integer({ min: Date.UTC(1600), max: Date.UTC(2201) }), { maxLength: 8 })
  .map((all) => all.sort((a, b) => a - b));
const bounds = fc.record(
  { minimum: fc.integer({ min: -20, max: 20 }), exclusiveMaximum: fc.integer({ min: -20, max: 40 }) },
  { requiredKeys: [] },
);
const some = fc.uniqueArray(fc.oneof(numberText, fc.constantFrom('a', 'true', '10:30:00', '')), { maxLength: 4 });

function columnFor(name: string, kind: keyof typeof CELLS): fc.Arbitrary<ColumnDefinition> {
  const missing = kind === 'text' ? fc.constantFrom([], ['NA', 'a'], ['7', '0']) : fc.constant([]);
  const numeric = fc.record({ name: fc.constant(name), missing, kind: fc.constant('numeric' as const), edges });
  const time = fc.record({ name: fc.constant(name), missing, kind: fc.constant('timestamp' as const), edges: moments });
  const categories = fc.record({
    name: fc.constant(name),
    missing,
    kind: fc.constant('categorical' as const),
    categories: some,
  });
  if (kind === 'text') return fc.oneof(numeric, time, categories);
  return kind === 'date' || kind === 'timestamp' ? time : kind === 'boolean' || kind === 'time' ? categories : numeric;
}

function checksFor(name: string, kind: keyof typeof CELLS): fc.Arbitrary<Check[]> {
  const of = (id: string): { id: string; column: string } => ({ id: `${id} ${name}`, column: name });
  const missing = kind === 'text' ? ['NA'] : [];
  return fc
    .tuple(bounds, some, fc.constantFrom(0.5, 3, 7), fc.constantFrom('^[0-9]+$', 'a', '[^\\x00-\\x7f]', '(?i)true'))
    .map(([range, values, divisor, pattern]) => [
      { ...of('present'), test: 'present', missing },
      ...(['string', 'integer', 'number', 'boolean', 'date', 'timestamp', 'time'] as const).map((type): Check => ({
        ...of(type),
        test: 'type',
        type,
        missing,
      })),
      { ...of('range'), test: 'range', type: 'number', bounds: range },
      { ...of('multiple'), test: 'multiple-of', divisor },
      { id: `unique ${name}`, test: 'unique', columns: [name] },
      { id: `keys ${name}`, test: 'unique', columns: [name], count: 'keys' },
      ...(kind === 'text'
        ? ([
            { ...of('length'), test: 'length', minimum: 2, maximum: 5 },
            { ...of('pattern'), test: 'pattern', pattern },
            { ...of('values'), test: 'values', values },
            { ...of('not'), test: 'values', values, not: true },
            { ...of('order'), test: 'range', type: 'string', bounds: { minimum: '1', maximum: '\u{10000}' } },
            { ...of('moment'), test: 'range', type: 'timestamp', bounds: { minimum: 0 } },
          ] satisfies Check[])
        : []),
    ]);
}

interface World {
  table: TestTable;
  definition: Definition;
}

function worlds(kinds: readonly (keyof typeof CELLS)[]): fc.Arbitrary<World> {
  const columns = kinds.map((kind, index): SqlColumn => ({ name: `c${index}`, kind, type: kind }));
  const row = fc.tuple(...kinds.map((kind) => fc.option(CELLS[kind], { freq: 6 })));
  return fc.record({
    table: fc.array(row, { minLength: 1, maxLength: 40 }).map((rows) => ({ columns, rows: rows })),
    definition: fc.record({
      columns: fc.tuple(...kinds.map((kind, index) => columnFor(`c${index}`, kind))),
      checks: fc
        .tuple(...kinds.map((kind, index) => checksFor(`c${index}`, kind)))
        .map((checks) => [
          ...checks.flat(),
          ...(kinds.length > 1 ? [{ id: 'both', test: 'unique' as const, columns: ['c0', 'c1'] }] : []),
        ]),
    }),
  });
}

async function countInDuckDb({ table, definition }: World): Promise<unknown> {
  await duckdb.load(table);
  const statement = compileCounts(definition, { reference: { table: 't' }, columns: table.columns }, 'duckdb');
  return countsFromRows(definition, await duckdb.run(statement));
}

const quoted = (cell: SqlCell): string => (cell === null ? '' : `"${cell.replaceAll('"', '""')}"`);

test('CSV: the same integers as DuckDB, for every kind of column and check', async () => {
  await fc.assert(
    fc.asyncProperty(worlds(['text', 'text']), async (world) => {
      const file = path.join(folder, 'a.csv');
      const lines = world.table.rows.map((row) => row.map(quoted).join(','));
      await writeFile(file, ['c0,c1', ...lines.map((line) => (line === ',' ? '"",' : line))].join('\r\n'));
      const { counts } = await countTable(await resolveSource([file]), world.definition, { workers: 1 });
      expect(counts).toEqual(await countInDuckDb(world));
    }),
    { numRuns: 100, endOnFailure: true },
  );
});

test('Parquet that DuckDB writes: the same integers, for every type', async () => {
  const kinds = Object.keys(CELLS) as (keyof typeof CELLS)[];
  const codecs = fc.constantFrom('uncompressed', 'snappy', 'zstd', 'gzip', 'brotli');
  await fc.assert(
    fc.asyncProperty(worlds(kinds), codecs, fc.constantFrom('V1', 'V2'), async (world, codec, version) => {
      const expected = await countInDuckDb(world);
      const file = path.join(folder, 'a.parquet');
      await duckdb.run({
        sql: `COPY t TO '${file}' (FORMAT parquet, COMPRESSION ${codec}, PARQUET_VERSION ${version})`,
        parameters: [],
      });
      const { counts } = await countTable(await resolveSource([file]), world.definition, { workers: 1 });
      expect(counts).toEqual(expected);
    }),
    { numRuns: 40, endOnFailure: true },
  );
});
