import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkSplit, route, splitProblem, withNewModel } from '../src/traffic.ts';

/** Splits that add up to 100, with zeros among them. */
const validSplit = fc
  .array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 6 })
  .map((cuts) => [0, ...cuts.sort((a, b) => a - b), 100])
  .map((bounds) => Object.fromEntries(bounds.slice(1).map((bound, i) => [String(1000 + i), bound - bounds[i]!])));

describe('what a split must be', () => {
  test('empty, or whole percentages that add up to 100', () => {
    fc.assert(
      fc.property(validSplit, (split) => {
        expect(splitProblem(split)).toBeUndefined();
      }),
    );
    expect(splitProblem({})).toBeUndefined();
    expect(splitProblem({ 1: 60, 2: 30 })).toBe('the traffic percentages add up to 90, not to 100');
    expect(splitProblem({ 1: -10, 2: 110 })).toMatch('-10, not a whole number from 0 to 100');
  });

  test('names deployed models only', () => {
    expect(() => checkSplit({ 0: 100 }, ['1'])).toThrow('The following DeployedModel ID(s) [0] do not exist.');
  });

  test('0 stands for the new model', () => {
    expect(withNewModel({ 0: 10, 7: 90 }, '8')).toEqual({ 8: 10, 7: 90 });
  });
});

describe('routing', () => {
  test('each model answers its share of chances', () => {
    fc.assert(
      fc.property(validSplit, (split) => {
        const answers = Array.from({ length: 100 }, (_, i) => route(split, (i + 0.5) / 100));
        for (const [id, percentage] of Object.entries(split)) {
          expect(answers.filter((answer) => answer === id)).toHaveLength(percentage);
        }
      }),
    );
  });

  test('nobody answers where nobody has traffic', () => {
    expect(route({}, 0.5)).toBeUndefined();
    expect(route({ 1: 0 }, 0.5)).toBeUndefined();
  });
});
