import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { closest, inputReader, parseDuration, type InputReader } from '../src/index.ts';

const reader = (inputs: Record<string, string>): InputReader => inputReader((name) => inputs[name] ?? '');

describe('inputReader', () => {
  test('an empty input is not set', () => {
    const inputs = reader({ text: '  ', list: '\n , \n' });
    expect(inputs.text('text')).toBeUndefined();
    expect(inputs.integer('missing')).toBeUndefined();
    expect(inputs.list('list')).toBeUndefined();
    expect(() => inputs.required('text')).toThrow("Input 'text' is required.");
  });

  test('lists take lines and commas, pairs keep further equal signs', () => {
    const inputs = reader({ list: 'a, b\nc\n\n', pairs: 'A=1\nB=x=y\n__proto__=z' });
    expect(inputs.list('list')).toEqual(['a', 'b', 'c']);
    expect(Object.entries(inputs.pairs('pairs')!)).toEqual([
      ['A', '1'],
      ['B', 'x=y'],
      ['__proto__', 'z'],
    ]);
  });

  test.each([
    ['flag', 'yes', "Input 'flag' must be true or false, not 'yes'."],
    ['choice', 'layerd', "Input 'choice' must be one of layered, dockerfile, not 'layerd'."],
    ['integer', '1.5', "Input 'integer' must be a whole number, not 1.5."],
    ['integer', '0x10z', "Input 'integer' must be a number, not '0x10z'."],
    ['integer', '11', "Input 'integer' must be at most 10, not 11."],
    ['duration', 'soon', "Input 'duration' must be a duration such as 90s, 10m or 1h30m, not 'soon'."],
    ['pairs', 'no-equal-sign', "Input 'pairs' must hold lines of key=value, not 'no-equal-sign'."],
  ])('%s refuses %s by name', (name, value, message) => {
    const inputs = reader({ [name]: value });
    const reads: Record<string, () => unknown> = {
      flag: () => inputs.flag('flag'),
      choice: () => inputs.choice('choice', ['layered', 'dockerfile']),
      integer: () => inputs.integer('integer', { min: 0, max: 10 }),
      duration: () => inputs.duration('duration'),
      pairs: () => inputs.pairs('pairs'),
    };
    expect(reads[name]).toThrow(message);
  });

  test('a mistyped choice is answered with the nearest one', () => {
    expect(() => reader({ mode: 'layerd' }).choice('mode', ['layered', 'dockerfile'])).toThrow(
      expect.objectContaining({ fix: "Did you mean 'layered'?" }),
    );
  });
});

test.each([
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['250ms', 250],
  ['0', 0],
  ['15', 15_000],
])('%s is %d ms', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test('a duration of a unit is that many units', () => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.constantFrom(['ms', 1] as const, ['s', 1000] as const, ['m', 60_000] as const, ['h', 3_600_000] as const),
      (n, [unit, size]) => {
        expect(parseDuration(`${n}${unit}`)).toBe(n * size);
      },
    ),
  );
});

test('closest finds a word with one slip, and nothing for another word', () => {
  const words = ['traffic-steps', 'bake-time', 'keep-warm'];
  for (const word of words) {
    for (let i = 0; i < word.length; i++) expect(closest(word.slice(0, i) + word.slice(i + 1), words)).toBe(word);
  }
  expect(closest('accelerator', words)).toBeUndefined();
});
