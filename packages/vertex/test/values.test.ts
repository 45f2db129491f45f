import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { agrees, fromValue, toValue, type Json } from '../src/values.ts';

const json = fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<Json>;

test('JSON goes to a Value and back', () => {
  fc.assert(fc.property(json, (some) => expect(fromValue(toValue(some))).toEqual(some)));
});

describe('agrees', () => {
  test('with itself', () => {
    fc.assert(fc.property(json, (some) => agrees(some, some, 0)));
  });

  test.each<[Json, Json, boolean]>([
    [1, 1.0000005, true],
    [1, 1.1, false],
    [{ score: 0.5, label: 'good' }, { score: 0.5000001, label: 'good' }, true],
    [{ score: 0.5 }, { score: 0.5, label: 'good' }, false],
    [{ score: 0.5, label: 'good' }, { score: 0.5 }, false],
    [[0.1, 0.2], [0.1], false],
    [[], {}, false],
    [null, 0, false],
    ['0.5', 0.5, false],
    [{ a: 1 }, { b: 1 }, false],
  ])('%j and %j: %p', (actual, expected, result) => {
    expect(agrees(actual, expected, 1e-6)).toBe(result);
  });

  test('numbers that are not finite agree with nothing', () => {
    expect(agrees(Number.NaN, Number.NaN, 1)).toBe(false);
    expect(agrees(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1)).toBe(false);
  });
});
