import { describe, expect, test } from '@jest/globals';
import { makeSample, METRICS } from '@mlops-actions/statistics';
import { evidenceOfPredictions } from '../src/evidence.ts';
import { judge } from '../src/judge.ts';
import { makePolicy, type Policy } from '../src/policy.ts';
import { truePositiveRates } from '../src/roc-chart.ts';
import { demand, show } from '../src/sentences.ts';
import { predictions, tryGate } from './workshop.ts';

const policyOf = (checks: Parameters<typeof makePolicy>[0]['checks'], rest: object = {}): Policy =>
  makePolicy({ checks, 'minimum-rows': 20, ...rest }, { file: 'policy.yaml', today: '2026-03-31' });

describe('over seeded worlds', () => {
  const worlds = 300;
  const verdicts = (policy: Policy, candidate: number, champion: number): Record<string, number> => {
    const counts = { pass: 0, fail: 0, inconclusive: 0 };
    for (let world = 1; world <= worlds; world++) {
      const [first, second] = [
        predictions(candidate, { rows: 200, world, own: 1 }),
        predictions(champion, { rows: 200, world, own: 2 }),
      ];
      const sample = (rows: typeof first): ReturnType<typeof makeSample> =>
        makeSample(
          rows.map(({ label }) => Number(label)),
          rows.map(({ score }) => Number(score)),
        );
      const joined = { task: 'binary' as const, candidate: sample(first), champion: sample(second), events: 60 };
      counts[judge(policy, evidenceOfPredictions(joined, policy.plan), true).verdict]++;
    }
    return counts;
  };

  test('a candidate that is as good is seldom called better, and seldom worse', () => {
    // Each claim is made wrongly with a chance of 2.5 %; 300 worlds may show up to twice that.
    const counts = verdicts(policyOf([{ metric: 'auc', 'superiority-margin': 0 }]), 1.5, 1.5);
    expect(counts['pass']! / worlds).toBeLessThanOrEqual(0.05);
    expect(counts['fail']! / worlds).toBeLessThanOrEqual(0.05);
  });

  test('two checks together are no laxer than one', () => {
    const counts = verdicts(
      policyOf([
        { metric: 'auc', 'superiority-margin': 0 },
        { metric: 'accuracy', 'superiority-margin': 0 },
      ]),
      1.5,
      1.5,
    );
    expect(counts['pass']! / worlds).toBeLessThanOrEqual(0.05);
    expect(counts['fail']! / worlds).toBeLessThanOrEqual(0.05);
  });

  test('a candidate that is much worse is found out', () => {
    const counts = verdicts(policyOf([{ metric: 'auc', 'non-inferiority-margin': 0.02 }]), 0.3, 1.5);
    expect(counts['pass']).toBe(0);
    expect(counts['fail']! / worlds).toBeGreaterThan(0.8);
  });
});

describe('several checks', () => {
  const [candidate, champion] = [predictions(2, { own: 1 }), predictions(1.8, { own: 2 })];

  test('the interval that decides widens with their number', async () => {
    const checks = [
      '{name: a, metric: auc, non-inferiority-margin: 0.05}',
      '{name: b, metric: accuracy, bound: 0.6}',
      '{name: c, metric: brier, bound: 0.23}',
    ];
    const confidences = async (n: number): Promise<number[]> => {
      const { record } = await tryGate({ candidate, champion, policy: `checks: [${checks.slice(0, n).join(', ')}]` });
      return record.checks.map(({ judged }) => judged.confidence).sort((a, b) => b - a);
    };
    expect(await confidences(1)).toEqual([expect.closeTo(0.95, 10)]);
    expect((await confidences(3))[0]).toBeCloseTo(1 - 0.05 / 3, 10);
  });

  test('a check that is reported only neither decides nor widens the others', async () => {
    const { verdict, record } = await tryGate({
      candidate,
      champion,
      policy: 'checks: [{metric: auc, bound: 0.6}, {metric: auc, superiority-margin: 0.3, blocking: false}]',
    });
    expect(verdict).toBe('pass');
    expect(record.checks.map((check) => [check.verdict, check.judged.confidence])).toEqual([
      ['pass', expect.closeTo(0.95, 10)],
      ['fail', expect.closeTo(0.95, 10)],
    ]);
  });

  test('resamples that cannot carry the confidence decide nothing', async () => {
    const { record } = await tryGate({
      candidate,
      policy: 'resamples: 200\nconfidence: 0.99\nchecks: [{metric: mcc, bound: 0.24}]',
    });
    expect(record.checks[0]!.reason).toBe(
      '200 resamples are too few for this confidence; set gate.resamples to 1000 or more',
    );
  });

  test('an inconclusive check says how many rows would decide', async () => {
    const { record } = await tryGate({ candidate, champion, policy: 'checks: [{metric: auc, superiority-margin: 0}]' });
    const [check] = record.checks;
    expect(check!.verdict).toBe('inconclusive');
    expect(check!.rowsNeeded).toBeGreaterThan(400);
    expect(check!.sentence).toMatch(/About \d+ rows would tell/);
  });
});

describe('words', () => {
  test('numbers', () => {
    expect([0.05163, -0.02, 12.3456, 12345.6, 0.00001234, 0, 1, NaN, Infinity].map(show)).toEqual([
      '0.0516',
      '−0.02',
      '12.35',
      '12346',
      '0.000012',
      '0',
      '1',
      'undefined',
      '∞',
    ]);
  });

  test('demands follow the direction of the metric', () => {
    expect(demand({ kind: 'bound', bound: 0.7 }, METRICS.get('auc')!.better)).toBe('at least 0.7');
    expect(demand({ kind: 'bound', bound: 0.2 }, METRICS.get('brier')!.better)).toBe('at most 0.2');
  });

  test('a lower loss is told as better', async () => {
    const { record } = await tryGate({
      candidate: predictions(2.5, { own: 1 }),
      champion: predictions(1, { own: 2 }),
      policy: 'checks: [{metric: brier, non-inferiority-margin: 0.01}]',
    });
    expect(record.checks[0]!.sentence).toMatch(
      /^In Brier score the candidate is 0\.\d+ better than the champion; .* so it is not worse by 0\.01 or more\.$/,
    );
  });

  test('a candidate that ranks a little worse than chance, as chance may have it, is remarked upon', async () => {
    const { verdict, record } = await tryGate({
      candidate: predictions(-0.05, { rows: 300 }),
      policy: 'checks: [{metric: auc, bound: 0.6}]',
    });
    expect(verdict).toBe('fail');
    expect(record.remarks).toEqual([expect.stringContaining('worse than chance')]);
  });
});

describe('scores that cannot be what they are given for are refused', () => {
  const rows = predictions(2);
  const backwards = rows.map((row) => ({ ...row, score: 1 - Number(row.score) }));
  const leaking = rows.map((row, index) => ({ ...row, score: (Number(row.label) + index / 1000) / 2 }));
  const policy = 'checks: [{metric: auc, bound: 0.6}]';

  test('scores of the other label, of either model', async () => {
    await expect(tryGate({ candidate: backwards, policy })).rejects.toThrow(
      'rank worse than chance, with an AUC of 0.',
    );
    const compared = { candidate: rows, champion: backwards, policy: 'checks: [{metric: auc, superiority-margin: 0}]' };
    await expect(tryGate(compared)).rejects.toThrow(/champion\.csv' rank worse than chance/);
  });

  test('scores that are near to perfect, unless the policy says that prediction is that easy', async () => {
    await expect(tryGate({ candidate: leaking, policy })).rejects.toThrow('near to perfect');
    const { verdict, record } = await tryGate({ candidate: leaking, policy: `near-perfect: allow\n${policy}` });
    expect(verdict).toBe('pass');
    expect(record.remarks).toEqual([expect.stringContaining('near to perfect')]);
  });

  test('the column that tells the outcome by itself is named', async () => {
    const overdue = leaking.map(
      (row, index) => `${row.id},${row.label},${row.score},${90 * Number(row.label)},${index % 7}\n`,
    );
    const trial = {
      candidate: `id,label,score,days_overdue,weekday\n${overdue.join('')}`,
      policy: `checks: [{metric: auc, bound: 0.6, slice: {column: weekday, edges: [3]}}, {metric: auc, bound: 0.5001, slice: {column: days_overdue, edges: [30]}, blocking: false}]`,
    };
    await expect(tryGate(trial)).rejects.toMatchObject({
      fix: expect.stringContaining("'days_overdue' tells") as unknown,
    });
  });
});

test('the ROC chart follows the curve', () => {
  const rates = truePositiveRates(makeSample([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1]));
  expect(rates[0]).toBe(50);
  expect(rates[9]).toBe(50);
  expect(rates[10]).toBe(100);
  expect(rates.at(-1)).toBe(100);
});
