/** Clients send predictions all through a canary and the rollback that follows it. */
import { afterEach, expect, test } from '@jest/globals';
import { endpointName, fromValue, toValue } from '@mlops-actions/vertex';
import type { World } from '../../packages/vertex/test/support/world.ts';
import { ID, prepare, run, scenarios } from './releases.ts';

const CLIENTS = 3;

let world: World | undefined;
afterEach(() => world?.close());

test('not one request fails while a release and a rollback move the traffic', async () => {
  world = await prepare(scenarios['canary']!);
  const { vertex } = world;
  const answers = new Map<string, number>();
  const failures: string[] = [];
  let over = false;
  // The plain client, which sends nothing again.
  const client = async (): Promise<void> => {
    while (!over) {
      try {
        const request = { endpoint: endpointName(vertex, ID), instances: [toValue([1, 2])] };
        const [{ modelVersionId: version = '', predictions }] = await vertex.predictions.predict(request);
        answers.set(version!, (answers.get(version!) ?? 0) + 1);
        const prediction = fromValue(predictions![0]!);
        if (prediction !== 3 + Number(version)) failures.push(`${version} answered ${JSON.stringify(prediction)}`);
      } catch (error) {
        failures.push(String(error));
      }
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  try {
    expect((await run(world, scenarios['canary']!, { 'bake-time': '300ms' })).verdict).toBe('pass');
    const back = await run(world, scenarios['warm rollback']!, { 'probe-path': await world.probes(2) });
    expect(back.verdict).toBe('pass');
    expect(back.outputs['restored-model-version']).toMatch(/@2$/);
  } finally {
    over = true;
    await Promise.all(clients);
  }
  const counts = [...answers].sort().map(([version, count]) => `${count} of version ${version}`);
  process.stderr.write(`answers under load: ${counts.join(', ')}; ${failures.length} failures\n`);
  expect(failures).toEqual([]);
  expect([...answers.keys()].sort()).toEqual(['2', '3']);
  expect(world.emulator.state().violations).toEqual([]);
});
