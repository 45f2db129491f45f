import { bigquery } from './dialect-bigquery.ts';
import { filterCondition } from './filter.ts';
import type { Parameter, Statement } from './statement.ts';
import { requireColumn, type SqlTable } from './table.ts';

/** Rows of a table in BigQuery, their cells as texts: times as milliseconds since the epoch, lists as JSON, whatever else as its type is written. */
export interface Selection {
  columns: readonly string[];
  /** Only rows that have this text in this column. */
  where?: { column: string; is: string } | undefined;
  /**
   * Only rows whose column has one of this share of all hashes (0 to 1): always the same ones, whichever other columns are read. Rows without a value are
   * left out.
   */
  sample?: { by: string; share: number } | undefined;
}

/** Hashes are told apart to this many. */
const BUCKETS = 1_000_000;

/** The statement that reads a selection, its columns in order as `c0`, `c1`, ... */
export function compileSelect(table: SqlTable, { columns, where, sample }: Selection): Statement {
  const parameters: Parameter[] = [];
  const expressions = columns.map((name, index) => `${asText(table, name)} AS c${index}`);
  const conditions = conditionsOf(table, where, parameters);
  if (sample !== undefined && sample.share < 1) {
    const hash = `FARM_FINGERPRINT(${asText(table, sample.by)})`;
    conditions.push(`ABS(MOD(${hash}, ${BUCKETS})) < ${Math.floor(sample.share * BUCKETS)}`);
  }
  return { sql: `SELECT ${expressions.join(', ')} ${from(table, conditions)}`, parameters };
}

/** The statement that counts the rows of a table; its column is `n`. */
export function compileRowCount(table: SqlTable, where?: Selection['where']): Statement {
  const parameters: Parameter[] = [];
  const conditions = conditionsOf(table, where, parameters);
  return { sql: `SELECT COUNT(*) AS n ${from(table, conditions)}`, parameters };
}

function conditionsOf(table: SqlTable, where: Selection['where'], parameters: Parameter[]): string[] {
  const conditions: string[] = [];
  const filter = filterCondition(table, bigquery);
  if (filter !== undefined) conditions.push(filter);
  if (where !== undefined) {
    const parameter: Parameter = { name: `p${parameters.length}`, type: 'text', value: where.is };
    parameters.push(parameter);
    conditions.push(`${asText(table, where.column)} = ${bigquery.parameter(parameter, 0)}`);
  }
  return conditions;
}

const from = ({ reference }: SqlTable, conditions: readonly string[]): string =>
  `FROM ${bigquery.table(reference)}${conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`}`;

function asText(table: SqlTable, name: string): string {
  const list = table.columns.find((column) => column.name === name && column.type === 'ARRAY<STRING>');
  if (list !== undefined) return `TO_JSON_STRING(${bigquery.identifier(name)})`;
  const column = requireColumn(table, name);
  if (column.kind === 'text') return bigquery.text(column);
  if (column.kind === 'timestamp') return `CAST(UNIX_MILLIS(${bigquery.identifier(name)}) AS STRING)`;
  return `CAST(${bigquery.identifier(name)} AS STRING)`;
}
