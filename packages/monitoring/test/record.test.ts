import { describe, expect, test } from '@jest/globals';
import { judgeFreshness, type DriftFinding } from '@mlops-actions/drift';
import {
  completePolicy,
  decide,
  DEFAULT_DECISIONS,
  emptyState,
  fromDrift,
  fromFeed,
  makeRecord,
} from '../src/index.ts';
import { dayOf, findingOf } from './windows.ts';

const drift = (column: string, metric: DriftFinding['metric'], verdict: DriftFinding['verdict']): DriftFinding => ({
  column,
  metric,
  value: verdict === 'inconclusive' ? undefined : 0.4,
  threshold: 0.25,
  nullQuantile: NaN,
  pValue: 0,
  rows: 1000,
  verdict,
  reason: `${metric} of ${column}.`,
});

const record = (found: DriftFinding[], more = [] as ReturnType<typeof findingOf>[]) =>
  makeRecord({
    window: { from: dayOf(0), to: dayOf(1) },
    rows: 1000,
    modelVersion: '1',
    findings: [...fromDrift(found, new Set(['score'])), ...more],
  });

describe('the record of a window', () => {
  test('tells drift of inputs, of predictions, and broken columns apart', () => {
    const kinds = fromDrift(
      [
        drift('amount', 'psi', 'fail'),
        drift('score', 'psi', 'pass'),
        drift('amount', 'missing-rate', 'pass'),
        drift('score', 'presence', 'pass'),
      ],
      new Set(['score']),
    ).map(({ kind }) => kind);
    expect(kinds).toEqual(['input-drift', 'prediction-drift', 'data-quality', 'data-quality']);
  });

  test('takes a few unknown values for drift, and most of them for a changed unit or coding', () => {
    const beyond = (value: number): string[] =>
      record([{ ...drift('amount', 'out-of-range-rate', 'fail'), value }, drift('amount', 'psi', 'fail')]).findings.map(
        ({ kind, metric, verdict }) => `${kind} ${metric} ${verdict}`,
      );
    expect(beyond(0.02)).toEqual([
      'input-drift out-of-range-rate fail',
      'data-quality out-of-range-rate pass',
      'input-drift psi fail',
    ]);
    expect(beyond(1)).toEqual([
      'input-drift out-of-range-rate inconclusive',
      'data-quality out-of-range-rate fail',
      'input-drift psi inconclusive',
    ]);
  });

  test('holds nothing that JSON does not', () => {
    const { findings } = record([drift('amount', 'psi', 'inconclusive')]);
    expect(JSON.parse(JSON.stringify(findings))).toEqual(findings);
    expect(Object.keys(findings[0]!)).not.toContain('nullQuantile');
  });

  test('is as bad as its worst finding, and inconclusive without any', () => {
    expect(record([drift('amount', 'psi', 'pass')]).verdict).toBe('pass');
    expect(record([drift('amount', 'psi', 'pass'), drift('region', 'psi', 'inconclusive')]).verdict).toBe(
      'inconclusive',
    );
    expect(record([]).verdict).toBe('inconclusive');
    const waiting = findingOf('performance', 'inconclusive', { pending: true });
    expect(record([drift('amount', 'psi', 'pass')], [waiting]).verdict).toBe('pass');
    expect(record([], [waiting]).verdict).toBe('inconclusive');
  });

  test('never lets a model learn from a broken column', () => {
    const found = [
      drift('amount', 'missing-rate', 'fail'),
      drift('amount', 'psi', 'fail'),
      drift('region', 'psi', 'fail'),
      drift('score', 'psi', 'fail'),
    ];
    const more = [findingOf('estimated-performance', 'fail', { estimated: true }), findingOf('performance', 'fail')];
    const broken = record(found, more);
    expect(broken.findings.map(({ kind, subject, verdict }) => `${kind} ${subject} ${verdict}`)).toEqual([
      'data-quality amount fail',
      'input-drift amount inconclusive',
      'input-drift region fail',
      'prediction-drift score inconclusive',
      'estimated-performance amount inconclusive',
      'performance amount fail',
    ]);
    const atOnce = { failures: 1, windows: 1 };
    const policy = {
      ...DEFAULT_DECISIONS,
      alarms: { ...DEFAULT_DECISIONS.alarms, 'input-drift': atOnce, 'prediction-drift': atOnce },
    };
    const only = record(found.filter(({ column }) => column !== 'region'));
    expect(decide(emptyState('m'), only, policy)).toMatchObject({ action: 'investigate' });
  });

  test('has the feed in it', () => {
    const stale = fromFeed(judgeFreshness(0, Date.parse('2026-01-01'), 24), 1000);
    expect(stale).toMatchObject({ kind: 'freshness', subject: 'feed', metric: 'age-hours', verdict: 'fail' });
  });
});

test('a policy is laid over the defaults', () => {
  const complete = completePolicy({
    volume: { 'minimum-history': 3 },
    performance: { checks: [{ metric: 'auc', bound: 0.7 }], 'label-lag-days': 7 },
    calibration: false,
    alarms: { volume: { failures: 2, windows: 2 } },
    'heal-after': 1,
  });
  expect(complete.volume).toEqual({ minimumHistory: 3 });
  expect(complete.performance).toMatchObject({ 'label-lag-days': 7, 'minimum-rows': 200 });
  expect(complete.calibration).toBeUndefined();
  expect(complete.decisions).toMatchObject({ 'heal-after': 1, 'reopen-within': 3 });
  expect(complete.decisions.alarms).toMatchObject({
    volume: { failures: 2, windows: 2 },
    service: { failures: 1, windows: 1 },
  });
});
