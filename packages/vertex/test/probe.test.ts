import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  probe,
  quantile,
  readProbeFile,
  requestsNeeded,
  type Answer,
  type ProbeCase,
  type ProbeOptions,
} from '../src/probe.ts';

const cases: ProbeCase[] = [1, 2, 3].map((line) => ({ line, instance: [line], prediction: line / 10 }));
const options: ProbeOptions = { watch: 'new', share: 100, answers: 5, tolerance: 1e-6, compare: true, settle: 0 };

/** Answers by turns from the given models, each as the probe set expects. */
function answering(...models: string[]): (instance: unknown) => Promise<Answer> {
  let turn = 0;
  return async (instance) => ({
    prediction: (instance as number[])[0]! / 10,
    deployedModelId: models[turn++ % models.length]!,
    versionId: '1',
  });
}

describe('probe', () => {
  test('sends the whole set and stops when there are answers enough', async () => {
    const result = await probe(answering('new'), cases, options);
    expect(result).toMatchObject({
      errors: [],
      mismatches: [],
      enough: true,
      arms: [{ deployedModelId: 'new', versionId: '1' }],
    });
    expect(result.requests).toBeGreaterThanOrEqual(5);
    expect(result.arms[0]!.latencies).toHaveLength(result.arms[0]!.answers);
  });

  test('goes on until a model with a small share has answered', async () => {
    const others = Array.from({ length: 19 }, () => 'old');
    const result = await probe(answering(...others, 'new'), cases, { ...options, share: 5 });
    expect(result.enough).toBe(true);
    expect(result.requests).toBeGreaterThanOrEqual(5 * 20 - 3);
  });

  test('gives up when a model that should answer does not, after a bounded number of requests', async () => {
    const result = await probe(answering('old'), cases, { ...options, share: 25 });
    expect(result.enough).toBe(false);
    expect(result.requests).toBeLessThan(requestsNeeded(0.25, 5) + 4);
  });

  test('compares the answers of the watched model only', async () => {
    const wrong = [{ line: 1, instance: [1], prediction: 99 }];
    const result = await probe(answering('old', 'new'), wrong, { ...options, share: 50 });
    expect(result.mismatches.length).toBeGreaterThan(0);
    expect(result.mismatches[0]).toEqual({ line: 1, problem: 'answered 0.1, not 99' });
    const unwatched = await probe(answering('old'), wrong, { ...options, share: 50 });
    expect(unwatched.mismatches).toEqual([]);
  });

  test('stops at the first request without an answer', async () => {
    const result = await probe(() => Promise.reject(new Error('container crashed')), cases, options);
    expect(result.errors[0]).toEqual({ line: 1, problem: 'container crashed' });
    expect(result.requests).toBeLessThanOrEqual(4);
  });
});

describe('requestsNeeded', () => {
  test('one answer: the classical bound', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 98 }), (percent) => {
        const p = percent / 100;
        expect(requestsNeeded(p, 1)).toBe(Math.ceil(Math.log(1e-6) / Math.log(1 - p) - 1e-9));
      }),
    );
  });

  // By the closed form of the distribution: the least n with sum over k < 5 of C(n,k) p^k (1-p)^(n-k) <= 1e-6.
  test.each([
    [0.05, 5, 459],
    [0.25, 5, 84],
    [0.5, 5, 36],
  ])('share %p, %p answers: %p requests', (share, answers, requests) => {
    expect(requestsNeeded(share, answers)).toBe(requests);
  });

  test('all traffic needs as many requests as answers, no traffic never gets there', () => {
    expect(requestsNeeded(1, 5)).toBe(5);
    expect(requestsNeeded(0, 5)).toBe(Infinity);
    expect(requestsNeeded(0.5, 0)).toBe(0);
  });
});

describe('readProbeFile', () => {
  const write = async (text: string): Promise<string> => {
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'probe-')), 'probe.jsonl');
    await writeFile(file, text);
    return file;
  };

  test('reads cases with their lines', async () => {
    const file = await write('{"instance": {"a": 1}, "prediction": 0.5}\n\n{"instance": null}\n');
    expect(await readProbeFile(file)).toEqual([
      { line: 1, instance: { a: 1 }, prediction: 0.5 },
      { line: 3, instance: null, prediction: undefined },
    ]);
  });

  test.each([
    ['', /is empty/],
    ['{"instance": 1}\n{"instnace": 2}\n', /Line 2/],
    ['not json\n', /Line 1/],
    ['[1]\n', /Line 1/],
  ])('refuses %j', async (text, message) => {
    await expect(readProbeFile(await write(text))).rejects.toThrow(message);
  });

  test('names a file that is not there', async () => {
    await expect(readProbeFile('/nonexistent/probe.jsonl')).rejects.toThrow(
      /'\/nonexistent\/probe\.jsonl' cannot be read/,
    );
  });
});

test('quantile takes the nearest rank', () => {
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2);
  expect(quantile([1, 2, 3, 4], 0.99)).toBe(4);
  expect(quantile([], 0.5)).toBeUndefined();
});
