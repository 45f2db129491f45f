import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  betaRegularised,
  binomialCdf,
  chiSquareCdf,
  chiSquareSurvival,
  erfc,
  gammaP,
  gammaQ,
  kolmogorovSurvival,
  logGamma,
  normalCdf,
  normalQuantile,
  studentCdf,
  studentQuantile,
  studentTwoSided,
} from '../src/index.ts';

const near = (actual: number, expected: number, tolerance = 1e-12): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(1e-300, Math.abs(expected)));

describe('special functions', () => {
  test('closed forms far out in the tails', () => {
    for (const x of [0.1, 1, 5, 40, 300]) {
      near(gammaQ(1, x), Math.exp(-x));
      near(chiSquareSurvival(2 * x, 2), Math.exp(-x));
      near(chiSquareSurvival(2 * x, 4), (1 + x) * Math.exp(-x));
    }
    for (const t of [0.5, 3, 1e3, 1e8]) near(studentTwoSided(t, 1), (2 / Math.PI) * Math.atan(1 / t));
    near(betaRegularised(1e-30, 3, 1), 1e-90);
    near(binomialCdf(0, 200, 0.5), 2 ** -200);
  });

  test('logarithm of the gamma function at factorials and halves', () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n++) {
      expect(Math.abs(logGamma(n) - Math.log(factorial))).toBeLessThanOrEqual(2e-14 * Math.max(1, Math.log(factorial)));
      factorial *= n;
    }
    near(logGamma(0.5), Math.log(Math.PI) / 2);
    expect(logGamma(0)).toBeNaN();
    expect(logGamma(Infinity)).toBe(Infinity);
  });

  test('quantile and distribution function of the normal are inverse over 300 orders of magnitude', () => {
    fc.assert(
      fc.property(fc.double({ min: -300, max: -0.31, noNaN: true }), (exponent) => {
        const p = 10 ** exponent;
        near(normalCdf(normalQuantile(p)), p, 1e-11);
      }),
    );
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    expect(normalQuantile(-0.1)).toBeNaN();
    near(normalQuantile(0.975), 1.959963984540054);
  });

  test("quantile and distribution function of Student's t are inverse, from Cauchy's heavy tails to the normal's", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -14, max: -0.31, noNaN: true }),
        fc.integer({ min: 1, max: 5000 }),
        (exponent, degrees) => {
          const p = 10 ** exponent;
          near(studentCdf(studentQuantile(p, degrees), degrees), p, 1e-11);
          near(studentQuantile(1 - p, degrees), -studentQuantile(1 - (1 - p), degrees));
        },
      ),
    );
    for (const p of [1e-9, 0.01, 0.2]) near(studentQuantile(p, 1), -1 / Math.tan(Math.PI * p));
    near(studentQuantile(0.975, 1e9), 1.959963984540054, 1e-8);
    expect([0, 0.5, 1].map((p) => studentQuantile(p, 7))).toEqual([-Infinity, 0, Infinity]);
    expect(studentQuantile(0.5, 0)).toBeNaN();
  });

  test('tails add up to one, and distribution functions rise', () => {
    const positive = fc.double({ min: 1e-3, max: 500, noNaN: true });
    fc.assert(
      fc.property(positive, positive, positive, (a, x, y) => {
        expect(gammaP(a, x) + gammaQ(a, x)).toBeCloseTo(1, 12);
        expect(chiSquareCdf(x, a) + chiSquareSurvival(x, a)).toBeCloseTo(1, 12);
        expect(gammaP(a, Math.min(x, y))).toBeLessThanOrEqual(gammaP(a, Math.max(x, y)) + 1e-13);
        expect(studentCdf(-x, a)).toBeCloseTo(1 - studentCdf(x, a), 12);
      }),
    );
  });

  test('the incomplete beta function is symmetric and sums the binomial', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 60 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (n, k, p) => {
          let sum = 0;
          let term = (1 - p) ** n;
          for (let i = 0; i <= Math.min(k, n); i++) {
            sum += term;
            term *= ((n - i) / (i + 1)) * (p / (1 - p));
          }
          near(binomialCdf(k, n, p), sum, 1e-10);
          expect(betaRegularised(p, n, k + 1) + betaRegularised(1 - p, k + 1, n)).toBeCloseTo(1, 12);
        },
      ),
    );
  });

  test('erfc reflects, and agrees with the normal', () => {
    for (const x of [0, 0.3, 1, 4]) {
      near(erfc(-x), 2 - erfc(x));
      near(erfc(x), 2 * normalCdf(-x * Math.SQRT2), 1e-13);
    }
  });

  test('both series of the Kolmogorov distribution meet', () => {
    near(kolmogorovSurvival(1 - 1e-13), kolmogorovSurvival(1), 1e-11);
    expect(kolmogorovSurvival(0)).toBe(1);
    expect(kolmogorovSurvival(0.05)).toBe(1);
  });

  test('arguments outside the domain give NaN', () => {
    expect(gammaP(-1, 1)).toBeNaN();
    expect(gammaQ(1, -1)).toBeNaN();
    expect(betaRegularised(1.5, 1, 1)).toBeNaN();
    expect(betaRegularised(0.5, 0, 1)).toBeNaN();
  });
});
