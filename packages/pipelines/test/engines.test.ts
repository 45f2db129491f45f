import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { follow, growingPace, openEngine, start, type Engine, type Target } from '../src/index.ts';
import { podName } from '../src/argo/pod-name.ts';
import { startAirflow } from './servers/airflow.ts';
import { startArgo } from './servers/argo.ts';
import { startKubeflow } from './servers/kubeflow.ts';
import { startServer, type EngineServer } from './servers/server.ts';

let server: EngineServer;
let engine: Engine | undefined;
afterEach(async () => {
  await engine?.close();
  engine = undefined;
  await server.close();
});

const NO_SECRETS = { token: undefined, username: undefined, password: undefined };
const pace = growingPace(2, new AbortController().signal);
const REQUEST = { key: 'k', keyIsGiven: false, fingerprint: 'f'.repeat(32), parameters: { table: 't' } };
const open = async (target: Target): Promise<Engine> => (engine = await openEngine(target));

const kubeflow = (over: object = {}): Target => ({
  engine: 'kubeflow',
  options: {
    ...{ host: server.url, secrets: NO_SECRETS, pipeline: path.join(import.meta.dirname, 'fixtures/platform.yaml') },
    ...{
      outputRoot: undefined,
      caching: undefined,
      serviceAccount: undefined,
      namespace: undefined,
      experiment: undefined,
    },
    ...over,
  },
});
const airflow = (over: object = {}): Target => ({
  engine: 'airflow',
  options: { host: server.url, secrets: NO_SECRETS, pipeline: 'nightly', ...over },
});
const argo = (over: object = {}): Target => ({
  engine: 'argo',
  options: {
    ...{
      host: server.url,
      secrets: NO_SECRETS,
      pipeline: 'train',
      namespace: 'models',
      serviceAccount: undefined,
      labels: {},
    },
    ...over,
  },
});

describe('Kubeflow Pipelines', () => {
  test('gets the pipeline with what is meant for Kubernetes, its settings and the experiment', async () => {
    server = await startKubeflow();
    const target = kubeflow({
      namespace: 'risk',
      experiment: 'risk',
      outputRoot: 'gs://b/r',
      serviceAccount: 'trainer',
      caching: false,
    });
    await start(await open(target), REQUEST, pace);
    const { request } = [...server.runs.values()][0]!;
    expect(request).toMatchObject({
      experiment_id: 'experiment-risk',
      service_account: 'trainer',
      runtime_config: { parameters: { table: 't' }, pipeline_root: 'gs://b/r' },
      pipeline_spec: {
        pipeline_spec: { pipelineInfo: { name: 'train-on-kubernetes' } },
        platform_spec: { platforms: {} },
      },
    });
    expect(JSON.stringify(request)).not.toContain('"enableCache":true');
  });

  test('has no such experiment', async () => {
    server = await startKubeflow();
    const opened = await open(kubeflow({ experiment: 'other' }));
    await expect(start(opened, REQUEST, pace)).rejects.toThrow("no experiment 'other'");
  });

  test('runs a pipeline once, also when two starts find nothing at the same time', async () => {
    server = await startKubeflow();
    const first = await open(kubeflow());
    const second = await openEngine(kubeflow());
    const submission = { name: 'twice', fingerprint: REQUEST.fingerprint, parameters: {} };
    const older = await first.submit(submission);
    const younger = await second.submit(submission);
    expect(younger.id).toBe(older.id);
    expect([...server.runs.values()].map(({ cancelled }) => cancelled)).toEqual([false, true]);
  });
});

describe('Airflow', () => {
  test('3 gives a token for a name and a password, and a new one when that has run out', async () => {
    server = await startAirflow(2);
    const opened = await open(airflow({ secrets: { token: undefined, username: 'ci', password: 'secret-password' } }));
    const { run } = await start(opened, REQUEST, pace);
    server.authorization = 'Bearer token-2';
    expect((await opened.view(run)).state).toBe('queued');
    expect(server.count(/auth\/token/)).toBe(2);
  });

  test('2 takes a name and a password as they are', async () => {
    server = await startAirflow(1);
    server.authorization = `Basic ${Buffer.from('ci:secret-password').toString('base64')}`;
    const opened = await open(airflow({ secrets: { token: undefined, username: 'ci', password: 'secret-password' } }));
    expect((await start(opened, REQUEST, pace)).attached).toBe(false);
  });

  test('with a wrong password says so', async () => {
    server = await startAirflow(2);
    const opened = await open(airflow({ secrets: { token: undefined, username: 'ci', password: 'guess' } }));
    await expect(start(opened, REQUEST, pace)).rejects.toThrow('Invalid credentials');
  });

  test('does not start runs of a DAG that is paused', async () => {
    server = await startAirflow(2);
    await expect(start(await open(airflow({ pipeline: 'sleeping' })), REQUEST, pace)).rejects.toThrow('is paused');
  });

  test('is something else', async () => {
    server = await startArgo();
    await expect(open(airflow())).rejects.toThrow('no REST API of Airflow');
  });

  test.each(['../dags', 'a/b', '', 'a b'])('has no DAG %j', async (pipeline) => {
    server = await startAirflow(2);
    await expect(open(airflow({ pipeline }))).rejects.toThrow('not the id of a DAG');
  });
});

describe('Argo Workflows', () => {
  test('gets a reference to a template, or a whole workflow with its own arguments', async () => {
    server = await startArgo();
    await start(
      await open(argo({ pipeline: 'cluster/train', serviceAccount: 'trainer', labels: { team: 'risk' } })),
      REQUEST,
      pace,
    );
    const folder = await mkdtemp(path.join(tmpdir(), 'argo-'));
    const file = path.join(folder, 'workflow.yaml');
    const text =
      'kind: Workflow\nmetadata: {generateName: fit-, labels: {a: b}}\nspec: {entrypoint: main, arguments: {parameters: [{name: table}, {name: depth, value: 3}]}}\n';
    await writeFile(file, text);
    await start(await openEngine(argo({ pipeline: file })), REQUEST, pace);
    const [template, workflow] = [...server.runs.values()].map(({ request }) => request['workflow']);
    expect(template).toMatchObject({
      metadata: { labels: { team: 'risk', 'mlops-request': REQUEST.fingerprint } },
      spec: {
        workflowTemplateRef: { name: 'train', clusterScope: true },
        serviceAccountName: 'trainer',
        arguments: { parameters: [{ name: 'table', value: 't' }] },
      },
    });
    expect(workflow).toMatchObject({
      metadata: { name: expect.stringMatching(/^fit-[0-9a-f]{16}$/), labels: { a: 'b' } },
      spec: {
        entrypoint: 'main',
        arguments: {
          parameters: [
            { name: 'depth', value: 3 },
            { name: 'table', value: 't' },
          ],
        },
      },
    });
    await rm(folder, { recursive: true });
  });

  test.each([
    'kind: Pod\nmetadata: {name: x}',
    'kind: Workflow\nmetadata: {name: x}',
    '[',
    'kind: Workflow\nspec: {}',
    'a: *b',
  ])('is not given %j', async (text) => {
    server = await startArgo();
    const folder = await mkdtemp(path.join(tmpdir(), 'argo-'));
    await writeFile(path.join(folder, 'w.yml'), text);
    await expect(open(argo({ pipeline: path.join(folder, 'w.yml') }))).rejects.toThrow('is not a workflow of Argo');
    await rm(folder, { recursive: true });
  });

  test('names pods as its controller does', () => {
    // FNV-1a of "steps.train" and of the empty text, 32 bits.
    expect(podName('steps', { id: 'steps-1', name: 'steps', template: 'main' }, 'v2')).toBe('steps');
    expect(podName('steps', { id: 'steps-1', name: 'a', template: 't' }, 'v2')).toBe(`steps-t-${0xe40c292c}`);
    expect(podName('steps', { id: 'steps-1', name: 'a', template: 't' }, 'v1')).toBe('steps-1');
    expect(podName('w', { id: 'i', name: 'n', template: 'x'.repeat(300) }, 'v2')).toMatch(/^.{242}-\d{1,10}$/);
  });
});

describe('a server', () => {
  test('that hangs is given up after a time, and waited for again', async () => {
    server = await startArgo();
    server.faults = [{ call: /^GET .*\/workflows\/models\/[^/]+$/, nth: 2, times: 2, kind: 'hang' }];
    const opened = await open(argo({ callTimeout: 50 }));
    const { run } = await start(opened, REQUEST, pace);
    const ending = await follow(opened, run, { timeout: 20_000, startTimeout: 20_000, pace, onView: () => undefined });
    expect(ending).toMatchObject({ kind: 'ended', view: { state: 'succeeded' } });
  });

  test('that answers with a login page is told as such', async () => {
    server = await startServer(({ path: asked }) =>
      asked.includes('workflows') ? { text: '<html>Log in</html>' } : undefined,
    );
    await expect(start(await open(argo()), REQUEST, pace)).rejects.toThrow('its answer is a web page');
    server.faults = [{ call: /./, times: 100, kind: 'status', status: 302 }];
    await expect(start(await openEngine(argo()), REQUEST, pace)).rejects.toThrow('answered 302');
  });

  test.each([
    ['http://argo.example.com', 'not HTTPS'],
    ['https://user:password@argo.example.com', 'must not hold a password'],
    ['ftp://argo.example.com', 'not the address of a server'],
    ['https://argo.example.com/?a=b', 'a query or a fragment'],
  ])('at %s gets no token', async (host, problem) => {
    server = await startArgo();
    await expect(open(argo({ host, secrets: { ...NO_SECRETS, token: 'secret-token' } }))).rejects.toThrow(problem);
  });

  test('is asked for no more than a name: one that would leave its place in the path cannot', async () => {
    server = await startAirflow(2);
    const opened = await open(airflow());
    expect(await opened.find('../../x?y#z')).toBeUndefined();
    expect(server.calls.at(-1)!.call).toBe('GET /api/v2/dags/nightly/dagRuns/..%2F..%2Fx%3Fy%23z');
  });
});
