import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startEmulator, type Emulator, type EmulatorOptions, type PipelineJob } from '@mlops-actions/vertex-emulator';
import type { ActionResult, RunContext } from '@mlops-actions/action-kit';
import { connectVertex, type Vertex } from '@mlops-actions/vertex';
import type { Inputs } from '../src/inputs.ts';
import { run } from '../src/run.ts';
import { contextOf, fixture } from './support.ts';

let emulator: Emulator;
let variables: NodeJS.ProcessEnv;
beforeEach(() => {
  variables = { ...process.env };
});
afterEach(async () => {
  process.env = variables;
  await emulator.close();
});

async function start(options: EmulatorOptions = {}): Promise<void> {
  emulator = await startEmulator({ operationDelay: 0, containers: false, ...options });
  process.env['VERTEX_AI_EMULATOR_HOST'] = emulator.address;
}

const INPUTS: Inputs = {
  manifest: 'model.yaml',
  dryRun: false,
  evidenceDir: 'evidence',
  engine: 'vertex',
  pipeline: fixture('training.yaml'),
  parameters: 'table=project.dataset.applications',
  outputRoot: 'gs://bucket/pipelines',
  projectId: 'test-project',
  region: 'europe-west4',
  pollInterval: 5,
  timeout: 30_000,
};

const runPipeline = (over: Partial<Inputs> = {}, context: RunContext = contextOf('1')): Promise<ActionResult> =>
  run({ ...INPUTS, ...over }, context);

const jobs = (): PipelineJob[] => Object.values(emulator.state().pipelineJobs);
const outputsOf = (
  result: ActionResult,
): { parameters: Record<string, unknown>; artifacts: Record<string, { uri: string }> } =>
  JSON.parse(result.outputs['outputs']!) as never;

/** The fault of a run that stays in a state or a task, as a test has it. */
const stuck = (stage: string) => ({ operation: 'CreatePipelineJob', stage });

describe('a run on Vertex AI Pipelines', () => {
  test('passes when it succeeded, with its outputs', async () => {
    await start();
    const result = await runPipeline({
      labels: { team: 'risk' },
      serviceAccount: 'train@test-project.iam.gserviceaccount.com',
      network: 'projects/1/global/networks/n',
      encryptionKey: 'projects/p/locations/l/keyRings/r/cryptoKeys/k',
      failurePolicy: 'fast',
    });
    expect(result).toMatchObject({ verdict: 'pass', outputs: { state: 'succeeded', attached: 'false' } });
    const [job] = jobs();
    expect(job).toMatchObject({
      id: result.outputs['run-id'],
      labels: { team: 'risk' },
      runtime: {
        gcsOutputDirectory: 'gs://bucket/pipelines',
        parameterValues: { table: 'project.dataset.applications' },
        failurePolicy: 'PIPELINE_FAILURE_POLICY_FAIL_FAST',
      },
      settings: {
        serviceAccount: 'train@test-project.iam.gserviceaccount.com',
        network: 'projects/1/global/networks/n',
        encryptionSpec: { kmsKeyName: 'projects/p/locations/l/keyRings/r/cryptoKeys/k' },
      },
    });
    expect(result.outputs['run-url']).toContain(`/runs/${job!.id}?project=test-project`);
    const { parameters, artifacts } = outputsOf(result);
    expect(parameters).toEqual({ 'train.auc': 0.5 });
    expect(artifacts['Output']!.uri).toMatch(/^gs:\/\/bucket\/pipelines\/\d+\/train-credit-risk-.*\/model$/);
    expect(artifacts['Output']).toEqual(artifacts['train.model']);
    expect(result.subjects).toHaveLength(1);
  });

  test('fails when a task failed, and says which and why', async () => {
    await start({
      faults: [
        { operation: 'CreatePipelineJob', stage: 'train', code: 'INVALID_ARGUMENT', message: 'no such column: age' },
      ],
    });
    const result = await runPipeline();
    expect(result).toMatchObject({ verdict: 'fail', outputs: { state: 'failed' } });
    expect(result.headline).toContain('task train: no such column: age.');
    expect(result.report['failures']).toMatchObject([{ name: 'train', error: 'no such column: age' }]);
  });

  test('prints the end of the log of the task that failed', async () => {
    await start({
      faults: [{ operation: 'CreatePipelineJob', stage: 'train', code: 'INTERNAL', message: 'exit code 1' }],
    });
    const asked: { filter?: string; pageSize?: number }[] = [];
    const logging = createServer((request, response) => {
      let body = '';
      request.on('data', (text: Buffer) => (body += text.toString()));
      request.on('end', () => {
        asked.push(JSON.parse(body) as object);
        const entries = ['no such column: age', 'reading rows'].map((textPayload) => ({
          timestamp: 'T',
          severity: 'ERROR',
          textPayload,
        }));
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ entries }));
      });
    }).listen(0, '127.0.0.1');
    await once(logging, 'listening');
    process.env['GOOGLE_APIS_EMULATOR_HOST'] = `127.0.0.1:${(logging.address() as AddressInfo).port}`;
    const result = await runPipeline({ maxLogLines: 20 });
    logging.close();
    expect(result.report['failures']).toMatchObject([{ log: ['T ERROR reading rows', 'T ERROR no such column: age'] }]);
    const [train] = jobs()[0]!.tasks.filter(({ name }) => name === 'train');
    expect(asked).toMatchObject([
      { filter: `resource.type="ml_job" AND resource.labels.job_id="${train!.id}"`, pageSize: 20 },
    ]);
  });

  test.each(['PENDING', 'QUEUED', 'PAUSED'])('that stays %s never started, which is told as such', async (stage) => {
    await start({ faults: [stuck(stage)] });
    const result = await runPipeline({ startTimeout: 50 });
    expect(result.verdict).toBe('inconclusive');
    expect(result.headline).toMatch(/never started: .* have passed and is (queued|paused)/);
    expect(jobs()).toMatchObject([{ state: stage }]);
  });

  test('that does not end in time goes on, or is cancelled if that was asked for', async () => {
    await start({ faults: [{ ...stuck('train'), times: 2 }] });
    const late = await runPipeline({ timeout: 100 });
    expect(late).toMatchObject({ verdict: 'inconclusive', outputs: { state: 'running' } });
    expect(late.headline).toContain('it goes on');
    expect(jobs()).toMatchObject([{ state: 'RUNNING' }]);
    const cancelled = await runPipeline({ timeout: 100, cancelOnTimeout: true });
    expect(cancelled.outputs['attached']).toBe('true');
    expect(cancelled.headline).toContain('it was asked to stop');
    expect(['CANCELLING', 'CANCELLED']).toContain(jobs()[0]!.state);
  });

  test('that somebody cancels is no success', async () => {
    await start({ faults: [stuck('train')] });
    const result = runPipeline();
    const [job] = await until(() => jobs().filter(({ state }) => state === 'RUNNING'));
    await byAnother((client, name) => client.cancelPipelineJob({ name }), job!);
    expect(await result).toMatchObject({ verdict: 'fail', outputs: { state: 'cancelled' } });
  });

  test('that somebody deletes is inconclusive', async () => {
    await start({ faults: [stuck('train')] });
    const result = runPipeline();
    const [job] = await until(() => jobs().filter(({ state }) => state === 'RUNNING'));
    await byAnother((client, name) => client.deletePipelineJob({ name }), job!);
    expect((await result).headline).toContain('was deleted while it was waited for');
  });

  test('is not waited for where that is not wanted, which proves nothing', async () => {
    await start({ faults: [stuck('PENDING')] });
    const result = await runPipeline({ wait: false });
    expect(result).toMatchObject({ verdict: 'inconclusive', tolerated: true });
    expect(jobs()).toHaveLength(1);
  });

  test('is only told of in a dry run', async () => {
    await start();
    const result = await runPipeline({ dryRun: true });
    expect(result.verdict).toBe('pass');
    expect(result.headline).toMatch(/would run train-credit-risk as train-credit-risk-[0-9a-f]{16} with 1 parameter/);
    expect(jobs()).toEqual([]);
    await expect(runPipeline({ dryRun: true, parameters: 'tabel=x' })).rejects.toThrow("did you mean 'table'?");
  });
});

describe('one key is one run', () => {
  test('in every attempt of a workflow run, which goes on with it', async () => {
    await start({ faults: [stuck('train')] });
    await runPipeline({ timeout: 100 });
    emulator.setFaults([]);
    expect(jobs()).toHaveLength(1);
    const second = runPipeline({ timeout: 100 }, { ...contextOf('1'), runAttempt: '2' });
    expect((await second).outputs['attached']).toBe('true');
    expect(jobs()).toHaveLength(1);
    await runPipeline({}, contextOf('2'));
    expect(jobs()).toHaveLength(2);
  });

  test('and after a failure comes another, so that a failed workflow can be run again', async () => {
    await start({ faults: [{ ...stuck('extract'), code: 'INTERNAL' }] });
    expect((await runPipeline()).verdict).toBe('fail');
    const again = await runPipeline();
    expect(again).toMatchObject({ verdict: 'pass', report: { attempt: 2, attached: false } });
    expect((await runPipeline()).outputs).toMatchObject({ attached: 'true', 'run-id': again.outputs['run-id'] });
    expect(jobs()).toHaveLength(2);
  });

  test('and after one that is being cancelled comes another, once that has ended', async () => {
    await start({ operationDelay: 30, faults: [stuck('extract')] });
    await runPipeline({ timeout: 150, cancelOnTimeout: true });
    expect(jobs()).toMatchObject([{ state: 'CANCELLING' }]);
    const again = await runPipeline();
    expect(again).toMatchObject({ verdict: 'pass', report: { attempt: 2 } });
    const [first, second] = jobs();
    expect(first).toMatchObject({ state: 'CANCELLED' });
    expect(first!.endTime! <= second!.createTime).toBe(true);
  });

  test('other parameters are another run, unless the key was given, and then an error', async () => {
    await start();
    await runPipeline();
    await runPipeline({ parameters: 'table=other' });
    expect(jobs()).toHaveLength(2);
    await runPipeline({ idempotencyKey: '2026-11-25' });
    await expect(runPipeline({ idempotencyKey: '2026-11-25', parameters: 'table=other' })).rejects.toThrow(
      'belongs to the run',
    );
    expect(jobs()).toHaveLength(3);
  });

  test.each(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'INTERNAL'] as const)(
    'also when the answer to its submission is lost (%s)',
    async (code) => {
      await start({ faults: [{ rpc: 'CreatePipelineJob', when: 'after', code }] });
      expect((await runPipeline()).verdict).toBe('pass');
      expect(jobs()).toHaveLength(1);
    },
  );

  test('also when too much was asked at once; a quota that is used up is told as such', async () => {
    const busy = { rpc: 'CreatePipelineJob', code: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded.' } as const;
    await start({ faults: [{ ...busy, times: 2 }] });
    expect((await runPipeline()).verdict).toBe('pass');
    emulator.setFaults([{ ...busy, times: 1000 }]);
    await expect(runPipeline({}, contextOf('2'))).rejects.toThrow(
      /could not start the pipeline run .*: Quota exceeded\./,
    );
    expect(jobs()).toHaveLength(1);
  });

  test('also when its submission did not arrive', async () => {
    await start({ faults: [{ rpc: 'CreatePipelineJob', code: 'UNAVAILABLE', times: 2 }] });
    expect((await runPipeline()).verdict).toBe('pass');
    expect(jobs()).toHaveLength(1);
  });
});

describe('polls', () => {
  test.each(['UNAVAILABLE', 'UNAUTHENTICATED'] as const)('that fail (%s) are borne', async (code) => {
    await start({ operationDelay: 20, faults: [{ rpc: 'GetPipelineJob', nth: 2, times: 3, code }] });
    expect((await runPipeline()).verdict).toBe('pass');
  });

  test('that are refused for good end the wait', async () => {
    await start({
      faults: [{ rpc: 'GetPipelineJob', nth: 2, times: 1000, code: 'PERMISSION_DENIED' }, stuck('train')],
    });
    await expect(runPipeline()).rejects.toThrow(/could not tell how the pipeline run/);
  });
});

describe('the caching switch', () => {
  test('answers tasks from the cache, or does not', async () => {
    await start();
    const statesOf = (result: ActionResult): string[] =>
      (result.report['tasks'] as { name: string; state: string }[])
        .filter(({ name }) => name === 'train')
        .map(({ state }) => state);
    expect(statesOf(await runPipeline())).toEqual(['succeeded']);
    expect(statesOf(await runPipeline({}, contextOf('2')))).toEqual(['cached']);
    expect(statesOf(await runPipeline({ caching: 'off' }, contextOf('3')))).toEqual(['succeeded']);
  });
});

async function until<T>(find: () => T[]): Promise<T[]> {
  for (;;) {
    const found = find();
    if (found.length > 0) return found;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function byAnother(
  act: (client: Vertex['pipelines'], name: string) => Promise<unknown>,
  job: PipelineJob,
): Promise<void> {
  const vertex = await connectVertex({ project: 'test-project', region: 'europe-west4' });
  await act(vertex.pipelines, `projects/test-project/locations/europe-west4/pipelineJobs/${job.id}`);
  await vertex.close();
}
