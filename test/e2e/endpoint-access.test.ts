/** Endpoints that the region's API does not predict for: dedicated ones, at a host of their own, and private ones, at an address of the runner's network. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readEndpoint } from '@mlops-actions/vertex';
import { registerServer } from '../../packages/vertex/test/support/versions.ts';
import type { World } from '../../packages/vertex/test/support/world.ts';
import { ID, prepare, run, scenarios, type Scenario } from './releases.ts';

const first = scenarios['first release']!;
const rollback: Scenario = { released: 0, action: 'rollback', inputs: { reason: 'test' } };
const second: Scenario = { ...first, inputs: { ...first.inputs, 'model-version': `${ID}@2` } };

describe('a dedicated endpoint', () => {
  let world: World;
  beforeAll(async () => {
    world = await prepare(first);
    await registerServer(world, ID, { bias: 2 });
  });
  afterAll(() => world.close());

  test('is made, probed at its own host through a canary, and rolled back', async () => {
    const released = await run(world, first, { 'endpoint-access': 'dedicated' });
    expect(released.verdict).toBe('pass');
    expect((await readEndpoint(world.vertex, ID))!.access).toBe('dedicated');
    expect((await run(world, second, { 'traffic-steps': '50,100' })).verdict).toBe('pass');
    const back = await run(world, rollback);
    expect(back.verdict).toBe('pass');
    const [served] = Object.values(world.emulator.state().predictions);
    expect(Object.values(served!).every((answers) => answers > 0)).toBe(true);
    // Not one prediction went over the API that does not serve it.
    expect(world.emulator.calls().filter(({ method }) => method === 'PredictionService.Predict')).toEqual([]);
  });

  test('does not become another kind of endpoint', async () => {
    await expect(run(world, second, { 'endpoint-access': 'private' })).rejects.toThrow(
      /is dedicated, and 'endpoint-access' asks for private/,
    );
  });
});

test('a private endpoint is not deployed to blindly: without an address, and without an answer there, nothing gets traffic', async () => {
  const world = await prepare(first);
  try {
    const access = { 'endpoint-access': 'private', 'private-projects': 'acme-runners' };
    await expect(run(world, first, access)).rejects.toThrow(/private, and it is not said where/);
    const unreachable = await run(world, first, { ...access, 'prediction-host': '127.0.0.1:1' });
    expect([unreachable.verdict, unreachable.headline]).toEqual([
      'fail',
      expect.stringContaining('no answer from 127.0.0.1:1'),
    ]);
    const endpoint = (await readEndpoint(world.vertex, ID))!;
    expect([endpoint.access, endpoint.split]).toEqual(['private', {}]);
    const [state] = Object.values(world.emulator.state().endpoints);
    expect(state!.settings.privateServiceConnectConfig).toMatchObject({ projectAllowlist: ['acme-runners'] });
    await expect(run(world, first, { 'private-projects': 'x' })).rejects.toThrow(/is for private endpoints/);
    await expect(run(world, first, { ...access, 'prediction-host': 'a b/c' })).rejects.toThrow(/is no host/);
  } finally {
    await world.close();
  }
});
