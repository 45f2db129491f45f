import { PRESENT, type Cell, type Column } from '@mlops-actions/tabular';

export const textOf = (cell: Cell): string => (cell === null ? '' : String(cell).trim());

/** Decimal notation, as JSON, Python, R and SQL print it. */
const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** A finite number, or NaN. */
export function numberOf(cell: Cell): number {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : NaN;
  if (typeof cell !== 'string') return NaN;
  const text = cell.trim();
  const value = DECIMAL.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : NaN;
}

/** Finite numbers, or NaN. Valid until the next batch. */
export function numbersOf(column: Column): Float64Array {
  const { rows } = column;
  const { values, states } = column.numbers();
  for (let row = 0; row < rows; row++) {
    if (states[row] !== PRESENT) values[row] = numberOf(column.text(row));
    else if (!Number.isFinite(values[row])) values[row] = NaN;
  }
  return values.subarray(0, rows);
}
