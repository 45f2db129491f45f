import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { PipelineServiceClient } from '@google-cloud/aiplatform/build/src/v1/pipeline_service_client.js';
import { PassThroughClient } from 'google-auth-library';
import { grpc } from 'google-gax';
import { parse } from 'yaml';
import { startEmulator, type Emulator, type EmulatorOptions, type PipelineJob } from '../src/index.ts';
import type { JsonValue } from '@mlops-actions/serving';
import { fromJson } from '../src/values.ts';
import { PARENT } from './support.ts';

let emulator: Emulator;
let client: PipelineServiceClient;
let folder: string | undefined;
afterEach(async () => {
  await client.close();
  await emulator.close();
  if (folder !== undefined) await rm(folder, { recursive: true });
  folder = undefined;
});

async function start(options: EmulatorOptions = {}): Promise<void> {
  emulator = await startEmulator({ operationDelay: 0, containers: false, ...options });
  const [host, port] = emulator.address.split(':');
  client = new PipelineServiceClient({
    apiEndpoint: host!,
    port: Number(port),
    sslCreds: grpc.credentials.createInsecure(),
    authClient: new PassThroughClient(),
  });
}

const FIXTURES = new URL('../../pipelines/test/fixtures/', import.meta.url);
const compiled = async (file: string): Promise<JsonValue> =>
  parse((await readFile(new URL(file, FIXTURES), 'utf8')).split('\n---')[0]!) as JsonValue;

interface Request {
  id?: string;
  parameters?: Record<string, JsonValue>;
  failurePolicy?: 'PIPELINE_FAILURE_POLICY_FAIL_FAST';
  change?: (spec: JsonValue) => JsonValue;
  rest?: object;
}

async function create(file: string, { id = 'run-1', parameters = {}, failurePolicy, change, rest }: Request = {}) {
  const spec = await compiled(file);
  const struct = fromJson(change?.(spec) ?? spec) as { structValue: object };
  const [job] = await client.createPipelineJob({
    parent: PARENT,
    pipelineJobId: id,
    pipelineJob: {
      displayName: 'A run',
      pipelineSpec: struct.structValue,
      labels: { team: 'risk' },
      runtimeConfig: {
        gcsOutputDirectory: 'gs://bucket/root',
        parameterValues: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, fromJson(value)])),
        ...(failurePolicy !== undefined && { failurePolicy }),
      },
      ...rest,
    },
  });
  return job;
}

const jobs = (): PipelineJob[] => Object.values(emulator.state().pipelineJobs);
const job = (id = 'run-1'): PipelineJob => jobs().find((one) => one.id === id)!;
async function reached(state: PipelineJob['state'], id = 'run-1'): Promise<PipelineJob> {
  while (job(id).state !== state) await sleep(1);
  return job(id);
}
const states = ({ tasks }: PipelineJob): Record<string, string> =>
  Object.fromEntries(tasks.map(({ name, state }) => [name, state]));

const TABLE = { parameters: { table: 'applications' } };

describe('pipeline runs', () => {
  test('begin at once, go through their tasks in order, and end with the outputs of the spec', async () => {
    await start();
    const created = await create('training.yaml', TABLE);
    expect(created).toMatchObject({
      name: expect.stringMatching(/^projects\/\d+\/locations\/europe-west4\/pipelineJobs\/run-1$/),
      state: 'PIPELINE_STATE_PENDING',
      labels: { team: 'risk', 'vertex-ai-pipelines-run-billing-id': expect.stringMatching(/^\d+$/) },
    });
    const done = await reached('SUCCEEDED');
    expect(states(done)).toEqual({
      'run-1': 'SUCCEEDED',
      extract: 'SUCCEEDED',
      train: 'SUCCEEDED',
      'condition-1': 'SUCCEEDED',
      publish: 'SUCCEEDED',
    });
    const ended = (name: string): string => done.tasks.find((task) => task.name === name)!.endTime!;
    expect(ended('extract') <= ended('train') && ended('train') <= ended('publish')).toBe(true);

    const [read] = await client.getPipelineJob({ name: created.name! });
    const details = read.jobDetail!.taskDetails!;
    const root = details.find(({ parentTaskId }) => !Number(parentTaskId ?? 0))!;
    expect(root.taskName).toBe('run-1');
    expect(root.outputs!['Output']!.artifacts![0]!.uri).toMatch(/^gs:\/\/bucket\/root\/\d+\/run-1\/train_\d+\/model$/);
    const trained = details.find(({ taskName }) => taskName === 'train')!;
    expect(trained.execution!.metadata!.fields!['output:auc']).toMatchObject({ numberValue: 0.5 });
    expect(trained.execution!.metadata!.fields!['input:depth']).toMatchObject({ numberValue: 3 });
    expect(trained.executorDetail!.containerDetail!.mainJob).toMatch(/customJobs\/\d+$/);
  });

  test('take loops, exit handlers and conditions as they are compiled', async () => {
    await start();
    await create('looping.json');
    const looped = await reached('SUCCEEDED');
    expect(looped.tasks.filter(({ name }) => name === 'notify-2').map(({ inputs }) => inputs['text'])).toEqual([
      'a',
      'b',
    ]);
    await create('training.yaml', { id: 'run-2', parameters: { table: 't', publishing: false } });
    expect(states(await reached('SUCCEEDED', 'run-2'))).toMatchObject({
      train: 'SUCCEEDED',
      'condition-1': 'NOT_TRIGGERED',
    });
  });

  test('answer a task that ran before from the cache, unless that is switched off', async () => {
    await start();
    await create('training.yaml', TABLE);
    const first = await reached('SUCCEEDED');
    await create('training.yaml', { id: 'run-2', ...TABLE });
    const second = await reached('SUCCEEDED', 'run-2');
    expect(states(second)).toMatchObject({ extract: 'SKIPPED', train: 'SKIPPED' });
    const outputs = (of: PipelineJob) => of.tasks.find(({ name }) => name === 'train')!.outputs;
    expect(outputs(second)).toEqual(outputs(first));
    const uncached = (spec: JsonValue): JsonValue =>
      JSON.parse(JSON.stringify(spec).replaceAll('"enableCache":true', '"enableCache":false')) as JsonValue;
    await create('training.yaml', { id: 'run-3', ...TABLE, change: uncached });
    expect(states(await reached('SUCCEEDED', 'run-3'))).toMatchObject({ extract: 'SUCCEEDED', train: 'SUCCEEDED' });
  });

  test('fail with the task that failed, and what follows is not triggered; an exit handler runs all the same', async () => {
    await start({
      faults: [{ operation: 'CreatePipelineJob', stage: 'extract', code: 'INVALID_ARGUMENT', message: 'no table' }],
    });
    await create('training.yaml', TABLE);
    const failed = await reached('FAILED');
    expect(states(failed)).toMatchObject({ extract: 'FAILED', train: 'NOT_TRIGGERED', 'condition-1': 'NOT_TRIGGERED' });
    expect(failed.tasks.find(({ name }) => name === 'extract')!.error).toEqual({ code: 3, message: 'no table' });
    expect(failed.error!.message).toContain('[extract]');
    emulator.setFaults([{ operation: 'CreatePipelineJob', stage: 'notify-2', code: 'INTERNAL' }]);
    await create('looping.json', { id: 'run-2', failurePolicy: 'PIPELINE_FAILURE_POLICY_FAIL_FAST' });
    const loops = await reached('FAILED', 'run-2');
    expect(loops.tasks.find(({ name }) => name === 'notify')!.state).toBe('SUCCEEDED');
  });

  test('stay where a fault holds them, and are cancelled', async () => {
    for (const [stage, state] of [
      ['QUEUED', 'QUEUED'],
      ['PENDING', 'PENDING'],
      ['PAUSED', 'PAUSED'],
      ['train', 'RUNNING'],
    ] as const) {
      await start({ faults: [{ operation: 'CreatePipelineJob', stage }] });
      const { name } = await create('training.yaml', TABLE);
      await reached(state);
      // The run is RUNNING from its first task on.
      while (stage === 'train' && states(job('run-1'))['train'] !== 'RUNNING') await sleep(1);
      await client.cancelPipelineJob({ name: name! });
      const cancelled = await reached('CANCELLED');
      if (stage === 'train') expect(states(cancelled)).toMatchObject({ extract: 'SUCCEEDED', train: 'CANCELLED' });
      await expect(client.cancelPipelineJob({ name: name! })).rejects.toMatchObject({ code: 9 });
      if (stage === 'train') break;
      await client.close();
      await emulator.close();
    }
  });

  test('are told apart by their ids, which are given once', async () => {
    await start();
    await create('training.yaml', TABLE);
    await expect(create('training.yaml', TABLE)).rejects.toMatchObject({ code: 6 });
    await expect(create('training.yaml', { ...TABLE, id: 'Run' })).rejects.toMatchObject({ code: 3 });
    await expect(create('training.yaml', { ...TABLE, id: '1' })).rejects.toMatchObject({ code: 3 });
    await expect(client.getPipelineJob({ name: `${PARENT}/pipelineJobs/other` })).rejects.toMatchObject({
      code: 5,
      details: 'The PipelineJob does not exist.',
    });
    await create('training.yaml', { ...TABLE, id: '' });
    expect(jobs().map(({ id }) => id)).toContainEqual(expect.stringMatching(/^train-credit-risk-\d{14}$/));
  });

  test('can be listed by label, name and state, and deleted', async () => {
    await start();
    await create('training.yaml', TABLE);
    await create('looping.json', { id: 'run-2', rest: { labels: { team: 'fraud' }, displayName: 'Another' } });
    await Promise.all([reached('SUCCEEDED'), reached('SUCCEEDED', 'run-2')]);
    const list = async (filter: string): Promise<string[]> =>
      (await client.listPipelineJobs({ parent: PARENT, filter }))[0].map(({ name }) => name!.split('/').at(-1)!);
    expect(await list('labels.team="risk"')).toEqual(['run-1']);
    expect(await list('display_name="Another"')).toEqual(['run-2']);
    expect(await list('state="PIPELINE_STATE_SUCCEEDED"')).toHaveLength(2);
    expect(await list('state="PIPELINE_STATE_FAILED"')).toEqual([]);
    const [operation] = await client.deletePipelineJob({ name: `${PARENT}/pipelineJobs/run-1` });
    await operation.promise();
    expect(await list('')).toEqual(['run-2']);
  });

  test.each<[string, Request]>([
    ['a missing parameter', {}],
    ['an unknown parameter', { parameters: { table: 't', colour: 'red' } }],
    ['a parameter of another type', { parameters: { table: 't', depth: 'deep' } }],
    ['a bad output folder', { ...TABLE, rest: { runtimeConfig: { gcsOutputDirectory: '/tmp' } } }],
    ['a bad label', { ...TABLE, rest: { labels: { Team: 'x' } } }],
    ['no pipeline', { ...TABLE, change: () => ({}) }],
    [
      'tasks in a circle',
      { ...TABLE, change: (spec) => circular(spec as unknown as Compiled) as unknown as JsonValue },
    ],
  ])('are refused with %s', async (_, request) => {
    await start();
    await expect(create('training.yaml', request)).rejects.toMatchObject({ code: 3 });
    expect(jobs()).toEqual([]);
  });

  test('are started again by an emulator that was stopped', async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'emulator-'));
    const stateFile = path.join(folder, 'state.json');
    await start({ stateFile, faults: [{ operation: 'CreatePipelineJob', stage: 'train' }] });
    await create('training.yaml', TABLE);
    await reached('RUNNING');
    await client.close();
    await emulator.close();
    await start({ stateFile });
    await reached('SUCCEEDED');
  });
});

interface Compiled {
  root: { dag: { tasks: Record<string, { dependentTasks?: string[] }> } };
}

function circular(spec: Compiled): Compiled {
  spec.root.dag.tasks['extract']!.dependentTasks = ['train'];
  return spec;
}
