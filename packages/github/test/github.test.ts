import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startGitHubEmulator, type Fault, type GitHubEmulator } from '@mlops-actions/github-emulator';
import {
  commentOnce,
  createGitHub,
  findIssue,
  hiddenMarker,
  newestArtifactText,
  openIssue,
  readIssue,
  repositoryDispatch,
  setActiveDeployment,
  setDeploymentStatus,
  stickyComment,
  updateIssue,
  type GitHub,
} from '../src/index.ts';

const REPOSITORY = 'acme/credit-risk';
const LABEL = 'model-incident';
const MARKER = hiddenMarker('incident 1');
const TEXT = { title: 'Drift', body: `Much.\n${MARKER}` };

let server: GitHubEmulator;
let waited: number[];
beforeEach(async () => {
  server = await startGitHubEmulator({ repositories: [REPOSITORY] });
  waited = [];
});
afterEach(() => server.close());

function client(permissions: Record<string, 'read' | 'write'>, environment: NodeJS.ProcessEnv = {}): GitHub {
  return createGitHub({
    token: server.issueToken({ repository: REPOSITORY, permissions }),
    environment: { GITHUB_API_URL: server.url, GITHUB_REPOSITORY: REPOSITORY, ...environment },
    sleep: (milliseconds) => Promise.resolve(waited.push(milliseconds)),
  });
}

const FAULTS: Fault['kind'][] = [
  ...(['lost-answer', 'cut-answer', 'hang-up', 'server-error', 'rate-limit', 'secondary-rate-limit'] as const),
];

describe('an issue', () => {
  test.each(FAULTS)('is opened once, whatever happens to the call: %s', async (kind) => {
    server.setFaults([{ at: `POST /repos/${REPOSITORY}/issues`, kind }]);
    const issue = await openIssue(client({ issues: 'write' }), LABEL, MARKER, TEXT);
    expect(issue).toMatchObject({ number: 1, open: true, ...TEXT });
    expect(server.state(REPOSITORY).issues).toHaveLength(1);
  });

  test.each(FAULTS)('is commented once, whatever happens to the call: %s', async (kind) => {
    const github = client({ issues: 'write' });
    const issue = await openIssue(github, LABEL, MARKER, TEXT);
    server.setFaults([{ at: `POST /repos/${REPOSITORY}/issues/1/comments`, kind }]);
    expect(await commentOnce(github, issue, hiddenMarker('window 1'), 'Still.')).toBe(true);
    expect(await commentOnce(github, issue, hiddenMarker('window 1'), 'Still.')).toBe(false);
    expect(server.state(REPOSITORY).issues[0]!.comments).toHaveLength(1);
  });

  test('is found by label and marker only, closed ones too, and a marker in a stranger’s issue or comment counts for nothing', async () => {
    const github = client({ issues: 'write' });
    const stranger = createGitHub({
      token: server.issueToken({ repository: REPOSITORY, permissions: { issues: 'write' }, login: 'mallory' }),
      environment: { GITHUB_API_URL: server.url, GITHUB_REPOSITORY: REPOSITORY },
    });
    await stranger.call({ method: 'POST', path: '/issues', json: TEXT, what: 'open', needs: '' });
    expect(await findIssue(github, LABEL, MARKER)).toBeUndefined();
    const issue = await openIssue(github, LABEL, MARKER, TEXT);
    const path = `/issues/${issue.number}/comments`;
    await stranger.call({ method: 'POST', path, json: { body: hiddenMarker('x') }, what: 'comment', needs: '' });
    expect(await commentOnce(github, issue, hiddenMarker('x'), 'Still.')).toBe(true);
    await updateIssue(github, issue, { ...TEXT, open: false });
    expect(await findIssue(github, LABEL, MARKER)).toMatchObject({ number: issue.number, open: false });
  });

  test('is changed only where it differs', async () => {
    const github = client({ issues: 'write' });
    let issue = await openIssue(github, LABEL, MARKER, TEXT);
    const before = server.requests().length;
    issue = await updateIssue(github, issue, { ...TEXT, open: true });
    expect(server.requests()).toHaveLength(before);
    issue = await updateIssue(github, issue, { title: 'Less', body: MARKER, open: false });
    expect(issue).toMatchObject({ title: 'Less', body: MARKER, open: false });
    expect(await updateIssue(github, issue, { title: 'Less', body: MARKER, open: true })).toMatchObject({ open: true });
    expect(server.state(REPOSITORY).issues[0]).toMatchObject({ state: 'open', stateReason: 'reopened' });
  });
});

describe('a refusal', () => {
  test('names the permission that is missing', async () => {
    await expect(openIssue(client({ issues: 'read' }), LABEL, MARKER, TEXT)).rejects.toMatchObject({
      status: 403,
      fix: expect.stringContaining('issues: write'),
    });
    await expect(repositoryDispatch(client({}), 'mlops-retrain', { id: '1' })).rejects.toMatchObject({
      fix: expect.stringContaining('contents: write'),
    });
  });

  test('of an unknown token or repository says so', async () => {
    const environment = { GITHUB_API_URL: server.url, GITHUB_REPOSITORY: REPOSITORY };
    await expect(findIssue(createGitHub({ token: 'wrong', environment }), LABEL, MARKER)).rejects.toMatchObject({
      status: 401,
      fix: expect.stringContaining('github-token'),
    });
    expect(() => createGitHub({ token: '', environment })).toThrow(/no token/);
    for (const GITHUB_REPOSITORY of ['', 'acme', 'a/b/c', '../x', 'acme/..', 'a b/c']) {
      expect(() => createGitHub({ token: 'x', environment: { GITHUB_REPOSITORY } })).toThrow(/not a repository/);
    }
  });

  test('for an hour is not waited for, for a second it is', async () => {
    server.setFaults([{ kind: 'rate-limit', retryAfter: 3600 }]);
    await expect(findIssue(client({ issues: 'read' }), LABEL, MARKER)).rejects.toMatchObject({
      message: expect.stringContaining('rate limit'),
      fix: expect.stringMatching(/Run again in (59|60) minutes/),
    });
    expect(waited).toEqual([]);
    server.setFaults([{ kind: 'secondary-rate-limit', retryAfter: 1 }]);
    expect(await findIssue(client({ issues: 'read' }), LABEL, MARKER)).toBeUndefined();
    expect(waited).toEqual([1000]);
  });

  test('that does not end is an error', async () => {
    server.setFaults([{ kind: 'server-error', times: 100 }]);
    await expect(findIssue(client({ issues: 'read' }), LABEL, MARKER)).rejects.toMatchObject({ status: 502 });
    expect(waited).toHaveLength(4);
  });

  test('to connect is an error that names the server', async () => {
    const github = client({ issues: 'read' }, { GITHUB_API_URL: 'http://127.0.0.1:1' });
    await expect(findIssue(github, LABEL, MARKER)).rejects.toThrow(/http:\/\/127\.0\.0\.1:1 did not answer/);
  });
});

test('an event is sent, and sent again with the same id where its answer was lost', async () => {
  server.setFaults([{ at: '*/dispatches', kind: 'lost-answer' }]);
  await repositoryDispatch(client({ contents: 'write' }), 'mlops-rollback', { id: 'incident/rollback', model: 'm' });
  expect(server.state(REPOSITORY).dispatches.map(({ clientPayload }) => clientPayload['id'])).toEqual([
    'incident/rollback',
    'incident/rollback',
  ]);
});

describe('a repository that was renamed', () => {
  test('is followed: an event still starts what it must, an issue is still found', async () => {
    const github = client({ contents: 'write', issues: 'write' });
    await openIssue(github, LABEL, MARKER, TEXT);
    server.renameRepository(REPOSITORY, 'acme/risk');
    await repositoryDispatch(github, 'mlops-rollback', { id: '1' });
    expect(server.state('acme/risk').dispatches).toHaveLength(1);
    expect(await findIssue(github, LABEL, MARKER)).toMatchObject({ number: 1 });
  });

  test('is not followed to another server: the token stays here', async () => {
    const other = await startGitHubEmulator({ repositories: [REPOSITORY] });
    const redirecting = createServer((_, response) => {
      response.writeHead(307, { location: `${other.url}/repos/${REPOSITORY}/dispatches` }).end();
    });
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = redirecting.address() as AddressInfo;
      const github = client({ contents: 'write' }, { GITHUB_API_URL: `http://127.0.0.1:${port}` });
      await expect(repositoryDispatch(github, 'mlops-rollback', { id: '1' })).rejects.toThrow(/another server/);
      expect(other.requests()).toEqual([]);
    } finally {
      redirecting.close();
      await other.close();
    }
  });
});

test('a list is read to its end, past pages that a suspended account has left short', async () => {
  const environment = { GITHUB_API_URL: server.url, GITHUB_REPOSITORY: REPOSITORY };
  const token = server.issueToken({ repository: REPOSITORY, permissions: { issues: 'write' }, login: 'spammer' });
  const spammer = createGitHub({ token, environment });
  const pull = server.openPullRequest(REPOSITORY);
  const path = `/issues/${pull}/comments`;
  for (let index = 0; index < 101; index++) {
    await spammer.call({ method: 'POST', path, json: { body: 'buy' }, what: 'comment', needs: '' });
  }
  const github = client({ issues: 'write', 'pull-requests': 'write' });
  const url = await stickyComment(github, pull, 'gate', 'one');
  server.suspend('spammer');
  expect(await stickyComment(github, pull, 'gate', 'two')).toBe(url);
});

describe('an artifact', () => {
  const upload = (text: string, run: { headBranch?: string; fromFork?: boolean } = {}): void => {
    const files = new Map([['state.json', Buffer.from(text)]]);
    server.uploadArtifact(REPOSITORY, { name: 'monitor-state', files, ...run });
  };

  test('is the newest of its name on the default branch', async () => {
    const github = client({ actions: 'read' });
    expect(await newestArtifactText(github, 'monitor-state')).toBeUndefined();
    upload('one');
    upload('two');
    upload('of a branch', { headBranch: 'feature' });
    upload('of a fork', { fromFork: true });
    expect(await newestArtifactText(github, 'monitor-state')).toMatchObject({ text: 'two' });
  });

  test('that has expired is an error, not a fresh start', async () => {
    upload('one');
    server.expireArtifact(REPOSITORY, server.state(REPOSITORY).artifacts[0]!.id);
    await expect(newestArtifactText(client({ actions: 'read' }), 'monitor-state')).rejects.toThrow(/has expired/);
  });
});

test('one comment on a pull request is kept up to date', async () => {
  const github = client({ 'pull-requests': 'write', issues: 'write' });
  const number = server.openPullRequest(REPOSITORY);
  const url = await stickyComment(github, number, 'contract-diff', 'one');
  expect(await stickyComment(github, number, 'contract-diff', 'two')).toBe(url);
  await stickyComment(github, number, 'other', 'three');
  expect(server.state(REPOSITORY).issues[0]!.comments.map(({ body }) => body.split('\n')[0])).toEqual(['two', 'three']);
});

test('the status of a deployment is set', async () => {
  const github = client({ deployments: 'write' });
  const id = server.startDeployment(REPOSITORY, { environment: 'prod', ref: 'main', sha: 'a'.repeat(40) });
  await setDeploymentStatus(github, id, { state: 'success', description: 'x'.repeat(200) });
  expect(server.state(REPOSITORY).deployments[0]!.statuses.at(-1)).toMatchObject({ state: 'success' });
});

describe('what an environment shows as active', () => {
  const deployed = (digit: string, environment = 'production'): number => {
    const job = { environment, ref: 'main', sha: digit.repeat(40) };
    const id = server.startDeployment(REPOSITORY, job);
    server.endDeployment(REPOSITORY, id, 'success');
    return id;
  };
  const states = (): (string | undefined)[] =>
    server.state(REPOSITORY).deployments.map(({ statuses }) => statuses.at(-1)?.state);
  const wanted = { environment: 'production', active: 'serves again', inactive: 'taken back' };

  test('is the deployment of the commit that serves, and no other, whichever job ran last', async () => {
    const [first] = ['1', '2', '2'].map((digit) => deployed(digit));
    const elsewhere = deployed('3', 'qa');
    const github = client({ deployments: 'write' });
    expect(states()).toEqual(['success', 'success', 'success', 'success']);
    const changes = await setActiveDeployment(github, { ...wanted, commit: '1'.repeat(40) });
    expect(states()).toEqual(['success', 'inactive', 'inactive', 'success']);
    expect(changes.map(({ id }) => id)).not.toContain(elsewhere);
    expect(changes.map(({ id }) => id)).not.toContain(first);
    expect(await setActiveDeployment(github, { ...wanted, commit: '1'.repeat(40) })).toEqual([]);
  });

  test('is nobody, where the commit is not known', async () => {
    deployed('1');
    await setActiveDeployment(client({ deployments: 'write' }), { ...wanted, commit: undefined });
    expect(states()).toEqual(['inactive']);
  });

  test('comes back to a deployment that had been made inactive', async () => {
    const id = deployed('1');
    server.endDeployment(REPOSITORY, id, 'failure');
    deployed('2');
    await setActiveDeployment(client({ deployments: 'write' }), { ...wanted, commit: '1'.repeat(40) });
    expect(states()).toEqual(['success', 'inactive']);
  });
});

test('an issue is read by its number; closed ones are left out where open ones are asked for', async () => {
  const github = client({ issues: 'write' });
  const issue = await openIssue(github, LABEL, MARKER, TEXT);
  expect(await readIssue(github, issue.number)).toEqual(issue);
  await updateIssue(github, issue, { ...TEXT, open: false });
  expect(await findIssue(github, LABEL, MARKER, { open: true })).toBeUndefined();
  expect(await findIssue(github, LABEL, MARKER)).toMatchObject({ number: issue.number, open: false });
});
