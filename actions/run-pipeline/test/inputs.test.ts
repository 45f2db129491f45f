import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { inputReader } from '@mlops-actions/action-kit';
import { readInputs, resolveInputs, type Wanted } from '../src/inputs.ts';

let folder: string;
let manifest: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'run-pipeline-'));
  manifest = path.join(folder, 'model.yaml');
});
afterEach(() => rm(folder, { recursive: true }));

const HEAD = 'schema-version: 1\nmodel: { name: m, owner: team }\nartifact: { path: model }\n';

/** The inputs that come from a step, with a model.yaml under them. */
async function resolve(inputs: Record<string, string>, pipeline = ''): Promise<Wanted> {
  await writeFile(manifest, HEAD + pipeline);
  const given: Record<string, string> = { manifest, ...inputs };
  return resolveInputs(readInputs(inputReader((name) => given[name] ?? '')));
}

const VERTEX = {
  engine: 'vertex',
  pipeline: 'p.yaml',
  'output-root': 'gs://b',
  'project-id': 'acme-qa',
  region: 'europe-west4',
};
const AIRFLOW = { engine: 'airflow', pipeline: 'nightly', host: 'https://airflow.example.com' };

describe('inputs', () => {
  test('are laid over model.yaml, parameters one by one', async () => {
    const section = `
pipeline:
  engine: vertex
  pipeline: pipelines/train.yaml
  parameters: { table: t, depth: 3 }
  output-root: gs://bucket/qa
  labels: { team: risk }
  caching: 'off'
  timeout: 2h
environments:
  prod:
    project-id: acme-prod
    region: europe-west1
    pipeline: { output-root: gs://bucket/prod, parameters: { depth: 5 } }
`;
    const wanted = await resolve({ environment: 'prod', parameters: 'table=other', labels: 'run=nightly' }, section);
    expect(wanted.target).toEqual({
      engine: 'vertex',
      options: {
        place: { project: 'acme-prod', region: 'europe-west1' },
        pipeline: path.join(folder, 'pipelines/train.yaml'),
        outputRoot: 'gs://bucket/prod',
        labels: { team: 'risk', run: 'nightly' },
        ...{
          caching: false,
          failurePolicy: undefined,
          serviceAccount: undefined,
          network: undefined,
          encryptionKey: undefined,
        },
      },
    });
    expect([...wanted.parameters]).toEqual([
      ['table', { text: 'other' }],
      ['depth', { value: 5 }],
    ]);
    expect(wanted).toMatchObject({
      timeout: 7_200_000,
      startTimeout: 7_200_000,
      wait: true,
      pollInterval: 15_000,
      maxLogLines: 100,
    });
  });

  test('a file that model.yaml names lies in the repository', async () => {
    const section = 'pipeline: { engine: vertex, pipeline: ../../etc/passwd, output-root: gs://b }\n';
    await expect(resolve({ 'project-id': 'acme-qa', region: 'europe-west4' }, section)).rejects.toThrow(
      'outside of the repository',
    );
  });

  test('the address of a server is not read from model.yaml', async () => {
    await expect(
      resolve({}, 'pipeline: { engine: airflow, pipeline: nightly, host: "https://evil.example" }\n'),
    ).rejects.toThrow("unknown key 'host'");
    await expect(resolve({}, 'pipeline: { engine: airflow, pipeline: nightly }\n')).rejects.toThrow("what 'host' is");
  });

  test('that say nothing to the engine are refused, and not passed over', async () => {
    await expect(resolve({ ...AIRFLOW, caching: 'off' })).rejects.toThrow(
      "'caching' says nothing to the engine airflow",
    );
    await expect(resolve({ ...AIRFLOW, 'service-account': 'a' })).rejects.toThrow("'service-account' says nothing");
    await expect(resolve({ ...VERTEX, host: 'https://x' })).rejects.toThrow("'host' says nothing to the engine vertex");
    await expect(resolve({ ...VERTEX, token: 'secret' })).rejects.toThrow("'token' says nothing");
    expect((await resolve({ ...AIRFLOW, caching: 'default' })).target.engine).toBe('airflow');
  });

  test.each([
    [{ pipeline: 'p.yaml' }, "what 'engine' is"],
    [{ engine: 'vertx', pipeline: 'p.yaml' }, "Input 'engine' must be one of"],
    [{ engine: 'vertex' }, "what 'pipeline' is"],
    [{ ...VERTEX, 'output-root': '' }, "what 'output-root' is"],
    [{ ...VERTEX, 'output-root': '/tmp' }, 'not gs://BUCKET/FOLDER'],
    [{ ...VERTEX, labels: 'mlops-request=x' }, 'written by this action'],
    [{ ...VERTEX, 'max-log-lines': '1001' }, 'at most 1000'],
    [{ ...VERTEX, timeout: 'soon' }, 'must be a duration'],
    [{ ...VERTEX, parameters: '[1]' }, 'must be lines of key=value'],
    [{ ...VERTEX, 'idempotency-key': 'k'.repeat(501) }, 'at most 500'],
    [{ engine: 'argo', pipeline: 'train', host: 'https://argo' }, "what 'namespace' is"],
  ])('%j are refused', async (inputs, problem) => {
    await expect(resolve(inputs as Record<string, string>)).rejects.toThrow(problem);
  });
});
