import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startGitHubEmulator, type GitHubEmulator } from '@mlops-actions/github-emulator';
import fc from 'fast-check';
import { approversOf, createGitHub, independent, peopleOf, type GitHub } from '../src/index.ts';

const REPOSITORY = 'acme/credit-risk';
const HEAD = 'a'.repeat(40);
const MERGED = 'b'.repeat(40);

let server: GitHubEmulator;
beforeEach(async () => {
  server = await startGitHubEmulator({ repositories: [REPOSITORY] });
});
afterEach(() => server.close());

function client(permissions: Record<string, 'read'> = { actions: 'read', contents: 'read' }): GitHub {
  return createGitHub({
    token: server.issueToken({ repository: REPOSITORY, permissions }),
    environment: { GITHUB_API_URL: server.url, GITHUB_REPOSITORY: REPOSITORY },
  });
}

describe('the people behind a run', () => {
  test('are who started it, who ran it again, and the author of its commit', async () => {
    server.addRun(REPOSITORY, { id: 7, actor: 'anna', triggeringActor: 'ben', headSha: HEAD });
    server.addCommit(REPOSITORY, { sha: HEAD, author: 'carl' });
    expect(await peopleOf(client(), '7')).toEqual({ startedBy: ['anna', 'ben'], changedBy: ['carl'] });
  });

  test('are the authors of what was merged too, for the author of a merge is who merged', async () => {
    server.addRun(REPOSITORY, { id: 7, actor: 'anna', headSha: HEAD });
    server.addCommit(REPOSITORY, { sha: HEAD, author: 'anna', parents: ['0'.repeat(40), MERGED] });
    server.addCommit(REPOSITORY, { sha: MERGED, author: 'dora' });
    expect(await peopleOf(client(), '7')).toEqual({ startedBy: ['anna'], changedBy: ['anna', 'dora'] });
  });

  test.each([
    ['the author of the commit', { sha: HEAD, author: null }],
    ['the author of what was merged', { sha: HEAD, author: 'anna', parents: ['0'.repeat(40), MERGED] }],
  ])('are unknown where %s has no account', async (_, commit) => {
    server.addRun(REPOSITORY, { id: 7, actor: 'anna', headSha: HEAD });
    server.addCommit(REPOSITORY, commit);
    server.addCommit(REPOSITORY, { sha: MERGED, author: null });
    await expect(peopleOf(client(), '7')).rejects.toThrow(/has no account at GitHub/);
  });

  test('are not to be had without the permission, which is named', async () => {
    server.addRun(REPOSITORY, { id: 7, actor: 'anna', headSha: HEAD });
    await expect(peopleOf(client({ contents: 'read' }), '7')).rejects.toMatchObject({
      fix: expect.stringContaining('actions: read'),
    });
    await expect(approversOf(client({ contents: 'read' }), '7', 'prod')).rejects.toMatchObject({
      fix: expect.stringContaining('actions: read'),
    });
  });
});

test('those who approved did so for this environment, and are no bots', async () => {
  server.addRun(REPOSITORY, { id: 7, actor: 'anna', headSha: HEAD });
  expect(await approversOf(client(), '7', 'production')).toEqual([]);
  server.review(REPOSITORY, 7, { state: 'approved', login: 'eva', environments: ['qa'] });
  server.review(REPOSITORY, 7, { state: 'rejected', login: 'fred', environments: ['production'] });
  server.review(REPOSITORY, 7, { state: 'approved', login: 'gate[bot]', environments: ['production'] });
  expect(await approversOf(client(), '7', 'production')).toEqual([]);
  server.review(REPOSITORY, 7, { state: 'approved', login: 'Hans', environments: ['qa', 'Production'] });
  server.review(REPOSITORY, 7, { state: 'approved', login: 'hans', environments: ['production'] });
  expect(await approversOf(client(), '7', 'production')).toEqual(['Hans']);
});

test('who had a hand in it is never independent, however the login is written', () => {
  const login = fc.constantFrom('anna', 'Anna', 'BEN', 'ben', 'carl', 'dora');
  const people = fc.record({ startedBy: fc.array(login), changedBy: fc.array(login) });
  fc.assert(
    fc.property(fc.array(login), fc.array(people), (approvers, runs) => {
      const involved = new Set(runs.flatMap((run) => [...run.startedBy, ...run.changedBy]).map((l) => l.toLowerCase()));
      expect(independent(approvers, runs)).toEqual(approvers.filter((l) => !involved.has(l.toLowerCase())));
    }),
  );
});
