import { UserError } from '@mlops-actions/action-kit';
import type { SqlDialect } from './dialect.ts';
import { requireColumn, tableName, type RowFilter, type SqlColumn, type SqlTable } from './table.ts';

/** Columns that BigQuery's tables partitioned by ingestion have without listing them. */
const PSEUDO_COLUMNS: readonly SqlColumn[] = [
  { name: '_PARTITIONTIME', kind: 'timestamp', type: 'TIMESTAMP' },
  { name: '_PARTITIONDATE', kind: 'date', type: 'DATE' },
];

/**
 * The window of a table as a condition, in literals of the column's type, by which BigQuery leaves out partitions before it bills them.
 *
 * @throws UserError if the bounds are not of the column's type, or are no window
 */
export function filterCondition(table: SqlTable, dialect: SqlDialect): string | undefined {
  const { filter } = table;
  if (filter === undefined) return undefined;
  const column =
    PSEUDO_COLUMNS.find((one) => one.name === filter.column.toUpperCase()) ?? requireColumn(table, filter.column);
  const { from, to } = filter;
  if (from === undefined && to === undefined) {
    throw new UserError(
      `The filter on '${column.name}' of ${tableName(table.reference)} has neither a start nor an end.`,
    );
  }
  const bounds = [
    ...(from === undefined ? [] : [{ operator: '>=', ...bound(column, from, dialect) }]),
    ...(to === undefined ? [] : [{ operator: '<', ...bound(column, to, dialect) }]),
  ];
  if (bounds.length === 2 && bounds[0]!.order >= bounds[1]!.order) {
    throw new UserError(`The filter on '${column.name}' is empty: ${describeFilter(filter)}.`);
  }
  const place = dialect.identifier(column.name);
  return bounds.map(({ operator, literal }) => `${place} ${operator} ${literal}`).join(' AND ');
}

export const describeFilter = ({ column, from, to }: RowFilter): string =>
  [from === undefined ? '' : `${from} <= `, column, to === undefined ? '' : ` < ${to}`].join('');

function bound(column: SqlColumn, text: string, dialect: SqlDialect): { literal: string; order: number } {
  const { kind } = column;
  if (kind === 'integer') {
    if (!/^-?\d{1,15}$/.test(text)) throw mistyped(column, text, 'a whole number');
    return { literal: String(Number(text)), order: Number(text) };
  }
  if (kind === 'date' || kind === 'datetime' || kind === 'timestamp') {
    const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
    const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
    const moment = isDate || isMoment ? Date.parse(text) : NaN;
    if (Number.isNaN(moment) || !isCalendarDay(text)) throw mistyped(column, text, 'a date or an RFC 3339 timestamp');
    const iso = new Date(moment).toISOString();
    if (kind === 'date' && !iso.endsWith('T00:00:00.000Z')) throw mistyped(column, text, 'a date');
    const literal = kind === 'date' ? iso.slice(0, 10) : iso.slice(0, -1).replace('T', ' ');
    return { literal: dialect.moment(kind, literal), order: moment };
  }
  throw new UserError(
    `The column '${column.name}' is of type ${column.type}: a window needs dates, timestamps or whole numbers.`,
  );
}

/** JavaScript takes 30 February for 2 March. */
function isCalendarDay(text: string): boolean {
  const day = text.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) === day;
}

const mistyped = (column: SqlColumn, text: string, wanted: string): UserError =>
  new UserError(`'${text}' is not ${wanted}, by which '${column.name}' (${column.type}) could be filtered.`);
