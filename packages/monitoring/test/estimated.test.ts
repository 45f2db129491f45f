import { describe, expect, test } from '@jest/globals';
import { auc, ece, makeSample } from '@mlops-actions/statistics';
import fc from 'fast-check';
import {
  calibrationOf,
  DEFAULT_PERFORMANCE,
  estimateWithoutLabels,
  IDENTITY,
  isotonic,
  judgeEstimated,
  referenceValues,
} from '../src/index.ts';
import { scoredRows } from './worlds.ts';

const OPTIONS = { threshold: 0.5, bins: 10 };

test('the estimate is that of NannyML', () => {
  // reference-vectors: cbpe_binary_derived, from NannyML docs/how_it_works/performance_estimation.rst.
  const probabilities = [0.9, 0.8, 0.3, 0.6, 0.1];
  const expected = {
    accuracy: 0.78,
    precision: 0.7666666666666667,
    recall: 0.8518518518518519,
    f1: 0.8070175438596491,
    auc: 0.8381642512077294,
  };
  for (const [metric, value] of Object.entries(expected)) {
    expect(estimateWithoutLabels(metric, probabilities, probabilities, OPTIONS, 0.95).value).toBeCloseTo(value, 12);
  }
});

test('its bounds hold what labels show later, if the probabilities are true', () => {
  let held = 0;
  const worlds = 60;
  for (let seed = 1; seed <= worlds; seed++) {
    const sample = scoredRows(400, seed);
    const { low, high } = estimateWithoutLabels('auc', sample.scores, sample.scores, OPTIONS, 0.95);
    const real = auc(sample);
    if (low <= real && real <= high) held++;
  }
  // 95 % and three standard errors.
  expect(held / worlds).toBeGreaterThan(0.86);
});

describe('judged', () => {
  const policy = { ...DEFAULT_PERFORMANCE, checks: [{ metric: 'auc', 'degradation-margin': 0.05 }] };
  const references = referenceValues(['auc'], scoredRows(5000, 1), 0.5);

  test('scores as before pass, scores without contrast fail; both are marked as estimated', () => {
    expect(judgeEstimated(scoredRows(2000, 2).scores, IDENTITY, policy, references)).toMatchObject([
      { verdict: 'pass', estimated: true, kind: 'estimated-performance' },
    ]);
    expect(judgeEstimated(scoredRows(2000, 3, { spread: 0.4 }).scores, IDENTITY, policy, references)).toMatchObject([
      { verdict: 'fail', estimated: true },
    ]);
  });

  test('too few rows, no reference and no contrast at all are inconclusive', () => {
    const scores = scoredRows(2000, 2).scores;
    expect(judgeEstimated(scores.slice(0, 100), IDENTITY, policy, references)[0]!.verdict).toBe('inconclusive');
    expect(judgeEstimated([], IDENTITY, policy, references)[0]!.verdict).toBe('inconclusive');
    expect(judgeEstimated(scores, IDENTITY, policy, new Map())[0]!.verdict).toBe('inconclusive');
    const certain = judgeEstimated(new Float64Array(500), IDENTITY, policy, references)[0]!;
    expect(certain.verdict).toBe('inconclusive');
  });
});

describe('calibration', () => {
  const rows = fc.array(fc.record({ label: fc.integer({ min: 0, max: 1 }), score: fc.integer({ min: 0, max: 12 }) }), {
    minLength: 1,
    maxLength: 40,
  });

  test('by isotonic regression rises, keeps the mean, and fits no worse than any constant per score', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const sample = makeSample(
          given.map(({ label }) => label),
          given.map(({ score }) => score),
        );
        const fit = isotonic(sample);
        const fitted = given.map(({ score }) => fit(score));
        for (let score = -1; score < 13; score += 0.25) expect(fit(score + 0.25)).toBeGreaterThanOrEqual(fit(score));
        const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
        expect(sum(fitted)).toBeCloseTo(sum(given.map(({ label }) => label)), 9);
        const loss = (values: number[]): number => sum(values.map((value, row) => (value - given[row]!.label) ** 2));
        const mean = sum(given.map(({ label }) => label)) / given.length;
        expect(loss(fitted)).toBeLessThanOrEqual(loss(given.map(() => mean)) + 1e-9);
        // Fitted again, it stays.
        const again = isotonic(
          makeSample(
            given.map(({ label }) => label),
            fitted,
          ),
        );
        fitted.forEach((value) => expect(again(value)).toBeCloseTo(value, 9));
      }),
    );
  });

  test('is changed only where that helps', () => {
    expect(calibrationOf(scoredRows(4000, 21)).recalibrated).toBe(false);
    const { scores, labels } = scoredRows(4000, 22);
    const distorted = makeSample(
      labels,
      scores.map((score) => score ** 3),
    );
    const { calibration, recalibrated } = calibrationOf(distorted);
    expect(recalibrated).toBe(true);
    expect(ece(makeSample(labels, distorted.scores.map(calibration)), 10)).toBeLessThan(ece(distorted, 10) / 4);
    expect(
      calibrationOf(
        makeSample(
          labels,
          scores.map((score) => 600 + 100 * score),
        ),
      ).recalibrated,
    ).toBe(true);
  });
});
