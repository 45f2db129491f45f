/** The bundle of deploy-vertex-endpoint asks Cloud Monitoring about each step of a canary. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readEndpoint } from '@mlops-actions/vertex';
import { prometheus } from '../../packages/google-apis/test/support/prometheus.ts';
import { RefusedCall, startServer, type TestServer } from '../../packages/google-apis/test/support/server.ts';
import { lastCall, methodsSince, type World } from '../../packages/vertex/test/support/world.ts';
import { ID, inputsOf, prepare, scenarios } from './releases.ts';
import { spawnBundle } from './start-bundle.ts';

let world: World;
let server: TestServer;
/** What every evaluated expression was about: the deployed model, and how many predictions it had answered by then. */
let asked: { id: string; answered: number }[];
/** The rate of errors that is measured. */
let rate: (answered: number) => number;

beforeEach(async () => {
  asked = [];
  world = await prepare(scenarios['canary']!);
  server = await startServer(
    prometheus((query) => {
      const id = /deployed_model_id="(\d+)"/.exec(query)![1]!;
      const [counts = {}] = Object.values(world.emulator.state().predictions);
      const answered = counts[id] ?? 0;
      asked.push({ id, answered });
      return answered === 0 ? [] : [rate(answered)];
    }),
  );
});
afterEach(async () => {
  await server.close();
  await world.close();
});

const release = async (over: Record<string, string> = {}): Promise<{ status: number | null; log: string }> => {
  const inputs = {
    ...(await inputsOf(world, scenarios['canary']!)),
    'analysis-query': 'sum(rate(errors{deployed_model_id="{{deployed-model-id}}"}[{{window}}]))',
    'analysis-success-condition': '< 0.01',
    'analysis-failure-condition': '> 0.05',
    ...over,
  };
  const env = { VERTEX_AI_EMULATOR_HOST: world.emulator.address, GOOGLE_APIS_EMULATOR_HOST: server.host };
  return spawnBundle('deploy-vertex-endpoint', inputs, env, world.folder).ended;
};

describe('a canary', () => {
  test('goes to all traffic where the measured value is good at each step', async () => {
    rate = () => 0.001;
    expect(await release()).toMatchObject({ status: 0 });
    const { split } = (await readEndpoint(world.vertex, ID))!;
    const [serving] = Object.keys(split);
    expect(split).toEqual({ [serving!]: 100 });
    // Tried of nobody first; then of the new model, at 20, 60 and 100 %.
    expect(asked.map(({ id }) => id)).toEqual(['0', serving, serving, serving]);
    expect(world.emulator.state().violations).toEqual([]);
  });

  test.each([
    ['bad', 0.2, /the query gives 0.2, and > 0.05 is a failure/],
    ['neither good nor bad', 0.03, /the query gives 0.03, which is not < 0.01/],
  ])('gives all traffic back where it is %s', async (_, measured, reason) => {
    rate = () => (asked.length > 2 ? measured : 0.001);
    const before = (await readEndpoint(world.vertex, ID))!.split;
    const { status, log } = await release();
    expect(status).toBe(1);
    expect(log).toMatch(reason);
    expect(asked).toHaveLength(3);
    expect((await readEndpoint(world.vertex, ID))!.split).toEqual(before);
    expect(world.emulator.state().violations).toEqual([]);
  });
});

test('a query that may not be made stops the release before anything is changed', async () => {
  server.fail({ on: /query/, with: new RefusedCall({ status: 403, message: 'Permission denied' }).refused });
  const start = lastCall(world.emulator);
  const { status, log } = await release();
  expect(status).toBe(1);
  expect(log).toContain('roles/monitoring.viewer');
  expect(methodsSince(world.emulator, start)).toEqual([]);
});
