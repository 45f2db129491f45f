import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  auc,
  calibrationBins,
  capture,
  confusion,
  ks,
  makeSample,
  mcc,
  METRICS,
  prAuc,
  precisionRecallCurve,
  rocCurve,
  random,
  permutation,
  type Metric,
  type Point,
} from '../src/index.ts';
import { binaryRows, sampleOf } from './worlds.ts';

const options = { threshold: 0.5, bins: 10 };
const binary = [...METRICS.values()].filter(({ task }) => task === 'binary');
const regression = [...METRICS.values()].filter(({ task }) => task === 'regression');
const named = (metrics: Metric[]): [string, Metric][] => metrics.map((metric) => [metric.name, metric]);

function expectSame(actual: number, expected: number): void {
  if (Number.isNaN(expected)) expect(actual).toBeNaN();
  else expect(actual).toBeCloseTo(expected, 10);
}

describe.each(named(binary))('%s', (_, metric) => {
  test('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(binaryRows, fc.integer(), (rows, seed) => {
        const shuffled = Array.from(permutation(rows.length, random(seed)), (row) => rows[row]!);
        expectSame(metric.compute(sampleOf(shuffled), options), metric.compute(sampleOf(rows), options));
      }),
    );
  });

  test('a weight is a repetition, and a weight of 0 an absence', () => {
    fc.assert(
      fc.property(
        binaryRows,
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 60, maxLength: 60 }),
        (rows, weights) => {
          const weighted = sampleOf(rows.map((row, index) => ({ ...row, weight: weights[index]! })));
          const repeated = sampleOf(rows.flatMap((row, index) => Array.from({ length: weights[index]! }, () => row)));
          expectSame(metric.compute(weighted, options), metric.compute(repeated, options));
        },
      ),
    );
  });

  test('stays in its range', () => {
    fc.assert(
      fc.property(binaryRows, (rows) => {
        const result = metric.compute(sampleOf(rows), options);
        if (Number.isNaN(result)) return;
        expect(result).toBeGreaterThanOrEqual(metric.range[0] - 1e-12);
        expect(result).toBeLessThanOrEqual(metric.range[1] + 1e-12);
      }),
    );
  });

  test('finds the truth better than its opposite', () => {
    fc.assert(
      fc.property(binaryRows, (rows) => {
        const truth = metric.compute(sampleOf(rows.map(({ label }) => ({ label, score: label }))), options);
        const opposite = metric.compute(sampleOf(rows.map(({ label }) => ({ label, score: 1 - label }))), options);
        // KS takes the distance of the two distributions, whichever way round.
        if (metric.name === 'ks') expect(truth).toBe(opposite);
        else if (metric.better === 'higher') expect(truth).toBeGreaterThan(opposite);
        else expect(truth).toBeLessThan(opposite);
      }),
    );
  });
});

describe.each(named(binary.filter(({ looksAt }) => looksAt === 'ranks')))('rank metric %s', (_, metric) => {
  test('does not change under a monotone transform of the scores', () => {
    fc.assert(
      fc.property(binaryRows, (rows) => {
        const transformed = rows.map(({ label, score }) => ({ label, score: Math.exp(3 * score) - 7 }));
        expectSame(metric.compute(sampleOf(transformed), options), metric.compute(sampleOf(rows), options));
      }),
    );
  });
});

describe('AUC', () => {
  test('is the share of concordant pairs', () => {
    fc.assert(
      fc.property(binaryRows, (rows) => {
        const events = rows.filter(({ label }) => label === 1);
        const others = rows.filter(({ label }) => label === 0);
        let concordant = 0;
        for (const event of events)
          for (const other of others)
            concordant += event.score > other.score ? 1 : event.score === other.score ? 0.5 : 0;
        expect(auc(sampleOf(rows))).toBeCloseTo(concordant / (events.length * others.length), 12);
      }),
    );
  });

  test('turns round with the labels, and with the scores', () => {
    fc.assert(
      fc.property(binaryRows, (rows) => {
        const area = auc(sampleOf(rows));
        expect(auc(sampleOf(rows.map(({ label, score }) => ({ label: 1 - label, score }))))).toBeCloseTo(1 - area, 12);
        expect(auc(sampleOf(rows.map(({ label, score }) => ({ label, score: -score }))))).toBeCloseTo(1 - area, 12);
      }),
    );
  });
});

describe('metrics that a sample leaves undefined', () => {
  const onlyOthers = sampleOf([
    { label: 0, score: 0.1 },
    { label: 0, score: 0.2 },
  ]);

  test.each(['auc', 'gini', 'ks', 'pr-auc', 'recall', 'precision'])('%s is NaN without events', (name) => {
    expect(METRICS.get(name)!.compute(onlyOthers, options)).toBeNaN();
  });

  test('MCC has its limit', () => {
    expect(mcc(confusion(onlyOthers, 0.5))).toBe(0);
  });
});

test('capture and lift of a small ranking, by hand, ties in proportion', () => {
  const sample = makeSample([1, 0, 1, 0, 0, 0, 0, 0, 0, 0], [0.9, 0.8, 0.8, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]);
  expect(capture(sample, 0.1)).toBeCloseTo(0.5, 12);
  expect(capture(sample, 0.2)).toBeCloseTo(0.75, 12);
  expect(capture(sample, 0.3)).toBeCloseTo(1, 12);
  expect(METRICS.get('lift')!.compute(sample, { ...options, topShare: 0.2 })).toBeCloseTo(3.75, 12);
});

test('expected cost of a small matrix, by hand', () => {
  const sample = makeSample([1, 1, 0, 0, 0], [0.9, 0.1, 0.9, 0.1, 0.1]);
  const costs = { falsePositive: 1, falseNegative: 20 };
  expect(METRICS.get('expected-cost')!.compute(sample, { ...options, costs })).toBeCloseTo(21 / 5, 12);
  expect(METRICS.get('expected-cost')!.compute(sample, options)).toBeCloseTo(2 / 5, 12);
});

test('KS and average precision of a small ranking, by hand', () => {
  const sample = makeSample([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1]);
  expect(ks(sample)).toBeCloseTo(0.5, 12);
  expect(prAuc(sample)).toBeCloseTo((1 + 2 / 3) / 2, 12);
});

test('decision metrics of a small matrix, by hand', () => {
  const rows = [
    ...Array.from({ length: 4 }, () => ({ label: 1, score: 0.9 })),
    ...Array.from({ length: 2 }, () => ({ label: 1, score: 0.1 })),
    ...Array.from({ length: 1 }, () => ({ label: 0, score: 0.5 })),
    ...Array.from({ length: 3 }, () => ({ label: 0, score: 0.2 })),
  ];
  const compute = (name: string): number => METRICS.get(name)!.compute(sampleOf(rows), options);
  expect(compute('accuracy')).toBeCloseTo(0.7, 12);
  expect(compute('precision')).toBeCloseTo(0.8, 12);
  expect(compute('recall')).toBeCloseTo(4 / 6, 12);
  expect(compute('specificity')).toBeCloseTo(0.75, 12);
  expect(compute('balanced-accuracy')).toBeCloseTo((4 / 6 + 0.75) / 2, 12);
  expect(compute('f1')).toBeCloseTo((2 * 0.8 * (4 / 6)) / (0.8 + 4 / 6), 12);
  expect(compute('f2')).toBeCloseTo((5 * 0.8 * (4 / 6)) / (4 * 0.8 + 4 / 6), 12);
  expect(compute('f0-5')).toBeCloseTo((1.25 * 0.8 * (4 / 6)) / (0.25 * 0.8 + 4 / 6), 12);
  expect(compute('mcc')).toBeCloseTo((4 * 3 - 1 * 2) / Math.sqrt(5 * 6 * 4 * 5), 12);
});

test('calibration bins are closed above, and the first holds 0', () => {
  const bins = calibrationBins(makeSample([0, 1, 0, 1], [0, 0.5, 0.50001, 1]), 2);
  expect(bins.map(({ weight }) => weight)).toEqual([2, 2]);
});

describe.each(named(regression))('%s', (_, metric) => {
  const rows = fc.array(
    fc.record({ label: fc.integer({ min: 1, max: 50 }), score: fc.integer({ min: -50, max: 50 }) }),
    { minLength: 3, maxLength: 40 },
  );

  test('weights are repetitions, the order of rows is of no account', () => {
    fc.assert(
      fc.property(rows, fc.integer(), (given, seed) => {
        const weighted = sampleOf(given.map((row, index) => ({ ...row, weight: (index % 3) + 1 })));
        const repeated = given.flatMap((row, index) => Array.from({ length: (index % 3) + 1 }, () => row));
        const shuffled = Array.from(permutation(repeated.length, random(seed)), (row) => repeated[row]!);
        expectSame(metric.compute(weighted, options), metric.compute(sampleOf(shuffled), options));
      }),
    );
  });
});

describe('KS and capture of so many rows that they are counted and not sorted', () => {
  const rows = 120_000;
  const generator = random(17);
  const labels = Float64Array.from({ length: rows }, () => (generator.uniform() < 0.2 ? 1 : 0));
  const weights = Float64Array.from(labels, () => Math.floor(3 * generator.uniform()) / 2);
  const columns: [string, (label: number) => number][] = [
    ['probabilities', (label) => Math.exp(-3 * generator.uniform() * (2 - label))],
    ['scores with ties', (label) => Math.round(40 * (generator.uniform() + label / 5)) - 20],
    ['scores of hardly different size', (label) => 1 + 1e-9 * (generator.uniform() + label / 5)],
    ['one score', () => 0.5],
  ];
  test.each(columns)('%s', (_, scoreOf) => {
    const scores = labels.map(scoreOf);
    for (const given of [undefined, weights]) {
      const counted = makeSample(labels, scores, given);
      const sorted = makeSample(labels, scores, given);
      auc(sorted);
      expect(ks(counted)).toBeCloseTo(ks(sorted), 12);
      for (const share of [0.01, 0.37, 1]) expect(capture(counted, share)).toBeCloseTo(capture(sorted, share), 12);
    }
    const [curve, last] = [rocCurve(makeSample(labels, scores)), ks(makeSample(labels, scores))];
    expect(Math.max(...curve.map(([x, y]) => Math.abs(y - x)))).toBeCloseTo(last, 2);
  });
});

test('regression metrics of three rows, by hand', () => {
  const sample = makeSample([1, 2, 4], [1.5, 2, 3]);
  const compute = (name: string): number => METRICS.get(name)!.compute(sample, options);
  expect(compute('rmse')).toBeCloseTo(Math.sqrt(1.25 / 3), 12);
  expect(compute('mae')).toBeCloseTo(0.5, 12);
  expect(compute('mape')).toBeCloseTo((0.5 + 0 + 0.25) / 3, 12);
  expect(compute('r2')).toBeCloseTo(1 - 1.25 / (14 / 3), 12);
});

test('values that are not numbers, and columns of different lengths, are refused', () => {
  expect(() => makeSample([0, 1], [0.1, NaN])).toThrow('scores');
  expect(() => makeSample([0, Infinity], [0.1, 0.2])).toThrow('labels');
  expect(() => makeSample([0, 1], [0.1, 0.2], [1, -1])).toThrow('weights');
  expect(() => makeSample([0, 1], [0.1])).toThrow('length');
});

describe('curves', () => {
  const area = (points: readonly Point[]): number =>
    points.slice(1).reduce((sum, [x, y], index) => sum + ((x - points[index]![0]) * (y + points[index]![1])) / 2, 0);

  test('the area under the ROC curve is the AUC', () => {
    fc.assert(
      fc.property(binaryRows, (rows) => {
        const curve = rocCurve(sampleOf(rows));
        expect(curve[0]![0]).toBeCloseTo(0, 12);
        expect(curve.at(-1)).toEqual([1, 1]);
        expect(area(curve)).toBeCloseTo(auc(sampleOf(rows)), 10);
      }),
    );
  });

  test('precision and recall of a small ranking, by hand', () => {
    expect(precisionRecallCurve(makeSample([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1]))).toEqual([
      [0.5, 1],
      [0.5, 0.5],
      [1, 2 / 3],
      [1, 0.5],
    ]);
  });

  test('of many rows have no more points than can be seen', () => {
    const generator = random(1);
    const labels = Float64Array.from({ length: 20_000 }, () => generator.below(2));
    const sample = makeSample(
      labels,
      labels.map((label) => label + 3 * generator.uniform()),
    );
    for (const curve of [rocCurve(sample), precisionRecallCurve(sample)]) expect(curve.length).toBeLessThan(2500);
    expect(area(rocCurve(sample))).toBeCloseTo(auc(sample), 2);
  });
});
