/** What placeholders of a query stand for, each as it is to be written in SQL. */
export interface QueryNames {
  /** The table, quoted. */
  table: string;
  /** The column, quoted; undefined for rules of an object. */
  column: string | undefined;
  dataset: string | undefined;
  project: string | undefined;
}

/**
 * Puts names in the place of `{object}`, `{table}`, `{model}`, `{property}`, `{column}`, `{field}`, `{schema}`, `{dataset}`, `{project}` (also `${...}`, also
 * in quotes, as datacontract-cli reads them).
 *
 * @returns the placeholder that stands for nothing here, if there is one
 */
export function fillQuery(sql: string, names: QueryNames): { sql: string } | { unknown: string } {
  const values = new Map<string, string | undefined>([
    ...['object', 'table', 'model'].map((key) => [key, names.table] as const),
    ...['property', 'column', 'field'].map((key) => [key, names.column] as const),
    ...['schema', 'dataset'].map((key) => [key, names.dataset] as const),
    ['project', names.project],
  ]);
  let unknown: string | undefined;
  const filled = sql.replace(/(["'`]?)\$?\{([A-Za-z]+)\}\1/g, (written, _quote: string, key: string) => {
    const value = values.get(key.toLowerCase());
    if (value === undefined) unknown ??= written;
    return value ?? written;
  });
  return unknown === undefined ? { sql: filled } : { unknown };
}
