import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import path from 'node:path';
import { follow, growingPace, openEngine, start, type Engine, type Target } from '../src/index.ts';
import { startAirflow } from './servers/airflow.ts';
import { startArgo } from './servers/argo.ts';
import { startKubeflow } from './servers/kubeflow.ts';
import type { EngineServer, HttpFault } from './servers/server.ts';

const secrets = { token: undefined, username: undefined, password: undefined };
const unset = { serviceAccount: undefined, namespace: undefined };
const pipeline = path.join(import.meta.dirname, 'fixtures/training.yaml');

const ENGINES: [string, () => Promise<EngineServer>, (host: string) => Target][] = [
  [
    'kubeflow',
    startKubeflow,
    (host) => ({
      engine: 'kubeflow',
      options: { ...unset, host, secrets, pipeline, outputRoot: undefined, caching: undefined, experiment: undefined },
    }),
  ],
  [
    'airflow 2',
    () => startAirflow(1),
    (host) => ({ engine: 'airflow', options: { host, secrets, pipeline: 'nightly' } }),
  ],
  [
    'airflow 3',
    () => startAirflow(2),
    (host) => ({ engine: 'airflow', options: { host, secrets, pipeline: 'nightly' } }),
  ],
  [
    'argo',
    startArgo,
    (host) => ({
      engine: 'argo',
      options: { ...unset, host, secrets, pipeline: 'train', namespace: 'models', labels: {} },
    }),
  ],
];

const CALLS = { kubeflow: /runs/, 'airflow 2': /dagRuns/, 'airflow 3': /dagRuns/, argo: /workflows\/models/ };

const fault = (call: RegExp): fc.Arbitrary<HttpFault> =>
  fc.record({
    call: fc.constantFrom(call, new RegExp(`^POST .*${call.source}`), new RegExp(`^GET .*${call.source}`)),
    nth: fc.integer({ min: 1, max: 6 }),
    times: fc.integer({ min: 1, max: 8 }),
    kind: fc.constantFrom('status', 'lost', 'cut'),
    status: fc.constantFrom(401, 429, 500, 502, 503),
  });

const pace = growingPace(0, new AbortController().signal);

describe.each(ENGINES)('on %s', (name, startServer, targetOf) => {
  let server: EngineServer;
  let engine: Engine;
  beforeEach(async () => {
    server = await startServer();
    engine = await openEngine(targetOf(server.url));
  });
  afterEach(async () => {
    await engine.close();
    await server.close();
  });

  test('whatever goes wrong, and however often it is started again, one key is one run, which is waited for', async () => {
    const faults = fc.array(fault(CALLS[name as keyof typeof CALLS]), { maxLength: 4 });
    let key = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(faults, { minLength: 1, maxLength: 3 }), async (attempts) => {
        server.runs.clear();
        const request = {
          key: String(++key),
          keyIsGiven: true,
          fingerprint: 'a'.repeat(32),
          parameters: { table: 't' },
        };
        for (const planned of [...attempts, []]) {
          server.faults = planned;
          await start(engine, request, pace).catch(() => undefined);
          expect(server.runs.size).toBeLessThanOrEqual(1);
        }
        const { run } = await start(engine, request, pace);
        const ending = await follow(engine, run, {
          timeout: 10_000,
          startTimeout: 10_000,
          pace,
          onView: () => undefined,
        });
        expect(ending).toMatchObject({ kind: 'ended', view: { state: 'succeeded' } });
        expect([...server.runs.values()].map(({ id }) => id)).toEqual([run.id]);
      }),
      { numRuns: 40 },
    );
  });
});
