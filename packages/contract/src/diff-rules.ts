import type { Add, Impact } from './change.ts';
import type { QualityRule, Threshold } from './model.ts';
import { showThreshold } from './thresholds.ts';

/** Compares the quality rules of one place. Rules are the same by their id, else by what they measure. */
export function diffRules(
  subject: string,
  before: readonly QualityRule[],
  after: readonly QualityRule[],
  add: Add,
): void {
  const left = [...after];
  for (const rule of before) {
    const at = left.findIndex((other) => isSame(rule, other));
    const next = at < 0 ? undefined : left.splice(at, 1)[0];
    if (next === undefined) {
      add(isPromise(rule) ? 'breaking' : 'editorial', subject, `has no rule ${nameOf(rule)} now`, rule.place);
    } else {
      diffRule(subject, rule, next, add);
    }
  }
  for (const rule of left) {
    add(isPromise(rule) ? 'compatible' : 'editorial', subject, `has a new rule ${nameOf(rule)}`, rule.place);
  }
}

/** Words promise nothing that could be broken, nor does what only warns. */
const isPromise = (rule: QualityRule): boolean => rule.type !== 'text' && rule.severity === 'error';

function diffRule(subject: string, before: QualityRule, after: QualityRule, add: Add): void {
  if (before.severity !== after.severity) {
    const impact = after.severity === 'error' ? 'compatible' : 'breaking';
    add(impact, subject, `has ${nameOf(after)} as ${after.severity}, which was ${before.severity}`, after.place);
  }
  const both = isPromise(before) && isPromise(after);
  diffDemand(before, after, (impact, what) => add(both ? impact : 'editorial', subject, what, after.place));
}

type Say = (impact: Impact, what: string) => void;

function isSame(a: QualityRule, b: QualityRule): boolean {
  if (a.id !== undefined || b.id !== undefined) return a.id === b.id && a.type === b.type;
  if (a.type !== b.type) return false;
  if (a.type === 'library' && b.type === 'library') {
    return a.metric === b.metric && (a.metric !== 'duplicateValues' || sameKey(a, b));
  }
  if (a.type === 'sql' && b.type === 'sql') return a.query === b.query;
  if (a.type === 'drift' && b.type === 'drift') return a.metric === b.metric;
  return a.type !== 'text' || a.description === b.description;
}

const sameKey = (a: QualityRule, b: QualityRule): boolean =>
  'properties' in a &&
  'properties' in b &&
  [...(a.properties ?? [])].sort().join() === [...(b.properties ?? [])].sort().join();

const nameOf = (rule: QualityRule): string =>
  `'${rule.id ?? (rule.type === 'library' || rule.type === 'drift' ? rule.metric : rule.type)}'`;

function diffDemand(before: QualityRule, after: QualityRule, say: Say): void {
  if (before.type === 'library' && after.type === 'library') {
    if (before.metric !== after.metric) return say('breaking', `has ${after.metric} in the place of ${before.metric}`);
    if (before.metric === 'invalidValues' && after.metric === 'invalidValues') {
      diffValues(before.valid.values, after.valid.values, say);
      if (before.valid.pattern !== after.valid.pattern) {
        say(before.valid.pattern === undefined ? 'compatible' : 'breaking', `has another pattern of valid values`);
      }
    }
    if (before.metric === 'missingValues' && after.metric === 'missingValues') {
      diffMissing(before.missing, after.missing, say);
    }
    const unit = before.metric === 'rowCount' || after.metric === 'rowCount' ? undefined : [before.unit, after.unit];
    if (unit !== undefined && unit[0] !== unit[1])
      return say('breaking', `counts ${nameOf(after)} in ${unit[1]}, not in ${unit[0]}`);
    return diffThreshold(nameOf(after), before.threshold, after.threshold, say);
  }
  if (before.type === 'sql' && after.type === 'sql') {
    if (before.query !== after.query) return say('breaking', `has another query in ${nameOf(after)}`);
    return diffThreshold(nameOf(after), before.threshold, after.threshold, say);
  }
  if (before.type === 'text' && before.description !== after.description) {
    return say('editorial', `has ${nameOf(after)} in other words`);
  }
  if (JSON.stringify(demandOf(before)) !== JSON.stringify(demandOf(after))) {
    say(before.type === 'text' || before.type === 'foreign' ? 'editorial' : 'breaking', `has ${nameOf(after)} changed`);
  }
}

/** A rule without what says nothing of its demand. */
const demandOf = ({
  id: _id,
  place: _place,
  description: _text,
  severity: _severity,
  dimension: _dimension,
  ...demand
}: QualityRule): unknown => demand;

/** More stand-ins for a missing value, at the same threshold, allow less. */
function diffMissing(before: readonly string[], after: readonly string[], say: Say): void {
  const dropped = before.filter((token) => !after.includes(token));
  if (dropped.length > 0)
    say('breaking', `may hold ${dropped.map((token) => `'${token}'`).join(', ')} in the place of a value now`);
  else if (after.some((token) => !before.includes(token))) say('compatible', 'has more stand-ins counted as missing');
}

function diffThreshold(name: string, before: Threshold, after: Threshold, say: Say): void {
  const [old, next] = [allowed(before), allowed(after)];
  const what = `has ${showThreshold(after)} for ${name}, which was ${showThreshold(before)}`;
  if (JSON.stringify(old) === JSON.stringify(next)) return;
  // Compatible if whatever meets the new demand meets the old one, too.
  say(next.every((range) => old.some((outer) => isWithin(range, outer))) ? 'compatible' : 'breaking', what);
}

interface Interval {
  low: number;
  lowOpen: boolean;
  high: number;
  highOpen: boolean;
}

/** What meets a threshold, as at most two disjoint intervals. */
export function allowed(threshold: Threshold): Interval[] {
  const interval = (low: number, lowOpen: boolean, high: number, highOpen: boolean): Interval => ({
    low,
    lowOpen,
    high,
    highOpen,
  });
  switch (threshold.operator) {
    case 'mustBe':
      return [interval(threshold.value, false, threshold.value, false)];
    case 'mustNotBe':
      return [interval(-Infinity, true, threshold.value, true), interval(threshold.value, true, Infinity, true)];
    case 'mustBeGreaterThan':
      return [interval(threshold.value, true, Infinity, true)];
    case 'mustBeGreaterOrEqualTo':
      return [interval(threshold.value, false, Infinity, true)];
    case 'mustBeLessThan':
      return [interval(-Infinity, true, threshold.value, true)];
    case 'mustBeLessOrEqualTo':
      return [interval(-Infinity, true, threshold.value, false)];
    case 'mustBeBetween':
      return [interval(threshold.low, false, threshold.high, false)];
    case 'mustNotBeBetween':
      return [interval(-Infinity, true, threshold.low, true), interval(threshold.high, true, Infinity, true)];
  }
}

function isWithin(inner: Interval, outer: Interval): boolean {
  const low = inner.low > outer.low || (inner.low === outer.low && (inner.lowOpen || !outer.lowOpen));
  const high = inner.high < outer.high || (inner.high === outer.high && (inner.highOpen || !outer.highOpen));
  return low && high;
}

/** Values that may occur now and might not before break those who know the old ones alone. */
export function diffValues(
  old: readonly string[] | undefined,
  next: readonly string[] | undefined,
  say: (impact: 'breaking' | 'compatible', what: string) => void,
): void {
  if (old === undefined && next === undefined) return;
  if (old === undefined) return say('compatible', 'has a list of its values now');
  if (next === undefined) return say('breaking', 'has no list of its values now');
  const added = next.filter((value) => !old.includes(value));
  const removed = old.filter((value) => !next.includes(value));
  if (added.length > 0) say('breaking', `may be ${added.map((value) => `'${value}'`).join(', ')} now`);
  else if (removed.length > 0) say('compatible', `is never ${removed.map((value) => `'${value}'`).join(', ')} now`);
}
