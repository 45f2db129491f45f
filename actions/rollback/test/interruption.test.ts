import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  append,
  createEndpoint,
  deployDark,
  getModelVersion,
  moveTraffic,
  requireEndpoint,
  undeploy,
} from '@mlops-actions/vertex';
import { atEveryCall } from '../../../packages/vertex/test/support/interrupt.ts';
import { registerServer } from '../../../packages/vertex/test/support/versions.ts';
import { context, place, startWorld, type World } from '../../../packages/vertex/test/support/world.ts';
import { run } from '../src/run.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ containers: false, operationDelay: 1 });
});
afterAll(() => world.close());

const rollBack = (id: string) =>
  run(
    {
      manifest: 'model.yaml',
      dryRun: false,
      evidenceDir: path.join(world.folder, 'evidence'),
      projectId: place.project,
      region: place.region,
      endpointId: id,
      reason: 'test',
      timeout: 10_000,
    },
    context,
  );

async function releaseTwo(id: string): Promise<string> {
  await createEndpoint(world.vertex, { id, displayName: id, labels: {}, timeout: 10_000 });
  const ids: string[] = [];
  for (const bias of [1, 2]) {
    const version = await registerServer(world, id, { bias });
    const shape = { machineType: 'n1-standard-2', minReplicas: 1, maxReplicas: 1 };
    const deployedModelId = await deployDark(world.vertex, id, { version, shape, timeout: 10_000 });
    const { modelId, versionId } = version;
    const before = await requireEndpoint(world.vertex, id);
    const entry = { modelId, versionId, deployedModelId, since: 1, digest: undefined, verdict: 'passed' as const };
    await moveTraffic(world.vertex, before, { [deployedModelId]: 100 }, append(before.ledger.entries, entry));
    ids.push(deployedModelId);
  }
  return ids[0]!;
}

test.each(['warm', 'cold'])(
  'a %s rollback that dies at any of its calls is finished by the next run, and goes back once',
  async (kind) => {
    const points = await atEveryCall(world.emulator, async ({ call, when }) => {
      const id = `${kind}-${when}-${call}`;
      const first = await releaseTwo(id);
      if (kind === 'cold') await undeploy(world.vertex, id, first, 10_000);
      return {
        interrupted: () => rollBack(id),
        async again() {
          const again = await rollBack(id);
          expect(again).toMatchObject({ verdict: 'pass', report: { markedInRegistry: true } });
          const { deployed, split, ledger } = await requireEndpoint(world.vertex, id);
          const serving = deployed.filter((model) => split[model.id] === 100);
          expect(serving).toMatchObject([{ versionId: '1' }]);
          expect(deployed).toHaveLength(2);
          expect(ledger.entries.map(({ versionId, verdict }) => `${versionId} ${verdict}`)).toEqual([
            '1 passed',
            '2 rolled-back',
            '1 passed',
          ]);
          expect((await getModelVersion(world.vertex, id, '2'))?.labels['rolled-back']).toBe(id);
        },
      };
    });
    console.log(`${points} points of interruption of a ${kind} rollback`);
    expect(world.emulator.state().violations).toEqual([]);
  },
  300_000,
);
