import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { estimateGap, estimateMetric, GAPS, makeSample, newcombe, random, type Estimate } from '../src/index.ts';

const plan = { threshold: 0.5, bins: 10, resamples: 400, seed: 1 };
const [selectionRate] = GAPS.get('demographic-parity-difference')!.of;

/** The selection rate of a group of which some were selected. */
const group = (selected: number, n: number): Estimate => {
  const scores = Array.from({ length: n }, (_, row) => (row < selected ? 1 : 0));
  return estimateMetric(selectionRate!, makeSample(scores, scores), plan);
};

describe('the gap between slices', () => {
  test("of two groups has Newcombe's bounds, as far as they lie above 0", () => {
    const [low, high] = newcombe(60, 100, 30, 100, 0.025);
    const gap = estimateGap([[group(30, 100), group(60, 100)]]);
    expect(gap.value).toBeCloseTo(0.3, 12);
    expect(gap.bounds(0.025)[1]).toBeCloseTo(high, 12);
    // Either group may be the higher one: the lower bound is that of half the level.
    expect(gap.bounds(0.05)[0]).toBeCloseTo(low, 12);
    expect(estimateGap([[group(30, 100), group(32, 100)]]).bounds(0.025)[0]).toBe(0);
  });

  test('does not depend on the order of the slices, holds its bounds and grows with further slices', () => {
    const size = fc.record({ n: fc.integer({ min: 5, max: 60 }), share: fc.double({ min: 0, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(size, { minLength: 2, maxLength: 5 }), size, (sizes, extra) => {
        const groups = sizes.map(({ n, share }) => group(Math.round(share * n), n));
        const gap = estimateGap([groups]);
        const [low, high] = gap.bounds(0.025);
        expect(low).toBeLessThanOrEqual(gap.value + 1e-12);
        expect(high).toBeGreaterThanOrEqual(gap.value - 1e-12);
        expect(estimateGap([groups.toReversed()]).bounds(0.025)).toEqual([low, high]);
        const more = estimateGap([[...groups, group(Math.round(extra.share * extra.n), extra.n)]]);
        expect(more.value).toBeGreaterThanOrEqual(gap.value);
        expect(more.bounds(0.025)[1]).toBeGreaterThanOrEqual(high);
      }),
      { numRuns: 50 },
    );
  });

  test('rests on the smallest number of trials', () => {
    const labels = [...new Array<number>(7).fill(1), ...new Array<number>(93).fill(0)];
    const sample = makeSample(labels, labels);
    const [recall] = GAPS.get('equal-opportunity-difference')!.of;
    const estimate = estimateMetric(recall!, sample, plan);
    expect(estimateGap([[estimate, { ...estimate }]]).rows).toBe(7);
    const weighted = estimateMetric(
      recall!,
      makeSample(
        labels,
        labels,
        labels.map(() => 2),
      ),
      plan,
    );
    expect(weighted.trials).toBe(7);
  });

  test.each([
    [0, 3],
    [0.1, 3],
    [0.3, 2],
  ])(
    'a true gap of %f between %i groups is covered, and no smaller one is shown, 95 times out of 100',
    (truth, groups) => {
      const generator = random(11);
      const worlds = 600;
      let [above, below] = [0, 0];
      for (let world = 0; world < worlds; world++) {
        const estimates = Array.from({ length: groups }, (_, index) => {
          const rate = index === 0 ? 0.3 + truth : 0.3;
          return group(
            Array.from({ length: 120 }, () => generator.uniform()).filter((draw) => draw < rate).length,
            120,
          );
        });
        const [low, high] = estimateGap([estimates]).bounds(0.025);
        if (high < truth) above++;
        if (low > truth) below++;
      }
      expect(above / worlds).toBeLessThanOrEqual(0.04);
      expect(below / worlds).toBeLessThanOrEqual(0.04);
    },
  );
});
