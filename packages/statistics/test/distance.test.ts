import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  chiSquareContingency,
  cramersV,
  cramersVNull,
  fisherGreater,
  hellinger,
  hellingerNull,
  jensenShannonBits,
  jensenShannonNull,
  ksGridError,
  ksNull,
  ksOnGrid,
  lInfinity,
  lInfinityNull,
  mergeBins,
  psi,
  psiNull,
  quantileGroups,
  random,
  totalVariation,
  totalVariationNull,
  wassersteinNull,
  wassersteinOnGrid,
  type NullDistribution,
  type Random,
} from '../src/index.ts';

type Counts = [reference: number[], current: number[]];
type Distance = (reference: readonly number[], current: readonly number[]) => number;

const GREATEST: [name: string, distance: Distance, greatest: number][] = [
  ['psi', psi, Infinity],
  ['jensenShannonBits', jensenShannonBits, 1],
  ['lInfinity', lInfinity, 1],
  ['totalVariation', totalVariation, 1],
  ['hellinger', hellinger, 1],
  ['cramersV', cramersV, 1],
  ['ksOnGrid', ksOnGrid, 1],
];

/** Two samples in the same bins, neither of them empty. */
const pairs = (least = 0, mostBins = 12): fc.Arbitrary<Counts> =>
  fc
    .array(fc.tuple(fc.integer({ min: least, max: 500 }), fc.integer({ min: least, max: 500 })), {
      minLength: 2,
      maxLength: mostBins,
    })
    .map((bins): Counts => [bins.map(([a]) => a), bins.map(([, b]) => b)])
    .filter((counts) => counts.every((sample) => sample.some((count) => count > 0)));

const close = (a: number, b: number): void =>
  expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(b)));

describe.each(GREATEST)('%s', (name, distance, greatest) => {
  test('lies in its range, is 0 for the same shares, and does not care which sample is first', () => {
    fc.assert(
      fc.property(pairs(), fc.integer({ min: 1, max: 9 }), ([reference, current], times) => {
        const value = distance(reference, current);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(greatest + 1e-12);
        close(distance(current, reference), value);
        close(
          distance(
            reference,
            reference.map((count) => times * count),
          ),
          0,
        );
        close(
          distance(
            reference.map((count) => times * count),
            current,
          ),
          value,
        );
      }),
    );
  });

  test('is greatest where the samples have nothing in common', () => {
    if (greatest === Infinity) expect(distance([5, 0], [0, 7])).toBeGreaterThan(5);
    else close(distance([5, 0], [0, 7]), greatest);
  });

  test('is undefined without rows, and refuses what are no counts', () => {
    expect(distance([0, 0], [1, 2])).toBeNaN();
    expect(distance([1, 2], [0, 0])).toBeNaN();
    expect(() => distance([1, 2], [1])).toThrow('same bins');
    expect(() => distance([1, NaN], [1, 1])).toThrow('count');
    expect(() => distance([1, -1], [1, 1])).toThrow('count');
  });

  test('changes nothing by bins that are empty in both', () => {
    fc.assert(
      fc.property(pairs(), ([reference, current]) => {
        close(distance([...reference, 0], [...current, 0]), distance(reference, current));
      }),
    );
  });

  const isOrdered = name === 'ksOnGrid';
  if (!isOrdered) {
    test('does not care about the order of bins', () => {
      fc.assert(
        fc.property(pairs(), fc.integer(), ([reference, current], seed) => {
          const generator = random(seed);
          const order = reference.map((_, bin) => [generator.uniform(), bin] as const).sort(([a], [b]) => a - b);
          const shuffle = (counts: number[]): number[] => order.map(([, bin]) => counts[bin]!);
          close(distance(shuffle(reference), shuffle(current)), distance(reference, current));
        }),
      );
    });
  }
  if (name !== 'lInfinity') {
    test('never grows when neighbouring bins are merged', () => {
      fc.assert(
        fc.property(pairs(1), fc.nat(), ([reference, current], place) => {
          const at = place % (reference.length - 1);
          const groups = reference.map((_, bin) => (bin > at ? bin - 1 : bin));
          const merged = distance(mergeBins(reference, groups), mergeBins(current, groups));
          if (reference.length > 1) expect(merged).toBeLessThanOrEqual(distance(reference, current) + 1e-12);
        }),
      );
    });
  }
});

test('distances bound each other as they must', () => {
  fc.assert(
    fc.property(pairs(), (counts) => {
      const [tv, h] = [totalVariation(...counts), hellinger(...counts)];
      expect(h * h).toBeLessThanOrEqual(tv + 1e-12);
      expect(tv).toBeLessThanOrEqual(Math.SQRT2 * h + 1e-12);
      expect(lInfinity(...counts)).toBeLessThanOrEqual(tv + 1e-12);
      expect(ksOnGrid(...counts)).toBeLessThanOrEqual(tv + 1e-12);
      expect(jensenShannonBits(...counts)).toBeLessThanOrEqual(tv + 1e-12);
      expect(cramersV(...counts) ** 2).toBeLessThanOrEqual(tv + 1e-12);
    }),
  );
});

test("Cramér's V of two samples of one size is the root of chi-square over the rows", () => {
  fc.assert(
    fc.property(pairs(), ([reference, current]) => {
      const [n, m] = [reference, current].map((counts) => counts.reduce((a, b) => a + b, 0));
      const even: Counts = [reference.map((count) => count * m!), current.map((count) => count * n!)];
      close(cramersV(...even), Math.sqrt(chiSquareContingency(...even).statistic / (2 * n! * m!)));
    }),
  );
});

describe('on a grid', () => {
  const values = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 60 });

  test('KS falls short of the exact statistic by no more than it says', () => {
    fc.assert(
      fc.property(values, values, fc.integer({ min: 1, max: 8 }), (x, y, count) => {
        const edges = Array.from({ length: count }, (_, k) => (10 * (k + 1)) / (count + 1));
        const bins = (sample: number[]): number[] => {
          const counts = new Array<number>(count + 1).fill(0);
          for (const value of sample) counts[edges.filter((edge) => edge <= value).length]!++;
          return counts;
        };
        const below = (sample: number[], limit: number): number =>
          sample.filter((value) => value <= limit).length / sample.length;
        const exact = Math.max(...[...x, ...y].map((limit) => Math.abs(below(x, limit) - below(y, limit))));
        const onGrid = ksOnGrid(bins(x), bins(y));
        expect(onGrid).toBeLessThanOrEqual(exact + 1e-12);
        expect(exact).toBeLessThanOrEqual(onGrid + ksGridError(bins(x), bins(y)) + 1e-12);
      }),
    );
  });

  test('a shift by a bin is a Wasserstein distance of its width', () => {
    const edges = [1, 2, 3, 4, 5];
    const grid = { edges, minimum: 0, maximum: 6 };
    close(wassersteinOnGrid([2, 5, 3, 0, 0, 0], [0, 2, 5, 3, 0, 0], grid), 1);
    close(wassersteinOnGrid([2, 5, 3, 0, 0, 0], [0, 0, 0, 2, 5, 3], grid), 3);
  });

  test('Wasserstein is a metric', () => {
    const grid = { edges: [1, 3, 4, 9], minimum: 0, maximum: 20 };
    const five = fc
      .array(fc.integer({ min: 0, max: 50 }), { minLength: 5, maxLength: 5 })
      .filter((c) => c.some(Boolean));
    fc.assert(
      fc.property(five, five, five, (a, b, c) => {
        const [ab, bc, ac] = [
          wassersteinOnGrid(a, b, grid),
          wassersteinOnGrid(b, c, grid),
          wassersteinOnGrid(a, c, grid),
        ];
        expect(ab).toBeGreaterThanOrEqual(0);
        expect(ab).toBeLessThanOrEqual(20);
        close(wassersteinOnGrid(b, a, grid), ab);
        close(wassersteinOnGrid(a, a, grid), 0);
        expect(ac).toBeLessThanOrEqual(ab + bc + 1e-9);
      }),
    );
  });

  test('Wasserstein refuses edges that do not fit', () => {
    expect(() => wassersteinOnGrid([1, 1], [1, 1], { edges: [], minimum: 0, maximum: 1 })).toThrow('bins');
  });
});

describe('quantile groups', () => {
  test('are deciles of an even grid', () => {
    const groups = quantileGroups(new Array<number>(256).fill(40), 10);
    const sizes = mergeBins(new Array<number>(256).fill(1), groups);
    expect(sizes).toHaveLength(10);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(25);
  });

  test('rise, are no more than asked for, and none is empty in the reference', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        (bins, most) => {
          fc.pre(bins.some((count) => count > 0));
          const groups = quantileGroups(bins, most);
          expect(groups).toHaveLength(bins.length);
          groups.forEach((group, bin) => expect([0, 1]).toContain(group - (groups[bin - 1] ?? 0)));
          const merged = mergeBins(bins, groups);
          expect(merged.length).toBeLessThanOrEqual(most);
          for (const count of merged) expect(count).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe('what chance alone does', () => {
  const grid = { edges: [1, 2, 3, 4, 5, 6, 7], minimum: 0, maximum: 8 };
  const NULLS: [name: string, distance: Distance, chance: (...counts: Counts) => NullDistribution, exact: boolean][] = [
    ['psi', psi, psiNull, true],
    ['jensenShannonBits', jensenShannonBits, jensenShannonNull, true],
    ['hellinger', hellinger, hellingerNull, true],
    ['cramersV', cramersV, cramersVNull, true],
    ['totalVariation', totalVariation, totalVariationNull, true],
    ['wasserstein', (a, b) => wassersteinOnGrid(a, b, grid), (a, b) => wassersteinNull(a, b, grid), true],
    ['lInfinity', lInfinity, lInfinityNull, false],
    ['ksOnGrid', ksOnGrid, ksNull, false],
  ];
  const SHARES = [0.05, 0.2, 0.15, 0.1, 0.1, 0.2, 0.12, 0.08];

  const draw = (rows: number, generator: Random): number[] => {
    const counts = new Array<number>(SHARES.length).fill(0);
    for (let row = 0; row < rows; row++) {
      let left = generator.uniform();
      const bin = SHARES.findIndex((share) => (left -= share) < 0);
      counts.splice(bin, 1, counts.at(bin)! + 1);
    }
    return counts;
  };

  test.each(NULLS)('%s: the 95 % quantile is exceeded in one window of twenty', (_, distance, chance, exact) => {
    const generator = random(7);
    const runs = 600;
    // One null distribution will do: it hardly depends on the draw.
    const limit = chance(draw(900, generator), draw(500, generator)).quantile(0.95);
    let exceeded = 0;
    for (let run = 0; run < runs; run++) {
      if (distance(draw(900, generator), draw(500, generator)) > limit) exceeded++;
    }
    // Three standard errors of a share of 5 %.
    expect(exceeded / runs).toBeLessThan(0.077);
    if (exact) expect(exceeded / runs).toBeGreaterThan(0.023);
  });

  test.each(NULLS)('%s: quantile and survival are inverse, and survival falls', (_, _distance, chance) => {
    const law = chance(draw(900, random(1)), draw(500, random(2)));
    const quantile = (probability: number): number => law.quantile(probability);
    const survival = (value: number): number => law.survival(value);
    for (const probability of [0.5, 0.9, 0.99]) {
      expect(survival(quantile(probability))).toBeCloseTo(1 - probability, 2);
    }
    expect(survival(0)).toBeGreaterThan(0.99);
    expect(survival(quantile(0.99))).toBeLessThan(survival(quantile(0.5)));
    expect(survival(100)).toBeLessThan(1e-9);
    expect(survival(NaN)).toBeNaN();
  });

  test.each(NULLS)('%s: nothing is known without rows', (_, _distance, chance) => {
    expect(chance([0, 0, 0, 0, 0, 0, 0, 0], draw(10, random(1))).quantile(0.95)).toBeNaN();
  });
});

describe("Fisher's exact test", () => {
  const choose = (n: number, k: number): bigint => {
    let result = 1n;
    for (let i = 0; i < k; i++) result = (result * BigInt(n - i)) / BigInt(i + 1);
    return k < 0 || k > n ? 0n : result;
  };

  test('is the tail of the hypergeometric distribution', () => {
    const sizes = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(sizes, sizes, fc.nat(), fc.nat(), (n, m, a, b) => {
        const [before, now] = [a % (n + 1), b % (m + 1)];
        let tail = 0n;
        for (let k = now; k <= m; k++) tail += choose(m, k) * choose(n, before + now - k);
        const expected = Number((tail * 10n ** 15n) / choose(n + m, before + now)) / 1e15;
        expect(Math.abs(fisherGreater([before, n], [now, m]) - expected)).toBeLessThan(1e-9);
      }),
    );
  });

  test('is quick and right for millions of rows', () => {
    expect(fisherGreater([5000, 1_000_000], [5000, 1_000_000])).toBeCloseTo(0.504, 2);
    expect(fisherGreater([5000, 1_000_000], [6000, 1_000_000])).toBeLessThan(1e-20);
    expect(fisherGreater([0, 1_000_000], [0, 1_000_000])).toBe(1);
  });
});
