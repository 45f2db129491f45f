import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MonitorResult } from '@mlops-actions/vertex-emulator';
import fc from 'fast-check';
import {
  followVersion,
  listModelMonitors,
  listMonitorJobs,
  planFollowing,
  searchMonitorStats,
  uploadVersion,
  type ModelMonitor,
  type MonitorJob,
} from '../src/index.ts';
import { place, startWorld, type World } from './support/world.ts';

const PARENT = `projects/${place.project}/locations/${place.region}`;
const october = { from: Date.UTC(2026, 9, 1), until: Date.UTC(2026, 10, 1) };

let world: World;
beforeEach(async () => {
  world = await startWorld({ containers: false, operationDelay: 0 });
  for (const modelExists of [false, true]) {
    await uploadVersion(
      world.vertex,
      {
        ...{ modelId: 'credit-risk', displayName: 'Credit risk', description: undefined, labels: {} },
        container: {
          imageUri: `registry.example/credit-risk@sha256:${'0'.repeat(64)}`,
          ...{ predictRoute: '/predict', healthRoute: '/health', port: 8080 },
        },
        ...{ artifactUri: undefined, modelDigest: undefined },
      },
      { modelExists, timeout: 30_000 },
    );
  }
});
afterEach(() => world.close());

/** Makes a monitor as a team would. */
async function watch(versionId: string, id: string): Promise<void> {
  const client = await world.vertex.modelMonitoring();
  const [operation] = await client.createModelMonitor({
    parent: PARENT,
    modelMonitorId: id,
    modelMonitor: {
      displayName: 'watch',
      modelMonitoringTarget: { vertexModel: { model: `${PARENT}/models/credit-risk`, modelVersionId: versionId } },
      modelMonitoringSchema: { featureFields: [{ name: 'income', dataType: 'float' }] },
      tabularObjective: { featureDriftSpec: { defaultNumericAlertCondition: { threshold: 0.3 } } },
    },
  });
  await operation.promise();
}

const result = (more: object = {}): MonitorResult => ({
  ...{ model: 'credit-risk', version: '1', objective: 'raw-feature-drift', feature: 'income' },
  ...{ value: 0.1, threshold: 0.3, endTime: '2026-10-05T00:00:00Z', ...more },
});

const follow = (versionId: string, dryRun = false) =>
  followVersion(
    world.vertex,
    { version: { modelId: 'credit-risk', versionId }, endpointId: 'scoring', range: october },
    { timeout: 10_000, dryRun },
  );

test('stats come with the job that measured them, and jobs with the time that they looked at', async () => {
  await watch('1', 'first');
  world.emulator.setMonitorResults([
    result(),
    result({ feature: 'age', value: 0.4, objective: 'prediction-output-drift' }),
    result({ feature: 'age', endTime: '2026-11-05T00:00:00Z' }),
  ]);
  await follow('1');
  const [monitor] = await listModelMonitors(world.vertex, 'credit-risk');
  expect(monitor).toMatchObject({ id: 'first', version: { modelId: 'credit-risk', versionId: '1' } });
  const [job] = await listMonitorJobs(world.vertex, monitor!);
  expect(job).toMatchObject({ state: 'SUCCEEDED', from: october.from, until: october.until, isScheduled: false });
  expect(await searchMonitorStats(world.vertex, monitor!, october.from)).toEqual([
    { objective: 'raw-feature-drift', feature: 'income', value: 0.1, threshold: 0.3, isAnomaly: false, job: job!.id },
    { objective: 'prediction-output-drift', feature: 'age', value: 0.4, threshold: 0.3, isAnomaly: true, job: job!.id },
  ]);
  expect(await listModelMonitors(world.vertex, 'another')).toEqual([]);
});

test('a job that failed says why', async () => {
  await watch('1', 'first');
  world.emulator.setMonitorResults([
    { model: 'credit-risk', version: '1', error: 'The schema does not match.', endTime: '2026-10-05T00:00:00Z' },
  ]);
  await follow('1');
  const [monitor] = await listModelMonitors(world.vertex, 'credit-risk');
  expect((await listMonitorJobs(world.vertex, monitor!))[0]).toMatchObject({
    state: 'FAILED',
    error: 'The schema does not match.',
  });
});

describe('following the version that serves', () => {
  test('copies the monitor of the version before, and starts a job over the time; twice is once', async () => {
    await watch('1', 'first');
    const followed = await follow('2');
    expect(followed).toMatchObject({
      copiedFrom: 'first',
      started: 'mlops-20261001t000000-20261101t000000',
      monitor: { displayName: 'watch (version 2)', version: { modelId: 'credit-risk', versionId: '2' } },
    });
    expect(followed.monitor!.wire).toMatchObject({
      modelMonitoringSchema: { featureFields: [{ name: 'income', dataType: 'float' }] },
      tabularObjective: { featureDriftSpec: { defaultNumericAlertCondition: { threshold: 0.3 } } },
    });
    expect(await follow('2')).toMatchObject({ copiedFrom: undefined, started: undefined });
    expect(await listModelMonitors(world.vertex, 'credit-risk')).toHaveLength(2);
  });

  test('of a dry run is only told', async () => {
    await watch('1', 'first');
    expect(await follow('2', true)).toMatchObject({
      monitor: undefined,
      copiedFrom: 'first',
      started: expect.anything(),
    });
    expect(await listModelMonitors(world.vertex, 'credit-risk')).toHaveLength(1);
  });

  test('does nothing where no version of the model is watched', async () => {
    expect(await follow('1')).toEqual({ monitor: undefined, copiedFrom: undefined, started: undefined });
  });

  test('is done once though answers are lost', async () => {
    await watch('1', 'first');
    world.emulator.setFaults([
      { rpc: 'CreateModelMonitor', when: 'after', code: 'UNAVAILABLE' },
      { rpc: 'CreateModelMonitoringJob', when: 'after', code: 'UNAVAILABLE' },
    ]);
    const { monitor } = await follow('2');
    expect(await listModelMonitors(world.vertex, 'credit-risk')).toHaveLength(2);
    expect(await listMonitorJobs(world.vertex, monitor!)).toHaveLength(1);
  });

  test('is planned so that a plan that was carried out leaves nothing to do', () => {
    const version = { modelId: 'm', versionId: '7' };
    const monitor = (versionId: string): ModelMonitor => ({
      ...{ name: versionId, id: versionId, displayName: '', wire: {} },
      version: { modelId: 'm', versionId },
    });
    const job = (until: number, isScheduled: boolean): MonitorJob => ({
      ...{ id: 'j', state: 'SUCCEEDED', error: undefined, from: 0, until, isScheduled, wire: {} },
    });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('5', '6', '7')),
        fc.array(fc.tuple(fc.constantFrom(1, october.until), fc.boolean())),
        (versions, made) => {
          const monitors = versions.map(monitor);
          const jobs = versions.includes('7') ? made.map(([until, isScheduled]) => job(until, isScheduled)) : [];
          const plan = planFollowing(monitors, jobs, version, october);
          expect(plan.monitor === undefined).toBe(!versions.includes('7'));
          expect(plan.copyOf).toBe(versions.includes('7') ? undefined : monitors[0]);
          if (jobs.some(({ isScheduled }) => isScheduled)) expect(plan.startsJob).toBe(false);
          const after = planFollowing(
            plan.copyOf === undefined ? monitors : [monitor('7'), ...monitors],
            plan.startsJob ? [job(october.until, false), ...jobs] : jobs,
            version,
            october,
          );
          expect(after).toMatchObject({ copyOf: undefined, startsJob: false });
        },
      ),
    );
  });
});
