import { closest, UserError } from '@mlops-actions/action-kit';

/** The engines that SQL is written for. BigQuery is the one for users; DuckDB and PostgreSQL prove that the same definition gives the same counts. */
export type Dialect = 'bigquery' | 'duckdb' | 'postgres';

/** `project.dataset.table` in BigQuery; elsewhere a catalogue and a schema, which may be left out. */
export interface TableReference {
  readonly project?: string;
  readonly dataset?: string;
  readonly table: string;
}

/** What a column holds, as far as counting tells apart. */
export type SqlKind =
  | 'text'
  | 'integer'
  | 'float'
  /** Exact decimals: NUMERIC, BIGNUMERIC. */
  | 'decimal'
  | 'boolean'
  | 'date'
  /** Date and time without a zone, taken as UTC. */
  | 'datetime'
  | 'timestamp'
  | 'time'
  /** Bytes, lists, records, places and whatever else has no values to count. */
  | 'other';

export interface SqlColumn {
  readonly name: string;
  readonly kind: SqlKind;
  /** The engine's own word for its type, for messages: `ARRAY<STRING>`. */
  readonly type: string;
  /** Whether the engine would compare its texts by a collation (`und:ci`), which counting must not. */
  readonly collated?: boolean;
}

/** The rows of a window, half open: `from <= column < to`. Typed, so that nothing in it can be SQL. */
export interface RowFilter {
  readonly column: string;
  /** A date, a timestamp (RFC 3339) or a whole number, as the column is. */
  readonly from?: string;
  readonly to?: string;
}

/** What is counted in: a table with the columns that its engine says it has. */
export interface SqlTable {
  readonly reference: TableReference;
  readonly columns: readonly SqlColumn[];
  readonly filter?: RowFilter | undefined;
}

const PROJECT = /^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
const DATASET = /^[A-Za-z0-9_]{1,1024}$/;
/** Letters, marks, digits, connectors, dashes and spaces of Unicode, in at most 1024 bytes. */
const TABLE = /^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}]+$/u;

/**
 * Reads `project.dataset.table`, `project:dataset.table`, or `dataset.table` with a project to fall back to.
 *
 * @throws UserError if it is not the name of a BigQuery table
 */
export function parseBigQueryTable(text: string, defaultProject?: string): Required<TableReference> {
  const [, project = defaultProject, dataset = '', table = ''] =
    /^`?(?:((?:[a-z0-9.-]+:)?[a-z0-9-]+)[.:])?([^.:`]+)\.([^.:`]+)`?$/.exec(text) ?? [];
  if (!DATASET.test(dataset) || !TABLE.test(table) || Buffer.byteLength(table) > 1024) {
    throw new UserError(`'${text}' does not name a BigQuery table.`, { fix: 'Write project.dataset.table.' });
  }
  if (project === undefined) {
    throw new UserError(`'${text}' does not say which project the table is in.`, {
      fix: 'Write project.dataset.table.',
    });
  }
  if (!PROJECT.test(project)) throw new UserError(`'${project}' in '${text}' is not a Google Cloud project id.`);
  return { project, dataset, table };
}

export const tableName = ({ project, dataset, table }: TableReference): string =>
  [project, dataset, table].filter((part) => part !== undefined).join('.');

/**
 * The column of a name.
 *
 * @throws UserError if the table has none (with a suggestion), or if its values cannot be counted
 */
export function requireColumn(table: SqlTable, name: string): SqlColumn {
  const column = table.columns.find((one) => one.name === name);
  if (column === undefined) {
    const names = table.columns.map((one) => one.name);
    const near = closest(name, names);
    const shown = names.slice(0, 20).join(', ') + (names.length > 20 ? ', ...' : '');
    throw new UserError(`The table ${tableName(table.reference)} has no column '${name}'.`, {
      fix: near === undefined ? `It has: ${shown}.` : `Did you mean '${near}'?`,
    });
  }
  if (column.kind === 'other') {
    throw new UserError(
      `The column '${name}' of ${tableName(table.reference)} is of type ${column.type}, whose values cannot be counted.`,
      { fix: 'Leave it out, or make a view that gives it as text, numbers or dates.' },
    );
  }
  return column;
}
