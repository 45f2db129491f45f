import { describe, expect, test } from '@jest/globals';
import { tryGate, type Outcome } from './workshop.ts';

const metrics = (values: Record<string, unknown>): string => JSON.stringify({ metrics: values });
const POLICY = 'checks: [{metric: auc, non-inferiority-margin: 0.02}, {metric: accuracy, bound: 0.7}]';

const judge = (
  candidate: Record<string, unknown>,
  champion: Record<string, unknown>,
  policy = POLICY,
): Promise<Outcome> =>
  tryGate({ candidate: metrics(candidate), champion: metrics(champion), policy, extension: 'json' });

const sized = (auc: number, accuracy: number, n = 20_000): Record<string, unknown> => ({
  auc: { value: auc, n, positives: n / 4 },
  accuracy: { value: accuracy, n },
});

describe('stored metrics', () => {
  test('with sample sizes are judged by intervals', async () => {
    expect((await judge(sized(0.8, 0.75), sized(0.75, 0.74))).verdict).toBe('pass');
    expect((await judge(sized(0.7, 0.75), sized(0.75, 0.74))).verdict).toBe('fail');
    expect((await judge(sized(0.755, 0.75, 400), sized(0.75, 0.74, 400))).verdict).toBe('inconclusive');
    expect((await judge(sized(0.8, 0.75, 40), sized(0.75, 0.74, 40))).record.checks[0]!.reason).toMatch(/fewer than/);
  });

  test('with intervals and standard errors', async () => {
    const policy = 'checks: [{metric: ece, bound: 0.05}, {metric: log-loss, non-inferiority-margin: 0.02}]';
    const stated = (ece: number, loss: number): Record<string, unknown> => ({
      ece: { value: ece, n: 5000, interval: { low: ece - 0.01, high: ece + 0.01, confidence: 0.95 } },
      'log-loss': { value: loss, n: 5000, 'standard-error': 0.004 },
    });
    expect((await judge(stated(0.03, 0.4), stated(0.04, 0.401), policy)).verdict).toBe('pass');
    expect((await judge(stated(0.07, 0.4), stated(0.04, 0.401), policy)).verdict).toBe('fail');
    expect((await judge(stated(0.03, 0.5), stated(0.04, 0.401), policy)).verdict).toBe('fail');
  });

  test('bare numbers are refused, unless the policy takes them; a number of rows is then not asked for', async () => {
    await expect(judge({ auc: 0.8, accuracy: 0.9 }, { auc: 0.7, accuracy: 0.8 })).rejects.toThrow('as a bare number');
    const lenient = `allow-point-metrics: true\n${POLICY}`;
    const { verdict, record } = await judge({ auc: 0.8, accuracy: 0.9 }, { auc: 0.7, accuracy: 0.8 }, lenient);
    expect(verdict).toBe('pass');
    expect(record.checks[0]!.judged.method).toMatch(/without any interval/);
    expect((await judge({ auc: 0.6, accuracy: 0.9 }, { auc: 0.7, accuracy: 0.8 }, lenient)).verdict).toBe('fail');
  });

  test('a stated interval without a number of rows is inconclusive', async () => {
    const auc = (value: number): Record<string, unknown> => ({
      auc: { value, interval: { low: value - 0.01, high: value + 0.01, confidence: 0.95 } },
    });
    const policy = 'checks: [{metric: auc, superiority-margin: 0}]';
    expect((await judge(auc(0.8), auc(0.7), policy)).record.checks[0]!.reason).toBe('the number of rows is not known');
  });

  test('a perfect AUC has an interval too', async () => {
    const { record } = await judge(sized(1, 0.9, 200), sized(0.9, 0.8, 200));
    const { low, high } = record.checks[0]!.judged;
    expect(high - low).toBeGreaterThan(0.01);
  });

  test('the degraded copy is stopped, or the gate is no gate', async () => {
    expect((await judge(sized(0.8, 0.75), sized(0.75, 0.74))).record.negativeControl.proven).toBe(true);
    const lax = 'checks: [{metric: auc, bound: 0.1}]';
    expect((await judge(sized(0.8, 0.75), sized(0.75, 0.74), lax)).verdict).toBe('fail');
  });

  test.each([
    ['not JSON', 'auc: 0.8', /is not JSON/],
    ['no metrics', '{"auc": 0.8}', /no object 'metrics'/],
    ['a metric short', metrics({ auc: { value: 0.8, n: 500, positives: 100 } }), /no metric 'accuracy'/],
    [
      'text for a number',
      metrics({ ...sized(0.8, 0.7), auc: { value: '0.8' } }),
      /'value' must be a number from 0 to 1, not "0.8"/,
    ],
    ['out of range', metrics(sized(80, 0.7)), /must be a number from 0 to 1, not 80/],
    [
      'more positives than rows',
      metrics({ ...sized(0.8, 0.7), auc: { value: 0.8, n: 5, positives: 6 } }),
      /'positives'/,
    ],
    [
      'a crooked interval',
      metrics({ ...sized(0.8, 0.7), auc: { value: 0.8, interval: { low: 0.9, high: 1, confidence: 0.9 } } }),
      /'low'/,
    ],
    [
      'half an interval',
      metrics({ ...sized(0.8, 0.7), auc: { value: 0.8, interval: { low: 0.7, confidence: 0.9 } } }),
      /low, high and confidence/,
    ],
  ])('%s is refused', async (_, candidate, message) => {
    await expect(
      tryGate({ candidate, champion: metrics(sized(0.75, 0.74)), policy: POLICY, extension: 'json' }),
    ).rejects.toThrow(message);
  });
});
