import { UserError } from '@mlops-actions/action-kit';
import type { Check, LogicalType, Range } from '../definition.ts';
import type { Cells, Parameters } from './cells.ts';
import type { SqlDialect } from './dialect.ts';
import { BOOLEAN, DATE, INTEGER, NUMBER, TIME } from './grammar.ts';

export type ColumnCheck = Exclude<Check, { test: 'unique' }>;

/** The condition that a present value meets. One that is NULL is not met. */
export function condition(check: ColumnCheck, cells: Cells, dialect: SqlDialect, parameters: Parameters): string {
  switch (check.test) {
    case 'present':
      return 'TRUE';
    case 'type':
      return isOfType(check.type, cells, dialect);
    case 'range':
      return isInRange(check.type, check.bounds, cells, dialect, parameters);
    case 'multiple-of': {
      const value = `(${cells.number()})`;
      const quotient = dialect.divide(value, parameters.add({ type: 'number', value: check.divisor }));
      // An engine that looks at both conditions at once must not divide what is infinite.
      return `CASE WHEN ${isFinite(value)} THEN FLOOR(${quotient}) = ${quotient} END`;
    }
    case 'length': {
      const length = dialect.characters(cells.text());
      const bounds = [
        ...(check.minimum === undefined ? [] : [`${length} >= ${whole(check.minimum)}`]),
        ...(check.maximum === undefined ? [] : [`${length} <= ${whole(check.maximum)}`]),
      ];
      return bounds.join(' AND ') || 'TRUE';
    }
    case 'pattern':
      return dialect.matches(cells.text(), parameters.add({ type: 'text', value: check.pattern }));
    case 'values': {
      const isOne = cells.isOneOf(check.values);
      return check.not === true ? `NOT ${isOne}` : isOne;
    }
  }
}

function isOfType(type: LogicalType, cells: Cells, dialect: SqlDialect): string {
  const { kind } = cells.column;
  const matches = (grammar: string): string => dialect.matches(cells.text(), dialect.literal(grammar));
  switch (type) {
    case 'string':
      return kind === 'text' ? 'TRUE' : 'FALSE';
    case 'integer':
      if (kind === 'text') return matches(INTEGER);
      if (kind === 'integer') return 'TRUE';
      return cells.isNumeric ? `${isFinite(cells.number())} AND FLOOR(${cells.number()}) = ${cells.number()}` : 'FALSE';
    case 'number':
      return kind === 'text' ? matches(NUMBER) : kind === 'integer' || cells.isNumeric ? 'TRUE' : 'FALSE';
    case 'boolean':
      return kind === 'text' ? matches(BOOLEAN) : kind === 'boolean' ? 'TRUE' : 'FALSE';
    case 'date':
      if (kind === 'text') return `${matches(DATE)} AND (${cells.millis()}) IS NOT NULL`;
      return kind === 'date' ? 'TRUE' : 'FALSE';
    case 'timestamp':
      return `(${cells.millis()}) IS NOT NULL`;
    case 'time':
      return kind === 'text' ? matches(TIME) : kind === 'time' ? 'TRUE' : 'FALSE';
  }
}

const COMPARISONS = [
  ['minimum', '>='],
  ['maximum', '<='],
  ['exclusiveMinimum', '>'],
  ['exclusiveMaximum', '<'],
] as const;

function isInRange(
  type: 'number' | 'timestamp' | 'string',
  bounds: Range,
  cells: Cells,
  dialect: SqlDialect,
  parameters: Parameters,
): string {
  const value = type === 'number' ? cells.number() : type === 'timestamp' ? cells.millis() : cells.text();
  const comparisons = COMPARISONS.flatMap(([name, operator]) => {
    const bound = bounds[name];
    if (bound === undefined) return [];
    if (typeof bound !== (type === 'string' ? 'string' : 'number')) {
      throw new UserError(`The ${name} of '${cells.column.name}' is not a ${type === 'string' ? 'text' : 'number'}.`);
    }
    return typeof bound === 'string'
      ? [dialect.compare(`(${value})`, operator, parameters.add({ type: 'text', value: bound }))]
      : [`(${value}) ${operator} ${parameters.add({ type: 'number', value: bound })}`];
  });
  // Engines disagree on where NaN stands; it is in no range.
  const readable = type === 'string' ? [] : [`NOT ${dialect.isNan(`(${value})`)}`];
  return [...readable, ...comparisons].join(' AND ') || 'TRUE';
}

/** Neither NaN, which some engines take for the greatest number, nor infinite. */
const isFinite = (double: string): string => `ABS(${double}) <= 1.7976931348623157e308`;

function whole(value: number): string {
  if (!Number.isSafeInteger(value)) throw new UserError(`A length of ${value} is not a whole number.`);
  return String(value);
}
