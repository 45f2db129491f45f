import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { apportion, sameSplit, servingOnly, shareOf, totalOf, withoutModel, withShare } from '../src/traffic.ts';

/** Weights of up to eight models, zeros among them. */
const weights = fc.dictionary(fc.stringMatching(/^[1-9]\d{0,9}$/), fc.nat(100), { maxKeys: 8 });
/** A split as an endpoint can have it: empty, or of the sum 100. */
const split = weights.map((some) => apportion(some, 100));

describe('apportion', () => {
  test('gives the remainder to the largest rest, by id where rests are equal', () => {
    expect(apportion({ a: 1, b: 1, c: 1 }, 100)).toEqual({ a: 34, b: 33, c: 33 });
    expect(apportion({ b: 2, a: 1 }, 100)).toEqual({ a: 33, b: 67 });
  });

  test('never gives traffic to a model that had none', () => {
    // The arithmetic of Google's SDK gives one per cent of live traffic to `dead` here.
    expect(withShare({ dead: 0, a: 33, b: 67 }, 'new', 10)).toEqual({ a: 30, b: 60, new: 10 });
  });

  test('has the wanted sum, is whole, and keeps zeros and order', () => {
    fc.assert(
      fc.property(weights, fc.nat(100), (some, total) => {
        const parts = apportion(some, total);
        const positive = Object.keys(servingOnly(some));
        expect(totalOf(parts)).toBe(positive.length === 0 ? 0 : total);
        for (const [id, part] of Object.entries(parts)) {
          expect(Number.isInteger(part) && part > 0).toBe(true);
          expect(some[id]).toBeGreaterThan(0);
        }
        for (const a of positive) {
          for (const b of positive)
            if (some[a]! > some[b]!) expect(shareOf(parts, a)).toBeGreaterThanOrEqual(shareOf(parts, b));
        }
      }),
    );
  });

  test('misses the exact share by less than one', () => {
    fc.assert(
      fc.property(weights, fc.nat(100), (some, total) => {
        const sum = totalOf(some);
        const parts = apportion(some, total);
        for (const id of Object.keys(some)) {
          if (sum > 0) expect(Math.abs(shareOf(parts, id) - (some[id]! * total) / sum)).toBeLessThan(1);
        }
      }),
    );
  });
});

describe('withShare and withoutModel', () => {
  test('every step of a canary adds up, and the other models keep what is left', () => {
    fc.assert(
      fc.property(split, fc.integer({ min: 0, max: 100 }), (some, percent) => {
        const others = Object.keys(withoutModel(some, 'new'));
        if (others.length === 0 && percent < 100) {
          expect(() => withShare(some, 'new', percent)).toThrow(RangeError);
          return;
        }
        const step = withShare(some, 'new', percent);
        expect(totalOf(step)).toBe(100);
        expect(shareOf(step, 'new')).toBe(percent);
        for (const id of Object.keys(step)) if (id !== 'new') expect(some[id]).toBeGreaterThan(0);
      }),
    );
  });

  test('what one model takes it gives back: one other model has all again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99 }), (percent) => {
        expect(sameSplit(withoutModel(withShare({ old: 100 }, 'new', percent), 'new'), { old: 100 })).toBe(true);
      }),
    );
  });

  test('nobody is left when the only model leaves', () => {
    expect(withoutModel({ a: 100 }, 'a')).toEqual({});
  });

  test.each([-1, 101, 2.5, Number.NaN])('%p is no percentage', (percent) => {
    expect(() => withShare({ a: 100 }, 'new', percent)).toThrow(RangeError);
  });
});
