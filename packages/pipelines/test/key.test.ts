import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fingerprintOf, keyOfStep, runName, type Json } from '../src/index.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const attempt = fc.integer({ min: 1, max: 50 });

describe('the name of a run', () => {
  test('is one that every engine takes, whatever the pipeline is called', () => {
    fc.assert(
      fc.property(text, text, attempt, (pipeline, key, number) => {
        const name = runName(pipeline, key, number);
        // Ids of Vertex AI, names of Kubernetes (and labels of them), ids of Airflow.
        expect(name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
      }),
    );
  });

  test('is the same for the same start, and another for another', () => {
    fc.assert(
      fc.property(fc.tuple(text, text, attempt), fc.tuple(text, text, attempt), (a, b) => {
        expect(runName(...a)).toBe(runName(...a));
        expect(runName(...a) === runName(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});

describe('the key of a step', () => {
  const step = fc.record({ repository: text, runId: text, job: text, step: text });

  test('tells steps, workflow runs and requests apart, also where their parts could be mistaken for each other', () => {
    fc.assert(
      fc.property(step, step, text, text, (a, b, x, y) => {
        const same = JSON.stringify([a, x]) === JSON.stringify([b, y]);
        expect(keyOfStep(a, x) === keyOfStep(b, y)).toBe(same);
      }),
    );
  });
});

describe('the fingerprint of a request', () => {
  const json = fc.jsonValue() as fc.Arbitrary<Json>;

  test('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(text, json, { maxKeys: 6 }), (values) => {
        const turned = Object.fromEntries(Object.entries(values).reverse()) as Json;
        expect(fingerprintOf(turned)).toBe(fingerprintOf(values));
        expect(fingerprintOf(values as Json)).toMatch(/^[0-9a-f]{32}$/);
      }),
    );
  });

  test('depends on everything else', () => {
    expect(fingerprintOf({ a: [1, 2] })).not.toBe(fingerprintOf({ a: [2, 1] }));
    expect(fingerprintOf({ a: '1' })).not.toBe(fingerprintOf({ a: 1 }));
    expect(fingerprintOf({ a: null })).not.toBe(fingerprintOf({}));
  });
});
