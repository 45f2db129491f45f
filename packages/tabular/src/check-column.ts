import { UserError } from '@mlops-actions/action-kit';
import { RE2JS } from 're2js';
import { valueOf, type ValueType } from './cells.ts';
import { type Column } from './column.ts';
import { MISSING, PRESENT, type Doubles } from './doubles.ts';
import type { Check, LogicalType, Range } from './definition.ts';
import { readMoment } from './moments.ts';
import { BOOLEAN, INTEGER, NUMBER, TIME } from './sql/grammar.ts';

export type ColumnCheck = Exclude<Check, { test: 'unique' }>;

export const PASSED = 1;
export const FAILED = 2;

/** Writes for each row of a batch whether it passed, failed, or (0) has no value to look at. */
export type Evaluate = (column: Column, results: Uint8Array) => void;

/** @throws UserError if the check itself is not sound: no RE2 pattern, a bound of the wrong type */
export function checkOf(check: ColumnCheck): Evaluate {
  switch (check.test) {
    case 'present':
      return (column, results) => {
        const missing = column.missing();
        for (let row = 0; row < column.rows; row++) results[row] = missing[row] === MISSING ? FAILED : PASSED;
      };
    case 'type':
      return typeCheck(check.type);
    case 'range':
      return rangeCheck(check);
    case 'multiple-of': {
      const { divisor } = check;
      return onDoubles('numbers', (value) => {
        const quotient = value / divisor;
        return Number.isFinite(value) && Math.floor(quotient) === quotient;
      });
    }
    case 'length': {
      const { minimum = 0, maximum = Infinity } = check;
      return onTexts((text) => {
        const length = codePoints(text);
        return length >= minimum && length <= maximum;
      });
    }
    case 'pattern': {
      const pattern = compile(check.pattern, check.id);
      return onTexts((text) => pattern.test(text));
    }
    case 'values': {
      const values = new Set(check.values);
      const wanted = check.not !== true;
      return onTexts((text) => values.has(text) === wanted);
    }
  }
}

function compile(pattern: string, id: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new UserError(`The pattern of the check '${id}' is not one of RE2: ${String(error)}.`, {
      fix: 'RE2 has neither look-around nor back-references.',
      cause: error,
    });
  }
}

function codePoints(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length - 1; at++) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) length--;
  }
  return length;
}

/** Each different text is tested once, however often it occurs. */
function onTexts(test: (text: string) => boolean): Evaluate {
  let known: number[] = [];
  let generation = 0;
  return (column, results) => {
    const ids = column.ids();
    const { dictionary, rows } = column;
    if (dictionary.generation !== generation) known = [];
    ({ generation } = dictionary);
    for (let id = known.length; id < dictionary.texts.length; id++) {
      known.push(test(dictionary.texts[id]!) ? PASSED : FAILED);
    }
    for (let row = 0; row < rows; row++) results[row] = ids[row]! < 0 ? 0 : known[ids[row]!]!;
  };
}

function onDoubles(what: 'numbers' | 'moments', test: (value: number) => boolean): Evaluate {
  return (column, results) => {
    const { values, states }: Doubles = what === 'numbers' ? column.numbers() : column.moments();
    for (let row = 0; row < column.rows; row++) {
      const state = states[row]!;
      results[row] = state === MISSING ? 0 : state === PRESENT && test(values[row]!) ? PASSED : FAILED;
    }
  };
}

function rangeCheck({ id, type, bounds }: Extract<Check, { test: 'range' }>): Evaluate {
  for (const bound of Object.values(bounds) as unknown[]) {
    if (bound !== undefined && typeof bound !== (type === 'string' ? 'string' : 'number')) {
      throw new UserError(`A bound of the check '${id}' is not a ${type === 'string' ? 'text' : 'number'}.`);
    }
  }
  if (type === 'string') {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = bounds as Record<keyof Range, string | undefined>;
    return onTexts(
      (text) =>
        (minimum === undefined || compareCodePoints(text, minimum) >= 0) &&
        (maximum === undefined || compareCodePoints(text, maximum) <= 0) &&
        (exclusiveMinimum === undefined || compareCodePoints(text, exclusiveMinimum) > 0) &&
        (exclusiveMaximum === undefined || compareCodePoints(text, exclusiveMaximum) < 0),
    );
  }
  const minimum = (bounds.minimum ?? -Infinity) as number;
  const maximum = (bounds.maximum ?? Infinity) as number;
  const above = bounds.exclusiveMinimum as number | undefined;
  const below = bounds.exclusiveMaximum as number | undefined;
  return onDoubles(
    type === 'number' ? 'numbers' : 'moments',
    (value) =>
      value >= minimum &&
      value <= maximum &&
      (above === undefined || value > above) &&
      (below === undefined || value < below),
  );
}

/** Order of code points, which is that of UTF-8; UTF-16 has surrogates before U+E000. */
export function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Types that columns which know their type have, by what is demanded. */
const TYPES: Readonly<Record<LogicalType, readonly ValueType[]>> = {
  string: ['text'],
  integer: ['integer'],
  number: ['integer', 'float', 'decimal'],
  boolean: ['boolean'],
  date: ['date'],
  timestamp: ['timestamp', 'date'],
  time: ['time'],
};

const TEXTS: Readonly<Record<'integer' | 'number' | 'boolean' | 'time', RegExp>> = {
  integer: new RegExp(INTEGER),
  number: new RegExp(NUMBER),
  boolean: new RegExp(BOOLEAN),
  time: new RegExp(TIME),
};

function typeCheck(type: LogicalType): Evaluate {
  const texts = onTexts(textTest(type));
  const numbers = onDoubles('numbers', () => true);
  const moments = onDoubles('moments', () => true);
  const whole = onDoubles('numbers', (value) => Number.isFinite(value) && Math.floor(value) === value);
  return (column, results) => {
    const { cells } = column;
    if (cells.kind === 'text' || cells.type === 'text') {
      if (type === 'number') numbers(column, results);
      else if (type === 'timestamp') moments(column, results);
      else texts(column, results);
    } else if (cells.type === 'json') {
      texts(column, results);
      for (let row = 0; row < column.rows; row++) {
        const value = valueOf(cells, row);
        if (results[row] !== 0 && typeof value !== 'string') results[row] = jsonIs(type, value) ? PASSED : FAILED;
      }
    } else if (type === 'integer' && (cells.type === 'float' || cells.type === 'decimal')) {
      whole(column, results);
    } else {
      const is = TYPES[type].includes(cells.type) ? PASSED : FAILED;
      const missing = column.missing();
      for (let row = 0; row < column.rows; row++) results[row] = missing[row] === MISSING ? 0 : is;
    }
  };
}

function textTest(type: LogicalType): (text: string) => boolean {
  switch (type) {
    case 'string':
      return () => true;
    case 'date':
    case 'timestamp':
      return (text) => {
        const bytes = Buffer.from(text);
        return (type === 'timestamp' || bytes.length === 10) && !Number.isNaN(readMoment(bytes, 0, bytes.length));
      };
    default:
      return (text) => TEXTS[type].test(text);
  }
}

function jsonIs(type: LogicalType, value: unknown): boolean {
  if (typeof value === 'boolean') return type === 'boolean';
  return typeof value === 'number' && (type === 'number' || (type === 'integer' && Number.isInteger(value)));
}
