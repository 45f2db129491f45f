import { afterEach, describe, expect, test } from '@jest/globals';
import type { EmulatorOptions, MonitoringResult } from '@mlops-actions/vertex-emulator';
import fc from 'fast-check';
import {
  createEndpoint,
  deployDark,
  listMonitoringJobs,
  planReconciliation,
  reconcileMonitoring,
  searchAnomalies,
  undeploy,
  uploadVersion,
} from '../src/index.ts';
import { lastCall, methodsSince, place, startWorld, type World } from './support/world.ts';

let world: World;
afterEach(() => world.close());

const PARENT = `projects/${place.project}/locations/${place.region}`;
const shape = { machineType: 'n1-standard-2', minReplicas: 1, maxReplicas: 1 };

async function start(options: EmulatorOptions = {}): Promise<void> {
  world = await startWorld({ containers: false, operationDelay: 0, ...options });
}

/** An endpoint with a model on it. */
async function deployed(endpointId = 'scoring'): Promise<string> {
  await createEndpoint(world.vertex, { id: endpointId, displayName: endpointId, labels: {}, timeout: 30_000 });
  await uploadVersion(
    world.vertex,
    {
      ...{ modelId: 'sum', displayName: 'Sum', description: undefined, labels: {} },
      container: {
        imageUri: `registry.example/sum@sha256:${'0'.repeat(64)}`,
        ...{ predictRoute: '/predict', healthRoute: '/health', port: 8080 },
      },
      ...{ artifactUri: undefined, modelDigest: undefined },
    },
    { modelExists: false, timeout: 30_000 },
  );
  return deploy(endpointId);
}

const deploy = (endpointId = 'scoring'): Promise<string> =>
  deployDark(world.vertex, endpointId, { version: { modelId: 'sum', versionId: '1' }, shape, timeout: 30_000 });

const objectiveConfig = (column: string) => ({
  trainingDataset: { gcsSource: { uris: [`gs://training/${column}.csv`] }, targetField: 'bad', dataFormat: 'csv' },
  predictionDriftDetectionConfig: { driftThresholds: { [column]: { value: 0.03 } } },
});

async function watch(ids: readonly string[], endpointId = 'scoring'): Promise<string> {
  const [job] = await world.vertex.jobs.createModelDeploymentMonitoringJob({
    parent: PARENT,
    modelDeploymentMonitoringJob: {
      displayName: 'watch',
      endpoint: `${PARENT}/endpoints/${endpointId}`,
      modelDeploymentMonitoringObjectiveConfigs: ids.map((id, index) => ({
        deployedModelId: id,
        objectiveConfig: objectiveConfig(`income${index}`),
      })),
      modelDeploymentMonitoringScheduleConfig: { monitorInterval: { seconds: 3601 } },
      loggingSamplingStrategy: { randomSampleConfig: { sampleRate: 0.5 } },
    },
  });
  return job.name ?? '';
}

/** The configurations of a job by deployed model, as the service keeps them. */
async function configs(name: string): Promise<Record<string, unknown>> {
  const [job] = await world.vertex.jobs.getModelDeploymentMonitoringJob({ name });
  const entries = job.modelDeploymentMonitoringObjectiveConfigs ?? [];
  return Object.fromEntries(entries.map((entry) => [entry.deployedModelId ?? '', entry.objectiveConfig]));
}

const result = (deployedModelId: string, over: Partial<MonitoringResult> = {}): MonitoringResult => ({
  ...{ deployedModelId, objective: 'RAW_FEATURE_DRIFT', feature: 'income', value: 0.4, threshold: 0.3 },
  ...{ startTime: '2026-10-01T00:00:00Z', endTime: '2026-10-01T01:00:00Z' },
  ...over,
});

const october = { from: Date.parse('2026-10-01T00:00:00Z'), to: Date.parse('2026-11-01T00:00:00Z') };

describe('the jobs of an endpoint', () => {
  test('are those that watch it, and no others', async () => {
    await start();
    const id = await deployed();
    expect(await listMonitoringJobs(world.vertex, 'scoring')).toEqual([]);
    const name = await watch([id]);
    expect(await listMonitoringJobs(world.vertex, 'scoring')).toEqual([
      {
        name,
        id: name.split('/').at(-1),
        displayName: 'watch',
        state: 'RUNNING',
        error: undefined,
        watched: [{ deployedModelId: id, targetField: 'bad' }],
      },
    ]);
    expect(await listMonitoringJobs(world.vertex, 'other')).toEqual([]);
  });

  test('run every whole hour, and watch only what is deployed', async () => {
    await start();
    const name = await watch([await deployed()]);
    const [job] = await world.vertex.jobs.getModelDeploymentMonitoringJob({ name });
    expect(job.modelDeploymentMonitoringScheduleConfig?.monitorInterval?.seconds).toBe('7200');
    await expect(watch(['4711'])).rejects.toThrow("The deployed model '4711' is not on the endpoint.");
    await world.vertex.jobs.pauseModelDeploymentMonitoringJob({ name });
    expect(await listMonitoringJobs(world.vertex, 'scoring')).toMatchObject([{ state: 'PAUSED' }]);
    await world.vertex.jobs.resumeModelDeploymentMonitoringJob({ name });
    expect(await listMonitoringJobs(world.vertex, 'scoring')).toMatchObject([{ state: 'RUNNING' }]);
    await world.vertex.jobs.deleteModelDeploymentMonitoringJob({ name });
    expect(await listMonitoringJobs(world.vertex, 'scoring')).toEqual([]);
  });
});

describe('what a job has found', () => {
  test('is read of every objective, within the window and of the deployed model alone', async () => {
    await start();
    const id = await deployed();
    const name = await watch([id]);
    world.emulator.setAnomalies([
      result(id),
      result(id, { objective: 'RAW_FEATURE_SKEW', feature: 'age', value: 0.1 }),
      result(id, { objective: 'FEATURE_ATTRIBUTION_DRIFT', value: 0.2, endTime: '2026-11-01T00:00:00Z' }),
      // It ends where the window begins: it is of the one before.
      result(id, { value: 0.9, endTime: '2026-10-01T00:00:00Z' }),
      result(id, { value: 0.9, endTime: '2026-11-01T00:00:01Z' }),
      result(id, { feature: 'unwatched', threshold: 0 }),
      result('4711', { value: 0.9 }),
    ]);
    expect(await searchAnomalies(world.vertex, { name }, id, october)).toEqual([
      { objective: 'RAW_FEATURE_SKEW', feature: 'age', value: 0.1, threshold: 0.3, until: expect.any(Number) },
      {
        ...{ objective: 'RAW_FEATURE_DRIFT', feature: 'income', value: 0.4, threshold: 0.3 },
        until: Date.parse('2026-10-01T01:00:00Z'),
      },
      {
        ...{ objective: 'FEATURE_ATTRIBUTION_DRIFT', feature: 'income', value: 0.2, threshold: 0.3 },
        until: october.to,
      },
    ]);
  });

  test('is asked for by objectives, without which the service refuses', async () => {
    await start();
    const id = await deployed();
    const name = await watch([id]);
    await expect(
      world.vertex.jobs.searchModelDeploymentMonitoringStatsAnomalies({
        modelDeploymentMonitoringJob: name,
        deployedModelId: id,
      }),
    ).rejects.toThrow('objectives');
  });

  test('of a model that the job does not watch is an error that says so', async () => {
    await start();
    const name = await watch([await deployed()]);
    await expect(searchAnomalies(world.vertex, { name }, '4711', october)).rejects.toThrow('does not monitor');
  });
});

describe('after a redeploy', () => {
  const options = { timeout: 30_000 };

  /** A job whose model was undeployed after another one was deployed. */
  async function orphaned(): Promise<{ name: string; before: string; after: string }> {
    const before = await deployed();
    const name = await watch([before]);
    const after = await deploy();
    await undeploy(world.vertex, 'scoring', before, 30_000);
    return { name, before, after };
  }

  test('the configuration goes to the model that serves, as it was', async () => {
    await start();
    const { name, before, after } = await orphaned();
    const { [before]: config } = await configs(name);
    expect(await reconcileMonitoring(world.vertex, { name }, [after], options)).toEqual({
      moved: [{ from: before, to: after, copied: false }],
      dropped: [],
      unwatched: [],
    });
    expect(await configs(name)).toEqual({ [after]: config });
    expect(config).toMatchObject({
      trainingDataset: { gcsSource: { uris: ['gs://training/income0.csv'] }, targetField: 'bad' },
      predictionDriftDetectionConfig: { driftThresholds: { income0: { value: 0.03 } } },
    });
  });

  test('it is copied if the old model is kept for a rollback', async () => {
    await start();
    const before = await deployed();
    const name = await watch([before]);
    const after = await deploy();
    const { moved } = await reconcileMonitoring(world.vertex, { name }, [after, before], options);
    expect(moved).toEqual([{ from: before, to: after, copied: true }]);
    const now = await configs(name);
    expect(now[after]).toEqual(now[before]);
    expect(Object.keys(now)).toHaveLength(2);
  });

  test('a second time changes nothing', async () => {
    await start();
    const { name, after } = await orphaned();
    await reconcileMonitoring(world.vertex, { name }, [after], options);
    const number = lastCall(world.emulator);
    expect((await reconcileMonitoring(world.vertex, { name }, [after], options)).moved).toEqual([]);
    expect(methodsSince(world.emulator, number)).toEqual(['GetModelDeploymentMonitoringJob']);
  });

  test.each(['before', 'after'] as const)('an answer that is lost %s it was done is no failure', async (when) => {
    await start();
    const { name, before, after } = await orphaned();
    world.emulator.setFaults([{ rpc: 'UpdateModelDeploymentMonitoringJob', when, code: 'UNAVAILABLE' }]);
    const { moved } = await reconcileMonitoring(world.vertex, { name }, [after], options);
    expect(moved).toEqual([{ from: before, to: after, copied: false }]);
    expect(Object.keys(await configs(name))).toEqual([after]);
  });

  test('a job that refuses while it starts is asked again', async () => {
    await start();
    const { name, after } = await orphaned();
    world.emulator.setFaults([
      { rpc: 'UpdateModelDeploymentMonitoringJob', times: 2, code: 'FAILED_PRECONDITION', message: 'It is PENDING.' },
    ]);
    const number = lastCall(world.emulator);
    await reconcileMonitoring(world.vertex, { name }, [after], options);
    const updates = methodsSince(world.emulator, number).filter((method) => method.startsWith('Update'));
    expect(updates).toHaveLength(3);
    expect(Object.keys(await configs(name))).toEqual([after]);
  });

  test('a job that stays PENDING is told of, and left as it is', async () => {
    await start({ monitoringDelay: 3_600_000 });
    const { name, before, after } = await orphaned();
    await expect(reconcileMonitoring(world.vertex, { name }, [after], { timeout: 300 })).rejects.toThrow(
      'is still PENDING',
    );
    expect(Object.keys(await configs(name))).toEqual([before]);
  });

  test('a change that is refused for good is an error', async () => {
    await start();
    const { name, before } = await orphaned();
    await expect(reconcileMonitoring(world.vertex, { name }, ['4711'], options)).rejects.toThrow(
      "The deployed model '4711' is not on the endpoint.",
    );
    expect(Object.keys(await configs(name))).toEqual([before]);
  });
});

test('whatever is deployed: the one with most traffic is watched afterwards, nothing that is gone is, nobody twice', async () => {
  await start();
  const id = fc.stringMatching(/^[1-9]$/);
  const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(ids, ids, (watchedIds, serving) => {
      const watched = watchedIds.map((deployedModelId) => ({ deployedModelId, targetField: undefined }));
      const { moved, dropped, unwatched } = planReconciliation({ watched }, serving);
      const gone = [...dropped, ...moved.filter(({ copied }) => !copied).map(({ from }) => from)];
      const after = [...watchedIds.filter((one) => !gone.includes(one)), ...moved.map(({ to }) => to)];
      expect(new Set(after).size).toBe(after.length);
      expect(after).toContain(serving[0]);
      if (moved.length > 0) expect(after.filter((one) => !serving.includes(one))).toEqual([]);
      expect(gone.filter((one) => serving.includes(one))).toEqual([]);
      expect([...unwatched].sort()).toEqual(serving.filter((one) => !after.includes(one)).sort());
      const again = planReconciliation(
        { watched: after.map((deployedModelId) => ({ deployedModelId, targetField: undefined })) },
        serving,
      );
      expect(again.moved).toEqual([]);
    }),
  );
});
