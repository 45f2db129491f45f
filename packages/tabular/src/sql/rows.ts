import { UserError } from '@mlops-actions/action-kit';
import type { CheckCounts, ColumnCounts, Counts } from '../counts.ts';
import type { Check, ColumnDefinition, Definition } from '../definition.ts';
import { checkItem, columnItem, MISSING, NAN, OTHER, ROWS_ITEM } from './compile.ts';

/** A row of the answer, with numbers and texts as the engine's client gives them. */
export type CountRow = Readonly<Record<'item' | 'slot' | 'value' | 'n' | 'least' | 'greatest', CountCell>>;
export type CountCell = string | number | bigint | null | undefined;

/**
 * The counts that a compiled statement's answer holds. What does not add up is refused: every row of the table is in exactly one slot of every
 * column.
 *
 * @throws UserError if the answer is not one to this definition
 */
export function countsFromRows(definition: Definition, rows: Iterable<CountRow>): Counts {
  const items = Map.groupBy(rows, ({ item }) => String(item));
  const take = (item: string): SlotRow[] => {
    const found = (items.get(item) ?? []).map(slotRow);
    items.delete(item);
    return found;
  };
  const [all, ...more] = take(ROWS_ITEM);
  if (all === undefined || more.length > 0) throw inconsistent('it does not say how many rows there are');
  const total = all.n;
  const counts: Counts = { rows: total, columns: new Map(), checks: new Map() };
  definition.columns.forEach((column, index) => {
    const slots = take(columnItem(index));
    if (sum(slots) !== total) throw inconsistent(`'${column.name}' has ${sum(slots)} of ${total} rows`);
    counts.columns.set(column.name, columnCounts(column, slots));
  });
  definition.checks.forEach((check, index) => {
    const slots = take(checkItem(index));
    const result = check.test === 'unique' ? uniqueCounts(check, slots) : checkCounts(slots);
    if (result.checked > total || result.failed > result.checked) throw inconsistent(`the check '${check.id}'`);
    counts.checks.set(check.id, result);
  });
  for (const item of items.keys()) throw inconsistent(`'${item}' was not asked for`);
  return counts;
}

interface SlotRow {
  slot: number;
  value: string | undefined;
  n: number;
  least: number | undefined;
  greatest: number | undefined;
}

function slotRow(row: CountRow): SlotRow {
  const n = wholeNumber(row.n);
  if (n < 0) throw inconsistent(`a count of ${n}`);
  return {
    slot: wholeNumber(row.slot),
    value: row.value === null || row.value === undefined ? undefined : String(row.value),
    n,
    least: double(row.least),
    greatest: double(row.greatest),
  };
}

function wholeNumber(value: CountCell): number {
  const number = typeof value === 'number' ? value : Number(/^-?\d+$/.test(String(value)) ? value : NaN);
  if (!Number.isSafeInteger(number)) throw inconsistent(`'${String(value)}' is not a count`);
  return number;
}

/** JSON has no infinities: engines write them as text. */
function double(value: CountCell): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'number') return value;
  const text = String(value);
  if (/^nan$/i.test(text)) return NaN;
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) throw inconsistent(`'${text}' is not a number`);
  return number;
}

const sum = (rows: readonly SlotRow[]): number => rows.reduce((total, { n }) => total + n, 0);
const inSlot = (rows: readonly SlotRow[], slot: number): number => sum(rows.filter((row) => row.slot === slot));

function columnCounts(column: ColumnDefinition, rows: readonly SlotRow[]): ColumnCounts {
  if (column.kind === 'categorical') {
    const categories = column.categories.map(() => 0);
    const places = new Map(column.categories.map((category, index) => [category, index]));
    for (const { value, least, n } of rows.filter(({ slot }) => slot >= 0)) {
      // The categories of a column of numbers come as numbers.
      const place = places.get(value ?? String(least));
      if (place === undefined) throw inconsistent(`'${value ?? String(least)}' is no category of '${column.name}'`);
      categories[place]! += n;
    }
    return { kind: 'categorical', nulls: inSlot(rows, MISSING), categories, other: inSlot(rows, OTHER) };
  }
  const bins = Array.from({ length: column.edges.length + 1 }, () => 0);
  let minimum: number | undefined;
  let maximum: number | undefined;
  for (const { slot, n, least, greatest } of rows) {
    if (slot < 0) continue;
    if (slot >= bins.length || least === undefined || greatest === undefined) {
      throw inconsistent(`bin ${slot} of '${column.name}'`);
    }
    bins[slot]! += n;
    // Zero has no sign here.
    minimum = (minimum === undefined ? least : Math.min(minimum, least)) + 0;
    maximum = (maximum === undefined ? greatest : Math.max(maximum, greatest)) + 0;
  }
  return {
    kind: column.kind,
    nulls: inSlot(rows, MISSING),
    nans: inSlot(rows, NAN),
    invalid: inSlot(rows, OTHER),
    bins,
    minimum,
    maximum,
  };
}

function checkCounts(rows: readonly SlotRow[]): CheckCounts {
  if (rows.some(({ slot }) => slot !== 0 && slot !== 1)) throw inconsistent('a check that neither passed nor failed');
  return { checked: sum(rows), failed: inSlot(rows, 1) };
}

function uniqueCounts({ count }: Extract<Check, { test: 'unique' }>, rows: readonly SlotRow[]): CheckCounts {
  const [{ n, least: keys, greatest: repeated } = {}] = rows as [Partial<SlotRow>?];
  if (n === undefined || keys === undefined || repeated === undefined || rows.length !== 1) {
    throw inconsistent('a check of uniqueness without a count of keys');
  }
  return { checked: n, failed: count === 'keys' ? repeated : n - keys };
}

const inconsistent = (what: string): UserError =>
  new UserError(`The engine's answer does not add up: ${what}.`, {
    fix: 'Count again; if it stays, the table changes while it is read, or the engine is not the one that the SQL was written for.',
  });
