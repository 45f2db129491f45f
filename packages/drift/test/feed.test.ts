import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { random } from '@mlops-actions/statistics';
import { judgeFreshness, judgeVolume, robustBaseline, type WindowVolume } from '../src/index.ts';
import { normal } from './worlds.ts';

const DAY = 24 * 3600 * 1000;
const START = Date.parse('2026-03-02T00:00:00Z'); // A Monday.

const day = (index: number, rows: number): WindowVolume => ({
  from: new Date(START + index * DAY).toISOString(),
  to: new Date(START + (index + 1) * DAY).toISOString(),
  rows,
});

/** A bank's week: little on Saturdays, next to nothing on Sundays. */
const usualRows = (index: number): number => [1000, 1050, 980, 1010, 1200, 200, 20][index % 7]!;

const history = (days: number, seed = 1): WindowVolume[] => {
  const generator = random(seed);
  return Array.from({ length: days }, (_, index) =>
    day(index, Math.round(usualRows(index) * Math.exp(0.05 * normal(generator)))),
  );
};

describe('volume', () => {
  test('a quiet Sunday is usual, a quiet Monday is not', () => {
    const past = history(56);
    expect(judgeVolume(day(62, 21), past)).toMatchObject({ verdict: 'pass' });
    expect(judgeVolume(day(63, 21), past)).toMatchObject({ verdict: 'fail' });
    expect(judgeVolume(day(63, 21), past).reason).toContain('only 21 rows');
    expect(judgeVolume(day(63, 1000), past)).toMatchObject({ verdict: 'pass' });
    expect(judgeVolume(day(63, 2600), past)).toMatchObject({ verdict: 'fail' });
    expect(judgeVolume(day(63, 0), past)).toMatchObject({ verdict: 'fail' });
  });

  test('too short a history decides nothing, and windows after the one that is judged are none of it', () => {
    expect(judgeVolume(day(5, 10), history(5))).toMatchObject({ verdict: 'inconclusive', expected: undefined });
    expect(judgeVolume(day(3, 10), history(56))).toMatchObject({ verdict: 'inconclusive' });
    expect(judgeVolume(day(0, 10), [])).toMatchObject({ verdict: 'inconclusive' });
  });

  test('past outliers do not move what is usual', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 55 }), { maxLength: 8 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        (places, rows) => {
          const past = history(56).map((window, index) => (places.includes(index) ? { ...window, rows } : window));
          // At most two of the eight Mondays, or the median is theirs.
          fc.pre(places.filter((place) => place % 7 === 0).length <= 2);
          expect(judgeVolume(day(63, 1000), past).verdict).toBe('pass');
          expect(judgeVolume(day(63, 5), past).verdict).not.toBe('pass');
        },
      ),
    );
  });

  test('the farther off, the worse the verdict', () => {
    const order = { pass: 0, inconclusive: 1, fail: 2 };
    const past = history(40);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 }), (a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const [worse, better] = [judgeVolume(day(63, less), past), judgeVolume(day(63, more), past)];
        expect(order[worse.verdict]).toBeGreaterThanOrEqual(order[better.verdict]);
      }),
    );
  });

  test('the end of a month is a season of its own', () => {
    const past = Array.from({ length: 365 }, (_, index) => {
      const next = new Date(START + (index + 1) * DAY);
      return day(index, next.getUTCDate() === 1 ? 5000 : 1000);
    });
    // 2027-02-28 and 2027-02-27.
    const [last, before] = [363, 362];
    const judge = (index: number) => judgeVolume(day(index, 5000), past, { season: 'month-day' });
    expect(judge(last)).toMatchObject({ verdict: 'pass' });
    expect(judge(before)).toMatchObject({ verdict: 'fail' });
  });

  test('usual windows seldom fail', () => {
    let failed = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const windows = history(29, seed);
      if (judgeVolume(windows[28]!, windows.slice(0, 28), { threshold: 0.01 }).verdict === 'fail') failed++;
    }
    // 1 % at a threshold that lets chance alone decide, and three standard errors.
    expect(failed / 300).toBeLessThan(0.028);
  });

  test('with few windows of a season the expectation leans on all', () => {
    const past = [
      ...Array.from({ length: 13 }, (_, index) => ({ from: day(index, 0).from, value: 1000 })),
      { from: day(13, 0).from, value: 10 },
    ];
    const { expected, sameSeason } = robustBaseline(day(20, 0).from, past, 'weekday');
    expect(sameSeason).toBe(2);
    expect(expected).toBeGreaterThan(100);
    expect(expected).toBeLessThan(1000);
  });
});

describe('freshness', () => {
  const now = Date.parse('2026-03-02T12:00:00Z');

  test.each([
    [now - 3 * 3600 * 1000, 'pass'],
    [now - 30 * 3600 * 1000, 'fail'],
    [now + 30 * 3600 * 1000, 'fail'],
    [undefined, 'inconclusive'],
    [NaN, 'inconclusive'],
  ] as const)('%s is judged %s', (newest, verdict) => {
    expect(judgeFreshness(newest, now, 24).verdict).toBe(verdict);
  });
});
