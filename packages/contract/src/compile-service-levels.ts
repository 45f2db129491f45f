import { inconclusive, skipped, type Draft } from './draft.ts';
import { parseSpan, showSpan } from './instants.ts';
import type { Contract, SchemaObject, ServiceLevel } from './model.ts';
import type { Measure } from './plan.ts';

/** The standard's names with their synonyms, in any case; `freshness` is what datacontract-cli calls latency. */
const FRESHNESS = ['latency', 'ly', 'freshness'];
const RETENTION = ['retention', 're'];

/**
 * Adds the service levels of an object: its values must be young enough, and none too old. The others are about deliveries and support over time,
 * which no rows show: they are there, and skipped.
 */
export function compileServiceLevels(contract: Contract, object: SchemaObject, draft: Draft): void {
  for (const level of contract.serviceLevels) {
    const elements = level.elements.filter((element) => !isOfAnother(element, contract, object));
    if (elements.length === 0 && level.elements.length > 0) continue;
    const name = level.property.toLowerCase();
    if (FRESHNESS.includes(name)) compileAge('freshness', level, elements, object, draft);
    else if (RETENTION.includes(name)) compileAge('retention', level, elements, object, draft);
    else {
      draft.add({
        kind: 'service-level',
        place: level.place,
        demand: `${level.property}: ${[level.value, level.unit].filter((part) => part !== undefined).join(' ')}`,
        measure: skipped('rows do not show it'),
      });
    }
  }
}

function compileAge(
  kind: 'freshness' | 'retention',
  level: ServiceLevel,
  elements: readonly string[],
  object: SchemaObject,
  draft: Draft,
): void {
  const isFreshness = kind === 'freshness';
  const limit = parseSpan(level.value, level.unit, isFreshness ? 'minutes' : 'months');
  const what = isFreshness ? 'the newest value is younger than' : 'no value is older than';
  const demand = `${what} ${limit === undefined ? String(level.value) : showSpan(limit)}`;
  const rule = { kind, place: level.place, demand, dimension: 'timeliness' };
  if (elements.length === 0) draft.add({ ...rule, measure: skipped('it names no element') });
  for (const element of elements) {
    const measure = ageOf(element, level, limit, isFreshness ? 'newest' : 'oldest', object, draft);
    draft.add({ ...rule, property: element.slice(element.indexOf('.') + 1), measure });
  }
}

const isOfAnother = (element: string, { objects }: Contract, object: SchemaObject): boolean =>
  objects.some(
    (other) =>
      other !== object &&
      [other.name, other.physicalName].some((name) => name !== undefined && element.startsWith(`${name}.`)),
  );

function ageOf(
  element: string,
  level: ServiceLevel,
  limit: number | undefined,
  of: 'newest' | 'oldest',
  object: SchemaObject,
  draft: Draft,
): Measure {
  if (limit === undefined) {
    return inconclusive(
      `${[String(level.value), level.unit].filter((part) => part !== undefined).join(' ')} is no length of time`,
    );
  }
  const prefix = [object.name, object.physicalName].find(
    (name) => name !== undefined && element.startsWith(`${name}.`),
  );
  const wanted = prefix === undefined ? undefined : element.slice(prefix.length + 1);
  const property = object.properties.find(({ name, column }) => name === wanted || column === wanted);
  if (property === undefined) return inconclusive(`it names '${element}', which the contract does not have`);
  return draft.measured(property, (column) =>
    draft.observeTime(column)
      ? { by: 'age', column, of, limit }
      : inconclusive(`the reference profile has '${column}' not as points in time`),
  );
}
