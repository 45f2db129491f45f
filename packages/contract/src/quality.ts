import { closest } from '@mlops-actions/action-kit';
import { parseCustom } from './custom.ts';
import { show, type Field } from './document.ts';
import {
  METRICS,
  OPERATORS,
  type Metric,
  type QualityDemand,
  type QualityRule,
  type Severity,
  type Threshold,
  type Unit,
} from './model.ts';
import type { Reading } from './reading.ts';
import { checkPattern } from './patterns.ts';

/** What quality rules are attached to: one property, or an object with its properties' names and columns. */
export type Level = { level: 'property' } | { level: 'object'; properties: ReadonlyMap<string, string> };

/** Reads the `quality` list of an object or a property. */
export function parseQuality(field: Field, reading: Reading, level: Level): QualityRule[] {
  return field.items().map((item) => {
    reading.keys(item, 'quality');
    return {
      id: item.get('id').text(),
      place: item.place,
      description: item.get('description').text() ?? item.get('name').text(),
      severity: severityOf(item.get('severity').text()),
      dimension: item.get('dimension').text(),
      ...parseDemand(item, level),
    };
  });
}

/** The words that datacontract-cli takes for less than an error; whatever else stands there, or nothing, is one. */
const MILD = ['info', 'warning', 'warn', 'low', 'minor', 'trivial'];

const severityOf = (text: string | undefined): Severity =>
  text !== undefined && MILD.includes(text.trim().toLowerCase()) ? 'warning' : 'error';

const TYPES = ['library', 'text', 'sql', 'custom'] as const;

function parseDemand(field: Field, level: Level): QualityDemand {
  const type = field.get('type');
  const word = type.text() ?? 'library';
  switch (word) {
    case 'text':
      return { type: 'text' };
    case 'sql':
      return { type: 'sql', query: field.get('query').requiredText(), threshold: parseThreshold(field) };
    case 'custom':
      return parseCustom(field, level.level);
    case 'library':
      return parseLibrary(field, level);
    default:
      return type.complain(
        `must be one of ${TYPES.join(', ')}, not ${show(word)}`,
        `Did you mean '${closest(word, TYPES) ?? 'library'}'?`,
      );
  }
}

/** Before 3.1, `rule` named what is `metric` now, and in other words. */
const OLD_NAMES: ReadonlyMap<string, Metric> = new Map([
  ['duplicateCount', 'duplicateValues'],
  ['validValues', 'invalidValues'],
  ['rowCount', 'rowCount'],
]);

const AT_PROPERTY: readonly Metric[] = ['nullValues', 'missingValues', 'invalidValues'];

function parseLibrary(field: Field, level: Level): QualityDemand {
  const named = field.get('metric').isSet ? field.get('metric') : field.get('rule');
  const word = named.requiredText();
  const metric = METRICS.find((known) => known === word) ?? OLD_NAMES.get(word);
  if (metric === undefined) {
    const near = closest(word, METRICS);
    return named.complain(
      `must be one of ${METRICS.join(', ')}, not ${show(word)}`,
      near === undefined ? 'Other metrics need type: sql or custom.' : `Did you mean '${near}'?`,
    );
  }
  if (level.level === 'object' && AT_PROPERTY.includes(metric)) {
    named.complain(`is ${metric}, which is of a property`, 'Move the rule to the property that it speaks of.');
  }
  if (level.level === 'property' && metric === 'rowCount') {
    named.complain('is rowCount, which is of an object', 'Move the rule to the quality of the object.');
  }
  // A list of valid values without operator, as 3.0 has it, allows no other value.
  const threshold: Threshold =
    word === 'validValues' && !hasOperator(field) ? { operator: 'mustBe', value: 0 } : parseThreshold(field);
  const unit = parseUnit(field.get('unit'), metric);
  const given = field.get('arguments');
  switch (metric) {
    case 'nullValues':
      return { type: 'library', metric, threshold, unit };
    case 'missingValues':
      return { type: 'library', metric, missing: given.get('missingValues').scalars(), threshold, unit };
    case 'invalidValues':
      return { type: 'library', metric, valid: parseValidity(field, given), threshold, unit };
    case 'duplicateValues':
      return { type: 'library', metric, properties: parseKey(given.get('properties'), level), threshold, unit };
    case 'rowCount':
      return { type: 'library', metric, threshold };
  }
}

function parseValidity(field: Field, given: Field): { values?: readonly string[]; pattern?: string } {
  const list = given.get('validValues').isSet ? given.get('validValues') : field.get('validValues');
  const pattern = given.get('pattern');
  const text = pattern.text();
  if (text !== undefined) checkPattern(text, pattern);
  if (!list.isSet && text === undefined) {
    given.complain('must have validValues or pattern, else nothing is invalid');
  }
  return { ...(list.isSet && { values: list.scalars() }), ...(text !== undefined && { pattern: text }) };
}

/** The columns of a compound key, from the names of properties. */
function parseKey(field: Field, level: Level): readonly string[] | undefined {
  if (level.level === 'property') {
    if (field.isSet) field.complain('is for rules of an object; here the property itself is meant');
    return undefined;
  }
  const names = field.items();
  if (names.length === 0) field.complain('must name the properties that together are to be unique');
  return names.map((item) => {
    const name = item.requiredText();
    const column = level.properties.get(name);
    if (column !== undefined) return column;
    const near = closest(name, level.properties.keys());
    return item.complain(
      `names the property ${show(name)}, which the object does not have`,
      near === undefined ? undefined : `Did you mean '${near}'?`,
    );
  });
}

function parseUnit(field: Field, metric: Metric): Unit {
  const word = field.text()?.trim().toLowerCase() ?? 'rows';
  if (['rows', 'row', 'count'].includes(word)) return 'rows';
  if (['percent', 'percentage', '%'].includes(word)) {
    if (metric === 'rowCount') field.complain('is percent, and a number of rows has none');
    return 'percent';
  }
  return field.complain(`must be rows or percent, not ${show(field.value)}`);
}

const hasOperator = (field: Field): boolean => OPERATORS.some((operator) => field.get(operator).isSet);

/** Reads the one operator of a rule. */
export function parseThreshold(field: Field): Threshold {
  const used = OPERATORS.filter((operator) => field.get(operator).isSet);
  const [operator] = used;
  if (operator === undefined || used.length > 1) {
    return field.complain(
      `must have exactly one of ${OPERATORS.join(', ')}, and has ${used.length === 0 ? 'none' : used.join(' and ')}`,
      used.length > 1 ? 'Make it two rules.' : undefined,
    );
  }
  const operand = field.get(operator);
  if (operator === 'mustBeBetween' || operator === 'mustNotBeBetween') {
    const ends = operand.items().map((item) => item.number() ?? item.complain('must be a number'));
    const [low, high] = ends;
    if (ends.length !== 2 || low === undefined || high === undefined) return operand.complain('must be two numbers');
    if (low > high) return operand.complain(`must name the smaller number first, not [${low}, ${high}]`);
    return { operator, low, high };
  }
  // Queries may return true or false, which compare as 1 and 0.
  if (typeof operand.value === 'boolean' && (operator === 'mustBe' || operator === 'mustNotBe')) {
    return { operator, value: Number(operand.value) };
  }
  return { operator, value: operand.number()! };
}
