/** run-pipeline against the real Airflow: API server, scheduler and a DAG of two tasks. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runContext, type ActionResult } from '@mlops-actions/action-kit';
import type { Inputs } from '../../actions/run-pipeline/src/inputs.ts';
import { run } from '../../actions/run-pipeline/src/run.ts';
import { foreignTool } from './tools.ts';

const DAGS = path.resolve(import.meta.dirname, '../../packages/pipelines/test/fixtures/airflow');

const airflow = foreignTool('airflow');
(airflow === undefined ? describe.skip : describe)('run-pipeline and the real Airflow', () => {
  let folder = '';
  let server: ChildProcess;
  let host = '';
  let password = '';

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'airflow-'));
    await cp(DAGS, path.join(folder, 'dags'), { recursive: true });
    const port = await freePort();
    host = `http://127.0.0.1:${port}`;
    server = spawn(airflow!, ['standalone'], {
      detached: true, // its processes are ended together
      stdio: 'ignore',
      env: {
        PATH: `${path.dirname(airflow!)}:${process.env['PATH'] ?? ''}`,
        HOME: folder,
        AIRFLOW_HOME: folder,
        AIRFLOW__CORE__DAGS_FOLDER: path.join(folder, 'dags'),
        AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
        AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION: 'False',
        AIRFLOW__CORE__PARALLELISM: '2',
        AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS: 'admin:admin',
        AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `${host}/execution/`,
        AIRFLOW__API__HOST: '127.0.0.1',
        AIRFLOW__API__PORT: String(port),
        AIRFLOW__API__WORKERS: '1',
        AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT: String(await freePort()),
        AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT: String(await freePort()),
      },
    });
    while (!(await isParsed(await token()))) {
      if (server.exitCode !== null) throw new Error(`airflow standalone ended with ${server.exitCode}`);
      await sleep(500);
    }
  }, 240_000);

  afterAll(async () => {
    if (server.pid !== undefined && server.exitCode === null) {
      const ended = once(server, 'exit');
      process.kill(-server.pid, 'SIGTERM');
      await Promise.race([ended, sleep(15_000, undefined, { ref: false })]);
      if (server.exitCode === null && server.signalCode === null) process.kill(-server.pid, 'SIGKILL');
      await ended;
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  });

  /** A token, once the server gives one. */
  async function token(): Promise<string | undefined> {
    try {
      const file = path.join(folder, 'simple_auth_manager_passwords.json.generated');
      password = (JSON.parse(await readFile(file, 'utf8')) as { admin: string }).admin;
      const answer = await fetch(`${host}/auth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'admin', password }),
      });
      return ((await answer.json()) as { access_token?: string }).access_token;
    } catch {
      return undefined;
    }
  }

  async function isParsed(bearer: string | undefined): Promise<boolean> {
    if (bearer === undefined) return false;
    const answer = await fetch(`${host}/api/v2/dags/two_tasks/details`, {
      headers: { authorization: `Bearer ${bearer}` },
    });
    return answer.ok;
  }

  const start = (parameters: string, workflowRun: string, over: Partial<Inputs> = {}): Promise<ActionResult> =>
    run(
      {
        ...{ manifest: 'model.yaml', dryRun: false, evidenceDir: 'evidence', engine: 'airflow', pipeline: 'two_tasks' },
        ...{ host, username: 'admin', password, parameters, pollInterval: 500, timeout: 120_000 },
        ...over,
      },
      runContext({ GITHUB_REPOSITORY: 'acme/models', GITHUB_RUN_ID: workflowRun }),
    );

  const outputsOf = ({ outputs }: ActionResult): unknown => JSON.parse(outputs['outputs']!);

  test('a run that succeeds passes with what its tasks returned, and a second start goes on with it', async () => {
    const first = await start('table=applications', '1');
    expect(first).toMatchObject({ verdict: 'pass', outputs: { state: 'succeeded', attached: 'false' } });
    expect(outputsOf(first)).toEqual({
      parameters: { 'extract.return_value': 42, 'load.return_value': 'loaded' },
      artifacts: {},
    });
    const second = await start('table=applications', '1');
    expect(second.outputs).toMatchObject({ attached: 'true', 'run-id': first.outputs['run-id'] });
  });

  test('a run that fails says which task did, with the end of its log; run again, it is another', async () => {
    const failed = await start('table=applications\nmode=fail', '2');
    expect(failed).toMatchObject({ verdict: 'fail', report: { failures: [{ name: 'load' }], attempt: 1 } });
    const [{ log }] = failed.report['failures'] as [{ log: string[] }];
    expect(log.join('\n')).toMatch(/loading fail[^]*return code 3/);
    expect((await start('table=applications\nmode=fail', '2')).report).toMatchObject({ attempt: 2, attached: false });
  });

  test('a run that is not done in time is cancelled, if that is wanted', async () => {
    const late = await start('table=applications\nmode=wait', '3', { timeout: 15_000, cancelOnTimeout: true });
    expect(late).toMatchObject({ verdict: 'inconclusive', report: { cancellation: 'asked' } });
    const headers = { authorization: `Bearer ${(await token())!}` };
    const answer = await fetch(`${host}/api/v2/dags/two_tasks/dagRuns/${late.outputs['run-id']!}`, { headers });
    expect(await answer.json()).toMatchObject({ state: 'failed' });
  });

  test('parameters are checked by the DAG before, and by Airflow where their schema says more', async () => {
    await expect(start('tabel=x', '4')).rejects.toThrow("did you mean 'table'?");
    await expect(start('table=x\nmode=ful', '4')).rejects.toThrow("did you mean 'full'?");
    await expect(start('table=x\ndepth=0', '4')).rejects.toThrow('less than the minimum of 1');
    await expect(start('', '4')).rejects.toThrow("'table' is missing");
    await expect(start('table=x', '4', { pipeline: 'three_tasks' })).rejects.toThrow(/tell of the DAG three_tasks/);
    await expect(start('table=x', '4', { password: 'wrong' })).rejects.toThrow(/could not give a token/);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
