import {
  DOUBLE,
  DuckDBInstance,
  LIST,
  listValue,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Parameter } from '@mlops-actions/tabular/sql';
import type { Execution } from './bigquery-server.ts';
import { RefusedCall } from './server.ts';

/** GoogleSQL's functions, as far as the compiler uses them. */
const MACROS = `
  CREATE MACRO range_bucket(x, edges) AS len(list_filter(edges, lambda edge: edge <= x));
  CREATE MACRO is_nan(x) AS isnan(x);
  CREATE MACRO regexp_contains(text, pattern) AS regexp_matches(text, pattern);
  CREATE MACRO char_length(text) AS length(text);
  CREATE MACRO unix_millis(t) AS (epoch_us(t) - ((epoch_us(t) % 1000) + 1000) % 1000) // 1000;
  CREATE MACRO to_json_string(x) AS CAST(to_json(x) AS VARCHAR);
  CREATE MACRO logical_and(x) AS bool_and(x);
  CREATE MACRO ieee_divide(a, b) AS a / b;
  CREATE MACRO farm_fingerprint(x) AS CAST(hash(x) >> 1 AS BIGINT);
  CREATE MACRO at_utc(t, zone) AS CAST(t AS TIMESTAMP);
`;

/**
 * GoogleSQL as the compiler writes it, in DuckDB's words. Not a translator of GoogleSQL at large: test/interop executes the same statements by
 * Google's own implementation, and finds the same counts.
 */
export function inDuckDb(sql: string): string {
  return sql
    .replace(/`([^`]*)`/g, (_, name: string) => `"${name.replaceAll('"', '""')}"`)
    .replace(/\br'/g, "'")
    .replace(/@(p\d+)/g, '$$$1')
    .replace(/\bSAFE_CAST\(/g, 'TRY_CAST(')
    .replace(/\bFLOAT64\b/g, 'DOUBLE')
    .replace(/\bINT64\b/g, 'BIGINT')
    .replace(/\bTIMESTAMP\("/g, 'at_utc("')
    .replace(/ IN UNNEST\((\$p\d+)\)/g, ' = ANY($1)')
    .replace(/CROSS JOIN UNNEST\(\[/g, 'CROSS JOIN LATERAL (VALUES ')
    .replace(/APPROX_QUANTILES\(x, (\d+)\)/g, (_, parts: string) => `quantile_disc(x, ${fractions(Number(parts))})`)
    .replace(/ARRAY_AGG\(DISTINCT x IGNORE NULLS LIMIT (\d+)\)/g, 'list_slice(list(DISTINCT x), 1, $1)')
    .replace(/STRUCT(<[^>]*>)?\(/g, '(')
    .replace(/\]\) AS e\b/g, ') AS e(item, slot, value, number)');
}

const fractions = (parts: number): string =>
  `[${Array.from({ length: parts + 1 }, (_, index) => index / parts).join(', ')}]`;

/** A database that answers what BigQuery would be asked. Tables are made by SQL of DuckDB, under the name `project.dataset.table`. */
export class Warehouse {
  readonly #instance: DuckDBInstance;
  readonly connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.connection = connection;
  }

  static async open(): Promise<Warehouse> {
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'").catch(() => undefined);
    await connection.run(MACROS);
    return new Warehouse(instance, connection);
  }

  /** An execution of the statement, which is refused if DuckDB cannot run it. */
  async execute(sql: string, parameters: readonly Parameter[], bytes = 0): Promise<Execution> {
    const values: Record<string, DuckDBValue> = {};
    for (const { name, value } of parameters)
      values[name] = Array.isArray(value) ? listValue(value as DuckDBValue[]) : (value as DuckDBValue);
    const types = Object.fromEntries(parameters.map(({ name, type }) => [name, TYPES[type]]));
    const reader = await this.connection.runAndReadAll(inDuckDb(sql), values, types).catch((error: Error) => {
      throw new RefusedCall({ status: 400, reason: 'invalidQuery', message: error.message });
    });
    const columns = reader.columnNames().map((name) => ({ name, type: 'STRING' }));
    return { bytes, columns, rows: async () => reader.getRowsJson() as (string | null)[][] };
  }

  close(): void {
    this.connection.closeSync();
    this.#instance.closeSync();
  }
}

const TYPES = { number: DOUBLE, text: VARCHAR, numbers: LIST(DOUBLE), texts: LIST(VARCHAR) };
