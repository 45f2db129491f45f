import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { diffContracts, type Contract, type Impact } from '../src/index.ts';
import { allowed } from '../src/diff-rules.ts';
import { meets } from '../src/thresholds.ts';
import { OPERATORS, type Threshold } from '../src/model.ts';
import { contractOf, tableContract } from './workshop.ts';

const BASE = {
  name: 'amount',
  logicalType: 'number',
  physicalType: 'NUMERIC',
  required: true,
  unique: true,
  logicalTypeOptions: { minimum: 0, exclusiveMaximum: 100, multipleOf: 0.5 },
};

/** The changes of one property, as `impact: what`. */
function changes(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const of = (property: Record<string, unknown>): Contract => tableContract([{ name: 'amount', ...property }]);
  return told(of(before), of(after));
}

const told = (before: Contract, after: Contract): string[] =>
  diffContracts(before, after).changes.map(({ impact, subject, what }) => `${impact}: ${subject} ${what}`);

const impacts = (before: Record<string, unknown>, after: Record<string, unknown>): Impact[] =>
  changes(before, after).map((change) => change.split(':', 1)[0] as Impact);

describe('a change is seen by those who read the data', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['present', { required: false }, { required: true }],
    ['unique', { unique: false }, { unique: true }],
    ['typed', {}, { logicalType: 'string' }],
    ['of a narrower type', { logicalType: 'number' }, { logicalType: 'integer' }],
    [
      'of a narrower range',
      { logicalType: 'number', logicalTypeOptions: { minimum: 0 } },
      { logicalType: 'number', logicalTypeOptions: { minimum: 1 } },
    ],
    ['bounded', { logicalType: 'number' }, { logicalType: 'number', logicalTypeOptions: { maximum: 1 } }],
    [
      'strictly bounded',
      { logicalType: 'number', logicalTypeOptions: { maximum: 1 } },
      { logicalType: 'number', logicalTypeOptions: { exclusiveMaximum: 1 } },
    ],
    [
      'bounded in time',
      { logicalType: 'date', logicalTypeOptions: { minimum: '2020-01-01' } },
      { logicalType: 'date', logicalTypeOptions: { minimum: '2021-01-01' } },
    ],
    [
      'longer at least',
      { logicalType: 'string', logicalTypeOptions: { minLength: 2 } },
      { logicalType: 'string', logicalTypeOptions: { minLength: 3 } },
    ],
    [
      'shorter at most',
      { logicalType: 'string', logicalTypeOptions: { maxLength: 3 } },
      { logicalType: 'string', logicalTypeOptions: { maxLength: 2 } },
    ],
    [
      'one of fewer',
      { logicalType: 'string', logicalTypeOptions: { enum: ['a', 'b'] } },
      { logicalType: 'string', logicalTypeOptions: { enum: ['a'] } },
    ],
    ['of a pattern', { logicalType: 'string' }, { logicalType: 'string', logicalTypeOptions: { pattern: 'a' } }],
    [
      'a coarser multiple',
      { logicalType: 'integer', logicalTypeOptions: { multipleOf: 5 } },
      { logicalType: 'integer', logicalTypeOptions: { multipleOf: 10 } },
    ],
    [
      'with fewer missing',
      rule({ metric: 'nullValues', mustBeLessThan: 5 }),
      rule({ metric: 'nullValues', mustBeLessOrEqualTo: 4 }),
    ],
    [
      'with more stand-ins counted',
      rule({ metric: 'missingValues', arguments: { missingValues: ['x'] }, mustBe: 0 }),
      rule({ metric: 'missingValues', arguments: { missingValues: ['x', 'y'] }, mustBe: 0 }),
    ],
    [
      'with fewer valid values',
      rule({ metric: 'invalidValues', arguments: { validValues: ['a', 'b'] }, mustBe: 0 }),
      rule({ metric: 'invalidValues', arguments: { validValues: ['b'] }, mustBe: 0 }),
    ],
    ['with a rule more', {}, rule({ metric: 'nullValues', mustBe: 0 })],
    [
      'with a rule in earnest',
      rule({ metric: 'nullValues', mustBe: 0, severity: 'info' }),
      rule({ metric: 'nullValues', mustBe: 0 }),
    ],
  ])('what is %s now is a promise more, and the way back breaks', (_, less, more) => {
    expect(impacts(less, more)).toEqual(['compatible']);
    expect(impacts(more, less)).toEqual(['breaking']);
  });

  function rule(parts: Record<string, unknown>): Record<string, unknown> {
    return { quality: [{ id: 'r', ...parts }] };
  }

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['another type', { logicalType: 'string' }, { logicalType: 'integer' }],
    ['another physical type', { physicalType: 'STRING' }, { physicalType: 'INT64' }],
    ['another column', { physicalName: 'a' }, { physicalName: 'b' }],
    [
      'another pattern',
      { logicalType: 'string', logicalTypeOptions: { pattern: 'a' } },
      { logicalType: 'string', logicalTypeOptions: { pattern: 'b' } },
    ],
    [
      'another unit',
      rule({ metric: 'nullValues', mustBe: 0 }),
      rule({ metric: 'nullValues', mustBe: 0, unit: 'percent' }),
    ],
    ['another metric', rule({ metric: 'nullValues', mustBe: 0 }), rule({ metric: 'duplicateValues', mustBe: 0 })],
  ])('%s breaks, both ways', (_, one, other) => {
    expect(impacts(one, other)).toEqual(['breaking']);
    expect(impacts(other, one)).toEqual(['breaking']);
  });

  test('what is the primary key is present and unique without being said to be', () => {
    expect(changes({ primaryKey: true, required: true, unique: true }, { primaryKey: true })).toEqual([]);
    expect(changes({ primaryKey: true }, { primaryKey: true, required: true, unique: true })).toEqual([]);
    expect(changes({ required: true, unique: true }, { primaryKey: true })).toEqual([
      'compatible: orders has the primary key (amount) now',
    ]);
  });

  test('words alone are editorial', () => {
    expect(changes({ description: 'Old.' }, { description: 'New.' })).toEqual([]);
    expect(impacts(rule({ type: 'text', description: 'Old.' }), rule({ type: 'text', description: 'New.' }))).toEqual([
      'editorial',
    ]);
  });

  test('what only warns promises nothing', () => {
    const warning = (parts: Record<string, unknown>) => rule({ metric: 'nullValues', severity: 'warning', ...parts });
    expect(impacts(warning({ mustBe: 0 }), {})).toEqual(['editorial']);
    expect(impacts({}, warning({ mustBe: 0 }))).toEqual(['editorial']);
    expect(impacts(warning({ mustBe: 0 }), warning({ mustBeLessThan: 9 }))).toEqual(['editorial']);
  });

  test('columns come, go, and are maybe called by another name', () => {
    const before = tableContract([BASE, { name: 'note' }]);
    expect(told(before, tableContract([BASE, { name: 'note' }, { name: 'more' }]))).toEqual([
      'compatible: orders.more is new',
    ]);
    expect(told(before, tableContract([BASE]))).toEqual(['breaking: orders.note is gone']);
    expect(told(before, tableContract([{ ...BASE, name: 'total' }, { name: 'note' }]))).toEqual([
      "breaking: orders.amount is gone, or is called 'total' now",
      'compatible: orders.total is new',
    ]);
  });

  test('objects, keys, states and service levels', () => {
    const object = (name: string) => ({ name, properties: [{ name: 'a' }] });
    expect(told(contractOf({ schema: [object('x')] }), contractOf({ schema: [object('y')] }))).toEqual([
      "breaking: x is gone, or is called 'y' now",
      'compatible: y is new',
    ]);
    expect(told(tableContract([{ name: 'a', primaryKey: true }]), tableContract([{ name: 'a' }]))).toEqual([
      'breaking: orders has no primary key now',
    ]);
    expect(told(contractOf({}), contractOf({ status: 'retired' }))).toEqual([
      "breaking:  has the status 'retired', which was 'active'",
    ]);
    const level = (property: string, value: unknown, unit?: string) =>
      contractOf({ slaProperties: [{ property, value, unit, element: 'o.a' }] });
    expect(told(level('latency', 1, 'd'), level('freshness', 24, 'h'))).toEqual([]);
    expect(told(level('latency', 1, 'd'), level('latency', 2, 'd'))).toEqual([
      'breaking: o.a has latency 2 d, which was 1 d',
    ]);
    expect(told(level('retention', 3, 'y'), level('retention', 1, 'y'))).toEqual([
      'breaking: o.a has retention 1 y, which was 3 y',
    ]);
    expect(told(level('frequency', 2, 'd'), level('frequency', 1, 'd'))).toEqual([
      'compatible: o.a has frequency 1 d, which was 2 d',
    ]);
    expect(told(level('endOfSupport', '2032-01-01'), level('endOfSupport', '2030-01-01'))).toHaveLength(1);
    expect(told(level('latency', 1, 'd'), contractOf({}))).toEqual(['breaking: o.a has no service level latency now']);
  });
});

describe('the version follows', () => {
  const versions = (from: string, to: string, change: 'breaking' | 'compatible' | 'none'): string | undefined => {
    const of = (version: string, property: Record<string, unknown>) =>
      tableContract([{ name: 'a', ...property }], [], { version });
    const [before, after] = {
      breaking: [{ required: true }, {}],
      compatible: [{}, { required: true }],
      none: [{}, {}],
    }[change] as [Record<string, unknown>, Record<string, unknown>];
    return diffContracts(of(from, before), of(to, after)).problem?.severity;
  };

  test.each([
    ['1.4.2', '1.5.0', 'breaking', 'error'],
    ['1.4.2', '1.4.2', 'breaking', 'error'],
    ['1.4.2', '2.0.0', 'breaking', undefined],
    ['1.4.2', '3.1.0', 'breaking', undefined],
    ['1.4.2', '1.5.0', 'compatible', undefined],
    ['1.4.2', '1.4.3', 'compatible', 'warning'],
    ['1.4.2', '1.4.2', 'compatible', 'warning'],
    ['1.4.2', '2.0.0', 'compatible', undefined],
    ['1.4.2', '1.4.2', 'none', undefined],
    ['1.4.2', '1.3.9', 'none', 'error'],
    ['v1', 'v2', 'breaking', undefined],
    ['draft', 'draft', 'breaking', 'error'],
    ['draft', 'final', 'breaking', undefined],
  ] as const)('from %s to %s with a change that is %s', (from, to, change, severity) => {
    expect(versions(from, to, change)).toBe(severity);
  });
});

const arbitraryThreshold: fc.Arbitrary<Threshold> = fc
  .tuple(fc.constantFrom(...OPERATORS), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }))
  .map(([operator, a, b]) =>
    operator === 'mustBeBetween' || operator === 'mustNotBeBetween'
      ? { operator, low: Math.min(a, b), high: Math.max(a, b) }
      : { operator, value: a },
  );

const arbitraryProperty = fc.record(
  {
    logicalType: fc.constantFrom('integer', 'number'),
    required: fc.boolean(),
    unique: fc.boolean(),
    primaryKey: fc.boolean(),
    physicalType: fc.constantFrom('INT', 'TEXT'),
    logicalTypeOptions: fc.record(
      {
        minimum: fc.nat(3),
        exclusiveMinimum: fc.nat(3),
        maximum: fc.nat(3),
        multipleOf: fc.integer({ min: 1, max: 4 }),
      },
      { requiredKeys: [] },
    ),
    quality: fc.array(
      fc.tuple(fc.constantFrom('nullValues', 'duplicateValues'), arbitraryThreshold).map(([metric, threshold]) => ({
        metric,
        [threshold.operator]: 'value' in threshold ? threshold.value : [threshold.low, threshold.high],
      })),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ['logicalType'] },
);

const arbitraryContract = fc
  .dictionary(fc.constantFrom('a', 'b', 'c'), arbitraryProperty)
  .map((properties) => tableContract(Object.entries(properties).map(([name, property]) => ({ name, ...property }))));

describe('comparing', () => {
  test('a contract with itself finds nothing', () => {
    fc.assert(
      fc.property(arbitraryContract, (contract) =>
        expect(diffContracts(contract, contract)).toEqual({ changes: [], problem: undefined }),
      ),
    );
  });

  test('two steps that break nobody break nobody together', () => {
    const breaks = (a: Contract, b: Contract): boolean =>
      diffContracts(a, b).changes.some(({ impact }) => impact === 'breaking');
    // Most random steps break; a pool of contracts that differ little finds enough that do not.
    let tried = 0;
    fc.assert(
      fc.property(fc.array(arbitraryContract, { minLength: 3, maxLength: 8 }), (pool) => {
        for (const a of pool) {
          for (const b of pool) {
            if (breaks(a, b)) continue;
            for (const c of pool) {
              if (breaks(b, c)) continue;
              if (a !== b && b !== c) tried++;
              expect(breaks(a, c)).toBe(false);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(tried).toBeGreaterThan(20);
  });

  test('a threshold is as compatible as the values that meet it say', () => {
    const values = Array.from({ length: 29 }, (_, index) => index / 4 - 0.5);
    fc.assert(
      fc.property(arbitraryThreshold, arbitraryThreshold, (before, after) => {
        const rule = (threshold: Threshold) => ({
          quality: [
            {
              metric: 'nullValues',
              [threshold.operator]: 'value' in threshold ? threshold.value : [threshold.low, threshold.high],
            },
          ],
        });
        const narrower = values.every((value) => !meets(value, after) || meets(value, before));
        expect(impacts(rule(before), rule(after)).includes('breaking')).toBe(!narrower);
        expect(values.filter((value) => meets(value, before))).toEqual(
          values.filter((value) =>
            allowed(before).some(
              ({ low, lowOpen, high, highOpen }) =>
                (lowOpen ? value > low : value >= low) && (highOpen ? value < high : value <= high),
            ),
          ),
        );
      }),
      { numRuns: 500 },
    );
  });
});
