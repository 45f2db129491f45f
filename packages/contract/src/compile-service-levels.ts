import { inconclusive, skipped, type Draft } from './compile.ts';
import { parseSpan, showSpan } from './instants.ts';
import type { Contract, SchemaObject, ServiceLevel } from './model.ts';
import type { Measure } from './plan.ts';

/** The standard's names with their synonyms, in any case; `freshness` is what datacontract-cli calls latency. */
const FRESHNESS = ['latency', 'ly', 'freshness'];
const RETENTION = ['retention', 're'];

/** Adds the service levels that name a property of the object: its values must be young enough, and none too old. */
export function compileServiceLevels(contract: Contract, object: SchemaObject, draft: Draft): void {
  for (const level of contract.serviceLevels) {
    const name = level.property.toLowerCase();
    const isFreshness = FRESHNESS.includes(name);
    if (!isFreshness && !RETENTION.includes(name)) continue;
    const kind = isFreshness ? 'freshness' : 'retention';
    const limit = parseSpan(level.value, level.unit, isFreshness ? 'minutes' : 'months');
    const what = isFreshness ? 'the newest value is younger than' : 'no value is older than';
    const demand = `${what} ${limit === undefined ? String(level.value) : showSpan(limit)}`;
    if (level.elements.length === 0) {
      draft.add({ kind, place: level.place, demand, dimension: 'timeliness', measure: skipped('it names no element') });
    }
    for (const element of level.elements) {
      if (isOfAnother(element, contract, object)) continue;
      draft.add({
        kind,
        place: level.place,
        property: element.slice(element.indexOf('.') + 1),
        demand,
        dimension: 'timeliness',
        measure: ageOf(element, level, limit, isFreshness ? 'newest' : 'oldest', object, draft),
      });
    }
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
