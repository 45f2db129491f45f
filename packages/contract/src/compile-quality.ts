import { ruleOf } from '@mlops-actions/drift';
import { RE2JS } from 're2js';
import type { Check } from '@mlops-actions/tabular';
import { skipped, type Draft } from './draft.ts';
import type { Property, QualityRule, Unit, Validity } from './model.ts';
import type { Measure, Rule } from './plan.ts';
import { showThreshold } from './thresholds.ts';

type Part = Pick<Rule, 'kind' | 'demand' | 'measure'>;

/** A quality rule of a property. */
export function compilePropertyRule(rule: QualityRule, property: Property, draft: Draft): void {
  addRule(rule, property, draft, (id) => propertyPart(id, rule, property, draft));
}

/** A quality rule of an object. */
export function compileObjectRule(rule: QualityRule, draft: Draft): void {
  addRule(rule, undefined, draft, (id) => objectPart(id, rule, draft));
}

function addRule(rule: QualityRule, property: Property | undefined, draft: Draft, compile: (id: string) => Part): void {
  const { object } = draft;
  const named = rule.type === 'library' ? rule.metric : rule.type;
  const id = draft.freshId(
    rule.id ?? [object.name, property?.name, named].filter((part) => part !== undefined).join('.'),
  );
  draft.add({
    id,
    place: rule.place,
    property: property?.name,
    description: rule.description,
    severity: rule.severity,
    dimension: rule.dimension,
    ...compile(id),
  });
}

function propertyPart(id: string, rule: QualityRule, property: Property, draft: Draft): Part {
  if (rule.type === 'drift') return driftPart(rule, property, draft);
  if (rule.type !== 'library') return commonPart(rule, property, draft);
  if (rule.metric === 'rowCount') throw new Error(`${rule.metric} at a property`);
  const { threshold, unit } = rule;
  const counted = (check: (column: string) => Check): Measure =>
    draft.measured(property, (column) => draft.check(check(column), threshold, unit));
  switch (rule.metric) {
    case 'nullValues':
      return {
        kind: 'nullValues',
        demand: `rows without a value: ${showThreshold(threshold, unit)}`,
        measure: counted((column) => ({ id, test: 'present', column })),
      };
    case 'missingValues': {
      // An empty text is missing in any case.
      const missing = rule.missing.filter((text) => text !== '');
      return {
        kind: 'missingValues',
        demand: `rows without a value, or with a stand-in for none: ${showThreshold(threshold, unit)}`,
        measure: counted((column) => ({ id, test: 'present', column, missing })),
      };
    }
    case 'invalidValues':
      return {
        kind: 'invalidValues',
        demand: `rows with an invalid value: ${showThreshold(threshold, unit)}`,
        measure: counted((column) => ({ id, column, ...validityTest(rule.valid) })),
      };
    case 'duplicateValues':
      return {
        kind: 'duplicateValues',
        demand: `${unit === 'percent' ? 'rows that repeat a value' : 'values that occur more than once'}: ${showThreshold(threshold, unit)}`,
        measure: counted((column) => ({ id, test: 'unique', columns: [column], count: repeats(unit) })),
      };
  }
}

/** A share is one of rows; a number is one of values, as datacontract-cli counts them. */
const repeats = (unit: Unit): 'rows' | 'keys' => (unit === 'percent' ? 'rows' : 'keys');

function driftPart(rule: QualityRule & { type: 'drift' }, property: Property, draft: Draft): Part {
  const column = draft.columnOf(property) ?? property.column;
  const usual = ruleOf(column, rule.metric);
  const { threshold = usual.threshold, minimumRows } = rule;
  return {
    kind: 'drift',
    demand: `${rule.metric} against the reference profile: at most ${threshold}`,
    measure: draft.driftOf([{ ...usual, threshold, ...(minimumRows !== undefined && { minimumRows }) }]),
  };
}

/** A value must be in the list and match the pattern, where there are both. */
function validityTest({
  values,
  pattern,
}: Validity): { test: 'values'; values: readonly string[] } | { test: 'pattern'; pattern: string } {
  if (values === undefined) return { test: 'pattern', pattern: pattern! };
  if (pattern === undefined) return { test: 'values', values };
  const compiled = RE2JS.compile(pattern);
  return { test: 'values', values: values.filter((value) => compiled.matcher(value).find()) };
}

function objectPart(id: string, rule: QualityRule, draft: Draft): Part {
  switch (rule.type) {
    case 'drift-defaults':
      return {
        kind: 'drift',
        demand: 'every column is distributed as in the reference profile',
        measure: draft.driftOf(undefined, rule.minimumRows),
      };
    case 'volume': {
      draft.comparesWithReference = true;
      const { minimumRatio, maximumRatio } = rule;
      const reference = draft.facts.reference?.profile.rows;
      const bounds = [
        ...(minimumRatio === undefined ? [] : [`at least ${minimumRatio}`]),
        ...(maximumRatio === undefined ? [] : [`at most ${maximumRatio}`]),
      ];
      return {
        kind: 'volume',
        demand: `rows as a share of the reference's: ${bounds.join(' and ')}`,
        measure:
          reference === undefined || reference === 0
            ? {
                by: 'nothing',
                outcome: 'inconclusive',
                reason: 'there is no reference profile with rows to compare with',
              }
            : { by: 'volume', reference, minimumRatio, maximumRatio },
      };
    }
    case 'library': {
      if (rule.metric === 'rowCount') {
        return {
          kind: 'rowCount',
          demand: `rows: ${showThreshold(rule.threshold)}`,
          measure: { by: 'rows', threshold: rule.threshold },
        };
      }
      if (rule.metric !== 'duplicateValues') throw new Error(`${rule.metric} at an object`);
      const { properties: wanted = [], threshold, unit } = rule;
      return {
        kind: 'duplicateValues',
        demand: `${unit === 'percent' ? 'rows that repeat a key' : 'keys that occur more than once'} (${wanted.join(', ')}): ${showThreshold(threshold, unit)}`,
        measure: draft.measuredTogether(
          wanted.map((column) => ({ column })),
          (columns) => draft.check({ id, test: 'unique', columns, count: repeats(unit) }, threshold, unit),
        ),
      };
    }
    default:
      return commonPart(rule, undefined, draft);
  }
}

/** What properties and objects have alike. */
function commonPart(rule: QualityRule, property: Property | undefined, draft: Draft): Part {
  switch (rule.type) {
    case 'text':
      return {
        kind: 'text',
        demand: rule.description ?? 'a rule in words',
        measure: skipped('words are for people to judge'),
      };
    case 'foreign':
      return {
        kind: 'custom',
        demand: `a rule of the engine ${rule.engine}`,
        measure: skipped(`it is for the engine ${rule.engine}, which does not run here`),
      };
    case 'sql': {
      const demand = `the query gives ${showThreshold(rule.threshold)}`;
      const { noSql } = draft.facts;
      if (noSql !== undefined) return { kind: 'sql', demand, measure: skipped(noSql) };
      const column = property === undefined ? undefined : draft.columnOf(property);
      return { kind: 'sql', demand, measure: { by: 'query', sql: rule.query, column, threshold: rule.threshold } };
    }
    default:
      throw new Error(`A rule of type ${rule.type} is out of place at ${rule.place}.`);
  }
}
