import type { Add, Change, Impact } from './change.ts';
import { diffRules } from './diff-rules.ts';
import { diffServiceLevels } from './diff-service-levels.ts';
import { diffProperty } from './diff-property.ts';
import type { Contract, Property, SchemaObject, Severity } from './model.ts';

export interface ContractDiff {
  changes: readonly Change[];
  /**
   * What is wrong with the new version's number, if something is: breaking changes need a new major version, and a version never goes back (errors);
   * new promises need a new minor one (a warning).
   */
  problem: { severity: Severity; message: string } | undefined;
}

/** Compares two versions of a contract, from the view of those who read the data. */
export function diffContracts(before: Contract, after: Contract): ContractDiff {
  const changes: Change[] = [];
  const add = (impact: Impact, subject: string, what: string, place: string): void => {
    changes.push({ impact, subject, what, place });
  };
  if (before.id !== after.id) {
    add('breaking', '', `is another contract: its id was '${before.id}' and is '${after.id}'`, 'id');
  }
  diffStatus(before.status, after.status, add);
  if (before.name !== after.name) add('editorial', '', 'has another name', 'name');
  diffObjects(before, after, add);
  diffServiceLevels(before, after, add);
  return { changes, problem: versionProblem(before.version, after.version, changes) };
}

const PASSING_AWAY = ['deprecated', 'retired'];

function diffStatus(before: string, after: string, add: Add): void {
  if (before === after) return;
  const impact = after === 'retired' ? 'breaking' : PASSING_AWAY.includes(after) ? 'compatible' : 'editorial';
  add(impact, '', `has the status '${after}', which was '${before}'`, 'status');
}

function diffObjects(before: Contract, after: Contract, add: Add): void {
  for (const object of before.objects) {
    const next = after.objects.find(({ name }) => name === object.name);
    if (next === undefined) {
      const renamed = after.objects.find(
        (other) => !before.objects.some(({ name }) => name === other.name) && sameColumns(object, other),
      );
      add(
        'breaking',
        object.name,
        renamed === undefined ? 'is gone' : `is gone, or is called '${renamed.name}' now`,
        object.place,
      );
      continue;
    }
    if ((object.physicalName ?? object.name) !== (next.physicalName ?? next.name)) {
      add(
        'breaking',
        object.name,
        `lies in '${next.physicalName ?? next.name}', which was '${object.physicalName ?? object.name}'`,
        `${next.place}.physicalName`,
      );
    }
    diffProperties(object, next, add);
    diffRules(object.name, object.quality, next.quality, add);
  }
  for (const object of after.objects) {
    if (!before.objects.some(({ name }) => name === object.name))
      add('compatible', object.name, 'is new', object.place);
  }
}

const sameColumns = (a: SchemaObject, b: SchemaObject): boolean =>
  a.properties.length === b.properties.length &&
  a.properties.every(({ column }) => b.properties.some((other) => other.column === column));

function diffProperties(before: SchemaObject, after: SchemaObject, add: Add): void {
  const gone = before.properties.filter(({ name }) => !after.properties.some((other) => other.name === name));
  const added = after.properties.filter(({ name }) => !before.properties.some((other) => other.name === name));
  for (const property of gone) {
    const renamed = renameOf(property, added);
    const subject = `${before.name}.${property.name}`;
    add(
      'breaking',
      subject,
      renamed === undefined ? 'is gone' : `is gone, or is called '${renamed.name}' now`,
      property.place,
    );
  }
  for (const property of added) add('compatible', `${after.name}.${property.name}`, 'is new', property.place);
  const [oldKey, newKey] = [keyOf(before), keyOf(after)];
  for (const property of before.properties) {
    const next = after.properties.find(({ name }) => name === property.name);
    if (next === undefined) continue;
    const isKey = { before: oldKey === property.name, after: newKey === property.name };
    diffProperty(`${before.name}.${property.name}`, property, next, isKey, add);
  }
  if (oldKey === newKey) return;
  const was = oldKey === '' ? ' now' : `, which was (${oldKey})`;
  const what = newKey === '' ? 'has no primary key now' : `has the primary key (${newKey})${was}`;
  add(oldKey === '' ? 'compatible' : 'breaking', before.name, what, after.place);
}

const keyOf = ({ properties }: SchemaObject): string =>
  properties
    .filter(({ primaryKey }) => primaryKey !== undefined)
    .map(({ name }) => name)
    .toSorted()
    .join(', ');

/** A new property that could be an old one under another name: the same column, or the only new one that is described alike. */
function renameOf(gone: Property, added: readonly Property[]): Property | undefined {
  const same = added.find(({ column }) => column === gone.column);
  if (same !== undefined) return same;
  const alike = added.filter(
    (other) =>
      other.logicalType === gone.logicalType &&
      other.physicalType === gone.physicalType &&
      other.required === gone.required &&
      JSON.stringify(other.options) === JSON.stringify(gone.options),
  );
  return alike.length === 1 ? alike[0] : undefined;
}

function versionProblem(before: string, after: string, changes: readonly Change[]): ContractDiff['problem'] {
  const error = (message: string): ContractDiff['problem'] => ({ severity: 'error', message });
  const old = parseVersion(before);
  const next = parseVersion(after);
  const breaks = changes.some(({ impact }) => impact === 'breaking');
  if (old === undefined || next === undefined) {
    return breaks && before === after
      ? error(`The contract breaks its readers, and is still version ${before}.`)
      : undefined;
  }
  const place = next.findIndex((part, index) => part !== old[index]);
  if (place >= 0 && next[place]! < old[place]!) return error(`The version goes back from ${before} to ${after}.`);
  const step = place < 0 ? old.length : place;
  if (breaks && step > 0) {
    return error(
      `The contract breaks its readers: after ${before} its version must be ${old[0]! + 1}.0.0, not ${after}.`,
    );
  }
  if (changes.some(({ impact }) => impact === 'compatible') && step > 1) {
    const message = `The contract promises something new: after ${before} its version should be ${old[0]!}.${old[1]! + 1}.0, not ${after}.`;
    return { severity: 'warning', message };
  }
  return undefined;
}

function parseVersion(text: string): readonly number[] | undefined {
  const parts = /^v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?$/.exec(text.trim());
  return parts === null ? undefined : [Number(parts[1]), Number(parts[2] ?? 0), Number(parts[3] ?? 0)];
}
