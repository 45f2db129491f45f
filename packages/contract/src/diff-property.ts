import type { Add } from './change.ts';
import { diffRules, diffValues } from './diff-rules.ts';
import type { Bound, ContractType, Property, TypeOptions } from './model.ts';
import { parseInstant } from './instants.ts';

/** Types whose values can all be read as another type by those who expect that one. */
const WITHIN: ReadonlyMap<ContractType, readonly ContractType[]> = new Map([['integer', ['number']]]);

/** @param isKey whether the property is the whole primary key, so that it is unique without being said to be */
export function diffProperty(
  subject: string,
  before: Property,
  after: Property,
  isKey: { before: boolean; after: boolean },
  add: Add,
): void {
  const say: Say = (impact, what, key) => add(impact, subject, what, `${after.place}${key === '' ? '' : `.${key}`}`);
  if (before.column !== after.column)
    say('breaking', `stands in the column '${after.column}', which was '${before.column}'`, 'physicalName');
  diffType(before, after, say);
  if (before.required && !isPresent(after)) say('breaking', 'may be missing now', 'required');
  if (after.required && !isPresent(before)) say('compatible', 'is present in every row now', 'required');
  if (before.unique && !after.unique && !isKey.after) say('breaking', 'may repeat values now', 'unique');
  if (after.unique && !before.unique && !isKey.before) say('compatible', 'is unique now', 'unique');
  diffOptions(before.options, after.options, say);
  diffRules(subject, before.quality, after.quality, add);
}

type Say = (impact: 'breaking' | 'compatible' | 'editorial', what: string, key: string) => void;

/** What is part of a primary key is never missing. */
const isPresent = ({ required, primaryKey }: Property): boolean => required || primaryKey !== undefined;

function diffType(before: Property, after: Property, say: Say): void {
  const [old, next] = [before.logicalType, after.logicalType];
  if (old !== next) {
    if (old === undefined) say('compatible', `has the type ${next!} now`, 'logicalType');
    else if (next === undefined) say('breaking', `has no type now, which was ${old}`, 'logicalType');
    else if (WITHIN.get(next)?.includes(old) === true)
      say('compatible', `is narrowed from ${old} to ${next}`, 'logicalType');
    else say('breaking', `has the type ${next}, which was ${old}`, 'logicalType');
  }
  const [oldPhysical, nextPhysical] = [before.physicalType?.toLowerCase(), after.physicalType?.toLowerCase()];
  if (oldPhysical !== nextPhysical) {
    if (oldPhysical === undefined) say('compatible', `has the physical type ${nextPhysical!} now`, 'physicalType');
    else say('breaking', `has the physical type ${nextPhysical ?? 'unsaid'}, which was ${oldPhysical}`, 'physicalType');
  }
}

function diffOptions(before: TypeOptions, after: TypeOptions, say: Say): void {
  const at = (key: string): string => `logicalTypeOptions.${key}`;
  for (const [inclusive, exclusive, word, sign] of [
    ['minimum', 'exclusiveMinimum', 'least', 1],
    ['maximum', 'exclusiveMaximum', 'greatest', -1],
  ] as const) {
    const old = tightest(before[inclusive], before[exclusive], sign);
    const next = tightest(after[inclusive], after[exclusive], sign);
    const order = compareEnds(old, next, sign);
    if (order === 0) continue;
    const shown = next === undefined ? 'no bound' : `${next.value}${next.exclusive ? ' (not included)' : ''}`;
    say(order > 0 ? 'compatible' : 'breaking', `has ${shown} as its ${word} value now`, at(inclusive));
  }
  for (const [option, word, sign] of [
    ['minLength', 'least', 1],
    ['maxLength', 'greatest', -1],
  ] as const) {
    const order = compareEnds(inclusiveEnd(before[option]), inclusiveEnd(after[option]), sign);
    if (order === 0) continue;
    say(
      order > 0 ? 'compatible' : 'breaking',
      `has ${after[option] ?? 'no bound'} as its ${word} length now`,
      at(option),
    );
  }
  diffValues(before.enum, after.enum, (impact, what) => say(impact, what, at('enum')));
  for (const key of ['pattern', 'format', 'multipleOf'] as const) {
    const [old, next] = [before[key], after[key]];
    if (old === next) continue;
    if (old === undefined) say('compatible', `has the ${key} ${String(next)} now`, at(key));
    // Whether one pattern allows less than another is not looked into: whoever relied on the old one must be told.
    else if (key === 'multipleOf' && typeof next === 'number' && Number.isInteger(next / (old as number))) {
      say('compatible', `is a multiple of ${next} now`, at(key));
    } else
      say(
        'breaking',
        next === undefined ? `has no ${key} now` : `has the ${key} ${String(next)}, which was ${String(old)}`,
        at(key),
      );
  }
}

interface End {
  value: Bound;
  exclusive: boolean;
}

/** The end that bounds more; `sign` is 1 for a lower end and -1 for an upper one. */
function tightest(inclusive: Bound | undefined, exclusive: Bound | undefined, sign: 1 | -1): End | undefined {
  const ends: End[] = [
    ...(inclusive === undefined ? [] : [{ value: inclusive, exclusive: false }]),
    ...(exclusive === undefined ? [] : [{ value: exclusive, exclusive: true }]),
  ];
  return ends.reduce<End | undefined>((best, end) => (compareEnds(best, end, sign) > 0 ? end : best), undefined);
}

/** Positive if the second end bounds more than the first. */
function compareEnds(old: End | undefined, next: End | undefined, sign: 1 | -1): number {
  if (old === undefined || next === undefined) return old === next ? 0 : old === undefined ? 1 : -1;
  const [a, b] = [ordered(old.value), ordered(next.value)];
  if (a !== b) return (b > a ? 1 : -1) * sign;
  return Number(next.exclusive) - Number(old.exclusive);
}

function ordered(bound: Bound): number | string {
  return typeof bound === 'number' ? bound : (parseInstant(bound) ?? bound);
}

const inclusiveEnd = (value: number | undefined): End | undefined =>
  value === undefined ? undefined : { value, exclusive: false };
