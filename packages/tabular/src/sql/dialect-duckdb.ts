import type { SqlDialect } from './dialect.ts';

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const instant = (expression: string): string => `CAST(${expression} AS TIMESTAMP)`;
/** Rounded down, in whole numbers: microseconds of far dates are beyond what a double holds. */
const millis = (timestamp: string): string => {
  const micros = `epoch_us(${timestamp})`;
  return `CAST((${micros} - ((${micros} % 1000) + 1000) % 1000) // 1000 AS DOUBLE)`;
};

/** DuckDB, which executes what BigQuery would, for proof. */
export const duckdb: SqlDialect = {
  identifier,
  table: ({ project, dataset, table }) =>
    [project, dataset, table]
      .filter((part) => part !== undefined)
      .map(identifier)
      .join('.'),
  parameter: ({ name }) => `$${name}`,
  literal: (text) => `'${text}'`,
  moment: (kind, text) =>
    kind === 'timestamp' ? `TIMESTAMPTZ '${text}+00'` : `${kind === 'date' ? 'DATE' : 'TIMESTAMP'} '${text}'`,
  text: ({ name }) => identifier(name),
  toText: ({ name }) => `CAST(${identifier(name)} AS VARCHAR)`,
  toDouble: (expression) => `CAST(${expression} AS DOUBLE)`,
  toMillis: ({ name }) => millis(instant(identifier(name))),
  parseNumber: (text) => `TRY_CAST(${text} AS DOUBLE)`,
  parseMillis: (text) =>
    millis(
      `CASE WHEN TRY_CAST(substring(${text}, 1, 10) AS DATE) >= DATE '0001-01-01' THEN TRY_CAST(regexp_replace(upper(${text}), '(\\.[0-9]{3})[0-9]+', '\\1') AS TIMESTAMP) END`,
    ),
  isNan: (double) => `isnan(${double})`,
  bucket: (double, edges) => `len(list_filter(${edges}, lambda edge: edge <= ${double}))`,
  isIn: (value, list) => `list_contains(${list}, ${value})`,
  matches: (text, pattern) => `regexp_matches(${text}, ${pattern})`,
  characters: (text) => `length(${text})`,
  compare: (text, operator, other) => `${text} ${operator} ${other}`,
  explode: (items) =>
    `CROSS JOIN LATERAL (VALUES ${items
      .map(
        ({ item, slot, value, number }) =>
          `('${item}', CAST(${slot} AS BIGINT), CAST(${value} AS VARCHAR), CAST(${number} AS DOUBLE))`,
      )
      .join(', ')}) AS e(item, slot, value, number)`,
  types: { text: 'VARCHAR', integer: 'BIGINT', double: 'DOUBLE' },
};
