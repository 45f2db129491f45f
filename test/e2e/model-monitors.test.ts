/** The bundle carries the preview client and the messages that model monitors are made of. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ENDPOINT, prepareEndpoint, registerVersion, release } from '../../actions/monitor-model/test/endpoint.ts';
import { place, startWorld, type World } from '../../packages/vertex/test/support/world.ts';
import { spawnBundle } from './start-bundle.ts';

const PARENT = `projects/${place.project}/locations/${place.region}`;

let world: World;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'monitors-'));
  world = await startWorld({ containers: false, operationDelay: 0 });
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

test('monitor-model makes a monitor follow a new version, and judges what it measures', async () => {
  await prepareEndpoint(world.vertex);
  await registerVersion(world.vertex);
  await release(world.vertex, '2');
  const client = await world.vertex.modelMonitoring();
  const [operation] = await client.createModelMonitor({
    parent: PARENT,
    modelMonitor: {
      displayName: 'watch',
      modelMonitoringTarget: { vertexModel: { model: `${PARENT}/models/credit-risk`, modelVersionId: '1' } },
    },
  });
  await operation.promise();
  const measured = { objective: 'raw-feature-drift', feature: 'income', value: 0.9, threshold: 0.3 } as const;
  world.emulator.setMonitorResults([
    { model: 'credit-risk', version: '2', ...measured, endTime: '2026-10-05T00:00:00Z' },
  ]);
  await writeFile(
    path.join(folder, 'model.yaml'),
    'schema-version: 1\nmodel: {name: credit-risk, owner: risk@acme.example}\nartifact: {path: model.onnx}\n',
  );
  const { ended } = spawnBundle(
    'monitor-model',
    {
      ...{ window: '2026-10', 'as-of': '2026-11-20', 'vertex-monitoring': 'reconcile', 'on-breach': 'none' },
      ...{ 'project-id': place.project, region: place.region, 'endpoint-id': ENDPOINT },
    },
    { VERTEX_AI_EMULATOR_HOST: world.emulator.address },
    folder,
  );
  const { status, log } = await ended;
  expect([status, log]).toEqual([0, expect.stringContaining('gets a copy of the model monitor')]);
  const report = JSON.parse(await readFile(path.join(folder, 'evidence/monitor-model.json'), 'utf8')) as object;
  expect(JSON.stringify(report)).toContain("'income' has moved away from its baseline in 1 of 1 measurement");
});
