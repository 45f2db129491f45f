import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runContext } from '@mlops-actions/action-kit';
import { startGitHubEmulator, type GitHubEmulator } from '@mlops-actions/github-emulator';
import { commentOnPullRequest } from '../src/comment.ts';
import { newFolder, predictions, tryGate } from './workshop.ts';

const REPOSITORY = 'acme/credit-risk';
let server: GitHubEmulator;
beforeEach(async () => {
  server = await startGitHubEmulator({ repositories: [REPOSITORY] });
});
afterEach(() => server.close());

async function comment(
  event: object,
  permissions: Record<string, 'read' | 'write'> = { 'pull-requests': 'write', issues: 'write' },
): Promise<string | undefined> {
  const file = path.join(await newFolder(), 'event.json');
  await writeFile(file, JSON.stringify(event));
  const { record, summary } = await tryGate({
    candidate: predictions(2),
    policy: 'checks: [{name: "<img src=x> | @acme/all", metric: auc, bound: 0.6}]',
  });
  const environment = { GITHUB_EVENT_PATH: file, GITHUB_API_URL: server.url, GITHUB_REPOSITORY: REPOSITORY };
  return commentOnPullRequest(record, summary, {
    token: server.issueToken({ repository: REPOSITORY, permissions }),
    run: runContext({ ...environment, GITHUB_RUN_ID: '7' }),
    environment,
  });
}

test('one comment follows the decisions on a pull request', async () => {
  const number = server.openPullRequest(REPOSITORY);
  const url = await comment({ pull_request: { number } });
  expect(await comment({ pull_request: { number } })).toBe(url);
  const comments = server.state(REPOSITORY).issues.flatMap((issue) => issue.comments);
  expect(comments).toHaveLength(1);
  expect(comments[0]!.body).toContain('Gate decision: pass');
  expect(comments[0]!.body).not.toContain('<img');
});

test('a comment that cannot be written does not touch the decision', async () => {
  expect(await comment({ push: {} })).toBeUndefined();
  const number = server.openPullRequest(REPOSITORY);
  expect(await comment({ pull_request: { number } }, { issues: 'read' })).toBeUndefined();
  expect(server.state(REPOSITORY).issues.flatMap((issue) => issue.comments)).toEqual([]);
});
