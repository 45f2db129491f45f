import { describe, expect, test } from '@jest/globals';
import { random } from '@mlops-actions/statistics';
import {
  DEFAULT_SERVICE,
  judgeService,
  judgeServiceSoFar,
  sequenceReach,
  type ServicePolicy,
  type ServiceWindow,
} from '../src/index.ts';
import { dayOf } from './windows.ts';

const windowOf = (index: number, errors: number, p95 = 80, requests = 10_000): ServiceWindow => ({
  from: dayOf(index),
  requests,
  errors,
  latencies: [{ quantile: 0.95, milliseconds: p95 }],
});

const PAST = Array.from({ length: 10 }, (_, index) => windowOf(index, 10 + (index % 3), 78 + index));
const POLICY: ServicePolicy = { ...DEFAULT_SERVICE, 'maximum-latency-ms': [{ quantile: 0.95, milliseconds: 200 }] };

const verdicts = (current: ServiceWindow, past = PAST): Record<string, string> =>
  Object.fromEntries(judgeService(current, past, POLICY).map(({ metric, verdict }) => [metric, verdict]));

describe('a service', () => {
  test('as usual passes', () => {
    expect(verdicts(windowOf(20, 12))).toEqual({
      'error-rate': 'pass',
      'error-rate-ratio': 'pass',
      'latency-p95': 'pass',
      'latency-p95-ratio': 'pass',
    });
  });

  test('with more errors than may be fails; with more than usual, too', () => {
    expect(verdicts(windowOf(20, 300))).toMatchObject({ 'error-rate': 'fail', 'error-rate-ratio': 'fail' });
    expect(verdicts(windowOf(20, 60))).toMatchObject({ 'error-rate': 'pass', 'error-rate-ratio': 'fail' });
    expect(verdicts(windowOf(20, 4, 80, 300))).toMatchObject({ 'error-rate': 'inconclusive' });
  });

  test('that is slower than may be fails; slower than usual, too', () => {
    expect(verdicts(windowOf(20, 12, 500))).toMatchObject({ 'latency-p95': 'fail', 'latency-p95-ratio': 'fail' });
    expect(verdicts(windowOf(20, 12, 190))).toMatchObject({ 'latency-p95': 'pass', 'latency-p95-ratio': 'fail' });
  });

  test('without a past is held to bounds alone', () => {
    expect(verdicts(windowOf(20, 12), [])).toEqual({ 'error-rate': 'pass', 'latency-p95': 'pass' });
  });

  test.each([
    windowOf(20, 0, 80, 0),
    windowOf(20, 12, 80, 10),
    windowOf(20, NaN),
    windowOf(20, 20_000),
    windowOf(20, -1),
    windowOf(20, 0, 80, NaN),
  ])('that reports %j passes nothing', (current) => {
    for (const { verdict } of judgeService(current, PAST, POLICY)) expect(verdict).toBe('inconclusive');
  });

  test('whose latency is not known is inconclusive', () => {
    expect(verdicts({ ...windowOf(20, 0), latencies: [] })).toMatchObject({ 'latency-p95': 'inconclusive' });
    expect(verdicts(windowOf(20, 0, NaN))).toMatchObject({ 'latency-p95': 'inconclusive' });
    const [, latency] = judgeService(
      { ...windowOf(20, 0, 80, 300), latencies: [{ quantile: 0.999, milliseconds: 1 }] },
      [],
      {
        ...POLICY,
        'maximum-latency-ms': [{ quantile: 0.999, milliseconds: 200 }],
      },
    );
    expect(latency).toMatchObject({ metric: 'latency-p99.9', verdict: 'inconclusive' });
  });
});

describe('confidence sequences', () => {
  test('are those of GrowthBook', () => {
    // reference-vectors: gb_sequential_prop (growthbook packages/stats/tests/frequentist/test_tests.py, test_sequential_test_runs_prop).
    const [n1, n2] = [3000, 3461];
    const [p1, p2] = [1396 / n1, 2422 / n2];
    const lift = (p2 - p1) / p1;
    const standardError = Math.sqrt((p2 * (1 - p2)) / n2 / p1 ** 2 + ((p1 * (1 - p1)) / n1) * (p2 / p1 ** 2) ** 2);
    const rows = n1 + n2;
    const reach = sequenceReach(standardError * Math.sqrt(rows), rows, 0.05, 5000);
    expect(lift).toBeCloseTo(0.50386, 4);
    expect(lift - reach).toBeCloseTo(0.40098, 4);
    expect(lift + reach).toBeCloseTo(0.60675, 4);
  });

  test('let one look again and again: a service at its limit is seldom called bad, at any time', () => {
    const policy = { ...DEFAULT_SERVICE, 'maximum-error-rate': 0.05, confidence: 0.95 };
    let alarms = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const generator = random(seed);
      let errors = 0;
      for (let requests = 1; requests <= 4000; requests++) {
        if (generator.uniform() < 0.05) errors++;
        if (requests % 50 === 0 && judgeServiceSoFar({ requests, errors }, policy).verdict === 'fail') {
          alarms++;
          break;
        }
      }
    }
    // 5 % of 60, and three standard errors; 80 separate tests at that level would have found most of them guilty.
    expect(alarms).toBeLessThanOrEqual(8);
  });

  test('find a bad release early', () => {
    expect(judgeServiceSoFar({ requests: 300, errors: 60 }, DEFAULT_SERVICE)).toMatchObject({ verdict: 'fail' });
    expect(judgeServiceSoFar({ requests: 300, errors: 0 }, DEFAULT_SERVICE)).toMatchObject({ verdict: 'pass' });
    expect(judgeServiceSoFar({ requests: 20, errors: 20 }, DEFAULT_SERVICE)).toMatchObject({ verdict: 'inconclusive' });
  });
});
