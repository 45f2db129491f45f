import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startGitHubEmulator, type GitHubEmulator } from '@mlops-actions/github-emulator';
import { readEndpoint } from '@mlops-actions/vertex';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { registerServer } from '../../../packages/vertex/test/support/versions.ts';
import { context, place, startWorld, type World } from '../../../packages/vertex/test/support/world.ts';
import type { Inputs } from '../src/inputs.ts';
import { run } from '../src/run.ts';

const { repository, runId } = context;
const SHA = 'a'.repeat(40);
const QA_RUN = '4000';

let world: World;
let github: GitHubEmulator;
let wanted: Inputs;

beforeAll(async () => {
  world = await startWorld();
  await registerServer(world, 'credit-risk', { bias: 1 });
  const manifest = path.join(world.folder, 'model.yaml');
  await writeFile(manifest, MANIFEST);
  wanted = {
    manifest,
    dryRun: false,
    evidenceDir: path.join(world.folder, 'evidence'),
    environment: 'production',
    modelVersion: 'credit-risk@1',
    probePath: await world.probes(1),
    probeSettle: 0,
    timeout: 30_000,
  };
});
afterAll(() => world.close());

/** Anna started the run, Ben wrote its commit; Carl started the one that released the model to qa, Dora wrote what that one ran on. */
beforeEach(async () => {
  github = await startGitHubEmulator({ repositories: [repository] });
  process.env['GITHUB_API_URL'] = github.url;
  github.addRun(repository, { id: Number(runId), actor: 'anna', headSha: SHA });
  github.addCommit(repository, { sha: SHA, author: 'ben' });
  github.addRun(repository, { id: Number(QA_RUN), actor: 'carl', headSha: 'd'.repeat(40) });
  github.addCommit(repository, { sha: 'd'.repeat(40), author: 'dora' });
});
afterEach(async () => {
  delete process.env['GITHUB_API_URL'];
  await github.close();
});

const MANIFEST = `schema-version: 1
model: { name: credit-risk, owner: risk@acme.example, risk-tier: high }
artifact: { path: model }
environments:
  qa: { project-id: ${place.project}, region: ${place.region} }
  production: { project-id: ${place.project}, region: ${place.region}, endpoint: { require-approval: true } }
`;

const token = (permissions: Record<string, 'read'> = { actions: 'read', contents: 'read' }): string =>
  github.issueToken({ repository, permissions });

function approve(login: string, environment = 'production'): void {
  github.review(repository, Number(runId), { state: 'approved', login, environments: [environment] });
}

describe('where model.yaml requires the approval of somebody else', () => {
  test.each([
    ['nobody approved', [], /Nobody approved this run for the environment 'production'/],
    ['who started the run approved', ['anna'], /Only anna approved .* had a hand in/],
    ['who wrote the commit approved', ['Ben'], /Only Ben approved/],
    ['who released it to qa and who wrote what was trained approved', ['carl', 'dora'], /Only carl, dora approved/],
  ])('nothing is deployed when %s, not even if the workflow says that nobody has to', async (_, approvers, message) => {
    approvers.forEach((login) => approve(login));
    const inputs = { ...wanted, requireApproval: false, madeByRuns: [QA_RUN], githubToken: token() };
    await expect(run(inputs, context)).rejects.toThrow(message);
    expect(await readEndpoint(world.vertex, 'credit-risk')).toBeUndefined();
  });

  test('nothing is deployed when it cannot be known', async () => {
    approve('eva');
    const blind = { ...wanted, githubToken: token({ contents: 'read' }) };
    await expect(run(blind, context)).rejects.toMatchObject({ fix: expect.stringContaining('actions: read') });
    await expect(run(wanted, context)).rejects.toThrow(/no token/);
    await expect(run({ ...wanted, githubToken: token() }, { ...context, runId: '' })).rejects.toThrow(/Outside a/);
    const lost = { ...wanted, githubToken: token(), madeByRuns: ['1'] };
    await expect(run(lost, context)).rejects.toThrow(/could not read the run 1/);
    await expect(run({ ...lost, madeByRuns: ['../..'] }, context)).rejects.toThrow(/ids of workflow runs/);
    expect(await readEndpoint(world.vertex, 'credit-risk')).toBeUndefined();
  });

  test('a plan can be made before anybody approved, and says that somebody has to', async () => {
    const { summary, report } = await run({ ...wanted, dryRun: true }, context);
    expect(summary.source).toContain('Go on only if somebody else approved it for production');
    expect(report['approval']).toBeUndefined();
  });

  test('it is deployed when somebody else approved, and the record says who', async () => {
    approve('anna');
    approve('eva');
    const { verdict, report, summary } = await run({ ...wanted, madeByRuns: [QA_RUN], githubToken: token() }, context);
    expect(verdict).toBe('pass');
    expect(report['approval']).toEqual({
      environment: 'production',
      approvedBy: ['eva'],
      people: [
        { run: runId, startedBy: ['anna'], changedBy: ['ben'] },
        { run: QA_RUN, startedBy: ['carl'], changedBy: ['dora'] },
      ],
    });
    expect(summary.source).toContain('Approved for production by eva, who had no hand in it');
  });
});

test('where only the workflow requires it, it is required too', async () => {
  approve('eva', 'production');
  const inputs = { ...wanted, environment: 'qa', requireApproval: true, githubToken: token() };
  await expect(run(inputs, context)).rejects.toThrow(/Nobody approved this run for the environment 'qa'/);
});
