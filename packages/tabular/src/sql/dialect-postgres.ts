import type { SqlDialect } from './dialect.ts';

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const TYPES = { number: 'float8', text: 'text', numbers: 'float8[]', texts: 'text[]' } as const;
/** The epoch as an exact decimal, so that rounding down is exact. */
const millis = (timestamp: string): string => `floor(extract(epoch FROM ${timestamp}) * 1000)::float8`;

/** PostgreSQL from version 16, which executes what BigQuery would, for proof. */
export const postgres: SqlDialect = {
  identifier,
  table: ({ dataset, table }) =>
    [dataset, table]
      .filter((part) => part !== undefined)
      .map(identifier)
      .join('.'),
  parameter: ({ type }, index) => `$${index + 1}::${TYPES[type]}`,
  literal: (text) => `'${text}'`,
  moment: (kind, text) =>
    kind === 'timestamp' ? `TIMESTAMPTZ '${text}+00'` : `${kind === 'date' ? 'DATE' : 'TIMESTAMP'} '${text}'`,
  text: ({ name }) => identifier(name),
  toText: ({ name }) => `${identifier(name)}::text`,
  toDouble: (expression) => `(${expression})::float8`,
  toMillis: ({ name, kind }) =>
    millis(kind === 'timestamp' ? identifier(name) : `(${identifier(name)}::timestamp AT TIME ZONE 'UTC')`),
  // PostgreSQL refuses what is too large or too small for a double instead of rounding it.
  parseNumber: (text) =>
    `CASE WHEN pg_input_is_valid(${text}, 'float8') THEN (${text})::float8 ` +
    `WHEN ${text} ~ '[eE]-' THEN 0 WHEN ${text} ~ '^-' THEN '-Infinity'::float8 ELSE 'Infinity'::float8 END`,
  parseMillis: (text) => {
    const zoned = `(${text} || CASE WHEN ${text} ~ '[Zz]$|:.*[+-]' THEN '' WHEN length(${text}) > 10 THEN 'Z' ELSE ' 00:00:00Z' END)`;
    const cut = `regexp_replace(${zoned}, '(\\.[0-9]{3})[0-9]+', '\\1')`;
    return `CASE WHEN pg_input_is_valid(${cut}, 'timestamptz') THEN ${millis(`${cut}::timestamptz`)} END`;
  },
  // PostgreSQL refuses what overflows or underflows.
  divide: (double, divisor) =>
    `CASE WHEN abs(${divisor}) < 1 AND abs(${double}) > abs(${divisor}) * 1.7976931348623157e308 THEN 'Infinity'::float8 ` +
    `WHEN abs(${divisor}) > 1 AND abs(${double}) <= abs(${divisor}) * 5e-324 / 2 THEN 0 ELSE ${double} / ${divisor} END`,
  isNan: (double) => `${double} = 'NaN'::float8`,
  bucket: (double, edges) => `width_bucket(${double}, ${edges})`,
  isIn: (value, list) => `${value} = ANY(${list})`,
  matches: (text, pattern) => `${text} ~ ${pattern}`,
  characters: (text) => `char_length(${text})`,
  compare: (text, operator, other) => `${text} COLLATE "C" ${operator} ${other} COLLATE "C"`,
  explode: (items) =>
    `CROSS JOIN LATERAL (VALUES ${items
      .map(({ item, slot, value, number }) => `('${item}', (${slot})::bigint, (${value})::text, (${number})::float8)`)
      .join(', ')}) AS e(item, slot, value, number)`,
  types: { text: 'text', integer: 'bigint', double: 'float8' },
};
