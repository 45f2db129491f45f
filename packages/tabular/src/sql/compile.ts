import { UserError } from '@mlops-actions/action-kit';
import type { Check, ColumnDefinition, Definition } from '../definition.ts';
import { Cells, finiteNumbers, Parameters } from './cells.ts';
import { condition, type ColumnCheck } from './checks.ts';
import { bigquery } from './dialect-bigquery.ts';
import { duckdb } from './dialect-duckdb.ts';
import { postgres } from './dialect-postgres.ts';
import type { ExplodedItem, SqlDialect } from './dialect.ts';
import { filterCondition } from './filter.ts';
import type { Statement } from './statement.ts';
import { requireColumn, type Dialect, type SqlTable } from './table.ts';

const DIALECTS: Record<Dialect, SqlDialect> = { bigquery, duckdb, postgres };

/** Slots below the bins. */
export const MISSING = -1;
/** Not readable, or none of the categories. */
export const OTHER = -2;
export const NAN = -3;

/** What the rows of the answer are about, by place in the definition. */
export const ROWS_ITEM = 'rows';
export const columnItem = (index: number): string => `column ${index}`;
export const checkItem = (index: number): string => `check ${index}`;

/**
 * Compiles a definition to one statement that counts a table where it is.
 *
 * Its answer has a row for each item (`rows`, `column 0`, `check 0`, ...) and slot: the bin or one of the codes above, 0 or 1 for a check that
 * passed or failed; with the category or key, the number of rows `n`, and the least and greatest number. `countsFromRows` reads it.
 *
 * Each column is scanned once, however much is counted in it, so that an engine that bills the bytes of columns bills them once. All bins of a
 * column are one grouping, since an aggregate per edge costs three times as much.
 *
 * @throws UserError if a column is not in the table, is of a type that cannot be counted, or cannot be checked as asked
 */
export function compileCounts(definition: Definition, table: SqlTable, dialect: Dialect): Statement {
  return new Compiler(table, DIALECTS[dialect]).compile(definition);
}

class Compiler {
  readonly #table: SqlTable;
  readonly #dialect: SqlDialect;
  readonly #parameters: Parameters;
  readonly #from: string;

  constructor(table: SqlTable, dialect: SqlDialect) {
    this.#table = table;
    this.#dialect = dialect;
    this.#parameters = new Parameters(dialect);
    const filter = filterCondition(table, dialect);
    this.#from = `FROM ${dialect.table(table.reference)}${filter === undefined ? '' : ` WHERE ${filter}`}`;
  }

  compile(definition: Definition): Statement {
    const scans = new Map<string, Scan>();
    const scanOf = (name: string): Scan => {
      let scan = scans.get(name);
      if (scan === undefined) {
        const cells = new Cells(requireColumn(this.#table, name), this.#dialect, this.#parameters);
        scans.set(name, (scan = new Scan(cells)));
      }
      return scan;
    };
    const uniques: string[] = [];
    definition.columns.forEach((column, index) => this.#addColumn(scanOf(column.name), column, columnItem(index)));
    definition.checks.forEach((check, index) => {
      if (check.test === 'unique') uniques.push(this.#unique(check, checkItem(index)));
      else this.#addCheck(scanOf(check.column), check, checkItem(index));
    });
    const parts = [this.#rows(), ...[...scans.values()].map((scan) => this.#select(scan)), ...uniques];
    return { sql: parts.join('\nUNION ALL\n'), parameters: this.#parameters.list };
  }

  #addColumn(scan: Scan, column: ColumnDefinition, item: string): void {
    const missing = scan.add(scan.cells.missing(column.missing));
    if (column.kind === 'categorical') {
      // Only the categories that are counted become groups: a column of a million others is one row of the answer.
      const found = `NOT ${scan.cells.missing(column.missing)} AND ${scan.cells.isOneOf(column.categories)}`;
      const asNumber = scan.cells.isNumeric;
      const category = scan.add(`CASE WHEN ${found} THEN ${asNumber ? scan.cells.number() : scan.cells.text()} END`);
      // Numbers tell their groups apart by their place among the sorted categories, and come back as the least of their group.
      const slot = asNumber
        ? this.#bucket(
            category,
            finiteNumbers(column.categories).sort((a, b) => a - b),
          )
        : '0';
      scan.items.push({
        item,
        slot: `CASE WHEN ${missing} THEN ${MISSING} WHEN ${category} IS NULL THEN ${OTHER} ELSE ${slot} END`,
        value: asNumber ? 'NULL' : category,
        number: asNumber ? category : 'NULL',
      });
      return;
    }
    const value = scan.add(column.kind === 'numeric' ? scan.cells.number() : scan.cells.millis());
    scan.items.push({
      item,
      slot:
        `CASE WHEN ${missing} THEN ${MISSING} WHEN ${value} IS NULL THEN ${OTHER} ` +
        `WHEN ${this.#dialect.isNan(value)} THEN ${NAN} ELSE ${this.#bucket(value, column.edges)} END`,
      value: 'NULL',
      number: value,
    });
  }

  /** How many of the edges are at most the value. */
  #bucket(value: string, edges: readonly number[]): string {
    return edges.length === 0
      ? '0'
      : this.#dialect.bucket(value, this.#parameters.add({ type: 'numbers', value: edges }));
  }

  #addCheck(scan: Scan, check: ColumnCheck, item: string): void {
    const missing = scan.cells.missing(check.missing);
    const slot =
      check.test === 'present'
        ? `CASE WHEN ${missing} THEN 1 ELSE 0 END`
        : `CASE WHEN ${missing} THEN NULL WHEN ${condition(check, scan.cells, this.#dialect, this.#parameters)} THEN 0 ELSE 1 END`;
    scan.items.push({ item, slot: scan.add(slot), value: 'NULL', number: 'NULL' });
  }

  #rows(): string {
    const { text, integer, double } = this.#dialect.types;
    return (
      `SELECT '${ROWS_ITEM}' AS item, CAST(0 AS ${integer}) AS slot, CAST(NULL AS ${text}) AS value, COUNT(*) AS n, ` +
      `CAST(NULL AS ${double}) AS least, CAST(NULL AS ${double}) AS greatest ${this.#from}`
    );
  }

  #select({ expressions, items }: Scan): string {
    const read = expressions.map((expression, index) => `${expression} AS x${index}`).join(', ');
    const slots = items.map(({ slot }, index) => `${slot} AS s${index}`).join(', ');
    const exploded = items.map((item, index) => ({ ...item, slot: `s.s${index}` }));
    return (
      'SELECT e.item, e.slot, e.value, COUNT(*) AS n, MIN(e.number) AS least, MAX(e.number) AS greatest ' +
      `FROM (SELECT *, ${slots} FROM (SELECT ${read} ${this.#from}) AS t) AS s ${this.#dialect.explode(exploded)} ` +
      'WHERE e.slot IS NOT NULL GROUP BY e.item, e.slot, e.value'
    );
  }

  /** Rows that have a key in `n`, how many different keys in `least`, and how many of those more than once in `greatest`. */
  #unique(check: Extract<Check, { test: 'unique' }>, item: string): string {
    if (check.columns.length === 0) throw new UserError(`The check '${check.id}' names no column.`);
    const { text, integer, double } = this.#dialect.types;
    const cells = check.columns.map(
      (name) => new Cells(requireColumn(this.#table, name), this.#dialect, this.#parameters),
    );
    const keys = cells.map((cell, index) => `${cell.key()} AS k${index}`).join(', ');
    const missing = cells.map((cell) => cell.missing(check.missing)).join(' OR ');
    const names = cells.map((_, index) => `k${index}`).join(', ');
    return (
      `SELECT '${item}' AS item, CAST(0 AS ${integer}) AS slot, CAST(NULL AS ${text}) AS value, ` +
      `CAST(COALESCE(SUM(n), 0) AS ${integer}) AS n, CAST(COUNT(*) AS ${double}) AS least, ` +
      `CAST(COALESCE(SUM(CASE WHEN n > 1 THEN 1 ELSE 0 END), 0) AS ${double}) AS greatest ` +
      `FROM (SELECT COUNT(*) AS n FROM (SELECT ${keys}, ${missing} AS missing ${this.#from}) AS t ` +
      `WHERE NOT missing GROUP BY ${names}) AS keys`
    );
  }
}

/** One pass over one column. */
class Scan {
  readonly cells: Cells;
  /** What is read of each row, as x0, x1, ... */
  readonly expressions: string[] = [];
  readonly items: ExplodedItem[] = [];

  constructor(cells: Cells) {
    this.cells = cells;
  }

  /** The name of an expression of the row. */
  add(expression: string): string {
    const index = this.expressions.indexOf(expression);
    return `x${index >= 0 ? index : this.expressions.push(expression) - 1}`;
  }
}
