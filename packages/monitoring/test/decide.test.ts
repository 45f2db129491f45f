import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  ACTIONS,
  decide,
  DEFAULT_DECISIONS,
  emptyState,
  FINDING_KINDS,
  parseState,
  type DecisionPolicy,
  type FindingKind,
} from '../src/index.ts';
import { dayOf, findingOf, histories, judgeAll, recordOf, windowsOf } from './windows.ts';

const policyWith = (change: Partial<DecisionPolicy>): DecisionPolicy => ({ ...DEFAULT_DECISIONS, ...change });

describe('whatever the history', () => {
  test('the same window judged twice changes nothing', () => {
    fc.assert(
      fc.property(histories, (records) => {
        const once = judgeAll(records).at(-1)!;
        expect(decide(once.next, records.at(-1)!)).toEqual(once);
      }),
    );
  });

  test('the state is plain JSON that reads back as it was', () => {
    fc.assert(
      fc.property(histories, (records) => {
        const { next } = judgeAll(records, policyWith({ 'keep-windows': 5 })).at(-1)!;
        expect(parseState(JSON.parse(JSON.stringify(next)), 'credit-risk')).toEqual(next);
      }),
    );
  });

  test('windows that come late count as if they had come in time', () => {
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.nat()), (records, keys) => {
        const late = records
          .map((record) => ({ record, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ record }) => record);
        expect(judgeAll(late).at(-1)!.next).toEqual(judgeAll(records).at(-1)!.next);
      }),
    );
  });

  test('a short memory decides as a long one', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 6 }), (records, kept) => {
        const short = judgeAll(records, policyWith({ 'keep-windows': kept }));
        const long = judgeAll(records);
        short.forEach((decision, index) => {
          expect(decision.next.windows.length).toBeLessThanOrEqual(kept);
          expect({ ...decision, next: undefined }).toEqual({ ...long[index], next: undefined });
        });
      }),
    );
  });

  test('a worse window never yields a milder action', () => {
    const worse = { pass: ['inconclusive', 'fail'], inconclusive: ['fail'], fail: ['fail'] } as const;
    fc.assert(
      fc.property(histories, fc.nat(), fc.nat(), fc.nat(), (records, a, b, c) => {
        const index = a % records.length;
        const { findings } = records[index]!;
        fc.pre(findings.length > 0);
        const found = findings[b % findings.length]!;
        const verdicts = worse[found.verdict];
        const worsened = records.map((record, at) =>
          at === index
            ? recordOf(
                at,
                findings.map((finding) =>
                  finding === found ? { ...finding, verdict: verdicts[c % verdicts.length]! } : finding,
                ),
                record.modelVersion,
              )
            : record,
        );
        const [before, after] = [judgeAll(records).at(-1)!, judgeAll(worsened).at(-1)!];
        expect(ACTIONS.indexOf(after.action)).toBeGreaterThanOrEqual(ACTIONS.indexOf(before.action));
        if (before.breached) expect(after.breached).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('an action is called for exactly where something is breached, and pass never means breached', () => {
    fc.assert(
      fc.property(histories, (records) => {
        for (const decision of judgeAll(records)) {
          expect(decision.verdict === 'fail').toBe(decision.breached);
          if (decision.action !== 'none') expect(decision.breached).toBe(true);
          if (decision.breached) expect(decision.incident).toMatchObject({ status: 'open' });
          if (decision.action !== 'none')
            expect(decision.reasons.join(' ')).toContain(`This calls for: ${decision.action}.`);
        }
      }),
    );
  });

  test('estimates alone never roll back', () => {
    fc.assert(
      fc.property(histories, (records) => {
        const estimated = records.map((record, index) =>
          recordOf(
            index,
            record.findings.map((finding) => ({
              ...finding,
              kind: 'estimated-performance' as const,
              estimated: true as const,
            })),
            record.modelVersion,
          ),
        );
        for (const { action } of judgeAll(estimated)) expect(action).not.toBe('rollback');
      }),
    );
  });
});

describe('k of n', () => {
  test('an alarm is raised exactly where k of the last n that could be judged fail, the newest of them too, and stands until one passes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('p', 'f', 'i'), { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (letters, a, b) => {
          const [failures, windows] = [Math.min(a, b), Math.max(a, b)];
          const policy = policyWith({
            alarms: { ...DEFAULT_DECISIONS.alarms, 'input-drift': { failures, windows } },
            'blind-windows': 100,
          });
          judgeAll(windowsOf(letters.join('')), policy).forEach(({ breached }, index) => {
            const conclusive = letters.slice(0, index + 1).filter((letter) => letter !== 'i');
            const failed = conclusive.slice(-windows).filter((letter) => letter === 'f').length;
            expect(breached).toBe(conclusive.at(-1) === 'f' && failed >= failures);
          });
        },
      ),
    );
  });

  test('a failure that is not sustained is no pass either', () => {
    const [, second] = judgeAll(windowsOf('pf'));
    expect(second).toMatchObject({ verdict: 'inconclusive', action: 'none', breached: false, change: 'none' });
    expect(second!.reasons).toEqual(['input-drift fail. Only 2 of 3 windows make an alarm.']);
  });

  test('a signal that never passes is looked into, even if it is never judged', () => {
    const decisions = judgeAll(windowsOf('piiii'));
    expect(decisions.map(({ action }) => action)).toEqual(['none', 'none', 'none', 'none', 'investigate']);
    expect(decisions.at(-1)!.reasons[0]).toContain('has not passed in 4 windows');
  });

  test('findings that wait for labels are no reason for doubt', () => {
    const pending = findingOf('performance', 'inconclusive', { metric: 'auc', pending: true });
    const records = Array.from({ length: 6 }, (_, index) =>
      recordOf(index, [findingOf('input-drift', 'pass'), pending]),
    );
    expect(judgeAll(records).map(({ verdict, breached }) => [verdict, breached])).toEqual(
      records.map(() => ['pass', false]),
    );
  });
});

describe('what is called for', () => {
  const actionOf = (kind: FindingKind, age: number): string => {
    const { failures } = DEFAULT_DECISIONS.alarms[kind];
    const letters = 'p'.repeat(age - failures) + 'f'.repeat(failures);
    return judgeAll(windowsOf(letters, kind)).at(-1)!.action;
  };

  test('right after a release, and later', () => {
    expect(Object.fromEntries(FINDING_KINDS.map((kind) => [kind, [actionOf(kind, 3), actionOf(kind, 4)]]))).toEqual({
      'data-quality': ['investigate', 'investigate'],
      volume: ['investigate', 'investigate'],
      freshness: ['investigate', 'investigate'],
      'input-drift': ['retrain', 'retrain'],
      'prediction-drift': ['investigate', 'retrain'],
      performance: ['rollback', 'retrain'],
      'estimated-performance': ['investigate', 'investigate'],
      'slice-performance': ['investigate', 'investigate'],
      calibration: ['retrain', 'retrain'],
      service: ['rollback', 'investigate'],
    });
  });

  test('the gravest of several, gravest reason first', () => {
    const [decision] = judgeAll([
      recordOf(0, [findingOf('volume', 'fail'), findingOf('service', 'fail', { metric: 'error-rate' })]),
    ]);
    expect(decision).toMatchObject({ action: 'rollback', change: 'opened' });
    expect(decision!.reasons).toEqual([
      'service fail. This calls for: rollback.',
      'volume fail. This calls for: investigate.',
    ]);
  });

  test('is kept by the incident, for each version anew', () => {
    const records = [
      ...windowsOf('fff', 'volume'),
      recordOf(3, [findingOf('volume', 'fail'), findingOf('performance', 'fail', { metric: 'auc' })]),
      recordOf(4, [findingOf('volume', 'fail'), findingOf('performance', 'pass', { metric: 'auc' })]),
      // Another version: what was done to the last one has not been done to it.
      recordOf(5, [findingOf('volume', 'fail')], '2'),
    ];
    expect(judgeAll(records).map(({ action, incident }) => [action, incident!.action, incident!.modelVersion])).toEqual(
      [
        ['investigate', 'investigate', '1'],
        ['investigate', 'investigate', '1'],
        ['investigate', 'investigate', '1'],
        ['retrain', 'retrain', '1'],
        ['investigate', 'retrain', '1'],
        ['investigate', 'investigate', '2'],
      ],
    );
  });

  test('another version starts afresh', () => {
    const records = [...windowsOf('ppff'), recordOf(4, [findingOf('input-drift', 'fail')], '2')];
    expect(judgeAll(records).map(({ breached }) => breached)).toEqual([false, false, false, true, false]);
  });
});

describe('an incident', () => {
  const changes = (letters: string, policy?: DecisionPolicy): string =>
    judgeAll(windowsOf(letters, 'volume'), policy)
      .map(({ change }) => change)
      .join(' ');

  test('opens, is updated, and heals after quiet windows in a row', () => {
    expect(changes('pffppp')).toBe('none opened updated none none healed');
    expect(changes('fppfppp')).toBe('opened none none updated none none healed');
  });

  test('does not heal while nothing can be judged', () => {
    expect(changes('fppi')).toBe('opened none none none');
    expect(changes('fppippp')).toBe('opened none none none none none healed');
    const empty = [...windowsOf('f', 'volume'), ...[1, 2, 3, 4].map((index) => recordOf(index, []))];
    expect(judgeAll(empty).at(-1)!.incident).toMatchObject({ status: 'open' });
  });

  test('keeps its name while it is open and when it comes back soon; later it is another one', () => {
    const decisions = judgeAll(windowsOf('pfpppppf' + 'pppppppf', 'volume'));
    expect(decisions[7]).toMatchObject({
      change: 'reopened',
      incident: { id: dayOf(1), reopenings: 1, status: 'open' },
    });
    expect(decisions.at(-1)).toMatchObject({ change: 'opened', incident: { id: dayOf(15), reopenings: 0 } });
    expect(decisions[5]!.incident).toMatchObject({
      id: dayOf(1),
      status: 'healed',
      healed: dayOf(4),
      opened: dayOf(1),
    });
  });

  test('knows every signal that took part', () => {
    const records = [
      recordOf(0, [findingOf('volume', 'fail')]),
      recordOf(1, [findingOf('freshness', 'fail', { subject: 'feed' })]),
    ];
    expect(judgeAll(records).at(-1)!.incident).toMatchObject({
      signals: ['volume/psi/amount', 'freshness/psi/feed'],
      action: 'investigate',
    });
  });

  test('is raised by labels that come later for an earlier window, and stands while those of the next are waited for', () => {
    const auc = (verdict: 'pass' | 'fail' | 'inconclusive', pending = false) =>
      findingOf('performance', verdict, {
        metric: 'auc',
        subject: 'model',
        ...(pending ? { pending: true as const } : {}),
      });
    const waiting = [0, 1, 2, 3, 4].map((index) =>
      recordOf(index, [findingOf('input-drift', 'pass'), auc('inconclusive', true)]),
    );
    const quiet = judgeAll(waiting).at(-1)!;
    expect(quiet).toMatchObject({ breached: false, action: 'none' });
    const late = decide(quiet.next, recordOf(1, [findingOf('input-drift', 'pass'), auc('fail')]));
    // In its second window the release was recent.
    expect(late).toMatchObject({ breached: true, action: 'rollback', incident: { status: 'open', id: dayOf(1) } });
    expect(late.reasons[0]).toContain(`in the window from ${dayOf(1)}`);
    const better = decide(late.next, recordOf(2, [findingOf('input-drift', 'pass'), auc('pass')]));
    expect(better).toMatchObject({ breached: false, action: 'none', incident: { status: 'healed' } });
  });

  test('does not stay because of what nobody asks about any more', () => {
    const asked = (index: number) => recordOf(index, [findingOf('volume', 'pass')]);
    const records = [recordOf(0, [findingOf('service', 'fail')]), ...[1, 2, 3, 4, 5, 6].map(asked)];
    expect(judgeAll(records).map(({ breached }) => breached)).toEqual([true, true, true, false, false, false, false]);
    expect(judgeAll(records).at(-1)!.incident).toMatchObject({ status: 'healed' });
  });
});

test('a model of a thousand columns does not fill the state', () => {
  const findings = Array.from({ length: 7000 }, (_, index) =>
    findingOf('input-drift', 'pass', { subject: `x${index}` }),
  );
  const { next } = judgeAll(Array.from({ length: 10 }, (_, index) => recordOf(index, findings))).at(-1)!;
  expect(next.windows).toHaveLength(8);
  // Names that come and go, as values of a slice do, are forgotten.
  const fleeting = Array.from({ length: 60 }, (_, index) =>
    recordOf(index, [findingOf('slice-performance', 'pass', { subject: `${index}` })]),
  );
  expect(judgeAll(fleeting, policyWith({ 'keep-windows': 1 })).at(-1)!.next.base.signals.length).toBeLessThan(20);
});

describe('what contradicts itself is refused', () => {
  const [record] = windowsOf('p');

  test.each<[Partial<DecisionPolicy>, string]>([
    [
      { actions: { ...DEFAULT_DECISIONS.actions, 'estimated-performance': 'rollback' } },
      'rollback on estimated performance',
    ],
    [{ alarms: { ...DEFAULT_DECISIONS.alarms, volume: { failures: 3, windows: 2 } } }, '3 failures in 2 windows'],
    [{ alarms: { ...DEFAULT_DECISIONS.alarms, volume: { failures: 0, windows: 2 } } }, '0 failures in 2 windows'],
    [{ 'heal-after': 0 }, 'heal-after is 0'],
    [{ 'keep-windows': NaN }, 'keep-windows is NaN'],
  ])('%j', (change, message) => {
    expect(() => decide(emptyState('m'), record!, policyWith(change))).toThrow(message);
  });

  test('a window older than all that is kept', () => {
    const { next } = judgeAll(windowsOf('pppp'), policyWith({ 'keep-windows': 2 })).at(-1)!;
    expect(() => decide(next, record!)).toThrow('older than all');
  });
});
