import { UserError } from '@mlops-actions/action-kit';
import type { Slice as SliceKeys } from '@mlops-actions/manifest';
import type { Cell } from '@mlops-actions/tabular';
import { canonicalLabel } from './labels.ts';

/** How rows are divided into slices by one of their attributes. */
export type SliceRule = { column: string } & (
  | { kind: 'values'; values: string[] | undefined }
  /** `edges` rise; each slice holds its lower edge. */
  | { kind: 'edges'; edges: number[] }
  /** One slice: the rows of some days, the first included, the last not. */
  | { kind: 'window'; from: string | undefined; until: string | undefined }
);

/** Some of the rows. */
export interface Slice {
  /** Such as `sex = female`. */
  label: string;
  /** Indices of the rows. */
  rows: number[];
}

/** @throws UserError for keys that do not go together, edges that do not rise, or days that are none */
export function makeSliceRule({ column, values, edges, from, until }: SliceKeys, place: string): SliceRule {
  const kinds = [values, edges, from ?? until].filter((kind) => kind !== undefined);
  if (kinds.length > 1) throw new UserError(`${place}: a slice has values, or edges, or from and until.`);
  if (edges !== undefined) {
    if (edges.some((edge, index) => index > 0 && edge <= edges[index - 1]!)) {
      throw new UserError(`${place}: the edges of a slice must rise.`);
    }
    return { column, kind: 'edges', edges };
  }
  if (from !== undefined || until !== undefined) {
    for (const day of [from, until]) {
      if (day !== undefined && Number.isNaN(timeOf(day))) throw new UserError(`${place}: '${day}' is no day.`);
    }
    if (from !== undefined && until !== undefined && from >= until) {
      throw new UserError(`${place}: no day lies from ${from} on and before ${until}.`);
    }
    return { column, kind: 'window', from, until };
  }
  return { column, kind: 'values', values: values?.map(canonicalLabel) };
}

/** More slices than this are a slip: a column of ids, or of numbers that want edges. */
const SLICE_LIMIT = 50;

/**
 * Divides rows by an attribute, in the order of the slices' values. Slices that the rule names are there even if no row is in them.
 *
 * @param cells the attribute of every row
 * @throws UserError for more than 50 values, or cells that are not what the rule speaks of
 */
export function divide(rule: SliceRule, cells: readonly Cell[]): Slice[] {
  const { column } = rule;
  const broken = (wanted: string, cell: Cell): UserError =>
    new UserError(
      `The column '${column}' must hold ${wanted}, not '${cell === null ? '' : String(cell).slice(0, 40)}'.`,
    );
  const rowsWhere = (belongs: (cell: Cell) => boolean): number[] =>
    [...cells.keys()].filter((row) => belongs(cells[row]!));
  switch (rule.kind) {
    case 'values': {
      const rows = Map.groupBy(cells.keys(), (row) => labelOf(cells[row]!));
      const values = rule.values ?? [...rows.keys()].sort(byNumberThenText);
      if (values.length > SLICE_LIMIT) {
        throw new UserError(`The column '${column}' has ${values.length} different values, more than ${SLICE_LIMIT}.`, {
          fix: "Give the slice 'edges', or the 'values' that matter.",
        });
      }
      return values.map((value) => ({
        label: `${column} = ${value === '' ? '(missing)' : value}`,
        rows: rows.get(value) ?? [],
      }));
    }
    case 'edges': {
      const { edges } = rule;
      const numbers = cells.map((cell) => {
        const number = typeof cell === 'string' && cell.trim() === '' ? NaN : Number(cell ?? NaN);
        if (Number.isNaN(number)) throw broken('numbers', cell);
        return number;
      });
      const rows = Map.groupBy(numbers.keys(), (row) => edges.filter((edge) => edge <= numbers[row]!).length);
      return [...edges, undefined].map((edge, index) => ({
        label:
          index === 0
            ? `${column} below ${edge}`
            : edge === undefined
              ? `${column} from ${edges[index - 1]!}`
              : `${column} from ${edges[index - 1]!} to below ${edge}`,
        rows: rows.get(index) ?? [],
      }));
    }
    case 'window': {
      const { from, until } = rule;
      const [start, end] = [
        from === undefined ? -Infinity : timeOf(from),
        until === undefined ? Infinity : timeOf(until),
      ];
      const label = [column, from && `from ${from}`, until && `before ${until}`].filter(Boolean).join(' ');
      const belongs = (cell: Cell): boolean => {
        const time = typeof cell === 'string' ? timeOf(cell.trim()) : NaN;
        if (Number.isNaN(time)) throw broken('dates such as 2026-03-31', cell);
        return time >= start && time < end;
      };
      return [{ label, rows: rowsWhere(belongs) }];
    }
  }
}

const labelOf = (cell: Cell): string => (cell === null ? '' : canonicalLabel(cell));

const byNumberThenText = (a: string, b: string): number => Number(a) - Number(b) || (a < b ? -1 : a > b ? 1 : 0);

/** ISO 8601; what names no zone is UTC, on every machine. NaN for anything else. */
function timeOf(text: string): number {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[-+]\d{2}:?\d{2})?)?$/.exec(text);
  if (match === null) return NaN;
  const [, day, time = '00:00', zone = 'Z'] = match;
  return Date.parse(`${day}T${time}${zone}`);
}
