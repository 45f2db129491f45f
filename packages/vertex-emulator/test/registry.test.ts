import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seededChance, type Moment } from '../src/identity.ts';
import { checkState } from '../src/invariants.ts';
import { DEFAULT_CHOICES } from '../src/options.ts';
import { addVersion, deleteVersion, findVersion, mergeAliases, newModel, type NewVersion } from '../src/registry.ts';
import { EMPTY_STATE, withModel, type Model } from '../src/state.ts';

const moment: Moment = { now: '2026-01-01T00:00:00.000Z', chance: seededChance('registry') };
const version = (aliases: readonly string[] = []): NewVersion => ({ spec: {}, description: '', labels: {}, aliases });
const create = (aliases?: string[]): Model =>
  newModel({ project: '1', location: 'r', id: 'm', displayName: 'M', description: '' }, version(aliases), moment);
const merge = (model: Model, id: string, ...changes: string[]): Model =>
  mergeAliases(model, id, changes, DEFAULT_CHOICES, moment);
const aliases = (model: Model): Record<string, readonly string[]> =>
  Object.fromEntries(model.versions.map(({ id, aliases }) => [id, [...aliases].sort()]));

describe('versions and aliases', () => {
  test('the first version is the default, later ones only if they ask for it', () => {
    const one = create(['golden']);
    expect(aliases(one)).toEqual({ 1: ['default', 'golden'] });
    const two = addVersion(one, version(), moment);
    expect(aliases(two)).toEqual({ 1: ['default', 'golden'], 2: [] });
    expect(aliases(addVersion(two, version(['default']), moment))).toEqual({ 1: ['golden'], 2: [], 3: ['default'] });
  });

  test('merging moves, removes, and leaves alone what is both added and removed', () => {
    const model = addVersion(create(['golden']), version(['silver']), moment);
    expect(aliases(merge(model, '2', 'golden'))).toEqual({ 1: ['default'], 2: ['golden', 'silver'] });
    expect(aliases(merge(model, '1', '-golden'))).toEqual({ 1: ['default'], 2: ['silver'] });
    expect(aliases(merge(model, '1', '-golden', 'golden'))).toEqual(aliases(model));
    expect(aliases(merge(model, '1', '-silver'))).toEqual(aliases(model));
    expect(aliases(merge(model, '2', 'default'))).toEqual({ 1: ['golden'], 2: ['default', 'silver'] });
  });

  test('default cannot vanish', () => {
    expect(() => merge(create(), '1', '-default')).toThrow('exactly one version must hold it');
  });

  test.each(['a', '1a', 'A1', 'aB', 'a_b', 'ab-', '-', `a${'b'.repeat(128)}`])('%s is no alias', (alias) => {
    expect(() => merge(create(), '1', alias)).toThrow('Invalid version alias');
  });

  test('the only version stays, and an id is not given twice', () => {
    const model = addVersion(create(), version(), moment);
    expect(() => deleteVersion(create(), '1', DEFAULT_CHOICES, moment)).toThrow('only version');
    expect(() => deleteVersion(model, '1', DEFAULT_CHOICES, moment)).toThrow('default version');
    const moved = deleteVersion(model, '1', { ...DEFAULT_CHOICES, deleteDefaultVersion: 'move' }, moment);
    expect(aliases(moved)).toEqual({ 2: ['default'] });
    const shrunk = deleteVersion(model, '2', DEFAULT_CHOICES, moment);
    expect(addVersion(shrunk, version(), moment).versions.map(({ id }) => id)).toEqual(['1', '3']);
  });
});

/** One step, with numbers that are taken modulo what there is. */
type Step =
  | { do: 'add'; aliases: string[] }
  | { do: 'merge'; which: number; changes: string[] }
  | { do: 'delete'; which: number };

const alias = fc.constantFrom('default', 'golden', 'silver', 'champion');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('add' as const), aliases: fc.uniqueArray(alias) }),
  fc.record({
    do: fc.constant('merge' as const),
    which: fc.nat(20),
    changes: fc.array(
      fc.tuple(fc.constantFrom('', '-'), alias).map(([sign, name]) => sign + name),
      { minLength: 1 },
    ),
  }),
  fc.record({ do: fc.constant('delete' as const), which: fc.nat(20) }),
);

describe('the alias state machine', () => {
  test('after any steps one version is the default, each alias names one version, and it agrees with a plain map', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 25 }),
        fc.constantFrom('refuse' as const, 'move' as const),
        (steps, rule) => {
          const choices = { ...DEFAULT_CHOICES, deleteDefaultVersion: rule };
          let model = create();
          // The model of the model: who holds which alias.
          let holders = new Map([['default', '1']]);
          for (const next of steps) {
            const id = next.do === 'add' ? '' : model.versions[next.which % model.versions.length]!.id;
            const expected = new Map(holders);
            try {
              if (next.do === 'add') {
                model = addVersion(model, version(next.aliases), moment);
                for (const name of next.aliases) expected.set(name, model.versions.at(-1)!.id);
              } else if (next.do === 'merge') {
                const has = (change: string): boolean => next.changes.includes(change);
                for (const name of ['default', 'golden', 'silver', 'champion']) {
                  if (has(name) && !has(`-${name}`)) expected.set(name, id);
                  if (has(`-${name}`) && !has(name) && expected.get(name) === id) expected.delete(name);
                }
                model = mergeAliases(model, id, next.changes, choices, moment);
              } else {
                model = deleteVersion(model, id, choices, moment);
                for (const [name, holder] of expected) if (holder === id) expected.delete(name);
                if (!expected.has('default')) expected.set('default', model.versions.at(-1)!.id);
              }
              holders = expected;
            } catch {
              // Refused: nothing has changed, as the comparison below shows.
            }
            expect(new Map(model.versions.flatMap(({ id, aliases }) => aliases.map((name) => [name, id])))).toEqual(
              holders,
            );
            expect(checkState(withModel(EMPTY_STATE, model))).toEqual([]);
            expect(findVersion(model)?.id).toBe(holders.get('default'));
          }
        },
      ),
    );
  });
});
