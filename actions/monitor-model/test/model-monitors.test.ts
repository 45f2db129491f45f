import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ActionResult } from '@mlops-actions/action-kit';
import type { Finding } from '@mlops-actions/monitoring';
import type { EmulatorOptions, MonitorResult } from '@mlops-actions/vertex-emulator';
import { startWorld, type World } from '../../../packages/vertex/test/support/world.ts';
import { ENDPOINT, MANIFEST, prepareEndpoint, registerVersion, release } from './endpoint.ts';
import { Workshop } from './workshop.ts';

const PROJECT = 'acme-qa';
const REGION = 'europe-west4';
const PARENT = `projects/${PROJECT}/locations/${REGION}`;

let world: World;
let workshop: Workshop;
const open = async (options: EmulatorOptions = {}): Promise<void> => {
  world = await startWorld({ containers: false, operationDelay: 0, ...options });
  workshop = await Workshop.open();
  await prepareEndpoint(world.vertex);
};
beforeEach(() => open());
const close = async (): Promise<void> => {
  await workshop.close();
  await world.close();
};
afterEach(close);

/** Makes a monitor of a version, as a team would, with a job over some month. */
async function watch(versionId: string, month?: string): Promise<void> {
  const client = await world.vertex.modelMonitoring();
  const [operation] = await client.createModelMonitor({
    parent: PARENT,
    modelMonitorId: `watch-${versionId}`,
    modelMonitor: {
      displayName: 'watch',
      modelMonitoringTarget: { vertexModel: { model: `${PARENT}/models/credit-risk`, modelVersionId: versionId } },
    },
  });
  await operation.promise();
  if (month === undefined) return;
  const from = Date.parse(`${month}-01T00:00:00Z`);
  const interval = { startTime: { seconds: from / 1000 }, endTime: { seconds: from / 1000 + 30 * 24 * 3600 } };
  await client.createModelMonitoringJob({
    parent: `${PARENT}/modelMonitors/watch-${versionId}`,
    modelMonitoringJob: { modelMonitoringSpec: { objectiveSpec: { targetDataset: { timeInterval: interval } } } },
  });
}

const result = (more: object = {}): MonitorResult => ({
  ...{ model: 'credit-risk', version: '1', objective: 'raw-feature-drift', feature: 'income' },
  ...{ value: 0.1, threshold: 0.3, endTime: '2026-10-05T00:00:00Z' },
  ...more,
});

/** Watches a month by Vertex Model Monitoring alone. */
async function run(inputs: Record<string, string> = {}): Promise<ActionResult> {
  const manifest = path.join(workshop.folder, 'vertex.yaml');
  await writeFile(manifest, MANIFEST);
  return workshop.run({
    ...{ manifest, window: '2026-10', 'as-of': '2026-11-20', 'model-version': '', 'on-breach': 'none' },
    ...{ 'project-id': PROJECT, region: REGION, 'endpoint-id': ENDPOINT, 'vertex-monitoring': 'read' },
    ...inputs,
  });
}

const told = ({ report }: ActionResult): string[] =>
  (report as { findings: Finding[] }).findings.map(({ kind, subject, metric, verdict }) =>
    [kind, subject, metric, verdict].join(' '),
  );
const coverage = ({ report }: ActionResult): Finding =>
  (report as { findings: Finding[] }).findings.find(({ metric }) => metric === 'vertex-monitoring')!;

describe('reading the monitor of the version that serves', () => {
  test('an anomaly fails, and what is below its threshold passes', async () => {
    await release(world.vertex);
    await watch('1', '2026-10');
    world.emulator.setMonitorResults([
      result(),
      result({ feature: 'score', value: 0.4, objective: 'prediction-output-drift' }),
      result({ feature: 'age', value: 0.1, objective: 'feature-attribution' }),
      result({ feature: 'region', value: 0.9, endTime: '2026-09-05T00:00:00Z' }),
    ]);
    const done = await run();
    expect(done).toMatchObject({ verdict: 'fail', outputs: { breached: 'true' } });
    expect(told(done).toSorted()).toEqual([
      'input-drift age vertex-baseline-attribution-drift pass',
      'input-drift endpoint vertex-monitoring pass',
      'input-drift income vertex-baseline-drift pass',
      'prediction-drift score vertex-baseline-drift fail',
    ]);
    expect(done.report).toMatchObject({ vertexMonitoring: { monitor: { id: 'watch-1' } } });
  });

  test('survives a redeployment of the version', async () => {
    await release(world.vertex);
    await watch('1', '2026-10');
    await release(world.vertex);
    world.emulator.setMonitorResults([result()]);
    expect((await run()).verdict).toBe('pass');
  });

  test('of another month is silent, and that is inconclusive', async () => {
    await release(world.vertex);
    await watch('1', '2026-09');
    world.emulator.setMonitorResults([result({ endTime: '2026-09-05T00:00:00Z' })]);
    const done = await run();
    expect(done.verdict).toBe('inconclusive');
    expect(coverage(done).reason).toBe('No job of model monitor watch-1 looked at the window.');
  });

  test('whose job failed is inconclusive, and says why', async () => {
    await release(world.vertex);
    await watch('1', '2026-10');
    const endTime = '2026-10-05T00:00:00Z';
    world.emulator.setMonitorResults([{ model: 'credit-risk', version: '1', error: 'No such table.', endTime }]);
    const done = await run();
    expect(done.verdict).toBe('inconclusive');
    expect(coverage(done).reason).toContain('FAILED (No such table.)');
  });

  test('is told of where only another version has one', async () => {
    await registerVersion(world.vertex);
    await release(world.vertex, '2');
    await watch('1', '2026-10');
    const done = await run();
    expect(coverage(done)).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('No model monitor watches credit-risk@2'),
    });
  });
});

describe('reconciling', () => {
  test('copies the monitor for a new version and has the window looked at', async () => {
    await registerVersion(world.vertex);
    await release(world.vertex, '2');
    await watch('1', '2026-09');
    world.emulator.setMonitorResults([result({ version: '2', value: 0.9 })]);
    const done = await run({ 'vertex-monitoring': 'reconcile' });
    expect(done.verdict).toBe('fail');
    expect(done.summary.source).toContain('gets a copy of the model monitor watch-1');
    expect(Object.keys(world.emulator.state().modelMonitors)).toHaveLength(2);
    await run({ 'vertex-monitoring': 'reconcile' });
    expect(Object.keys(world.emulator.state().modelMonitoringJobs)).toHaveLength(2);
  });

  test('of a dry run changes nothing, and says what it would do', async () => {
    await registerVersion(world.vertex);
    await release(world.vertex, '2');
    await watch('1');
    const done = await run({ 'vertex-monitoring': 'reconcile', 'dry-run': 'true' });
    expect(done.summary.source).toContain('Vertex Model Monitoring would change');
    expect(Object.keys(world.emulator.state().modelMonitors)).toHaveLength(1);
  });

  test('starts no job over a window that is not over', async () => {
    await release(world.vertex);
    await watch('1');
    await run({ 'vertex-monitoring': 'reconcile', 'as-of': '2026-10-20' });
    expect(world.emulator.state().modelMonitoringJobs).toEqual({});
  });

  test('that is refused fails the step, and the rest is judged', async () => {
    await release(world.vertex);
    await watch('1');
    world.emulator.setFaults([{ rpc: 'CreateModelMonitoringJob', code: 'PERMISSION_DENIED', message: 'No.' }]);
    const done = await run({ 'vertex-monitoring': 'reconcile' });
    expect(done.tolerated).toBe(false);
    expect(done.headline).toContain('The model monitors were not reconciled');
  });
});

test('a job that is not done is waited for by the next run, which judges its window', async () => {
  await close();
  await open({ monitoringDelay: 600_000 });
  await release(world.vertex);
  await watch('1');
  world.emulator.setMonitorResults([result({ value: 0.9 })]);
  const first = await run({ 'vertex-monitoring': 'reconcile' });
  expect(coverage(first)).toMatchObject({ verdict: 'inconclusive', pending: true });
  world.emulator.setMonitoringDelay(0);
  const second = await run({ 'vertex-monitoring': 'reconcile', window: '2026-11', 'as-of': '2026-12-02' });
  expect(second.report).toMatchObject({ rejudgedWindows: ['2026-10'], breached: true });
});
