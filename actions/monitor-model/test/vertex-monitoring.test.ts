import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ActionResult } from '@mlops-actions/action-kit';
import type { Finding } from '@mlops-actions/monitoring';
import { undeploy } from '@mlops-actions/vertex';
import type { MonitoringResult } from '@mlops-actions/vertex-emulator';
import { startWorld, type World } from '../../../packages/vertex/test/support/world.ts';
import { MANIFEST, prepareEndpoint, release as releaseOn } from './endpoint.ts';
import { Workshop } from './workshop.ts';

const PROJECT = 'acme-qa';
const REGION = 'europe-west4';
const PARENT = `projects/${PROJECT}/locations/${REGION}`;

let world: World;
let workshop: Workshop;
beforeEach(async () => {
  world = await startWorld({ containers: false, operationDelay: 0 });
  workshop = await Workshop.open();
  await prepareEndpoint(world.vertex);
});
afterEach(async () => {
  await workshop.close();
  await world.close();
});

const release = (): Promise<string> => releaseOn(world.vertex);

async function watch(deployedModelId: string): Promise<string> {
  const [job] = await world.vertex.jobs.createModelDeploymentMonitoringJob({
    parent: PARENT,
    modelDeploymentMonitoringJob: {
      displayName: 'watch',
      endpoint: `${PARENT}/endpoints/scoring`,
      modelDeploymentMonitoringObjectiveConfigs: [
        { deployedModelId, objectiveConfig: { trainingDataset: { targetField: 'bad' } } },
      ],
      modelDeploymentMonitoringScheduleConfig: { monitorInterval: { seconds: 3600 } },
      loggingSamplingStrategy: { randomSampleConfig: { sampleRate: 1 } },
    },
  });
  return job.name!.split('/').at(-1)!;
}

const watched = async (): Promise<(string | null | undefined)[]> => {
  const [jobs] = await world.vertex.jobs.listModelDeploymentMonitoringJobs({ parent: PARENT });
  return jobs.flatMap((job) =>
    (job.modelDeploymentMonitoringObjectiveConfigs ?? []).map(({ deployedModelId }) => deployedModelId),
  );
};

const result = (deployedModelId: string, over: Partial<MonitoringResult> = {}): MonitoringResult => ({
  ...{ deployedModelId, objective: 'RAW_FEATURE_DRIFT', feature: 'income', value: 0.1, threshold: 0.3 },
  ...{ startTime: '2026-10-05T00:00:00Z', endTime: '2026-10-05T01:00:00Z' },
  ...over,
});

/** Watches October by Vertex Model Monitoring alone. */
async function run(inputs: Record<string, string> = {}): Promise<ActionResult> {
  return workshop.run({
    ...{ manifest: await manifest(), window: '2026-10', 'as-of': '2026-11-20', 'model-version': '' },
    ...{ 'project-id': PROJECT, region: REGION, 'endpoint-id': 'scoring', 'vertex-monitoring': 'read' },
    ...inputs,
  });
}

async function manifest(): Promise<string> {
  const file = path.join(workshop.folder, 'vertex.yaml');
  await writeFile(file, MANIFEST);
  return file;
}

const findings = ({ report }: ActionResult): Finding[] => (report as { findings: Finding[] }).findings;

describe('reading', () => {
  test('what was measured below the thresholds passes', async () => {
    const id = await release();
    await watch(id);
    world.emulator.setAnomalies([result(id), result(id, { objective: 'RAW_FEATURE_SKEW' })]);
    const done = await run();
    expect(done).toMatchObject({ verdict: 'pass', outputs: { action: 'none', breached: 'false' } });
    expect(findings(done).map(({ kind, subject, metric, verdict }) => [kind, subject, metric, verdict])).toEqual([
      ['input-drift', 'income', 'vertex-skew', 'pass'],
      ['input-drift', 'income', 'vertex-drift', 'pass'],
      ['input-drift', 'endpoint', 'vertex-monitoring', 'pass'],
    ]);
  });

  test('an anomaly fails with the worst of its measurements, and calls for what drift calls for', async () => {
    const id = await release();
    await watch(id);
    world.emulator.setAnomalies([
      result(id),
      result(id, { value: 0.7, endTime: '2026-10-06T00:00:00Z' }),
      result(id, { value: 0.5, endTime: '2026-10-07T00:00:00Z' }),
      result(id, { feature: 'bad', value: 0.4, objective: 'RAW_FEATURE_SKEW' }),
      result(id, { feature: 'age', value: 0.4, objective: 'FEATURE_ATTRIBUTION_DRIFT' }),
      // Of another month.
      result(id, { feature: 'region', value: 0.9, endTime: '2026-09-30T00:00:00Z' }),
    ]);
    const done = await run({ 'on-breach': 'report, fail' });
    expect(done).toMatchObject({ verdict: 'fail', tolerated: false, outputs: { action: 'retrain', breached: 'true' } });
    const failed = findings(done).filter(({ verdict }) => verdict === 'fail');
    expect(failed).toMatchObject([
      {
        ...{ kind: 'input-drift', subject: 'income', metric: 'vertex-drift', value: 0.7, threshold: 0.3 },
        reason: "'income' has moved away from the time before in 2 of 3 measurements by Vertex AI.",
      },
      { kind: 'input-drift', subject: 'age', metric: 'vertex-attribution-drift' },
      { kind: 'prediction-drift', subject: 'bad', metric: 'vertex-skew', value: 0.4 },
    ]);
    expect(findings(done)).toHaveLength(4);
  });

  test('what could not be measured is inconclusive, unless something else failed', async () => {
    const id = await release();
    await watch(id);
    world.emulator.setAnomalies([
      result(id),
      result(id, { value: NaN }),
      result(id, { feature: 'age', value: NaN }),
      result(id, { feature: 'age', value: 0.9 }),
    ]);
    expect(findings(await run())).toMatchObject([
      { subject: 'age', verdict: 'fail', value: 0.9 },
      { subject: 'income', verdict: 'inconclusive', value: 0.1 },
      { metric: 'vertex-monitoring', verdict: 'pass' },
    ]);
  });

  test('is judged with the files of the same window', async () => {
    await workshop.addMonth('2026-10');
    const id = await release();
    await watch(id);
    world.emulator.setAnomalies([result(id, { value: 0.9 })]);
    const done = await run({ manifest: workshop.file('model.yaml') });
    expect(findings(done).filter(({ verdict }) => verdict === 'fail')).toMatchObject([{ metric: 'vertex-drift' }]);
    expect(findings(done).some(({ metric }) => metric === 'psi')).toBe(true);
  });

  test('names from the data cannot break out of the summary', async () => {
    const id = await release();
    await watch(id);
    world.emulator.setAnomalies([result(id, { value: 0.9, feature: '<img src=x>|`@acme`' })]);
    const done = await run();
    expect(done.summary?.source).not.toContain('<img');
    expect(await readFile(done.outputs['html-path']!, 'utf8')).not.toContain('<img src=x>');
  });

  test('an endpoint without a job is inconclusive, and says so', async () => {
    await release();
    const done = await run();
    expect(done).toMatchObject({ verdict: 'inconclusive', tolerated: true });
    expect(findings(done)).toMatchObject([
      {
        metric: 'vertex-monitoring',
        verdict: 'inconclusive',
        reason: 'Neither a monitoring job nor a model monitor is there.',
      },
    ]);
  });

  test('a window in which nothing was measured is inconclusive', async () => {
    const id = await release();
    const job = await watch(id);
    expect(findings(await run())).toMatchObject([
      {
        verdict: 'inconclusive',
        reason: `The monitoring job has measured nothing in the window: ${job} is RUNNING.`,
      },
    ]);
  });

  test('a job that watches what was deployed before is left as it is, and told of', async () => {
    const before = await release();
    await watch(before);
    world.emulator.setAnomalies([result(before, { value: 0.9 })]);
    const after = await release();
    await undeploy(world.vertex, 'scoring', before, 30_000);
    const done = await run();
    expect(findings(done)).toMatchObject([
      {
        verdict: 'inconclusive',
        reason: expect.stringContaining(`No monitoring job watches the deployed model ${after}`),
      },
    ]);
    expect(await watched()).toEqual([before]);
  });

  test('is off unless it is asked for', async () => {
    await expect(run({ 'vertex-monitoring': '' })).rejects.toThrow('There is nothing to watch.');
    expect(world.emulator.calls().some(({ method }) => method.includes('Monitoring'))).toBe(false);
  });

  test.each([
    [{ 'project-id': '', region: '', 'endpoint-id': '' }, 'which endpoint'],
    [{ 'model-version': 'credit-risk@1' }, "'model-version' names another"],
    [{ 'vertex-monitoring': 'on' }, 'vertex-monitoring'],
  ])('%j is refused', async (inputs, message) => {
    await expect(run(inputs)).rejects.toThrow(message);
  });
});

describe('reconciling', () => {
  let before: string;
  let after: string;
  let job: string;
  beforeEach(async () => {
    before = await release();
    job = await watch(before);
    after = await release();
    await undeploy(world.vertex, 'scoring', before, 30_000);
    world.emulator.setAnomalies([result(after, { value: 0.9 })]);
  });

  test('comes first, so that what serves is judged, and is told in report and summary', async () => {
    const done = await run({ 'vertex-monitoring': 'reconcile' });
    expect(await watched()).toEqual([after]);
    expect(done).toMatchObject({ verdict: 'fail' });
    expect(done.report).toMatchObject({
      vertexMonitoring: {
        jobs: [{ id: job, state: 'RUNNING' }],
        reconciled: [{ job, moved: [{ from: before, to: after, copied: false }] }],
      },
    });
    expect(done.summary?.source).toContain(`deployed model ${after} takes over the configuration of ${before}`);
  });

  test('changes nothing in a dry run, which says what it would do', async () => {
    const done = await run({ 'vertex-monitoring': 'reconcile', 'dry-run': 'true' });
    expect(await watched()).toEqual([before]);
    expect(world.emulator.calls().some(({ method }) => method.includes('UpdateModelDeployment'))).toBe(false);
    expect(done.summary?.source).toContain('Vertex Model Monitoring would change');
    expect(done).toMatchObject({ verdict: 'inconclusive' });
  });

  test('survives a lost answer', async () => {
    world.emulator.setFaults([{ rpc: 'UpdateModelDeploymentMonitoringJob', when: 'after', code: 'UNAVAILABLE' }]);
    await run({ 'vertex-monitoring': 'reconcile' });
    expect(await watched()).toEqual([after]);
  });

  test('that is refused fails the step, and the rest is judged', async () => {
    world.emulator.setFaults([
      { rpc: 'UpdateModelDeploymentMonitoringJob', code: 'PERMISSION_DENIED', message: 'No.' },
    ]);
    const done = await run({ 'vertex-monitoring': 'reconcile' });
    expect(done).toMatchObject({ verdict: 'inconclusive', tolerated: false });
    expect(done.headline).toContain(`Monitoring job ${job} was not reconciled`);
    expect(await watched()).toEqual([before]);
    world.emulator.setFaults([]);
    expect(await run({ 'vertex-monitoring': 'reconcile' })).toMatchObject({ verdict: 'fail' });
  });
});
