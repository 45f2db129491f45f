import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ColumnCounts, Counts, Profile } from '@mlops-actions/tabular';
import {
  DRIFT_METRICS,
  defaultRules,
  driftChecks,
  judgeColumns,
  judgeDrift,
  rangeCheckId,
  ruleOf,
  type DriftFinding,
  type DriftMetric,
  type DriftRule,
} from '../src/index.ts';
import { categoricalProfile, normalWorld, numericCounts, numericProfile, ownCounts, profileOf } from './worlds.ts';

const UNIFORM = Array.from({ length: 2000 }, (_, i) => i / 200);

/** A numeric and a categorical column. */
const REFERENCE = profileOf(2000, [
  numericProfile('amount', UNIFORM),
  categoricalProfile('region', { north: 1000, south: 800, east: 195, west: 5 }),
]);

const amountOf = ({ columns }: Profile) => columns[0] as ReturnType<typeof numericProfile>;

/** The reference's counts with other ones in place of a column's. */
function withColumn(name: string, counts: Partial<ColumnCounts>): Counts {
  const own = ownCounts(REFERENCE);
  own.columns.set(name, { ...own.columns.get(name)!, ...counts } as never);
  return own;
}

const judgeOne = (counts: Counts, rule: DriftRule): DriftFinding => judgeDrift(REFERENCE, counts, [rule])[0]!;

describe('what did not change', () => {
  test('passes every default rule, with a null quantile beside every distance', () => {
    const findings = judgeDrift(REFERENCE, ownCounts(REFERENCE), defaultRules(REFERENCE));
    expect(findings.map(({ verdict }) => verdict)).toEqual(findings.map(() => 'pass'));
    expect(findings.map(({ metric }) => metric)).toEqual([
      'presence',
      'missing-rate',
      'constant',
      'invalid-rate',
      'psi',
      'out-of-range-rate',
      'presence',
      'missing-rate',
      'constant',
      'psi',
      'new-category-rate',
    ]);
    expect(findings.find(({ metric }) => metric === 'psi')!.nullQuantile).toBeCloseTo(0.0169, 3);
  });

  test('passes every metric that fits its column', () => {
    for (const [metric, { kinds }] of DRIFT_METRICS) {
      for (const column of REFERENCE.columns) {
        if (kinds.includes(column.kind)) {
          expect(judgeOne(ownCounts(REFERENCE), ruleOf(column.name, metric))).toMatchObject({
            verdict: 'pass',
            value: 0,
          });
        }
      }
    }
  });
});

describe('distributions', () => {
  const DISTANCES: DriftMetric[] = [
    'psi',
    'js-divergence-bits',
    'l-infinity',
    'ks',
    'wasserstein-per-std',
    'hellinger',
    'total-variation',
    'cramers-v',
  ];

  test.each(DISTANCES)('%s grows with the shift, and fails when it is large', (metric) => {
    let before = -1;
    for (const shift of [0, 1, 2, 4, 8]) {
      const shifted = numericCounts(
        amountOf(REFERENCE),
        UNIFORM.map((value) => value + shift),
      );
      const { value, verdict, threshold } = judgeOne(withColumn('amount', shifted), ruleOf('amount', metric));
      expect(value).toBeGreaterThanOrEqual(before);
      expect(verdict).toBe(value! > threshold ? 'fail' : 'pass');
      before = value!;
    }
    expect(before).toBeGreaterThan(DRIFT_METRICS.get(metric)!.threshold);
  });

  test('defaults of different distances agree on how far a normal column may shift', () => {
    const { profile, window } = normalWorld(3, 1, 20_000);
    for (const metric of [
      'psi',
      'js-divergence-bits',
      'ks',
      'wasserstein-per-std',
      'hellinger',
      'cramers-v',
    ] as const) {
      const verdictAt = (shift: number) =>
        judgeDrift(profile, window(20_000, shift), [ruleOf('x0', metric)])[0]!.verdict;
      expect([metric, verdictAt(0.35), verdictAt(0.65)]).toEqual([metric, 'pass', 'fail']);
    }
  });

  test('a million rows do not fail by a p-value', () => {
    const { profile, window } = normalWorld(5, 1, 100_000);
    const [finding] = judgeDrift(profile, window(100_000, 0.02), [ruleOf('x0', 'ks')]);
    expect(finding!.pValue).toBeLessThan(0.05);
    expect(finding!.verdict).toBe('pass');
  });

  test('what chance could have done is inconclusive, as is a sample below the minimum', () => {
    const { profile, window } = normalWorld(6, 1, 300);
    const rule: DriftRule = { column: 'x0', metric: 'psi', threshold: 0.001 };
    expect(judgeDrift(profile, window(300), [rule])[0]).toMatchObject({ verdict: 'inconclusive' });
    expect(judgeDrift(profile, window(199, 3), [rule])[0]!.reason).toContain('199 of the 200 rows');
    expect(judgeDrift(profile, window(199, 3), [{ ...rule, minimumRows: 100 }])[0]).toMatchObject({ verdict: 'fail' });
  });

  test('missing values are a category where the rule says so', () => {
    const half = withColumn('region', { nulls: 1000, categories: [500, 400, 98, 2] });
    expect(judgeOne(half, { ...ruleOf('region', 'psi'), missing: 'excluded' }).verdict).toBe('pass');
    expect(judgeOne(half, { ...ruleOf('region', 'psi'), missing: 'category' }).verdict).toBe('fail');
  });

  test('rare categories are compared as one', () => {
    const { value } = judgeOne(withColumn('region', { categories: [1000, 800, 200, 0] }), ruleOf('region', 'psi'));
    // The five rows of `west` are gone, and PSI would make much of that alone.
    expect(value).toBeLessThan(0.02);
  });
});

describe('broken columns', () => {
  test('a missing rate fails in either way', () => {
    const more = withColumn(
      'amount',
      numericCounts(amountOf(REFERENCE), UNIFORM.slice(0, 1800), { nulls: 150, nans: 50 }),
    );
    expect(judgeOne(more, ruleOf('amount', 'missing-rate'))).toMatchObject({ verdict: 'fail', value: 0.1 });
    const gaps = { ...REFERENCE, columns: [{ ...numericProfile('amount', UNIFORM.slice(0, 1800)), nulls: 200 }] };
    const [filled] = judgeDrift(gaps, withColumn('amount', numericCounts(gaps.columns[0]!, UNIFORM)), [
      ruleOf('amount', 'missing-rate'),
    ]);
    expect(filled).toMatchObject({ verdict: 'fail', value: 0.1 });
    expect(filled!.reason).toContain('10 % in the reference, 0 % now');
  });

  test('a column without any value fails by its missing rate; its distribution cannot be judged', () => {
    const empty = withColumn('amount', numericCounts(amountOf(REFERENCE), [], { nulls: 2000 }));
    const findings = judgeDrift(
      REFERENCE,
      empty,
      defaultRules(REFERENCE).filter(({ column }) => column === 'amount'),
    );
    expect(Object.fromEntries(findings.map(({ metric, verdict }) => [metric, verdict]))).toEqual({
      presence: 'pass',
      'missing-rate': 'fail',
      constant: 'inconclusive',
      'invalid-rate': 'pass',
      psi: 'inconclusive',
      'out-of-range-rate': 'inconclusive',
    });
  });

  test('NaN is missing, and in no bin', () => {
    const nans = withColumn('amount', numericCounts(amountOf(REFERENCE), [], { nans: 2000 }));
    expect(judgeOne(nans, ruleOf('amount', 'missing-rate'))).toMatchObject({ verdict: 'fail', value: 1 });
    expect(judgeOne(nans, ruleOf('amount', 'psi'))).toMatchObject({ verdict: 'inconclusive', value: undefined });
  });

  test('without rows nothing passes', () => {
    const none: Counts = {
      rows: 0,
      columns: new Map<string, ColumnCounts>([
        ['amount', numericCounts(amountOf(REFERENCE), [])],
        ['region', { kind: 'categorical', nulls: 0, categories: [0, 0, 0, 0], other: 0 }],
      ]),
      checks: new Map(),
    };
    for (const { verdict } of judgeDrift(REFERENCE, none, defaultRules(REFERENCE)))
      expect(verdict).toBe('inconclusive');
  });

  test('a column that vanished fails, all else about it is inconclusive; one that appeared is told', () => {
    const counts = ownCounts(REFERENCE);
    counts.columns.delete('amount');
    const findings = judgeDrift(REFERENCE, counts, defaultRules(REFERENCE)).filter(({ column }) => column === 'amount');
    expect(findings.map(({ verdict }) => verdict)).toEqual(['fail', ...new Array<string>(5).fill('inconclusive')]);
    expect(judgeColumns(REFERENCE, ['region', 'fresh'], 2000)).toMatchObject([
      { column: 'amount', verdict: 'fail' },
      { column: 'fresh', verdict: 'pass', reason: expect.stringContaining('appeared') },
    ]);
  });

  test('a column that varied and has one value now fails; a flag that is nearly always off does not', () => {
    const constant = withColumn('amount', numericCounts(amountOf(REFERENCE), new Array<number>(2000).fill(3)));
    expect(judgeOne(constant, ruleOf('amount', 'constant'))).toMatchObject({ verdict: 'fail', value: 1 });
    const flag = profileOf(2000, [categoricalProfile('fraud', { no: 1999, yes: 1 })]);
    const counts: Counts = {
      rows: 500,
      columns: new Map([['fraud', { kind: 'categorical', nulls: 0, categories: [500, 0], other: 0 }]]),
      checks: new Map(),
    };
    expect(judgeDrift(flag, counts, [ruleOf('fraud', 'constant')])[0]!.verdict).toBe('pass');
  });

  test('new categories and unreadable values fail by their rate', () => {
    const renamed = withColumn('region', { categories: [1000, 0, 195, 5], other: 800 });
    expect(judgeOne(renamed, ruleOf('region', 'new-category-rate'))).toMatchObject({ verdict: 'fail', value: 0.4 });
    const words = withColumn('amount', numericCounts(amountOf(REFERENCE), UNIFORM.slice(0, 1900), { invalid: 100 }));
    expect(judgeOne(words, ruleOf('amount', 'invalid-rate'))).toMatchObject({ verdict: 'fail', value: 0.05 });
  });

  test('values beyond the reference are counted by a check; without it a break of the range is inconclusive', () => {
    const rule = ruleOf('amount', 'out-of-range-rate');
    expect(driftChecks(REFERENCE, [rule])).toEqual([
      expect.objectContaining({ id: rangeCheckId('amount'), test: 'range', bounds: { minimum: 0, maximum: 9.995 } }),
    ]);
    const beyond = [...UNIFORM.slice(0, 1880), ...new Array<number>(100).fill(1e9)];
    const counts = withColumn('amount', numericCounts(amountOf(REFERENCE), beyond, { invalid: 20 }));
    expect(judgeOne(counts, rule).verdict).toBe('inconclusive');
    // The check fails what is unreadable, too.
    counts.checks.set(rangeCheckId('amount'), { checked: 2000, failed: 120 });
    expect(judgeOne(counts, rule)).toMatchObject({ verdict: 'fail', value: 100 / 1980 });
    counts.checks.set(rangeCheckId('amount'), { checked: 2000, failed: 22 });
    expect(judgeOne(counts, rule)).toMatchObject({ verdict: 'pass', value: 2 / 1980 });
  });
});

test('a billion rows are judged as quickly as a thousand', () => {
  const many = 1_000_000_000;
  const bins = amountOf(REFERENCE).bins.map(() => many / 256);
  const counts = withColumn('amount', { bins, nulls: 0, minimum: 0, maximum: 11 });
  counts.checks.set(rangeCheckId('amount'), { checked: many, failed: 3 });
  counts.columns.set('region', {
    kind: 'categorical',
    nulls: 0,
    categories: [many / 2, 0.4 * many, 0.0975 * many, 0],
    other: 0.0025 * many,
  });
  const findings = judgeDrift(REFERENCE, { ...counts, rows: many }, defaultRules(REFERENCE));
  expect(findings.map(({ verdict }) => verdict)).toEqual(findings.map(() => 'pass'));
});

describe('many columns', () => {
  const WINDOWS = 100;
  const CORRECTIONS = ['none', 'benjamini-hochberg', 'holm'] as const;
  const rules = (profile: Profile): DriftRule[] =>
    profile.columns.map(({ name }, index) => ({ column: name, metric: index % 2 ? 'psi' : 'ks', threshold: 0 }));

  test('false alarms stay within the level with a correction, and do not without', () => {
    const alarms = { none: 0, 'benjamini-hochberg': 0, holm: 0 };
    // Windows without drift, with nothing but chance to decide.
    for (let seed = 1; seed <= WINDOWS; seed++) {
      const { profile, window } = normalWorld(seed, 8, 500);
      const counts = window(500);
      for (const correction of CORRECTIONS) {
        const findings = judgeDrift(profile, counts, rules(profile), { correction });
        if (findings.some(({ verdict }) => verdict === 'fail')) alarms[correction]++;
      }
    }
    expect(alarms.none / WINDOWS).toBeGreaterThan(0.2);
    // 5 % and three standard errors.
    expect(alarms['benjamini-hochberg'] / WINDOWS).toBeLessThan(0.115);
    expect(alarms.holm / WINDOWS).toBeLessThan(0.115);
  });

  test('a column is judged alike, in whatever order the rules are', () => {
    const { profile, window } = normalWorld(9, 6, 1000);
    const counts = window(1000, 0.3);
    const usual = judgeDrift(profile, counts, defaultRules(profile));
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          usual.map((_, index) => index),
          { minLength: usual.length },
        ),
        (order) => {
          const shuffled = judgeDrift(
            profile,
            counts,
            order.map((index) => defaultRules(profile)[index]!),
          );
          expect(shuffled).toEqual(order.map((index) => usual[index]));
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('rules and counts that do not fit', () => {
  test.each([
    [{ column: 'amuont', metric: 'psi', threshold: 0.2 }, "Did you mean 'amount'?"],
    [{ column: 'region', metric: 'ks', threshold: 0.2 }, 'the column is categorical'],
    [{ column: 'amount', metric: 'psi', threshold: NaN }, 'threshold NaN'],
    [{ column: 'amount', metric: 'ks', threshold: 1 }, 'threshold 1'],
    [{ column: 'amount', metric: 'psi', threshold: -0.1 }, 'threshold -0.1'],
    [{ column: 'amount', metric: 'psi', threshold: 0.2, minimumRows: 0 }, 'minimum of 0'],
    [{ column: 'amount', metric: 'toString', threshold: 0.2 }, "unknown metric 'toString'"],
  ])('%j is refused', (rule, message) => {
    let error: unknown;
    try {
      judgeOne(ownCounts(REFERENCE), rule as DriftRule);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ name: 'UserError' });
    expect((error as { explanation: string }).explanation).toContain(message);
  });

  test('counts of another definition are refused', () => {
    expect(() => judgeOne(withColumn('amount', { bins: [1, 2, 3] }), ruleOf('amount', 'psi'))).toThrow('other bins');
    expect(() => judgeOne(withColumn('region', { categories: [1] }), ruleOf('region', 'psi'))).toThrow(
      'other categories',
    );
  });

  test('columns may be called anything', () => {
    for (const name of ['__proto__', 'constructor', '', '::error::x', 'a\nb']) {
      const profile = profileOf(2000, [numericProfile(name, UNIFORM)]);
      for (const finding of judgeDrift(profile, ownCounts(profile), defaultRules(profile))) {
        expect(finding).toMatchObject({ column: name, verdict: 'pass' });
      }
    }
  });
});

test('identifiers and times are not asked for their distribution', () => {
  const profile = profileOf(1000, [
    categoricalProfile('id', { a: 1, b: 1 }, 998),
    { ...numericProfile('at', UNIFORM), kind: 'timestamp' },
    { ...numericProfile('none', [], 1000) },
  ]);
  expect(defaultRules(profile).map(({ column, metric }) => `${column} ${metric}`)).toEqual([
    'id presence',
    'id missing-rate',
    'id constant',
    'at presence',
    'at missing-rate',
    'at invalid-rate',
    'none presence',
    'none missing-rate',
    'none invalid-rate',
  ]);
});
