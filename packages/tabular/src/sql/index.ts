export { compileCounts } from './compile.ts';
export { describeFilter } from './filter.ts';
export { profileBySql } from './profile.ts';
export { assertReadOnly } from './read-only.ts';
export { countsFromRows, type CountRow } from './rows.ts';
export { compileRowCount, compileSelect, type Selection } from './select.ts';
export type { Parameter, Statement } from './statement.ts';
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
