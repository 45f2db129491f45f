import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseState, trendOf, windowsOf as windowsOfVersion } from '../src/index.ts';
import { histories, judgeAll, windowsOf } from './windows.ts';

const state = judgeAll(windowsOf('ppffpp')).at(-1)!.next;

const changed = (change: (copy: Record<string, unknown>) => void): unknown => {
  const copy = JSON.parse(JSON.stringify(state)) as Record<string, unknown>;
  change(copy);
  return copy;
};

describe('a stored state', () => {
  test.each<[string, unknown, string]>([
    ['nothing', null, 'no object'],
    ['a list', [], 'no object'],
    ['a later version', changed((copy) => (copy['state-version'] = 2)), 'has the version 2'],
    ['another model', changed((copy) => (copy['model'] = 'fraud')), 'is of the model "fraud"'],
    ['no windows', changed((copy) => delete copy['windows']), 'no list at windows'],
    ['windows out of order', changed((copy) => (copy['windows'] as unknown[]).reverse()), 'out of order'],
    [
      'a window twice',
      changed((copy) => (copy['windows'] as unknown[]).push((copy['windows'] as unknown[]).at(-1))),
      'out of order',
    ],
    [
      'a verdict that nobody gave',
      changed((copy) => ((copy['windows'] as Record<string, unknown>[])[1]!['verdict'] = 'passed')),
      'windows[1].verdict',
    ],
    [
      'a memory that was edited',
      changed((copy) => (copy['base'] = { versionWindows: -1, signals: [] })),
      'base.versionWindows',
    ],
    [
      'letters that are none',
      changed((copy) => (copy['base'] = { versionWindows: 1, alarms: [], signals: [['a', 'ppx']] })),
      'other letters',
    ],
    [
      'text that never ends',
      changed((copy) => ((copy['windows'] as Record<string, unknown>[])[0]!['modelVersion'] = 'x'.repeat(1e6))),
      'text',
    ],
    [
      'a time that is none',
      changed((copy) => ((copy['windows'] as { window: object }[])[0]!.window = { from: 'now', to: 'then' })),
      'no time',
    ],
  ])('with %s is refused', (_, json, message) => {
    expect(() => parseState(json, 'credit-risk')).toThrow(message);
  });

  test('cannot make the monitor crash, whatever stands in it', () => {
    fc.assert(
      fc.property(histories, fc.nat(), fc.jsonValue(), (records, place, value) => {
        const json = JSON.parse(JSON.stringify(judgeAll(records).at(-1)!.next)) as unknown;
        const places: [parent: Record<string, unknown>, key: string][] = [];
        const visit = (node: unknown): void => {
          if (typeof node !== 'object' || node === null) return;
          for (const key of Object.keys(node)) {
            places.push([node as Record<string, unknown>, key]);
            visit((node as Record<string, unknown>)[key]);
          }
        };
        visit(json);
        const [parent, key] = places[place % places.length]!;
        parent[key] = value;
        try {
          parseState(json, 'credit-risk');
        } catch (error) {
          expect(error).toMatchObject({ name: 'UserError', fix: expect.stringContaining('Restore') });
        }
      }),
    );
  });

  test('brings nothing along that does not belong there', () => {
    const json = JSON.parse(
      JSON.stringify(state).replace('{', '{"__proto__": {"polluted": true}, "extra": 1, '),
    ) as unknown;
    expect(parseState(json, 'credit-risk')).toEqual(state);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

test('trends are the findings of a signal over the windows; baselines are of one version', () => {
  expect(trendOf(state, 'input-drift/psi/amount').map(({ finding }) => finding.verdict)).toEqual([
    'pass',
    'pass',
    'fail',
    'fail',
    'pass',
    'pass',
  ]);
  expect(windowsOfVersion(state, '1')).toHaveLength(6);
  expect(windowsOfVersion(state, '2')).toHaveLength(0);
});
