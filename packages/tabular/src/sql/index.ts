export {
  parseBigQueryTable,
  requireColumn,
  tableName,
  type Dialect,
  type RowFilter,
  type SqlColumn,
  type SqlKind,
  type SqlTable,
  type TableReference,
} from './table.ts';
export type { Parameter, Statement } from './statement.ts';
