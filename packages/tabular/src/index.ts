export { readTable, type TableFormat, type TableOptions } from './read.ts';
export type { Batch, Cell } from './table.ts';
export type { BinCounts, CategoryCounts, CheckCounts, ColumnCounts, Counts } from './counts.ts';
export type {
  CategoricalColumn,
  Check,
  ColumnDefinition,
  Definition,
  LogicalType,
  NumericColumn,
  Range,
  TimestampColumn,
} from './definition.ts';
export type { CategoricalProfile, ColumnProfile, NumericProfile, Profile } from './profile.ts';
