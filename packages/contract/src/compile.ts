import { compileObjectRule, compilePropertyRule } from './compile-quality.ts';
import { compileProperty } from './compile-property.ts';
import { compileServiceLevels } from './compile-service-levels.ts';
import { Draft, type DataFacts } from './draft.ts';
import type { Contract, SchemaObject } from './model.ts';
import type { Plan } from './plan.ts';

/** Compiles the rules of one object, with the service levels that name it. */
export function compileObject(contract: Contract, object: SchemaObject, facts: DataFacts): Plan {
  const draft = new Draft(object, facts);
  for (const property of object.properties) {
    compileProperty(property, draft);
    for (const rule of property.quality) compilePropertyRule(rule, property, draft);
  }
  compilePrimaryKey(object, draft);
  for (const rule of object.quality) compileObjectRule(rule, draft);
  compileServiceLevels(contract, object, draft);
  if (facts.reference !== undefined && !draft.comparesWithReference) {
    // Whoever names a profile wants it looked at.
    draft.add({
      kind: 'drift',
      place: object.place,
      demand: 'every column is distributed as in the reference profile',
      measure: draft.driftOf(),
    });
  }
  return draft.plan();
}

/** Every column of it is present in every row, and no two rows have the same key. */
function compilePrimaryKey(object: SchemaObject, draft: Draft): void {
  const key = object.properties
    .filter((property) => property.primaryKey !== undefined)
    .toSorted((a, b) => a.primaryKey! - b.primaryKey!);
  const [first] = key;
  if (first === undefined) return;
  for (const property of key) {
    if (property.required) continue;
    draft.count(property, 'primary-key', 'primaryKey', 'present in every row, as part of the primary key', {
      test: 'present',
    });
  }
  if (key.length === 1 && first.unique) return;
  const id = draft.freshId(`${object.name}.primary-key`);
  draft.add({
    id,
    kind: 'primary-key',
    place: key.length === 1 ? `${first.place}.primaryKey` : object.place,
    property: key.map(({ name }) => name).join(', '),
    demand: 'no two rows have the same primary key',
    dimension: 'uniqueness',
    measure: draft.measuredTogether(key, (columns) => draft.check({ id, test: 'unique', columns })),
  });
}
