/** Every reusable workflow, from the pinned caller to the last job. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { startGitHubEmulator, type GitHubEmulator } from '@mlops-actions/github-emulator';
import { rehearse, type JobResult, type RehearsalOptions, type RunResult } from '@mlops-actions/rehearsal';
import { startSigstoreEmulator, type SigstoreEmulator } from '@mlops-actions/sigstore-emulator';
import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { buildBaseImage } from '../../examples/credit-risk/serving/base-image.ts';
import { startEmulatorProcess, type EmulatorProcess } from '../../scripts/start/emulator.ts';
import { readWorld, type World } from '../../scripts/start/world.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const EXAMPLE = path.join(ROOT, 'examples/credit-risk');
const SLUG = 'acme-bank/credit-risk';
const PROVIDER = 'projects/123456789/locations/global/workloadIdentityPools/github/providers/mlops';
const CONTRACT = 'contracts/applications.odcs.yaml';

// A release has a dozen processes, and other suites may have the cores.
jest.setTimeout(180_000);

let folder: string;
let repository: string;
let emulator: EmulatorProcess;
let github: GitHubEmulator;
let sigstore: SigstoreEmulator;
let runs = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'workflows-'));
  repository = path.join(folder, 'credit-risk');
  [emulator, github, sigstore] = await Promise.all([
    startEmulatorProcess(ROOT),
    startGitHubEmulator({ repositories: [SLUG] }),
    startSigstoreEmulator(),
  ]);
  const baseImage = await buildBaseImage({ push: `${emulator.registry}/serving-runtime/onnx-node:24` });
  await layOutRepository(baseImage);
});

afterAll(async () => {
  await Promise.all([emulator?.stop(), github?.close(), sigstore?.close()]);
  await rm(folder, { recursive: true, force: true });
});

/** A team's repository: the example with the starters, on a branch of its own in git. */
async function layOutRepository(baseImage: string): Promise<void> {
  await cp(EXAMPLE, repository, { recursive: true });
  const workflows = path.join(repository, '.github/workflows');
  for (const name of await readdir(path.join(ROOT, 'workflows-templates'))) {
    if (!name.endsWith('.yml')) continue;
    const starter = await readFile(path.join(ROOT, 'workflows-templates', name), 'utf8');
    await writeFile(
      path.join(workflows, name),
      starter.replaceAll('YOUR-ORG', 'acme-bank').replaceAll('$default-branch', 'main'),
    );
  }
  await writeFile(path.join(workflows, 'report.yml'), REPORTING_MONITOR);
  await edit('model.yaml', (text) =>
    text
      .replace(/base-image: .*/, `base-image: ${baseImage}`)
      .replace(/tags: \[.*acme-bank-ml-qa.*\]/, `tags: [${emulator.registry}/qa/credit-risk:candidate]`)
      .replace(/tags: \[.*acme-bank-ml-prod.*\]/, `tags: [${emulator.registry}/production/credit-risk:candidate]`)
      // What serves is the scorecard; what is retrained brings golden predictions of its own.
      .replaceAll(/(golden-path|probe-path): versions.*/g, '$1: versions/1-scorecard/evaluation/golden.jsonl')
      .replace('  prod:', '  production:')
      .replace('bake-time: 30m', 'bake-time: 1s'),
  );
  git('init', '--quiet', '--initial-branch', 'main');
  commit('The model as it serves');
  git('checkout', '--quiet', '-b', 'change');
}

/** What the head of monitor-model.yml tells to write, started by hand. */
const REPORTING_MONITOR = `name: Report
on:
  workflow_dispatch:
permissions: {}
jobs:
  monitor:
    permissions:
      actions: read
      contents: read
      id-token: write
    uses: acme-bank/mlops-actions/.github/workflows/monitor-model.yml@v0.1.0
    with:
      environment: qa
      workload-identity-provider: \${{ vars.WORKLOAD_IDENTITY_PROVIDER }}
      service-account: \${{ vars.MONITOR_SERVICE_ACCOUNT }}
      window: 2026-09
      as-of: '2026-10-08'
      current: monitoring/traffic/month=2026-09
`;

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const target = path.join(repository, file);
  const before = await readFile(target, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  await writeFile(target, after);
}

function git(...args: string[]): void {
  const identity = ['-c', 'user.name=Developer', '-c', 'user.email=developer@acme-bank.example'];
  execFileSync('git', ['-C', repository, ...identity, ...args], { stdio: 'pipe' });
}

function commit(message: string): void {
  git('add', '--all');
  git('commit', '--quiet', '--no-gpg-sign', '--message', message);
}

function run(
  workflow: string,
  options: Pick<RehearsalOptions, 'inputs' | 'event' | 'vars' | 'env' | 'actor' | 'reviewer'> = {},
): Promise<RunResult> {
  return rehearse({
    workflow: path.join(repository, '.github/workflows', workflow),
    repository,
    slug: SLUG,
    github,
    sigstore,
    map: { 'acme-bank/mlops-actions': ROOT },
    outDir: path.join(folder, 'runs', String(++runs)),
    ...options,
    vars: {
      WORKLOAD_IDENTITY_PROVIDER: PROVIDER,
      RELEASE_SERVICE_ACCOUNT: 'release@acme-bank-ml-qa.iam.gserviceaccount.com',
      ...options.vars,
    },
    env: { VERTEX_AI_EMULATOR_HOST: emulator.address, ...options.env },
  });
}

const world = (): Promise<World> => readWorld(emulator.admin, github, SLUG);

/** The issues of incidents in an environment. */
const incidentsIn = (environment: string): ReturnType<GitHubEmulator['state']>['issues'] =>
  github.state(SLUG).issues.filter(({ title }) => title.includes(`(${environment})`));

/** The commits that GitHub shows as deployed to an environment. */
const activeIn = (environment: string): string[] =>
  github
    .state(SLUG)
    .deployments.filter((one) => one.environment === environment && one.statuses.at(-1)?.state === 'success')
    .map(({ sha }) => sha);

const head = (): string => execFileSync('git', ['-C', repository, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();

/** Sets what goes wrong at Vertex AI. */
async function setFaults(faults: readonly object[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${emulator.admin}/faults`, { method: 'PUT', headers, body: JSON.stringify(faults) });
  expect(answer.status).toBe(200);
}

/** How the jobs of the called workflow ended, by their ids there. */
function conclusions({ jobs }: RunResult): Record<string, string> {
  return Object.fromEntries(
    jobs.filter(({ kind }) => kind === 'steps').map(({ id, conclusion }) => [id.replace(/^[^/]+\//, ''), conclusion]),
  );
}

function job({ jobs }: RunResult, id: string): JobResult {
  const found = jobs.find((each) => each.id.endsWith(`/${id}`));
  if (found === undefined) throw new Error(`There is no job ${id}.`);
  return found;
}

/** What the steps of a job that failed said. */
function errors({ jobs }: RunResult): string {
  return jobs
    .flatMap(({ id, error, steps }) => [
      ...(error === undefined ? [] : [`${id}: ${error}`]),
      ...steps.flatMap(({ name, log }) =>
        log.filter(({ kind }) => kind === 'error').map(({ text }) => `${id}: ${name}: ${text}`),
      ),
    ])
    .join('\n');
}

/** Also says what went wrong, if something did. */
function expectJobs(result: RunResult, expected: Record<string, string>): void {
  const jobs = conclusions(result);
  if (!isDeepStrictEqual(jobs, expected)) expect({ jobs, errors: errors(result) }).toEqual({ jobs: expected });
}

describe('validate-pull-request', () => {
  const pullRequest = {
    name: 'pull_request',
    payload: { action: 'opened', pull_request: { number: 1, head: { ref: 'change' }, base: { ref: 'main' } } },
  };
  const review = (): Promise<RunResult> => run('validate-pull-request.yml', { event: pullRequest });

  test('finds the contract of model.yaml and passes the model, its predictions and the data', async () => {
    const result = await review();
    expectJobs(result, { model: 'success', gate: 'success', data: 'success', image: 'skipped' });
    expect(job(result, 'data').outputs).toMatchObject({ verdict: 'pass', 'breaking-changes': '0' });
    expect(job(result, 'gate').outputs['verdict']).toBe('pass');
    expect(job(result, 'model').outputs['model-digest']).toMatch(/^sha256:/);
    for (const { permissions } of result.jobs) expect(permissions).not.toContain('id-token');
  });

  test('fails a contract that breaks what was promised, and tells the rest all the same', async () => {
    await edit(CONTRACT, (text) => text.replace(/ {6}- name: purpose\n(?: {8}.*\n)*/, ''));
    try {
      const result = await review();
      expectJobs(result, { model: 'success', gate: 'success', data: 'failure', image: 'skipped' });
      expect(job(result, 'data').outputs).toMatchObject({ verdict: 'fail', 'breaking-changes': '1' });
    } finally {
      git('checkout', '--quiet', CONTRACT);
    }
  });

  test('compares a contract that model.yaml names anew with the one that it replaces', async () => {
    const text = await readFile(path.join(repository, CONTRACT), 'utf8');
    await writeFile(
      path.join(repository, 'contracts/fresh.odcs.yaml'),
      text.replace(/ {6}- name: purpose\n(?: {8}.*\n)*/, ''),
    );
    await edit('model.yaml', (manifest) => manifest.replace(CONTRACT, 'contracts/fresh.odcs.yaml'));
    try {
      const result = await review();
      expectJobs(result, { model: 'success', gate: 'success', data: 'failure', image: 'skipped' });
      expect(job(result, 'data').outputs).toMatchObject({ verdict: 'fail', 'breaking-changes': '1' });
    } finally {
      git('checkout', '--quiet', '.');
      await rm(path.join(repository, 'contracts/fresh.odcs.yaml'));
    }
  });
});

describe('a model on its way', () => {
  beforeAll(async () => {
    const result = await run('release.yml', {
      inputs: { version: '1-scorecard', champion: 'none', environment: 'qa' },
    });
    expect(errors(result)).toBe('');
    expect(result.conclusion).toBe('success');
  });

  describe('promote-model', () => {
    const promote = async (reviewer = 'reviewer'): Promise<RunResult> =>
      run('promote-model.yml', {
        reviewer,
        inputs: { 'first-release': 'true' },
        env: { PATH: await withTrustedRoot() },
        vars: {
          QA_WORKLOAD_IDENTITY_PROVIDER: PROVIDER,
          QA_RELEASE_SERVICE_ACCOUNT: 'viewer@acme-bank-ml-qa.iam.gserviceaccount.com',
          PRODUCTION_WORKLOAD_IDENTITY_PROVIDER: PROVIDER,
          PRODUCTION_RELEASE_SERVICE_ACCOUNT: 'release@acme-bank-ml-prod.iam.gserviceaccount.com',
        },
      });

    test("refuses what the gate's decision is not about", async () => {
      const genuine = github.state(SLUG).artifacts.findLast(({ name }) => name === 'evidence-gate')!;
      const files = new Map(
        [...github.artifactFiles(genuine.id)!].map(([name, content]): [string, Uint8Array] => [
          name,
          Buffer.from(
            Buffer.from(content)
              .toString()
              .replaceAll(/[0-9a-f]{64}/g, '0'.repeat(64)),
          ),
        ]),
      );
      const { runId, headBranch, headSha } = genuine;
      const forged = github.uploadArtifact(SLUG, { name: genuine.name, files, runId, headBranch, headSha });
      const result = await promote();
      github.expireArtifact(SLUG, forged.id);
      expectJobs(result, { verify: 'success', promote: 'failure' });
      expect(errors(result)).toMatch(/Register the version: .*decision/);
      expect(job(result, 'promote').outputs['endpoint'] ?? '').toBe('');
    });

    test('that fails in its canary leaves nothing on trial, and an incident', async () => {
      await setFaults([{ rpc: 'Predict', times: 1_000_000, code: 'INTERNAL' }]);
      const result = await promote();
      await setFaults([]);
      expectJobs(result, {
        verify: 'success',
        promote: 'failure',
        'take-back/rollback': 'success',
        'take-back/report': 'success',
      });
      expect(incidentsIn('production')).toMatchObject([
        { state: 'open', title: 'credit-risk (production): a release was stopped', comments: [] },
      ]);
      expect(activeIn('production')).toEqual([]);
    });

    test('takes the very image that passed to the next environment', async () => {
      const result = await promote();
      expectJobs(result, { verify: 'success', promote: 'success' });
      const { outputs } = job(result, 'promote');
      const [from, to] = [job(result, 'verify').outputs['image']!, outputs['image']!];
      expect(from).toContain(`${emulator.registry}/qa/credit-risk@`);
      const copied = job(result, 'promote').steps.find(({ name }) => name === 'Copy the image')!;
      expect(copied.log.map(({ text }) => text)).toContainEqual(
        expect.stringMatching(
          /was signed by https:\/\/github\.com\/acme-bank\/mlops-actions\/\.github\/workflows\/release-model\.yml@/,
        ),
      );
      expect(to).toBe(from.replace('/qa/', '/production/'));
      expect(outputs['model-version']).toContain('acme-bank-ml-prod');
      expect(Object.values(JSON.parse(outputs['traffic-split']!) as Record<string, number>)).toEqual([100]);
      expect(activeIn('production')).toEqual([head()]);
      // The first model of the endpoint was not good before, and nobody served.
      const { violations } = await world();
      expect(violations.filter((violation) => !violation.includes('endpoint-stopped-serving'))).toEqual([]);
    });

    test('stops at an approval by somebody who had a hand in it', async () => {
      const before = (await world()).traffic;
      const result = await promote('rehearsal');
      expectJobs(result, {
        verify: 'success',
        promote: 'failure',
        'take-back/rollback': 'success',
        'take-back/report': 'success',
      });
      expect(errors(result)).toMatch(/Deploy.*Only rehearsal approved this run for the environment 'production'/);
      expect((await world()).traffic).toEqual(before);
    });
  });

  describe('monitor-model', () => {
    test('reports an alarm with read permissions, and neither opens an issue nor dispatches', async () => {
      const before = await world();
      const calls = github.requests().length;
      const result = await run('report.yml', {
        vars: { MONITOR_SERVICE_ACCOUNT: 'monitor@acme-bank-ml-qa.iam.gserviceaccount.com' },
      });
      expectJobs(result, { monitor: 'failure' });
      expect(job(result, 'monitor').outputs).toMatchObject({ verdict: 'fail', breached: 'true' });
      expect(result.artifacts.map(({ name }) => name).toSorted()).toEqual(['evidence-monitor', 'monitor-state']);
      expect(result.dispatched).toEqual([]);
      const after = await world();
      expect(after.incidents).toEqual(before.incidents);
      expect(after.traffic).toEqual(before.traffic);
      const writes = github
        .requests()
        .slice(calls)
        .filter(({ method }) => method !== 'GET');
      expect(writes).toEqual([]);
    });
  });

  describe('retrain-model', () => {
    test('trains, collects what the pipeline left and releases it', async () => {
      const result = await run('retrain-model.yml', {
        inputs: { parameters: 'table=acme-bank-ml-qa.credit.applications\nuntil=2026-10-31' },
        vars: { PIPELINE_SERVICE_ACCOUNT: 'pipelines@acme-bank-ml-qa.iam.gserviceaccount.com' },
        env: { PATH: await withStorage() },
      });
      expectJobs(result, {
        train: 'success',
        'release/validate': 'success',
        'release/build': 'success',
        'release/register': 'success',
        'release/gate': 'success',
        'release/deploy': 'success',
        'release/record': 'success',
      });
      expect((await world()).traffic).toEqual({ '2': 100 });
    });
  });

  describe('monitor-and-respond and rollback', () => {
    test('an alarm opens an incident, and its dispatch takes back what serves', async () => {
      const alarm = await run('monitor-model.yml', {
        inputs: { window: '2026-09' },
        vars: { MODEL_ENVIRONMENT: 'qa', MONITOR_SERVICE_ACCOUNT: 'monitor@acme-bank-ml-qa.iam.gserviceaccount.com' },
      });
      expectJobs(alarm, { monitor: 'success' });
      const [incident, ...others] = incidentsIn('qa');
      expect(incident).toMatchObject({ state: 'open' });
      expect(others).toEqual([]);
      expect(alarm.dispatched).toMatchObject([{ event: 'repository_dispatch', eventType: 'mlops-rollback' }]);
      const [asked] = alarm.dispatched;
      if (asked?.event !== 'repository_dispatch') throw new Error('Nothing was dispatched.');
      const payload = { action: asked.eventType, client_payload: asked.clientPayload };
      const rollback = await run('rollback.yml', {
        event: { name: 'repository_dispatch', payload } as NonNullable<RehearsalOptions['event']>,
      });
      expectJobs(rollback, { rollback: 'success', report: 'success' });
      expect((await world()).traffic).toEqual({ '1': 100 });
      // It is told where it was asked for, and nowhere else.
      const [told, ...elsewhere] = incidentsIn('qa');
      expect(elsewhere).toEqual([]);
      expect(job(rollback, 'report').outputs['incident-url']).toMatch(new RegExp(`/issues/${told!.number}$`));
      expect(told!.comments.length).toBeGreaterThan(incident!.comments.length);
      expect(told!.comments.at(-1)!.body).toContain('Taken back');
    });
  });
});

describe('data-pipeline', () => {
  const vars = {
    PIPELINE_SERVICE_ACCOUNT: 'pipelines@acme-bank-ml-qa.iam.gserviceaccount.com',
    PIPELINE_ENVIRONMENT: 'qa',
    PIPELINE_ENGINE: 'vertex',
    PIPELINE: 'pipelines/retrain.yaml',
    PIPELINE_PARAMETERS: 'table=acme-bank-ml-qa.credit.applications\nuntil=2026-10-31',
    INPUT_CONTRACT: CONTRACT,
    INPUT_DATA: 'data/applications.csv',
    OUTPUT_CONTRACT: CONTRACT,
    OUTPUT_DATA: 'data/applications.csv',
    PUBLISH_PIPELINE: 'pipelines/publish.yaml',
  };

  beforeAll(() => writeFile(path.join(repository, vars.PUBLISH_PIPELINE), PUBLISHING_PIPELINE));

  test('publishes what was found good before and after', async () => {
    const result = await run('data-pipeline.yml', { vars });
    expectJobs(result, { 'check-input': 'success', run: 'success', 'check-output': 'success', publish: 'success' });
    expect(job(result, 'check-output').outputs['verdict']).toBe('pass');
    expect(job(result, 'publish').outputs['run-id']).not.toBe(job(result, 'run').outputs['run-id']);
  });

  test('publishes nothing that breaks its contract', async () => {
    await writeFile(path.join(repository, 'data/staged.csv'), 'id,split\napp-0001,train\n');
    const result = await run('data-pipeline.yml', { vars: { ...vars, OUTPUT_DATA: 'data/staged.csv' } });
    expectJobs(result, { 'check-input': 'success', run: 'success', 'check-output': 'failure', publish: 'skipped' });
  });

  test('does not even run on an input that breaks its contract', async () => {
    await writeFile(path.join(repository, 'data/staged.csv'), 'id,split\napp-0001,train\n');
    const result = await run('data-pipeline.yml', { vars: { ...vars, INPUT_DATA: 'data/staged.csv' } });
    expectJobs(result, { 'check-input': 'failure', run: 'skipped', 'check-output': 'skipped', publish: 'skipped' });
  });
});

const PUBLISHING_PIPELINE = `components:
  comp-publish:
    executorLabel: exec-publish
deploymentSpec:
  executors:
    exec-publish:
      container:
        image: europe-west4-docker.pkg.dev/acme-bank-platform/training/publish:1
pipelineInfo:
  name: publish
root:
  dag:
    tasks:
      publish:
        componentRef:
          name: comp-publish
        taskInfo:
          name: publish
schemaVersion: 2.1.0
sdkVersion: kfp-2.17.3
`;

/** A PATH on which \`gcloud storage cp\` brings what a retraining would have left: the files have the names of the pipeline's artifacts. */
async function withStorage(): Promise<string> {
  const storage = path.join(folder, 'storage');
  await mkdir(storage, { recursive: true });
  const version = path.join(EXAMPLE, 'versions/2-gradient-boosting');
  await cp(path.join(version, 'model'), path.join(storage, 'model'), { recursive: true });
  await cp(path.join(version, 'evaluation/predictions.csv'), path.join(storage, 'predictions'));
  await cp(path.join(version, 'evaluation/golden.jsonl'), path.join(storage, 'golden'));
  return withProgram(
    'gcloud',
    `[[ "$1 $2 $3" == 'storage cp --recursive' && "$4" == gs://* && $# == 5 ]]
cp -R '${storage}'/"\${4##*/}" "$5"
`,
  );
}

/** A PATH on which `gh attestation trusted-root` prints the keys of the Sigstore of these rehearsals. */
function withTrustedRoot(): Promise<string> {
  const root = JSON.stringify(sigstore.trustedRoot);
  return withProgram('gh', `[[ "$*" == 'attestation trusted-root' && -n "$GH_TOKEN" ]]\nprintf '%s\\n' '${root}'\n`);
}

/** A PATH on which a program that GitHub's runners have does what a script says. */
async function withProgram(name: string, script: string): Promise<string> {
  const bin = path.join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(path.join(bin, name), `#!/usr/bin/env bash\nset -euo pipefail\n${script}`);
  await chmod(path.join(bin, name), 0o755);
  return [bin, path.dirname(process.execPath), process.env['PATH']].join(path.delimiter);
}
