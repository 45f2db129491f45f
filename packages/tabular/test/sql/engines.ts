import { DOUBLE, DuckDBInstance, LIST, listValue, VARCHAR, type DuckDBValue } from '@duckdb/node-api';
import { PGlite } from '@electric-sql/pglite';
import {
  compileCounts,
  countsFromRows,
  type CountRow,
  type Parameter,
  type SqlColumn,
  type SqlTable,
  type Statement,
} from '../../src/sql/index.ts';
import type { Counts } from '../../src/counts.ts';
import type { Definition } from '../../src/definition.ts';

/** A value as SQL text: null, or what is cast to the column's type. */
export type SqlCell = string | null;

export interface TestTable {
  columns: readonly SqlColumn[];
  rows: readonly (readonly SqlCell[])[];
}

/** An engine that executes what the compiler writes. */
export interface Engine {
  readonly dialect: 'duckdb' | 'postgres';
  load(table: TestTable): Promise<void>;
  run(statement: Statement): Promise<CountRow[]>;
  close(): Promise<void>;
}

const TYPES = {
  duckdb: {
    text: 'VARCHAR',
    integer: 'BIGINT',
    float: 'DOUBLE',
    decimal: 'DECIMAL(18, 4)',
    boolean: 'BOOLEAN',
    date: 'DATE',
    datetime: 'TIMESTAMP',
    timestamp: 'TIMESTAMP',
    time: 'TIME',
    other: 'BLOB',
  },
  postgres: {
    text: 'text',
    integer: 'bigint',
    float: 'float8',
    decimal: 'numeric(18, 4)',
    boolean: 'boolean',
    date: 'date',
    datetime: 'timestamp',
    timestamp: 'timestamptz',
    time: 'time',
    other: 'bytea',
  },
} as const;

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const chunked = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

export async function startDuckDb(): Promise<Engine> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  return {
    dialect: 'duckdb',
    async load({ columns, rows }) {
      await connection.run('DROP TABLE IF EXISTS t');
      const types = columns.map(({ kind }) => TYPES.duckdb[kind]);
      await connection.run(
        `CREATE TABLE t (${columns.map(({ name }, i) => `${quote(name)} ${types[i]!}`).join(', ')})`,
      );
      for (const chunk of chunked(rows, 50)) {
        const values = chunk.map((_, r) => `(${types.map((type, c) => `CAST($v${r}_${c} AS ${type})`).join(', ')})`);
        const bound = chunk.flatMap((row, r) => row.map((cell, c) => [`v${r}_${c}`, cell] as const));
        await connection.run(`INSERT INTO t VALUES ${values.join(', ')}`, Object.fromEntries(bound));
      }
    },
    async run({ sql, parameters }) {
      const values: Record<string, DuckDBValue> = {};
      const types: Record<string, typeof DOUBLE | typeof VARCHAR | ReturnType<typeof LIST>> = {};
      for (const { name, type, value } of parameters) {
        values[name] = type === 'numbers' ? listValue(value) : type === 'texts' ? listValue(value) : value;
        types[name] =
          type === 'number' ? DOUBLE : type === 'text' ? VARCHAR : type === 'numbers' ? LIST(DOUBLE) : LIST(VARCHAR);
      }
      const reader = await connection.runAndReadAll(sql, values, types);
      return reader.getRowObjectsJS() as unknown as CountRow[];
    },
    async close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

export async function startPostgres(): Promise<Engine> {
  const database = await PGlite.create();
  return {
    dialect: 'postgres',
    async load({ columns, rows }) {
      await database.exec('DROP TABLE IF EXISTS t');
      const types = columns.map(({ kind }) => TYPES.postgres[kind]);
      await database.exec(`CREATE TABLE t (${columns.map(({ name }, i) => `${quote(name)} ${types[i]!}`).join(', ')})`);
      for (const chunk of chunked(rows, 50)) {
        const places = chunk.map(
          (_, r) => `(${types.map((type, c) => `$${r * types.length + c + 1}::text::${type}`).join(', ')})`,
        );
        await database.query(`INSERT INTO t VALUES ${places.join(', ')}`, chunk.flat());
      }
    },
    async run({ sql, parameters }) {
      const values = parameters.map(({ value }: Parameter) => value);
      return (await database.query(sql, values)).rows as CountRow[];
    },
    close: () => database.close(),
  };
}

/** What an engine counts in a table. */
export async function countIn(engine: Engine, table: TestTable, definition: Definition): Promise<Counts> {
  await engine.load(table);
  const sqlTable: SqlTable = { reference: { table: 't' }, columns: table.columns };
  return countsFromRows(definition, await engine.run(compileCounts(definition, sqlTable, engine.dialect)));
}
