import { estimateShift, type Estimate, type Sample } from '@mlops-actions/statistics';
import type { Cell } from '@mlops-actions/tabular';
import { canonicalLabel } from './labels.ts';
import { numberOf } from './numbers.ts';
import type { Slice } from './slices.ts';

/** What is counted, a number or a name a row. Missing cells are a name of their own. */
export type Values = Float64Array | readonly string[];

/** The values of an attribute: numbers if all cells but the missing ones are. */
export function valuesOf(cells: readonly Cell[]): Values {
  const isMissing = (cell: Cell): boolean => cell === null || (typeof cell === 'string' && cell.trim() === '');
  const numbers = Float64Array.from(cells, (cell) => (isMissing(cell) ? NaN : numberOf(cell)));
  const isNumeric = cells.every(
    (cell, row) => isMissing(cell) || (typeof cell !== 'boolean' && !Number.isNaN(numbers[row]!)),
  );
  return isNumeric ? numbers : cells.map((cell) => (isMissing(cell) ? '' : canonicalLabel(cell!)));
}

/** What a model predicts: the number, of several forecasts the middle one, of classes the name of the predicted one. */
export const predictedValues = ({ scores, outputs }: Sample, classes: readonly string[] | undefined): Values =>
  classes === undefined ? (outputs[outputs.length >> 1] ?? scores) : Array.from(scores, (score) => classes[score]!);

/** How the values of a slice are distributed, compared with those of all other rows. */
export function shiftOf(values: Values, { rows }: Slice): Estimate {
  const inside = new Uint8Array(values.length);
  for (const row of rows) inside[row] = 1;
  const binOf = values instanceof Float64Array ? numericBins(values, inside) : namedBins(values);
  const reference: number[] = [];
  const current: number[] = [];
  for (let row = 0; row < values.length; row++) {
    const bin = binOf(row);
    while (reference.length <= bin) {
      reference.push(0);
      current.push(0);
    }
    (inside[row] === 1 ? current : reference)[bin]!++;
  }
  return estimateShift(reference, current);
}

/** Bins of a PSI: this many, with as many of the reference's rows in each as ties allow. */
const BINS = 10;

/** Bin 0 is for what is missing; each other one holds its lower edge. */
function numericBins(values: Float64Array, inside: Uint8Array): (row: number) => number {
  const reference = values.filter((value, row) => inside[row] === 0 && !Number.isNaN(value)).sort();
  const quantiles = Array.from(
    { length: BINS - 1 },
    (_, index) => reference[Math.floor(((index + 1) * reference.length) / BINS)]!,
  );
  const edges = [...new Set(quantiles)].filter((edge) => edge !== undefined && edge !== reference[0]);
  return (row) => {
    const value = values[row]!;
    if (Number.isNaN(value)) return 0;
    let bin = 1;
    while (bin <= edges.length && edges[bin - 1]! <= value) bin++;
    return bin;
  };
}

/** More names than this are one bin together: rare ones say little, and cost a degree of freedom each. */
const NAMES = 50;

function namedBins(values: readonly string[]): (row: number) => number {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const frequent = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, NAMES);
  const bins = new Map(frequent.map(([name], index) => [name, index + 1]));
  return (row) => bins.get(values[row]!) ?? 0;
}
