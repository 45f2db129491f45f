import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareLatencies } from '../src/latency.ts';

/** Latencies from `low` in steps of one percent of it. */
const around = (low: number, n: number): number[] => Array.from({ length: n }, (_, i) => low * (1 + i / 100));

describe('compareLatencies', () => {
  test('passes what is shown to be within the limit, fails what is shown to be beyond it', () => {
    expect(compareLatencies(around(10, 50), around(10, 50), 0.5)).toMatchObject({ verdict: 'pass', ratio: 1 });
    expect(compareLatencies(around(20, 50), around(10, 50), 0.5)).toMatchObject({ verdict: 'fail', ratio: 2 });
  });

  test('is inconclusive where the interval holds the limit', () => {
    const { verdict, interval } = compareLatencies(around(11, 50), around(10, 50), 0.1);
    expect(verdict).toBe('inconclusive');
    expect(interval![0]).toBeLessThan(1.1);
    expect(interval![1]).toBeGreaterThan(1.1);
  });

  test('has no interval, and no verdict, below six answers', () => {
    expect(compareLatencies(around(1, 5), around(100, 50), 1)).toMatchObject({
      interval: undefined,
      verdict: 'inconclusive',
    });
    expect(compareLatencies(around(1, 6), around(100, 50), 1).verdict).toBe('pass');
  });

  test('bounds of a median are the order statistics of the sign test: ranks 2 and 9 of 10', () => {
    const few = around(1, 10);
    const [low, high] = compareLatencies(
      few,
      Array.from({ length: 10 }, () => 1),
      1,
    ).interval!;
    expect(low).toBeCloseTo(few[1]!, 12);
    expect(high).toBeCloseTo(few[8]!, 12);
  });

  test('does not care for the unit, and a stricter limit is never kinder', () => {
    const latencies = fc
      .array(fc.double({ min: 0.01, max: 1e4, noNaN: true }), { minLength: 6, maxLength: 60 })
      .map((values) => values.sort((a, b) => a - b));
    const severity = { pass: 0, inconclusive: 1, fail: 2 };
    fc.assert(
      fc.property(latencies, latencies, fc.double({ min: 0, max: 3, noNaN: true }), (fresh, settled, limit) => {
        const here = compareLatencies(fresh, settled, limit);
        const [low, high] = here.interval!;
        expect(low).toBeLessThanOrEqual(here.ratio * (1 + 1e-9));
        expect(high).toBeGreaterThanOrEqual(here.ratio * (1 - 1e-9));
        const scaled = compareLatencies(
          fresh.map((value) => value * 1000),
          settled.map((value) => value * 1000),
          limit,
        );
        expect(scaled.ratio).toBeCloseTo(here.ratio, 6 - Math.ceil(Math.log10(here.ratio + 1)));
        const stricter = compareLatencies(fresh, settled, limit / 2);
        expect(severity[stricter.verdict]).toBeGreaterThanOrEqual(severity[here.verdict]);
      }),
    );
  });
});
