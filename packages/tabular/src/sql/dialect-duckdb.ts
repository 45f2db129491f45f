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
  parseMillis: (text) => {
    // A cast to TIMESTAMP would drop the zone, and one without a zone would take the session's.
    const zone = `CASE WHEN regexp_matches(${text}, '[Zz]$|:.*[+-]') THEN '' WHEN length(${text}) > 10 THEN 'Z' ELSE ' 00:00:00Z' END`;
    const cut = `regexp_replace(upper(${text}), '(\\.[0-9]{3})[0-9]+', '\\1')`;
    const seconds = `regexp_replace(${cut}, '([T ][0-9]{2}:[0-9]{2})(Z|[+-]|$)', '\\1:00\\2')`;
    const written = `concat(regexp_replace(${seconds}, '([+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), ${zone})`;
    const inCalendar = `TRY_CAST(substring(${text}, 1, 10) AS DATE) >= DATE '0001-01-01'`;
    return millis(`CASE WHEN ${inCalendar} THEN TRY_CAST(${written} AS TIMESTAMPTZ) END`);
  },
  divide: (double, divisor) => `(${double} / ${divisor})`,
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
