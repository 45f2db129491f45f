import type { Parameter } from './statement.ts';
import type { SqlColumn, TableReference } from './table.ts';

/** SQL is put together from these; nothing else knows the engines apart. All of them are expressions as text. */
export interface SqlDialect {
  /** A name as a quoted identifier. Throws for a name that cannot be one. */
  identifier(name: string): string;
  table(reference: TableReference): string;
  /** The reference to a parameter, of which there have been `index` before. */
  parameter(parameter: Parameter, index: number): string;
  /** A text literal of the compiler's own, never of the user's. */
  literal(text: string): string;

  /** A date (`2026-01-31`), datetime or timestamp (`2026-01-31 00:00:00.000`, UTC) that was checked before. */
  moment(kind: 'date' | 'datetime' | 'timestamp', text: string): string;

  /** A text column's value, free of collation. */
  text(column: SqlColumn): string;
  /** An integer, boolean, date or time as the text that the embedded executor has for it. */
  toText(column: SqlColumn): string;
  /** A number as a double. */
  toDouble(expression: string): string;
  /** Whole milliseconds since the epoch, rounded down, of a date, datetime or timestamp. */
  toMillis(column: SqlColumn): string;
  /** The double of a text that matches `NUMBER`, `INFINITE` or `NOT_A_NUMBER`; too large is infinite, too small zero. */
  parseNumber(text: string): string;
  /** The milliseconds of a text that matches `TIMESTAMP`, or NULL if there is no such day. */
  parseMillis(text: string): string;
  /** The quotient of finite doubles as IEEE 754 has it: too large is infinite, too small zero, and neither is an error. */
  divide(double: string, divisor: string): string;
  isNan(double: string): string;
  /** How many of the edges are at most the double. */
  bucket(double: string, edges: string): string;
  /** Whether the value is one of a parameter's. */
  isIn(value: string, list: string): string;
  matches(text: string, pattern: string): string;
  /** Length in code points. */
  characters(text: string): string;
  /** Compares by code points. */
  compare(text: string, operator: string, other: string): string;
  /** `CROSS JOIN` with the rows of items; columns item, slot, value, number of `e`. */
  explode(items: readonly ExplodedItem[]): string;
  readonly types: { readonly text: string; readonly integer: string; readonly double: string };
}

/** What one row of the table says to one item. */
export interface ExplodedItem {
  item: string;
  /** NULL for a row that the item does not look at. */
  slot: string;
  value: string;
  number: string;
}
