import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasEnded } from '../src/index.ts';
import * as states from '../src/states.ts';

const RUNS = [states.VERTEX_RUNS, states.KUBEFLOW_RUNS, states.AIRFLOW_RUNS, states.ARGO_RUNS];

describe('states of runs', () => {
  test('only the words of success mean success', () => {
    const good = RUNS.map((table) => [...table].filter(([, state]) => state === 'succeeded').map(([word]) => word));
    expect(good).toEqual([['SUCCEEDED'], ['SUCCEEDED'], ['success'], ['Succeeded']]);
  });

  test('a word that is not known, also one in another case, is waited for and never an end', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'succeeded', 'Success', 'SUCCESS'));
    fc.assert(
      fc.property(fc.constantFrom(...RUNS), word, (table, unknown) => {
        fc.pre(!table.has(unknown));
        expect(hasEnded({ state: states.runState(table, unknown) })).toBe(false);
      }),
    );
  });

  test('those of Vertex AI are all that its protos have', async () => {
    const file = createRequire(import.meta.url).resolve('@google-cloud/aiplatform/build/protos/protos.json');
    const protos = await readFile(file, 'utf8');
    const words = (pattern: RegExp): string[] => [...new Set([...protos.matchAll(pattern)].map(([, word]) => word!))];
    const runs = words(/"PIPELINE_STATE_([A-Z_]+)"/g).filter((word) => word !== 'UNSPECIFIED');
    expect([...states.VERTEX_RUNS.keys()].sort()).toEqual(runs.sort());
  });
});
