import { describe, expect, test } from '@jest/globals';
import type { JsonValue } from '@mlops-actions/serving';
import fc from 'fast-check';
import { batches, compare } from '../src/golden.ts';

const ignore = (): void => undefined;
const json = fc.jsonValue() as fc.Arbitrary<JsonValue>;

describe('comparing predictions', () => {
  test('everything equals itself, at any tolerance', () => {
    fc.assert(
      fc.property(json, fc.double({ min: 0, noNaN: true }), (value, tolerance) =>
        expect(compare(value, value, tolerance, ignore)).toEqual([]),
      ),
    );
  });

  test('what differs as JSON differs here, where no number may move', () => {
    const order = (value: JsonValue): unknown =>
      Array.isArray(value)
        ? value.map(order)
        : typeof value === 'object' && value !== null
          ? {
              sorted: Object.entries(value)
                .sort(([a], [b]) => (a < b ? -1 : 1))
                .map(([key, item]) => [key, order(item)]),
            }
          : Object.is(value, -0)
            ? 0
            : value;
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(compare(a, b, 0, ignore).length === 0).toBe(JSON.stringify([order(a)]) === JSON.stringify([order(b)]));
      }),
    );
  });

  test('numbers may differ by the tolerance and no more, and the place is named', () => {
    expect(compare({ p: [0.5, 0.25] }, { p: [0.5, 0.5] }, 0.25, ignore)).toEqual([]);
    expect(compare({ p: [0.5, 0.25] }, { p: [0.5, 0.75] }, 0.25, ignore)).toEqual([
      { at: '.p[1]', expected: '0.25', actual: '0.75' },
    ]);
    const seen: number[] = [];
    compare([1, 2], [1.5, 2], 1, (difference) => seen.push(difference));
    expect(seen).toEqual([0.5, 0]);
  });

  test.each<[JsonValue, JsonValue]>([
    [1, '1'],
    [[1], [1, 2]],
    [{ a: 1 }, { a: 1, b: 2 }],
    [null, 0],
    [{}, []],
    ['yes', 'no'],
  ])('%j is not %j', (expected, actual) => {
    expect(compare(expected, actual, 1e9, ignore)).toHaveLength(1);
  });
});

test('rows go together in their order, as many as a request may carry', () => {
  const row = fc.nat({ max: 700_000 }).map((size) => ({ line: 1, instance: 'x'.repeat(size), prediction: null }));
  const rows = fc.oneof(
    fc.array(row, { maxLength: 8 }),
    fc.array(
      row.map((each) => ({ ...each, instance: 1 })),
      { maxLength: 200 },
    ),
  );
  fc.assert(
    fc.property(rows, (given) => {
      const made = batches(given);
      expect(made.flat()).toEqual(given);
      for (const batch of made) {
        expect(batch.length).toBeLessThanOrEqual(50);
        if (batch.length > 1)
          expect(JSON.stringify(batch.map(({ instance }) => instance)).length).toBeLessThan(1_500_000);
      }
    }),
    { numRuns: 30 },
  );
  expect(batches(Array.from({ length: 101 }, () => ({ line: 1, instance: 1, prediction: 1 })))).toHaveLength(3);
});
