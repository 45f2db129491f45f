import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkLabels, digestLabel, labelValue } from '../src/labels.ts';

describe('labelValue', () => {
  test('keeps what fits', () => {
    expect(labelValue('8c2d1f0e_x-1')).toBe('8c2d1f0e_x-1');
    expect(labelValue('')).toBe('');
  });

  test('always fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) =>
        expect(labelValue(text)).toMatch(/^[a-z0-9_-]{0,63}$/),
      ),
    );
  });

  test('two texts never become one', () => {
    expect(labelValue('acme/credit-risk')).not.toBe(labelValue('acme-credit/risk'));
    expect(labelValue('Acme')).not.toBe(labelValue('acme'));
    expect(labelValue(`${'a'.repeat(70)}1`)).not.toBe(labelValue(`${'a'.repeat(70)}2`));
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => a === b || labelValue(a) !== labelValue(b)));
  });
});

test('digestLabel keeps 63 of 64 digits', () => {
  expect(digestLabel(`sha256:${'a'.repeat(63)}b`)).toBe('a'.repeat(63));
});

test('checkLabels refuses what labels cannot hold, and what is not the user’s', () => {
  expect(checkLabels({ team: 'risk-1', empty: '' })).toEqual({ team: 'risk-1', empty: '' });
  expect(() => checkLabels({ Team: 'x' })).toThrow(/key of a label/);
  expect(() => checkLabels({ team: 'Risk' })).toThrow(/'Risk' cannot be the value/);
  expect(() => checkLabels({ 'mlops-ledger-1': 'x' }, ['mlops-ledger-'])).toThrow(/written by this action/);
  expect(checkLabels({ 'commit-author': 'x' }, ['commit'])).toEqual({ 'commit-author': 'x' });
});
