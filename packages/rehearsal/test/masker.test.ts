import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MASK, Masker } from '../src/run/masker.ts';

/** Secrets as people have them: of some length, and without the mask's own character. */
const secret = fc
  .string({ minLength: 3, maxLength: 40, unit: 'grapheme' })
  .filter((text) => text.trim().length >= 3 && !text.includes('*'));

function maskerOf(secrets: string[]): Masker {
  const masker = new Masker();
  for (const each of secrets) masker.add(each);
  return masker;
}

describe('a masker', () => {
  test('leaves no secret in any text', () => {
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 4 }),
        fc.array(fc.string(), { maxLength: 5 }),
        (secrets, parts) => {
          const masker = maskerOf(secrets);
          const text = parts.flatMap((part, index) => [part, secrets[index % secrets.length]!]).join('');
          const masked = masker.mask(text);
          for (const each of secrets) expect(masked).not.toContain(each);
        },
      ),
    );
  });

  test('leaves text without secrets as it is', () => {
    fc.assert(
      fc.property(secret, fc.string(), (each, text) => {
        const masker = maskerOf([each]);
        if (!masker.covers(text)) expect(masker.mask(text)).toBe(text);
      }),
    );
  });

  test('does not depend on the order in which secrets were added', () => {
    fc.assert(
      fc.property(fc.array(secret, { maxLength: 5 }), fc.string(), (secrets, noise) => {
        const text = [noise, ...secrets, noise].join('-');
        expect(maskerOf(secrets).mask(text)).toBe(maskerOf([...secrets].reverse()).mask(text));
      }),
    );
  });

  test('hides a secret in base64 whatever surrounds it', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 6 }),
        fc.stringMatching(/^[ -~]{12,40}$/),
        fc.uint8Array({ maxLength: 6 }),
        (before, each, after) => {
          fc.pre(!each.includes('*') && each.trim() === each);
          const encoded = Buffer.concat([before, Buffer.from(each), after]).toString('base64');
          // What is left can be the neighbours and the characters that they share with the secret.
          const rest = maskerOf([each]).mask(encoded).replaceAll(MASK, '');
          expect(rest.length).toBeLessThanOrEqual(encoded.length - Math.floor((each.length * 8) / 6) + 2);
        },
      ),
    );
  });

  test.each([
    ['overlapping secrets leave one mask', ['abcdef', 'defghi'], 'x abcdefghi y', `x ${MASK} y`],
    ['a secret that overlaps itself', ['aba'], 'ababa!', `${MASK}!`],
    [
      'each line of a secret of several lines',
      ['first line\nsecond line'],
      'second line, then first line',
      `${MASK}, then ${MASK}`,
    ],
    ['the JSON form', ['a"b\nc"d'], JSON.stringify({ k: 'a"b\nc"d' }), `{"k":"${MASK}"}`],
    ['the URL form', ['p@ss/word'], 'https://x/?p=p%40ss%2Fword', `https://x/?p=${MASK}`],
    ['a secret with regular expression characters', ['.*'], 'any .* text', `any ${MASK} text`],
    ['a blank secret hides nothing', ['  \n'], 'a  \nb', 'a  \nb'],
  ])('%s', (_name, secrets, text, expected) => {
    expect(maskerOf(secrets).mask(text)).toBe(expected);
  });

  test('is not changed by a copy of it', () => {
    const parent = maskerOf(['parent secret']);
    const child = new Masker(parent);
    child.add('child secret');
    expect(child.mask('parent secret, child secret')).toBe(`${MASK}, ${MASK}`);
    expect(parent.mask('parent secret, child secret')).toBe(`${MASK}, child secret`);
  });
});
