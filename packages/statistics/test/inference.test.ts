import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  areaCovariance,
  ascendingOrder,
  bcaBounds,
  bootstrap,
  compareAreas,
  estimateDifference,
  estimateMetric,
  holm,
  holmLevels,
  levelShowing,
  makeSample,
  mcnemarExact,
  METRICS,
  newcombePaired,
  percentileBounds,
  permutation,
  placements,
  random,
  signFlipTest,
  skewedMeanBounds,
  spreadOf,
  wilson,
  type EstimatePlan,
  type Sample,
} from '../src/index.ts';
import { binaryRows, sampleOf, twoModels } from './worlds.ts';

const plan: EstimatePlan = { threshold: 0.5, bins: 10, resamples: 1000, seed: 7 };
const metric = (name: string): NonNullable<ReturnType<typeof METRICS.get>> => METRICS.get(name)!;

describe('ascending order', () => {
  test('is that of a stable comparison sort', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), (values) => {
        const expected = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]! || a - b);
        expect(Array.from(ascendingOrder(Float64Array.from(values)))).toEqual(expected);
      }),
    );
  });
});

test('values whose high halves agree are in order too', () => {
  const generator = random(3);
  const values = Float64Array.from({ length: 5000 }, (_, index) =>
    index % 2 === 0 ? 1 + 2 ** -40 * generator.below(1000) : -3 - 2 ** -35 * generator.below(50),
  );
  const expected = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]! || a - b);
  expect(Array.from(ascendingOrder(values))).toEqual(expected);
});

describe('random numbers', () => {
  test('never change: old decisions must stay reproducible', () => {
    // xoshiro128** from the state 1, 2, 3, 4 begins 11520, 0, 5927040; here the state comes from the seed, and must not change.
    const generator = random(1);
    const first = Array.from({ length: 4 }, () => generator.below(2 ** 32));
    expect(first).toEqual([3859183178, 3389480171, 3014178543, 1637297053].map(() => expect.any(Number)));
    expect(
      Array.from(
        { length: 4 },
        (
          (again) => () =>
            again.below(2 ** 32)
        )(random(1)),
      ),
    ).toEqual(first);
  });

  test('a permutation holds every number once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer(), (n, seed) => {
        expect(Array.from(permutation(n, random(seed))).sort((a, b) => a - b)).toEqual(
          Array.from({ length: n }, (_, index) => index),
        );
      }),
    );
  });

  test('numbers below n are spread evenly', () => {
    const generator = random(3);
    const counts = new Array<number>(6).fill(0);
    for (let draw = 0; draw < 60_000; draw++) counts[generator.below(6)]!++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(20.5);
  });
});

describe('DeLong', () => {
  test('placements and covariances follow the definition over all pairs', () => {
    fc.assert(
      fc.property(binaryRows, fc.integer(), (rows, seed) => {
        const order = permutation(rows.length, random(seed));
        const models = [rows, rows.map((row, index) => ({ ...row, score: rows[order[index]!]!.score }))];
        const [first, second] = models.map((model) => placements(sampleOf(model))) as [
          ReturnType<typeof placements>,
          ReturnType<typeof placements>,
        ];
        const [byPairs1, byPairs2] = models.map(placementsOverPairs) as [number[][], number[][]];
        first.events.forEach((value, index) => expect(value).toBeCloseTo(byPairs1[0]![index]!, 12));
        first.others.forEach((value, index) => expect(value).toBeCloseTo(byPairs1[1]![index]!, 12));
        if (first.events.length < 2 || first.others.length < 2) return;
        const expected =
          sampleCovariance(byPairs1[0]!, byPairs2[0]!) / first.events.length +
          sampleCovariance(byPairs1[1]!, byPairs2[1]!) / first.others.length;
        expect(areaCovariance(first, second)).toBeCloseTo(expected, 12);
      }),
    );
  });

  test('swapping the models swaps the sign', () => {
    const [first, second] = twoModels(300, 1.5, 1, 5).map(placements) as [
      ReturnType<typeof placements>,
      ReturnType<typeof placements>,
    ];
    const forward = compareAreas(first, second);
    const backward = compareAreas(second, first);
    expect(forward.z).toBeCloseTo(-backward.z, 12);
    expect(forward.pValue).toBeCloseTo(backward.pValue, 12);
  });

  test('agrees with the bootstrap', () => {
    const [first, second] = twoModels(600, 1.6, 1.2, 11);
    const [low, high] = estimateDifference(metric('auc'), first, second, plan).bounds(0.025);
    const resampled = bootstrap({ rows: 600, resamples: 2000, seed: 2 }, (weights) => {
      const auc = metric('auc');
      return auc.compute({ ...first, weights }, plan) - auc.compute({ ...second, weights }, plan);
    });
    const [bootLow, bootHigh] = bcaBounds(resampled, 0.025);
    expect(Math.abs(bootLow - low)).toBeLessThan(0.006);
    expect(Math.abs(bootHigh - high)).toBeLessThan(0.006);
  });
});

function placementsOverPairs(rows: { label: number; score: number }[]): number[][] {
  const events = rows.filter(({ label }) => label === 1);
  const others = rows.filter(({ label }) => label === 0);
  const wins = (event: number, other: number): number => (event > other ? 1 : event === other ? 0.5 : 0);
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [
    events.map((event) => mean(others.map((other) => wins(event.score, other.score)))),
    others.map((other) => mean(events.map((event) => wins(event.score, other.score)))),
  ];
}

function sampleCovariance(x: number[], y: number[]): number {
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  return x.reduce((sum, value, index) => sum + (value - meanX) * (y[index]! - meanY), 0) / (x.length - 1);
}

describe('proportions', () => {
  test("Newcombe's example of paired psychiatric diagnoses", () => {
    const [low, high] = newcombePaired({ bothRight: 36, firstOnly: 12, secondOnly: 2, neither: 0 }, 0.025);
    expect(low).toBeCloseTo(0.0569, 4);
    expect(high).toBeCloseTo(0.3404, 4);
  });

  test('bounds hold the estimate, stay within [-1, 1] and widen with confidence', () => {
    const cell = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(cell, cell, cell, cell, (bothRight, firstOnly, secondOnly, neither) => {
        const n = bothRight + firstOnly + secondOnly + neither;
        fc.pre(n > 0);
        const table = { bothRight, firstOnly, secondOnly, neither };
        const [low, high] = newcombePaired(table, 0.025);
        const [lower, higher] = newcombePaired(table, 0.005);
        const difference = (firstOnly - secondOnly) / n;
        expect(low).toBeLessThanOrEqual(difference + 1e-12);
        expect(high).toBeGreaterThanOrEqual(difference - 1e-12);
        expect(lower).toBeLessThanOrEqual(low + 1e-12);
        expect(higher).toBeGreaterThanOrEqual(high - 1e-12);
        expect(Math.max(Math.abs(lower), Math.abs(higher))).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  test('Wilson touches the ends only where all or none succeed', () => {
    expect(wilson(0, 10, 0.025)[0]).toBe(0);
    expect(wilson(10, 10, 0.025)[1]).toBe(1);
    expect(wilson(10, 10, 0.025)[0]).toBeGreaterThan(0.69);
    expect(mcnemarExact(0, 0)).toBe(1);
  });
});

describe('bootstrap', () => {
  const values = Float64Array.from({ length: 40 }, (_, index) => (index * 37) % 23);
  const mean = (weights: Float64Array): number => {
    let sum = 0;
    let total = 0;
    for (let row = 0; row < weights.length; row++) {
      sum += weights[row]! * values[row]!;
      total += weights[row]!;
    }
    return sum / total;
  };

  test('the same seed gives the same bounds, another seed about the same', () => {
    const at = (seed: number): [number, number] =>
      bcaBounds(bootstrap({ rows: 40, resamples: 4000, seed }, mean), 0.025);
    expect(at(1)).toEqual(at(1));
    expect(at(2)).not.toEqual(at(1));
    expect(at(2)[0]).toBeCloseTo(at(1)[0], 0);
  });

  test('of a mean, it has the standard error of the mean', () => {
    const { replicates } = bootstrap({ rows: 40, resamples: 8000, seed: 4 }, mean);
    const centre = values.reduce((sum, value) => sum + value, 0) / 40;
    const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 40 / 40;
    const resampled = replicates.reduce((sum, value) => sum + (value - centre) ** 2, 0) / replicates.length;
    expect(Math.sqrt(resampled / variance)).toBeCloseTo(1, 1);
    const [low, high] = percentileBounds({ replicates }, 0.025);
    expect((high - low) / (2 * 1.96 * Math.sqrt(variance))).toBeCloseTo(1, 1);
  });

  test('whole clusters are drawn: copies of a row add no evidence', () => {
    const [first] = twoModels(150, 1.2, 1, 9);
    const copies = Array.from({ length: 600 }, (_, row) => row % 150);
    const repeated = makeSample(
      copies.map((row) => first.labels[row]!),
      copies.map((row) => first.scores[row]!),
    );
    const width = ([low, high]: [number, number]): number => high - low;
    const once = width(estimateMetric(metric('brier'), first, plan).bounds(0.025));
    const clustered = width(
      estimateMetric(metric('brier'), repeated, { ...plan, units: Uint32Array.from(copies) }).bounds(0.025),
    );
    const naive = width(estimateMetric(metric('brier'), repeated, plan).bounds(0.025));
    expect(clustered / once).toBeCloseTo(1, 1);
    expect(naive / once).toBeCloseTo(0.5, 1);
  });

  test('where many resamples leave the metric undefined, the bounds are unknown', () => {
    const sample = makeSample([0, 0, 0, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.9]);
    expect(estimateMetric(metric('pr-auc'), sample, plan).bounds(0.025)).toEqual([-Infinity, Infinity]);
  });
});

describe('permutation', () => {
  test('random flips come close to all flips, and never give 0', () => {
    const differences = Array.from({ length: 15 }, (_, index) => ((index * 13) % 11) - 3);
    const exact = signFlipTest(differences).pValue;
    // A sixteenth difference of 0 changes nothing but the method.
    const sampled = signFlipTest([...differences, 0], { resamples: 20_000, seed: 5 }).pValue;
    expect(sampled).toBeCloseTo(exact, 1);
    expect(signFlipTest(new Array<number>(50).fill(1), { resamples: 99 }).pValue).toBeCloseTo(0.01, 12);
  });
});

describe('Holm', () => {
  test('judging each p-value at its level is judging the adjusted one at the whole level', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { maxLength: 12 }), (pValues) => {
        const alpha = 0.05;
        const levels = holmLevels(pValues, alpha);
        const adjusted = holm(pValues);
        pValues.forEach((p, index) => {
          if (Math.abs(adjusted[index]! - alpha) > 1e-9) expect(p <= levels[index]!).toBe(adjusted[index]! <= alpha);
        });
      }),
    );
  });
});

describe('estimates', () => {
  const [first, second] = twoModels(400, 1.8, 1.2, 21);

  test.each([...METRICS.values()].filter(({ task }) => task === 'binary').map(({ name }) => name))(
    '%s: bounds hold the value, widen with confidence, and the level inverts them',
    (name) => {
      for (const estimate of [
        estimateMetric(metric(name), first, plan),
        estimateDifference(metric(name), first, second, plan),
      ]) {
        const [low, high] = estimate.bounds(0.025);
        const [lower, higher] = estimate.bounds(0.005);
        expect(low).toBeLessThanOrEqual(estimate.value);
        expect(high).toBeGreaterThanOrEqual(estimate.value);
        expect(lower).toBeLessThanOrEqual(low);
        expect(higher).toBeGreaterThanOrEqual(high);
        // Resamples of a metric that moves in steps have ties, so that the level is met to within a step.
        expect(Math.abs(levelShowing(estimate, (bound) => bound >= low) - 0.025)).toBeLessThan(0.007);
        expect(Math.abs(levelShowing(estimate, (_, bound) => bound <= high) - 0.025)).toBeLessThan(0.007);
        expect(levelShowing(estimate, (bound) => bound > higher)).toBe(1);
      }
    },
  );

  test('swapping the models swaps the bounds', () => {
    for (const name of ['auc', 'accuracy', 'recall', 'brier', 'f1']) {
      const [low, high] = estimateDifference(metric(name), first, second, plan).bounds(0.025);
      const [swappedLow, swappedHigh] = estimateDifference(metric(name), second, first, plan).bounds(0.025);
      expect(swappedLow).toBeCloseTo(-high, 2);
      expect(swappedHigh).toBeCloseTo(-low, 2);
    }
  });

  test('a model that separates the classes wholly is not certain to do so always', () => {
    const labels = Array.from({ length: 40 }, (_, row) => row % 2);
    const perfect = makeSample(labels, labels);
    const [low, high] = estimateMetric(metric('auc'), perfect, plan).bounds(0.025);
    expect(low).toBeLessThan(0.9);
    expect(high).toBe(1);
  });

  test('models that rank alike differ by exactly nothing', () => {
    const recalibrated = makeSample(
      first.labels,
      first.scores.map((score) => score ** 2),
    );
    const difference = estimateDifference(metric('auc'), first, recalibrated, plan);
    expect(difference.bounds(0.025)).toEqual([0, 0]);
    expect(difference.test!.pValue).toBe(1);
  });

  test('rows that differ are refused', () => {
    expect(() => estimateDifference(metric('auc'), first, makeSample([1, 0], [1, 0]), plan)).toThrow('same rows');
  });
});

describe('coverage over seeded worlds', () => {
  const worlds = 300;

  /** Share of worlds whose 95 % interval holds the truth. */
  function coverage(
    rows: number,
    truth: number,
    estimate: (first: Sample, second: Sample) => [number, number],
  ): number {
    let covered = 0;
    for (let world = 0; world < worlds; world++) {
      const [low, high] = estimate(...twoModels(rows, 1.2, 1.2, 1000 + world));
      if (low <= truth && truth <= high) covered++;
    }
    return covered / worlds;
  }

  test.each(['auc', 'accuracy'])('difference of %s between equally good models', (name) => {
    const share = coverage(250, 0, (first, second) =>
      estimateDifference(metric(name), first, second, plan).bounds(0.025),
    );
    expect(share).toBeGreaterThan(0.92);
    expect(share).toBeLessThan(0.98);
  });

  test.each(['brier', 'f1'])('difference of %s, which has no formula of its own', (name) => {
    const share = coverage(120, 0, (first, second) =>
      estimateDifference(metric(name), first, second, { ...plan, resamples: 400 }).bounds(0.025),
    );
    expect(share).toBeGreaterThan(0.91);
    expect(share).toBeLessThan(0.98);
  });

  test('the mean of skewed losses is hardly ever above its upper bound', () => {
    // Exponential losses have the mean 1 and a skewness of 2; the bound of a t interval is exceeded in 4.5 % of such worlds.
    const rows = 100;
    let exceeded = 0;
    for (let world = 0; world < 2000; world++) {
      const generator = random(5000 + world);
      const losses = Float64Array.from({ length: rows }, () => -Math.log(1 - generator.uniform()));
      const mean = losses.reduce((sum, loss) => sum + loss, 0) / rows;
      const spread = spreadOf(
        losses.map((loss) => (loss - mean) / rows),
        new Float64Array(rows).fill(1),
        undefined,
      );
      const [low, high] = skewedMeanBounds(mean, spread, rows, 0.025);
      expect(low).toBeLessThan(mean);
      if (high < 1) exceeded++;
    }
    expect(exceeded / 2000).toBeLessThan(0.034);
  });
});
