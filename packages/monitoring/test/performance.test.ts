import { describe, expect, test } from '@jest/globals';
import { makeSample, subset, type Sample } from '@mlops-actions/statistics';
import {
  DEFAULT_PERFORMANCE,
  judgePerformance,
  referenceValues,
  sliceKey,
  type LabelledWindow,
  type PerformancePolicy,
} from '../src/index.ts';
import { scoredRows } from './worlds.ts';

const POLICY: PerformancePolicy = {
  ...DEFAULT_PERFORMANCE,
  checks: [{ metric: 'auc', 'degradation-margin': 0.05 }],
};

const REFERENCES = referenceValues(['auc', 'brier', 'accuracy'], scoredRows(5000, 1), 0.5);

const windowOf = (sample: Sample, more: Partial<LabelledWindow> = {}): LabelledWindow => ({
  window: { from: '2026-08-01', to: '2026-09-01' },
  scored: sample.labels.length,
  sample,
  labelsAsOf: '2026-10-15',
  ...more,
});

const judgeOne = (labelled: LabelledWindow, policy: Partial<PerformancePolicy> = {}) =>
  judgePerformance(labelled, { ...POLICY, ...policy }, REFERENCES)[0]!;

describe('with labels', () => {
  test('a model as good as ever passes; one whose scores mean nothing any more fails', () => {
    expect(judgeOne(windowOf(scoredRows(2000, 2)))).toMatchObject({
      verdict: 'pass',
      kind: 'performance',
      subject: 'model',
    });
    const broken = judgeOne(windowOf(scoredRows(2000, 3, { noise: 0.7 })));
    expect(broken).toMatchObject({ verdict: 'fail', reference: REFERENCES.get('auc')!.value, threshold: 0.05 });
    expect(broken.high).toBeLessThan(broken.reference!);
  });

  test('a loss that chance could account for is inconclusive', () => {
    const checks = [{ metric: 'auc', 'degradation-margin': 0.02 }];
    const few = judgeOne(windowOf(scoredRows(210, 5, { noise: 0.3 })), { checks });
    expect(few.value).toBeLessThan(few.reference! - 0.02);
    expect(few).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('chance') });
  });

  test('less is better where it is', () => {
    const checks = [{ metric: 'brier', 'degradation-margin': 0.02 }];
    expect(judgeOne(windowOf(scoredRows(2000, 2)), { checks }).verdict).toBe('pass');
    expect(judgeOne(windowOf(scoredRows(2000, 3, { noise: 0.7 })), { checks }).verdict).toBe('fail');
  });

  test('a bound is broken when the whole interval is', () => {
    const sample = scoredRows(2000, 2);
    const { value } = judgeOne(windowOf(sample));
    const verdictAt = (bound: number) => judgeOne(windowOf(sample), { checks: [{ metric: 'auc', bound }] }).verdict;
    expect([verdictAt(value! - 0.01), verdictAt(value! + 0.005), verdictAt(value! + 0.1)]).toEqual([
      'pass',
      'inconclusive',
      'fail',
    ]);
  });

  test('calibrated models raise no more alarms than they may, however many metrics are asked', () => {
    const checks = ['auc', 'brier', 'accuracy'].map((metric) => ({ metric, 'degradation-margin': 0 }));
    let alarms = 0;
    for (let seed = 100; seed < 160; seed++) {
      const findings = judgePerformance(windowOf(scoredRows(400, seed)), { ...POLICY, checks }, REFERENCES);
      if (findings.some(({ verdict }) => verdict === 'fail')) alarms++;
    }
    // 2.5 % of 60, and three standard errors.
    expect(alarms).toBeLessThanOrEqual(5);
  });
});

describe('labels that are late', () => {
  const sample = scoredRows(2000, 3, { noise: 0.7 });

  test('are waited for', () => {
    expect(judgeOne(windowOf(sample, { labelsAsOf: '2026-09-30' }))).toMatchObject({
      verdict: 'inconclusive',
      pending: true,
    });
    expect(judgeOne(windowOf(sample, { labelsAsOf: '2026-10-01' }))).toMatchObject({ verdict: 'fail' });
    expect(judgeOne(windowOf(sample, { labelsAsOf: 'nonsense' }))).toMatchObject({
      verdict: 'inconclusive',
      pending: true,
    });
  });

  test('and are missed once they are due', () => {
    const missing = judgeOne(windowOf(sample, { scored: 2600 }));
    expect(missing).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('2000 of 2600') });
    expect(missing.pending).toBeUndefined();
    expect(judgeOne(windowOf(subset(sample, []), { scored: 0 }))).toMatchObject({ verdict: 'inconclusive' });
  });

  test('while a window fills, means are judged at all times and other metrics wait', () => {
    const checks = [
      { metric: 'brier', 'degradation-margin': 0.02 },
      { metric: 'auc', 'degradation-margin': 0.05 },
    ];
    const growing = windowOf(sample, { labelsAsOf: '2026-08-20', growing: true });
    const [brier, auc] = judgePerformance(growing, { ...POLICY, checks }, REFERENCES);
    expect(brier).toMatchObject({ verdict: 'fail' });
    expect(auc).toMatchObject({ verdict: 'inconclusive', pending: true });
    const [few] = judgePerformance({ ...growing, scored: 5000 }, { ...POLICY, checks }, REFERENCES);
    expect(few).toMatchObject({ verdict: 'inconclusive', pending: true });
    const [settled] = judgePerformance(windowOf(sample), { ...POLICY, checks }, REFERENCES);
    // What holds at all times is wider than what holds once.
    expect(brier!.high! - brier!.low!).toBeGreaterThan(settled!.high! - settled!.low!);
  });
});

describe('too little', () => {
  test('rows, events or reference is inconclusive', () => {
    expect(judgeOne(windowOf(scoredRows(150, 5))).reason).toContain('150 of the 200 rows');
    const rare = makeSample(
      Array.from({ length: 500 }, (_, row) => (row < 10 ? 1 : 0)),
      Array.from({ length: 500 }, (_, row) => row / 500),
    );
    expect(judgeOne(windowOf(rare)).reason).toContain('10 of the 30 rows');
    expect(judgePerformance(windowOf(scoredRows(2000, 2)), POLICY, new Map())[0]).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('reference'),
    });
  });

  test.each([
    [{ metric: 'acu', bound: 0.5 }, "unknown metric 'acu'"],
    [{ metric: 'auc' }, 'either a bound'],
    [{ metric: 'auc', bound: 0.7, 'degradation-margin': 0.1 }, 'either a bound'],
    [{ metric: 'auc', 'degradation-margin': -0.1 }, 'either a bound'],
  ])('%j is refused', (check, message) => {
    expect(() => judgeOne(windowOf(scoredRows(300, 1)), { checks: [check] })).toThrow(message);
  });
});

describe('slices', () => {
  const good = scoredRows(1500, 11);
  const bad = scoredRows(1500, 12, { noise: 0.8 });
  const sample = makeSample([...good.labels, ...bad.labels, 1], [...good.scores, ...bad.scores, 0.5]);
  const regions = [...new Array<string>(1500).fill('north'), ...new Array<string>(1500).fill('south'), '__proto__'];
  const references = new Map([...REFERENCES]);
  for (const value of new Set(regions)) references.set(sliceKey('auc', 'region', value), REFERENCES.get('auc')!);

  test('a group that the model fails is found, and a small one is told without casting doubt', () => {
    const findings = judgePerformance(
      windowOf(sample, { slices: new Map([['region', regions]]) }),
      { ...POLICY, slices: ['region'] },
      references,
    ).filter(({ kind }) => kind === 'slice-performance');
    expect(findings).toMatchObject([
      { subject: 'region = north', verdict: 'pass' },
      { subject: 'region = south', verdict: 'fail' },
      { subject: 'region = __proto__', verdict: 'inconclusive', pending: true, rows: 1 },
    ]);
  });

  test('columns that are absent or no grouping are refused', () => {
    expect(() => judgeOne(windowOf(sample), { slices: ['region'] })).toThrow("'region'");
    const ids = new Map([['region', regions.map((_, row) => String(row))]]);
    expect(() => judgeOne(windowOf(sample, { slices: ids }), { slices: ['region'] })).toThrow('3001 values');
  });
});
