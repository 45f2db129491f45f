import type { LogicalType, Range } from '@mlops-actions/tabular';
import { skipped, type Draft } from './draft.ts';
import { dateFormatPattern, integerBounds, isIsoFormat, stringFormatPattern } from './formats.ts';
import { parseInstant } from './instants.ts';
import type { Bound, Property } from './model.ts';

/** The rules that a property states by itself, without its quality list. */
export function compileProperty(property: Property, draft: Draft): void {
  const column = draft.dataColumn(property);
  draft.add({
    kind: 'column',
    place: property.place,
    property: property.name,
    demand: `the data has the column '${property.column}'`,
    dimension: 'completeness',
    measure:
      draft.facts.columns === undefined
        ? skipped('counts do not say which columns there are')
        : column === undefined
          ? { by: 'nothing', outcome: 'fail', reason: `the data has no column '${property.column}'` }
          : { by: 'nothing', outcome: 'pass', reason: '' },
  });
  if (property.required)
    draft.count(property, 'required', 'required', 'present in every row', { test: 'present' }, 'completeness');
  if (property.unique) compileUnique(property, draft);
  compileType(property, draft, column?.type);
  compileOptions(property, draft, column?.type);
}

function compileUnique(property: Property, draft: Draft): void {
  const id = draft.freshId(`${draft.object.name}.${property.name}.unique`);
  draft.add({
    id,
    kind: 'unique',
    place: `${property.place}.unique`,
    property: property.name,
    demand: 'no value occurs twice',
    dimension: 'uniqueness',
    measure: draft.measured(property, (column) => draft.check({ id, test: 'unique', columns: [column] })),
  });
}

/** Whether a column's values are texts as far as is known: then their writing can be judged. */
const holdsTexts = (type: string | undefined): boolean =>
  type === undefined || /^(string|varchar|text|utf8|enum|json|byte_array|char)/i.test(type);

function compileType(property: Property, draft: Draft, physical: string | undefined): void {
  const { logicalType: type, options } = property;
  if (type === undefined) return;
  if (type === 'object' || type === 'array') {
    draft.add({
      kind: 'type',
      place: `${property.place}.logicalType`,
      property: property.name,
      demand: `every value is an ${type}`,
      measure: skipped('nested values are not looked into'),
    });
    return;
  }
  // Texts in a format of their own are judged by it instead.
  if (isTemporal(type) && holdsTexts(physical) && options.format !== undefined && !isIsoFormat(options.format)) return;
  draft.count(property, 'type', 'logicalType', `every value is ${ARTICLES[type]} ${type}`, { test: 'type', type });
}

const ARTICLES: Record<LogicalType, string> = {
  string: 'a',
  integer: 'an',
  number: 'a',
  boolean: 'a',
  date: 'a',
  timestamp: 'a',
  time: 'a',
};

const isTemporal = (type: Property['logicalType']): boolean =>
  type === 'date' || type === 'timestamp' || type === 'time';

function compileOptions(property: Property, draft: Draft, physical: string | undefined): void {
  const { options, logicalType: type } = property;
  const key = (option: string): string => `logicalTypeOptions.${option}`;
  if (options.format !== undefined) compileFormat(property, options.format, draft, physical);
  if (options.pattern !== undefined) {
    draft.count(property, 'pattern', key('pattern'), `every value matches ${options.pattern}`, {
      test: 'pattern',
      pattern: options.pattern,
    });
  }
  if (options.minLength !== undefined || options.maxLength !== undefined) {
    const { minLength: minimum, maxLength: maximum } = options;
    const demand = [
      ...(minimum === undefined ? [] : [`at least ${minimum}`]),
      ...(maximum === undefined ? [] : [`at most ${maximum}`]),
    ];
    draft.count(
      property,
      'length',
      key(minimum === undefined ? 'maxLength' : 'minLength'),
      `every value has ${demand.join(' and ')} characters`,
      { test: 'length', ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) },
    );
  }
  if (options.multipleOf !== undefined) {
    draft.count(property, 'multiple-of', key('multipleOf'), `every value is a multiple of ${options.multipleOf}`, {
      test: 'multiple-of',
      divisor: options.multipleOf,
    });
  }
  if (options.enum !== undefined) {
    draft.count(property, 'enum', key('enum'), `every value is one of ${options.enum.length} listed ones`, {
      test: 'values',
      values: options.enum,
    });
  }
  const bounds: Partial<Record<keyof Range, Bound>> = {};
  for (const name of ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const) {
    const bound = options[name];
    if (bound !== undefined) bounds[name] = bound;
  }
  const [first] = Object.keys(bounds);
  if (first !== undefined) compileRange(property, bounds, type, key(first), draft, physical);
}

function compileRange(
  property: Property,
  bounds: Partial<Record<keyof Range, Bound>>,
  type: Property['logicalType'],
  key: string,
  draft: Draft,
  physical: string | undefined,
): void {
  const demand = `every value is ${showBounds(bounds)}`;
  const reject = (reason: string): void =>
    draft.add({
      kind: 'range',
      place: `${property.place}.${key}`,
      property: property.name,
      demand,
      measure: skipped(reason),
    });
  if (type === 'time') {
    if (property.options.format !== undefined && !/^HH:mm(:ss)?(\.S+)?$/.test(property.options.format)) {
      return reject(`times written as ${property.options.format} do not compare`);
    }
    return draft.count(property, 'range', key, demand, { test: 'range', type: 'string', bounds });
  }
  if (type !== 'date' && type !== 'timestamp') {
    return draft.count(property, 'range', key, demand, { test: 'range', type: 'number', bounds });
  }
  if (holdsTexts(physical) && property.options.format !== undefined && !isIsoFormat(property.options.format)) {
    return reject(`values written as ${property.options.format} are not read as points in time`);
  }
  const instants: Range = {};
  for (const [name, bound] of Object.entries(bounds) as [keyof Range, Bound][]) {
    const instant = parseInstant(String(bound));
    if (instant === undefined) return reject(`the bound ${bound} is not an ISO 8601 date or timestamp`);
    instants[name] = instant;
  }
  draft.count(property, 'range', key, demand, { test: 'range', type: 'timestamp', bounds: instants });
}

function showBounds(bounds: Partial<Record<keyof Range, Bound>>): string {
  const words: Record<keyof Range, string> = {
    minimum: 'at least',
    maximum: 'at most',
    exclusiveMinimum: 'more than',
    exclusiveMaximum: 'less than',
  };
  return (Object.keys(words) as (keyof Range)[])
    .filter((name) => bounds[name] !== undefined)
    .map((name) => `${words[name]} ${bounds[name]}`)
    .join(' and ');
}

function compileFormat(property: Property, format: string, draft: Draft, physical: string | undefined): void {
  const { logicalType: type } = property;
  const key = 'logicalTypeOptions.format';
  const demand = `every value is written as ${format}`;
  const reject = (reason: string): void =>
    draft.add({
      kind: 'format',
      place: `${property.place}.${key}`,
      property: property.name,
      demand,
      measure: skipped(reason),
    });
  switch (type) {
    case 'integer': {
      const bounds = integerBounds(format);
      if (bounds === undefined) return reject(`the format ${format} is not known`);
      if (Object.keys(bounds).length === 0) return reject(`${format} is wider than what numbers are compared in`);
      return draft.count(property, 'format', key, `every value fits into ${format}`, {
        test: 'range',
        type: 'number',
        bounds,
      });
    }
    case 'number':
      return reject('the width of a floating-point number says nothing of its values');
    case 'date':
    case 'timestamp':
    case 'time': {
      if (!holdsTexts(physical)) return reject(`the column has the type ${physical}, which has no writing of its own`);
      const pattern = dateFormatPattern(format);
      if (pattern === undefined) return reject(`the format ${format} has parts that are not understood`);
      return draft.count(property, 'format', key, demand, { test: 'pattern', pattern });
    }
    case 'string': {
      const pattern = stringFormatPattern(format);
      if (pattern === undefined) return reject(`the format ${format} cannot be told from a value`);
      return draft.count(property, 'format', key, `every value is a ${format}`, { test: 'pattern', pattern });
    }
    default:
      return reject('it belongs to no type');
  }
}
