import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ActionResult, RunContext } from '@mlops-actions/action-kit';
import { startGitHubEmulator, type GitHubEmulator } from '@mlops-actions/github-emulator';
import type { Inputs } from '../src/inputs.ts';
import { run } from '../src/run.ts';

const REPOSITORY = 'acme/credit-risk';
const [FIRST, SECOND] = ['1', '2'].map((digit) => digit.repeat(40)) as [string, string];
const MANIFEST = `schema-version: 1
model: { name: credit-risk, owner: risk }
artifact: { path: model.onnx }
environments:
  qa: { project-id: acme-qa, region: europe-west4 }
  production: { project-id: acme-prod, region: europe-west4 }
`;

let folder: string;
let github: GitHubEmulator;
const environment = { ...process.env };

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'incident-'));
  await writeFile(path.join(folder, 'model.yaml'), MANIFEST);
  github = await startGitHubEmulator({ repositories: [REPOSITORY] });
  process.env['GITHUB_API_URL'] = github.url;
  process.env['GITHUB_REPOSITORY'] = REPOSITORY;
});
afterEach(async () => {
  process.env = { ...environment };
  await github.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a rollback of the second version leaves, unless told otherwise. */
async function left(over: object = {}): Promise<void> {
  const report = {
    action: 'rollback',
    verdict: 'pass',
    headline: 'Endpoint credit-risk is back from credit-risk@2 on credit-risk@1 (warm).',
    changed: true,
    restored: { modelId: 'credit-risk', versionId: '1' },
    rolledBack: { modelId: 'credit-risk', versionId: '2' },
    restoredCommit: FIRST,
    trafficBefore: { 11: 0, 22: 100 },
    trafficAfter: { 11: 100, 22: 0 },
    ...over,
  };
  await writeFile(path.join(folder, 'rollback.json'), JSON.stringify(report));
}

function tell(runId: string, over: Partial<Inputs> = {}): Promise<ActionResult> {
  const token = github.issueToken({
    repository: REPOSITORY,
    permissions: { issues: 'write', deployments: 'write', contents: 'read' },
  });
  const inputs: Inputs = {
    manifest: path.join(folder, 'model.yaml'),
    dryRun: false,
    evidenceDir: path.join(folder, 'evidence'),
    environment: 'production',
    report: path.join(folder, 'rollback.json'),
    jobResult: 'success',
    reason: 'errors of @everyone',
    githubToken: token,
    ...over,
  };
  const runUrl = `https://github.com/${REPOSITORY}/actions/runs/${runId}`;
  const context: RunContext = {
    ...{ repository: REPOSITORY, commit: SECOND, ref: 'refs/heads/main', runAttempt: '1', workflow: '', actor: 'ada' },
    ...{ runId, runUrl },
  };
  return run(inputs, context);
}

const issues = () => github.state(REPOSITORY).issues;
const deployed = (sha: string): number => {
  const id = github.startDeployment(REPOSITORY, { environment: 'production', ref: 'main', sha });
  github.endDeployment(REPOSITORY, id, 'success');
  return id;
};
const states = (): (string | undefined)[] =>
  github.state(REPOSITORY).deployments.map(({ statuses }) => statuses.at(-1)?.state);

describe('the issue', () => {
  test('is opened once, and gone on with while it is open; a run that is tried again tells nothing twice', async () => {
    await left();
    const first = await tell('1');
    expect(first.outputs['incident-number']).toBe('1');
    await tell('1');
    await tell('2', { reason: 'again' });
    await tell('2', { reason: 'again' });
    expect(issues()).toHaveLength(1);
    const [issue] = issues();
    expect(issue).toMatchObject({
      title: 'credit-risk (production): credit-risk@2 was taken back',
      labels: ['model-incident'],
    });
    expect(issue!.body).toMatch(/22 100 %/);
    expect(issue!.comments).toHaveLength(1);
    expect(issue!.comments[0]!.body).toContain('again');
    // Nobody is mentioned by what comes from outside.
    expect(issue!.body).not.toMatch(/@everyone/);
  });

  test('of another environment is another one, and so is one after the first was closed', async () => {
    await left();
    await tell('1');
    await tell('2', { environment: 'qa' });
    expect(issues().map(({ title }) => title)).toEqual([
      'credit-risk (production): credit-risk@2 was taken back',
      'credit-risk (qa): credit-risk@2 was taken back',
    ]);
    const [issue] = issues();
    const token = github.issueToken({ repository: REPOSITORY, permissions: { issues: 'write' } });
    await fetch(`${github.url}/repos/${REPOSITORY}/issues/${issue!.number}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ state: 'closed' }),
    });
    await tell('3');
    expect(issues().map(({ state }) => state)).toEqual(['closed', 'open', 'open']);
  });

  test("is the monitor's, where that asked for it", async () => {
    await left();
    const first = await tell('1');
    const { outputs } = await tell('2', { environment: 'qa', incidentUrl: first.outputs['incident-url'] });
    expect(outputs['incident-number']).toBe('1');
    expect(issues()).toHaveLength(1);
    await expect(tell('3', { incidentUrl: 'https://github.com/acme/other/issues/1' })).rejects.toThrow(
      `is no issue of ${REPOSITORY}`,
    );
  });

  test('is opened once, though its answer be lost', async () => {
    await left();
    github.setFaults([{ at: `POST /repos/${REPOSITORY}/issues`, kind: 'lost-answer' }]);
    await tell('1');
    expect(issues()).toHaveLength(1);
  });

  test.each<[string, object | undefined, Inputs['jobResult'], RegExp]>([
    ['a rollback that died', undefined, 'failure', /The rollback failed.*left no report/s],
    [
      'one whose answers came from others',
      { verdict: 'inconclusive' },
      'failure',
      /Not all of the rollback is confirmed/,
    ],
    ['one whose job failed after it', {}, 'failure', /Not all of the rollback is confirmed/],
    ['nothing to take back', { changed: false, rolledBack: undefined }, 'success', /Nothing had to be moved/],
  ])('tells %s', async (_, report, jobResult, text) => {
    if (report !== undefined) await left(report);
    await tell('1', { jobResult });
    expect(issues()[0]!.body).toMatch(text);
  });
});

describe('the deployments', () => {
  test('show the commit that serves again, whichever job ran last', async () => {
    deployed(FIRST);
    deployed(SECOND);
    // The job that rolled back, on the newest commit.
    deployed(SECOND);
    await left();
    await tell('1');
    expect(states()).toEqual(['success', 'inactive', 'inactive']);
  });

  test('stay as they are where nobody knows what serves', async () => {
    deployed(FIRST);
    deployed(SECOND);
    await tell('1', { jobResult: 'failure' });
    expect(states()).toEqual(['success', 'success']);
  });

  test('show nothing where what serves is not of this repository', async () => {
    deployed(SECOND);
    await left({ restoredCommit: undefined });
    await tell('1');
    expect(states()).toEqual(['inactive']);
  });
});

test('a dry run writes nothing; another report is refused', async () => {
  await left();
  await tell('1', { dryRun: true });
  expect(issues()).toEqual([]);
  await left({ action: 'deploy-vertex-endpoint' });
  await expect(tell('1')).rejects.toThrow('is no report of the rollback action');
});
