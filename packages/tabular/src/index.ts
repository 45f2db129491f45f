export { readTable, type TableFormat, type TableOptions } from './read.ts';
export type { Batch, Cell } from './table.ts';
