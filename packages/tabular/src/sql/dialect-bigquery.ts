import { UserError } from '@mlops-actions/action-kit';
import type { SqlDialect } from './dialect.ts';
import { tableName, type SqlColumn } from './table.ts';

const identifier = (name: string): string => {
  // Names of BigQuery's columns have none of these; a schema that says so is not BigQuery's.
  if (name === '' || /[`\\\u0000-\u001f\u007f]/.test(name)) {
    throw new UserError(`${JSON.stringify(name)} is not the name of a BigQuery column.`);
  }
  return `\`${name}\``;
};

/** GoogleSQL as BigQuery speaks it. */
export const bigquery: SqlDialect = {
  identifier,
  table: (reference) => identifier(tableName(reference)),
  parameter: ({ name }) => `@${name}`,
  literal: (text) => `r'${text}'`,
  moment: (kind, text) => (kind === 'timestamp' ? `TIMESTAMP '${text}+00'` : `${kind.toUpperCase()} '${text}'`),
  text: (column) => (column.collated === true ? `COLLATE(${identifier(column.name)}, '')` : identifier(column.name)),
  toText: (column) => `CAST(${identifier(column.name)} AS STRING)`,
  toDouble: (expression) => `CAST(${expression} AS FLOAT64)`,
  // The zone is said: the default of a project may be another.
  toMillis: (column) => `CAST(UNIX_MILLIS(${instant(column)}) AS FLOAT64)`,
  parseNumber: (text) => `SAFE_CAST(${text} AS FLOAT64)`,
  parseMillis: (text) => {
    const zone = `IF(REGEXP_CONTAINS(${text}, r'[Zz]$|:.*[+-]'), '', IF(LENGTH(${text}) > 10, 'Z', ' 00:00:00Z'))`;
    // Microseconds are all that a timestamp has; milliseconds are all that is counted. Times need their seconds, zones their colon.
    const cut = `REGEXP_REPLACE(UPPER(${text}), r'(\\.[0-9]{3})[0-9]+', r'\\1')`;
    const seconds = `REGEXP_REPLACE(${cut}, r'([T ][0-9]{2}:[0-9]{2})(Z|[+-]|$)', r'\\1:00\\2')`;
    const written = `CONCAT(REGEXP_REPLACE(${seconds}, r'([+-][0-9]{2})([0-9]{2})$', r'\\1:\\2'), ${zone})`;
    return `CAST(UNIX_MILLIS(SAFE_CAST(${written} AS TIMESTAMP)) AS FLOAT64)`;
  },
  divide: (double, divisor) => `IEEE_DIVIDE(${double}, ${divisor})`,
  isNan: (double) => `IS_NAN(${double})`,
  bucket: (double, edges) => `RANGE_BUCKET(${double}, ${edges})`,
  isIn: (value, list) => `${value} IN UNNEST(${list})`,
  matches: (text, pattern) => `REGEXP_CONTAINS(${text}, ${pattern})`,
  characters: (text) => `CHAR_LENGTH(${text})`,
  compare: (text, operator, other) => `${text} ${operator} ${other}`,
  explode: (items) =>
    `CROSS JOIN UNNEST([${items
      .map(
        ({ item, slot, value, number }, index) =>
          `STRUCT${index === 0 ? '<item STRING, slot INT64, value STRING, number FLOAT64>' : ''}('${item}', ${slot}, ${value}, ${number})`,
      )
      .join(', ')}]) AS e`,
  types: { text: 'STRING', integer: 'INT64', double: 'FLOAT64' },
};

function instant({ name, kind }: SqlColumn): string {
  return kind === 'timestamp' ? identifier(name) : `TIMESTAMP(${identifier(name)}, 'UTC')`;
}
