import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { requireEndpoint } from '@mlops-actions/vertex';
import { atEveryCall } from '../../../packages/vertex/test/support/interrupt.ts';
import { registerServer } from '../../../packages/vertex/test/support/versions.ts';
import { context, place, startWorld, type World } from '../../../packages/vertex/test/support/world.ts';
import { run } from '../src/run.ts';

let world: World;
beforeAll(async () => {
  // No servers: what is tried here is the order of calls, many times.
  world = await startWorld({ containers: false, operationDelay: 1 });
});
afterAll(() => world.close());

const deploy = (id: string, versionId: number) =>
  run(
    {
      manifest: 'model.yaml',
      dryRun: false,
      evidenceDir: path.join(world.folder, 'evidence'),
      projectId: place.project,
      region: place.region,
      endpointId: id,
      modelVersion: `${id}@${versionId}`,
      trafficSteps: ['25', '100'],
      allowUnprobed: true,
      keepWarm: 1,
      timeout: 10_000,
    },
    context,
  );

test('a release that dies at any of its calls is finished by the next run, which deploys nothing twice', async () => {
  const points = await atEveryCall(world.emulator, async ({ call, when }) => {
    const id = `e-${when}-${call}`;
    for (const bias of [1, 2, 3]) await registerServer(world, id, { bias });
    await deploy(id, 1);
    await deploy(id, 2);
    return {
      interrupted: () => deploy(id, 3),
      async again() {
        const again = await deploy(id, 3);
        expect(again.verdict).toBe('pass');
        const { deployed, split, ledger } = await requireEndpoint(world.vertex, id);
        expect(split).toEqual({ [again.outputs['deployed-model-id']!]: 100 });
        expect(deployed.map(({ versionId }) => versionId)).toEqual(['2', '3']);
        expect(ledger.entries.map(({ versionId, verdict }) => `${versionId} ${verdict}`)).toEqual([
          '1 passed',
          '2 passed',
          '3 passed',
        ]);
      },
    };
  });
  console.log(`${points} points of interruption of a release`);
  expect(world.emulator.state().violations).toEqual([]);
}, 300_000);

test('a first release that dies at any of its calls is finished by the next run', async () => {
  const points = await atEveryCall(world.emulator, async ({ call, when }) => {
    const id = `first-${when}-${call}`;
    await registerServer(world, id);
    return {
      interrupted: () => deploy(id, 1),
      async again() {
        expect((await deploy(id, 1)).verdict).toBe('pass');
        const { deployed, split } = await requireEndpoint(world.vertex, id);
        expect(deployed).toHaveLength(1);
        expect(split).toEqual({ [deployed[0]!.id]: 100 });
      },
    };
  });
  console.log(`${points} points of interruption of a first release`);
  expect(world.emulator.state().violations).toEqual([]);
}, 300_000);
