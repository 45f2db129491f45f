import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startEmulator, type Emulator, type Fault, type PipelineJob } from '@mlops-actions/vertex-emulator';
import { startArgo } from '../../../packages/pipelines/test/servers/argo.ts';
import type { EngineServer } from '../../../packages/pipelines/test/servers/server.ts';
import { fixture } from './support.ts';

const START = path.resolve(import.meta.dirname, '../../start.ts');
const MODULE = `import(${JSON.stringify(START)}).then(({ start }) => start('run-pipeline'))`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'run-pipeline-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Started {
  child: ChildProcess;
  ended: Promise<{ status: number | null; signal: string | null; log: string; outputs: string }>;
}

/** The action as a process of its own, as the runner starts it. */
async function startAction(inputs: Record<string, string>, env: Record<string, string> = {}): Promise<Started> {
  const outputFile = path.join(folder, 'output');
  await writeFile(outputFile, '');
  const given = { 'poll-interval': '100ms', timeout: '2m', 'evidence-dir': path.join(folder, 'evidence'), ...inputs };
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--eval', MODULE], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      GITHUB_OUTPUT: outputFile,
      GITHUB_REPOSITORY: 'acme/models',
      GITHUB_RUN_ID: '1',
      GITHUB_JOB: 'train',
      GITHUB_ACTION: 'pipeline',
      ...Object.fromEntries(Object.entries(given).map(([key, value]) => [`INPUT_${key.toUpperCase()}`, value])),
      ...env,
    },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (log += text.toString()));
  const ended = once(child, 'close').then(async ([status, signal]) => ({
    ...{ status: status as number | null, signal: signal as string | null, log },
    outputs: await readFile(outputFile, 'utf8'),
  }));
  return { child, ended };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

describe('a workflow that is cancelled', () => {
  let emulator: Emulator;
  afterEach(() => emulator.close());

  const jobs = (): PipelineJob[] => Object.values(emulator.state().pipelineJobs);
  const cancelled = (): boolean => jobs().every(({ state }) => state === 'CANCELLING' || state === 'CANCELLED');
  const stuck: Fault = { operation: 'CreatePipelineJob', stage: 'train' };

  async function startVertex(faults: Fault[]): Promise<Started> {
    emulator = await startEmulator({ operationDelay: 0, containers: false, faults });
    return again();
  }

  const again = (): Promise<Started> =>
    startAction(
      {
        ...{ engine: 'vertex', pipeline: fixture('training.yaml'), parameters: 'table=t' },
        ...{ 'output-root': 'gs://bucket', 'project-id': 'test-project', region: 'europe-west4' },
      },
      { VERTEX_AI_EMULATOR_HOST: emulator.address },
    );

  test.each(['SIGINT', 'SIGTERM'] as const)('by %s has its run cancelled', async (signal) => {
    const { child, ended } = await startVertex([stuck]);
    await until(() =>
      jobs().some(({ tasks }) => tasks.some(({ name, state }) => name === 'train' && state === 'RUNNING')),
    );
    child.kill(signal);
    const { status, log, outputs } = await ended;
    expect(status).toBe(1);
    expect(log).toMatch(/The workflow was cancelled, and the run train-credit-risk-\w+ of train-credit-risk with it\./);
    expect(outputs).toContain('verdict');
    expect(jobs()).toHaveLength(1);
    expect(cancelled()).toBe(true);
  });

  test('while its submission has no answer yet has the run cancelled all the same', async () => {
    const { child, ended } = await startVertex([
      stuck,
      { rpc: 'CreatePipelineJob', when: 'after', delay: 20_000, code: 'UNAVAILABLE' },
    ]);
    await until(() => emulator.calls().some(({ held }) => held === 'after'));
    child.kill('SIGINT');
    expect((await ended).log).toContain('and the run');
    expect(jobs()).toHaveLength(1);
    expect(cancelled()).toBe(true);
  });

  test.each(['before', 'after'] as const)(
    'by SIGKILL, %s its submission was carried out, is gone on with by the next start',
    async (when) => {
      const { child, ended } = await startVertex([stuck, { rpc: 'CreatePipelineJob', when, delay: 20_000 }]);
      await until(() => emulator.calls().some(({ held }) => held === when));
      child.kill('SIGKILL');
      expect((await ended).signal).toBe('SIGKILL');
      expect(jobs()).toHaveLength(when === 'before' ? 0 : 1);
      emulator.setFaults([]);
      const second = await again();
      // The first run stays at its task until somebody cancels it; what was never submitted runs through.
      if (when === 'after') {
        await until(() => emulator.calls().filter(({ method }) => method.endsWith('GetPipelineJob')).length > 3);
        second.child.kill('SIGTERM');
      }
      const { log } = await second.ended;
      expect(log).toMatch(when === 'after' ? /Goes on with the run/ : /Started the run/);
      expect(jobs()).toHaveLength(1);
    },
  );
});

describe('on a server that hangs', () => {
  let server: EngineServer;
  afterEach(() => server.close());

  test('a workflow that is cancelled has its run cancelled, and ends', async () => {
    server = await startArgo();
    server.story = { hold: 'train' };
    server.faults = [{ call: /^GET .*\/workflows\/models\/[^/]+$/, nth: 4, times: 1000, kind: 'hang' }];
    const { child, ended } = await startAction({
      ...{ engine: 'argo', host: server.url, namespace: 'models', pipeline: 'train', parameters: 'table=t' },
    });
    await until(() => server.count(/^GET .*\/workflows\/models\/[^/]+$/) >= 4);
    child.kill('SIGINT');
    expect((await ended).status).toBe(1);
    expect([...server.runs.values()].map(({ cancelled }) => cancelled)).toEqual([true]);
  });
});
