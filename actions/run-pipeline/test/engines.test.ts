import { afterEach, describe, expect, test } from '@jest/globals';
import type { ActionResult } from '@mlops-actions/action-kit';
import { startAirflow } from '../../../packages/pipelines/test/servers/airflow.ts';
import { startArgo } from '../../../packages/pipelines/test/servers/argo.ts';
import { startKubeflow } from '../../../packages/pipelines/test/servers/kubeflow.ts';
import type { EngineServer, HttpFault, Story } from '../../../packages/pipelines/test/servers/server.ts';
import type { Inputs } from '../src/inputs.ts';
import { run } from '../src/run.ts';
import { contextOf, fixture } from './support.ts';

interface Case {
  start: () => Promise<EngineServer>;
  inputs: Partial<Inputs>;
  /** The call that submits, and the one that cancels. */
  submit: RegExp;
  cancel: RegExp;
  poll: RegExp;
  outputs: unknown;
  /** What the engine says of a task that failed, beside its log. */
  error?: string;
  log: RegExp;
  runUrl: RegExp;
}

const AIRFLOW: Omit<Case, 'start' | 'runUrl'> = {
  inputs: { engine: 'airflow', pipeline: 'nightly', parameters: 'table=t\ndepth=4' },
  submit: /^POST .*\/dagRuns$/,
  cancel: /^PATCH .*\/dagRuns\/[^/]+$/,
  poll: /^GET .*\/dagRuns\/[^/]+$/,
  outputs: { parameters: { 'train.return_value': { auc: 0.81 } }, artifacts: {} },
  log: /reading rows[^]*no such column: age/,
};

const CASES: Record<string, Case> = {
  kubeflow: {
    start: startKubeflow,
    inputs: { engine: 'kubeflow', pipeline: fixture('training.yaml'), parameters: 'table=t\ndepth=4' },
    submit: /^POST .*\/runs$/,
    cancel: /:terminate$/,
    poll: /^GET .*\/runs\/[^/]+$/,
    outputs: {
      parameters: {},
      artifacts: {
        'extract.rows': { uri: 'gs://bucket/rows', type: 'Dataset' },
        'train.model': { uri: 'gs://bucket/model', type: 'Model' },
        Output: { uri: 'gs://bucket/model', type: 'Model' },
      },
    },
    error: 'exit code 1',
    log: /reading rows[^]*no such column: age/,
    runUrl: /\/pipeline\/#\/runs\/details\/0000-1$/,
  },
  'airflow 3': { ...AIRFLOW, start: () => startAirflow(2), runUrl: /\/dags\/nightly\/runs\/nightly-[0-9a-f]{16}$/ },
  'airflow 2': {
    ...AIRFLOW,
    start: () => startAirflow(1),
    runUrl: /\/dags\/nightly\/grid\?dag_run_id=nightly-[0-9a-f]{16}$/,
  },
  argo: {
    start: startArgo,
    inputs: { engine: 'argo', pipeline: 'train', namespace: 'models', parameters: 'table=t\ndepth=4' },
    submit: /^POST .*\/workflows\/models$/,
    cancel: /\/stop$/,
    poll: /^GET .*\/workflows\/models\/[^/]+$/,
    outputs: {
      parameters: { auc: '0.81', 'train.auc': '0.81' },
      artifacts: { 'train.model': { uri: expect.stringMatching(/^s3:\/\/models\/train-[0-9a-f]{16}\/model\.tgz$/) } },
    },
    error: 'Error (exit code 1)',
    log: /reading rows[^]*no such column: age/,
    runUrl: /\/workflows\/models\/train-[0-9a-f]{16}$/,
  },
};

let server: EngineServer;
afterEach(() => server.close());

describe.each(Object.entries(CASES))(
  'a run on %s',
  (name, { start, inputs, submit, cancel, poll, outputs, error, log, runUrl }) => {
    async function begin(story: Story = {}, faults: HttpFault[] = []): Promise<void> {
      server = await start();
      Object.assign(server, { story, faults });
    }

    const runPipeline = (over: Partial<Inputs> = {}, workflowRun = '1'): Promise<ActionResult> =>
      run(
        {
          ...{
            manifest: 'model.yaml',
            dryRun: false,
            evidenceDir: 'evidence',
            host: server.url,
            pollInterval: 2,
            timeout: 20_000,
          },
          ...inputs,
          ...over,
        },
        contextOf(workflowRun),
      );

    test('passes when it succeeded, with its outputs', async () => {
      await begin();
      const result = await runPipeline();
      expect(result).toMatchObject({ verdict: 'pass', outputs: { state: 'succeeded', attached: 'false' } });
      expect(JSON.parse(result.outputs['outputs']!)).toEqual(outputs);
      expect(result.outputs['run-url']).toMatch(runUrl);
      const [made] = server.runs.values();
      expect(made!.parameters).toEqual(
        name === 'argo' ? { table: 't', depth: '4', mode: undefined } : { table: 't', depth: 4 },
      );
    });

    test('fails with the task that failed, and the end of its log', async () => {
      await begin({ fails: true });
      const result = await runPipeline();
      expect(result).toMatchObject({ verdict: 'fail', outputs: { state: 'failed' } });
      const [failure, ...more] = result.report['failures'] as { name: string; error?: string; log: string[] }[];
      expect(more).toEqual([]);
      expect(failure).toMatchObject({ name: 'train' });
      expect(failure!.error).toBe(error);
      expect(failure!.log.join('\n')).toMatch(log);
      expect((await runPipeline({ maxLogLines: 1 }, '2')).report['failures']).toMatchObject([
        { log: [expect.anything()] },
      ]);
    });

    test('is attached to by a second start, and followed by another when it was cancelled', async () => {
      await begin({ hold: 'train' });
      const late = await runPipeline({ timeout: 60 });
      expect(late).toMatchObject({ verdict: 'inconclusive', outputs: { state: 'running' } });
      for (const made of server.runs.values()) made.looks = 0;
      server.story = {};
      expect(await runPipeline()).toMatchObject({ verdict: 'pass', outputs: { attached: 'true' } });
      expect(server.runs.size).toBe(1);
      for (const made of server.runs.values()) made.cancelled = true;
      expect(await runPipeline()).toMatchObject({ verdict: 'pass', report: { attempt: 2, attached: false } });
      expect(server.runs.size).toBe(2);
    });

    test.each(['queued', 'paused'] as const)('that stays %s is told of as such', async (hold) => {
      await begin({ hold });
      const result = await runPipeline({ startTimeout: 40 });
      expect(result.verdict).toBe('inconclusive');
      expect(result.headline).toMatch(
        hold === 'queued' ? /never started: .* is queued/ : /never started: .* is paused/,
      );
      expect(result.outputs['state']).toBe(hold);
    });

    test('is cancelled when the time is up, if that is wanted; that somebody cancels it is no success', async () => {
      await begin({ hold: 'train' });
      expect((await runPipeline({ timeout: 60, cancelOnTimeout: true })).headline).toContain('it was asked to stop');
      expect(server.count(cancel)).toBe(1);
      expect([...server.runs.values()].map(({ cancelled }) => cancelled)).toEqual([true]);
      const second = runPipeline({}, '2');
      while (server.runs.size < 2) await new Promise((resolve) => setTimeout(resolve, 1));
      for (const made of server.runs.values()) made.cancelled = true;
      expect((await second).verdict).toBe('fail');
    });

    test('that somebody deletes is inconclusive', async () => {
      await begin({ hold: 'train' });
      const result = runPipeline();
      while ([...server.runs.values()].every(({ looks }) => looks < 3))
        await new Promise((resolve) => setTimeout(resolve, 1));
      server.runs.clear();
      expect((await result).headline).toContain('was deleted');
    });

    test.each(['lost', 'cut', 'status'] as const)(
      'is one run when its submission gets no answer (%s)',
      async (kind) => {
        await begin({}, [{ call: submit, kind }]);
        const result = runPipeline();
        if (name === 'kubeflow' && kind !== 'lost') {
          // It gives names twice, so it is only looked whether the run came into being; the next start tries again.
          await expect(result).rejects.toThrow(/did not say whether it started/);
          expect(server.runs.size).toBe(0);
          expect((await runPipeline()).verdict).toBe('pass');
        } else expect((await result).verdict).toBe('pass');
        expect(server.runs.size).toBe(1);
      },
    );

    test('is waited for over polls that fail', async () => {
      await begin({}, [
        { call: poll, nth: 2, times: 2, kind: 'status', status: 502 },
        { call: poll, nth: 5, times: 2, kind: 'cut' },
        { call: poll, nth: 8, kind: 'status', status: 429 },
      ]);
      expect((await runPipeline()).verdict).toBe('pass');
      expect(server.runs.size).toBe(1);
    });

    test('bears a token that is refused for a moment, and not one that is refused for good', async () => {
      await begin({}, [{ call: poll, nth: 2, times: 2, kind: 'status', status: 401 }]);
      server.authorization = 'Bearer good';
      expect((await runPipeline({ token: 'good' })).verdict).toBe('pass');
      await expect(runPipeline({ token: 'bad' })).rejects.toThrow(/could not/);
      expect(
        server.calls.every(({ authorization }) => authorization === 'Bearer good' || authorization === 'Bearer bad'),
      ).toBe(true);
    });

    test('is refused before anything is submitted when its parameters do not fit', async () => {
      await begin();
      await expect(runPipeline({ parameters: 'tabel=t' })).rejects.toThrow("did you mean 'table'?");
      await expect(runPipeline({ parameters: '' })).rejects.toThrow("'table' is missing");
      if (name !== 'argo')
        await expect(runPipeline({ parameters: 'table=t\ndepth=deep' })).rejects.toThrow(
          "'depth' must be a whole number",
        );
      if (name !== 'kubeflow')
        await expect(runPipeline({ parameters: 'table=t\nmode=ful' })).rejects.toThrow("did you mean 'full'?");
      expect((await runPipeline({ dryRun: true })).verdict).toBe('pass');
      expect(server.count(submit)).toBe(0);
    });
  },
);
