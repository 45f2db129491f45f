import { closest } from '@mlops-actions/action-kit';
import { show, type Field } from './document.ts';
import type { Bound, ContractType, TypeOptions } from './model.ts';
import type { Reading } from './reading.ts';
import { checkPattern } from './patterns.ts';

const TEMPORAL = ['format', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];
const NUMERIC = [...TEMPORAL, 'multipleOf', 'enum'];

/** The options that the standard gives each type, with `enum`, which it does not. */
const OPTIONS: Record<ContractType, readonly string[]> = {
  string: ['format', 'pattern', 'minLength', 'maxLength', 'enum'],
  integer: NUMERIC,
  number: NUMERIC,
  date: [...TEMPORAL, 'enum'],
  timestamp: [...TEMPORAL, 'timezone', 'defaultTimezone', 'enum'],
  time: [...TEMPORAL, 'timezone', 'defaultTimezone', 'enum'],
  boolean: [],
  object: ['maxProperties', 'minProperties', 'required'],
  array: ['maxItems', 'minItems', 'uniqueItems'],
};
const ALL_OPTIONS = [...new Set(Object.values(OPTIONS).flat())];

/** What only says something of nested data, or of a type's meaning, and cannot be checked in a table of single values. */
const UNCHECKED = [
  'timezone',
  'defaultTimezone',
  'maxProperties',
  'minProperties',
  'maxItems',
  'minItems',
  'uniqueItems',
  'required',
];

/** Reads `logicalTypeOptions`, which mean nothing without a type that has them. */
export function parseOptions(field: Field, type: ContractType | undefined, reading: Reading): TypeOptions {
  if (!field.isSet) return {};
  const known = type === undefined ? ALL_OPTIONS : OPTIONS[type];
  for (const key of field.keys()) {
    if (known.includes(key)) {
      if (UNCHECKED.includes(key)) reading.remarks.push(`${field.get(key).place} is not checked.`);
      continue;
    }
    const near = closest(key, known);
    field.complain(
      `has the option '${key}', which ${type === undefined ? 'no type' : `the type ${type}`} has`,
      near === undefined ? `It may have ${known.length === 0 ? 'none' : known.join(', ')}.` : `Did you mean '${near}'?`,
    );
  }
  const format = field.get('format').text();
  const pattern = field.get('pattern').text();
  if (pattern !== undefined) checkPattern(pattern, field.get('pattern'));
  const minLength = field.get('minLength').number({ whole: true, minimum: 0 });
  const maxLength = field.get('maxLength').number({ whole: true, minimum: 0 });
  if (minLength !== undefined && maxLength !== undefined && minLength > maxLength) {
    field.complain(`demands at least ${minLength} and at most ${maxLength} characters, which no text has`);
  }
  const multipleOf = field.get('multipleOf').number();
  if (multipleOf !== undefined && multipleOf <= 0) field.get('multipleOf').complain('must be more than 0');
  const values = field.get('enum').isSet ? field.get('enum').scalars() : undefined;
  return {
    ...(format !== undefined && { format }),
    ...(pattern !== undefined && { pattern }),
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    ...(multipleOf !== undefined && { multipleOf }),
    ...(values !== undefined && values.length > 0 && { enum: values }),
    ...parseBounds(field, type, reading),
  };
}

type Bounds = Pick<TypeOptions, 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum'>;

/** In 3.0, `exclusiveMinimum: true` says that `minimum` itself is out; since 3.1 it is a bound of its own. */
function parseBounds(field: Field, type: ContractType | undefined, reading: Reading): Bounds {
  const numeric = type === 'integer' || type === 'number';
  const bounds: Bounds = {};
  for (const [key, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    const plain = bound(field.get(key), numeric);
    const strict = field.get(exclusive);
    if (typeof strict.value === 'boolean') {
      if (reading.strict) {
        strict.complain(
          'must be a bound itself, as in JSON Schema',
          `Write ${exclusive}: ${plain ?? '<bound>'} instead of true.`,
        );
      }
      if (strict.value && plain === undefined) strict.complain(`is true, and there is no ${key}`);
      if (plain !== undefined) bounds[strict.value ? exclusive : key] = plain;
      continue;
    }
    if (plain !== undefined) bounds[key] = plain;
    const outer = bound(strict, numeric);
    if (outer !== undefined) bounds[exclusive] = outer;
  }
  return bounds;
}

function bound(field: Field, numeric: boolean): Bound | undefined {
  if (!field.isSet) return undefined;
  if (numeric) return field.number();
  if (typeof field.value === 'string') return field.value;
  return field.complain(`must be a date or time as text, not ${show(field.value)}`);
}
