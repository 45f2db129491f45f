import { parquetWriteBuffer, type BasicType } from 'hyparquet-writer';
import type { SqlKind } from '../../src/sql/index.ts';
import type { TestTable } from './engines.ts';

/** As rows are written that every reader of CSV takes for what they are: all values quoted. */
export function csvOf({ columns, rows }: TestTable): string {
  const line = (cells: readonly (string | null)[]): string =>
    cells.map((cell) => (cell === null ? '' : `"${cell.replaceAll('"', '""')}"`)).join(',');
  return [columns.map(({ name }) => name), ...rows].map((cells) => `${line(cells)}\n`).join('');
}

const PARQUET: Partial<Record<SqlKind, { type: BasicType; read: (text: string) => unknown }>> = {
  text: { type: 'STRING', read: (value) => value },
  integer: { type: 'INT64', read: BigInt },
  float: { type: 'DOUBLE', read: Number },
  boolean: { type: 'BOOLEAN', read: (value) => value === 'true' },
  timestamp: { type: 'TIMESTAMP', read: (value) => new Date(`${value.replace(' ', 'T')}Z`) },
};

export function parquetOf({ columns, rows }: TestTable): Uint8Array {
  const columnData = columns.map(({ name, kind }, index) => {
    const { type, read } = PARQUET[kind]!;
    const data = rows.map((row) => (row[index] === null ? null : read(row[index]!)));
    return { name, type, nullable: true, data };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}
