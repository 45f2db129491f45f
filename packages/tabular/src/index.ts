export { Column } from './column.ts';
export { PRESENT, type Doubles } from './doubles.ts';
export { valueOf } from './cells.ts';
export { readColumns, readTable, type ColumnBatch, type TableOptions } from './read.ts';
export type { TableFormat, TextEncoding } from './files.ts';
export type { Batch, Cell } from './table.ts';
export { countTable } from './count.ts';
export type { Counted, CountOptions, CountProgress, RowEvidence } from './counted.ts';
export { emptyCounts, mergeCounts } from './counts.ts';
export { setWorkerEntry } from './executor.ts';
export { countsOf, definitionOf, readProfile, writeProfile } from './profile-file.ts';
export { profileTable, type ProfileRequest } from './profile-table.ts';
export { resolveSource, type Source, type SourceFile } from './source.ts';
export { columnsOf } from './split.ts';
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
