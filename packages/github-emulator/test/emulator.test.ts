import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { getOctokit } from '@actions/github';
import { unzipOnly } from '@mlops-actions/github';
import { startGitHubEmulator, type GitHubEmulator } from '../src/index.ts';

const REPOSITORY = 'acme/credit-risk';
const place = { owner: 'acme', repo: 'credit-risk' };

let github: GitHubEmulator;
beforeEach(async () => {
  github = await startGitHubEmulator({ repositories: [REPOSITORY] });
});
afterEach(() => github.close());

/** GitHub's own client with a token as a job gets it. */
function clientWith(permissions: Record<string, 'read' | 'write'>): ReturnType<typeof getOctokit> {
  return getOctokit(github.issueToken({ repository: REPOSITORY, permissions }), { baseUrl: github.url });
}

describe('issues', () => {
  test('are opened, found by label, commented, updated and closed', async () => {
    const { rest } = clientWith({ issues: 'write' });
    const { data: created } = await rest.issues.create({ ...place, title: 'Drift', body: 'Much.', labels: ['mlops'] });
    expect(created).toMatchObject({ number: 1, state: 'open', user: { login: 'github-actions[bot]', type: 'Bot' } });
    await rest.issues.createComment({ ...place, issue_number: 1, body: 'Still.' });
    await rest.issues.update({ ...place, issue_number: 1, body: 'More.' });
    const { data: open } = await rest.issues.listForRepo({ ...place, labels: 'MLops' });
    expect(open).toMatchObject([{ number: 1, body: 'More.', comments: 1, labels: [{ name: 'mlops' }] }]);
    const { data: closed } = await rest.issues.update({ ...place, issue_number: 1, state: 'closed' });
    expect(closed).toMatchObject({ state: 'closed', state_reason: 'completed', closed_at: expect.any(String) });
    expect((await rest.issues.listForRepo(place)).data).toEqual([]);
    expect((await rest.issues.listForRepo({ ...place, state: 'all' })).data).toHaveLength(1);
  });

  test('share their list and their numbers with pull requests, as on GitHub', async () => {
    expect(github.openPullRequest(REPOSITORY, { title: 'A change' })).toBe(1);
    const { rest } = clientWith({ issues: 'write', 'pull-requests': 'read' });
    expect((await rest.issues.create({ ...place, title: 'Drift' })).data.number).toBe(2);
    const { data } = await rest.issues.listForRepo(place);
    expect(data.map((issue) => [issue.number, issue.pull_request !== undefined])).toEqual([
      [2, false],
      [1, true],
    ]);
  });

  test('are listed page by page', async () => {
    const octokit = clientWith({ issues: 'write' });
    for (let index = 1; index <= 7; index++) await octokit.rest.issues.create({ ...place, title: `Number ${index}` });
    const first = await octokit.rest.issues.listForRepo({ ...place, per_page: 3 });
    expect(first.headers.link).toContain('rel="next"');
    const all = await octokit.paginate(octokit.rest.issues.listForRepo, { ...place, per_page: 3 });
    expect(all.map((issue) => issue.number)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  test.each([
    ['no title', { title: ' ' }],
    ['a title that is too long', { title: 'x'.repeat(257) }],
    ['a body that is too long', { title: 'x', body: 'x'.repeat(65_537) }],
  ])('with %s are refused', async (_, fields) => {
    await expect(clientWith({ issues: 'write' }).rest.issues.create({ ...place, ...fields })).rejects.toMatchObject({
      status: 422,
    });
    expect(github.state(REPOSITORY).issues).toEqual([]);
  });
});

describe('comments of a pull request', () => {
  test('can be written with pull-requests: write alone, and changed', async () => {
    const number = github.openPullRequest(REPOSITORY);
    const { rest } = clientWith({ 'pull-requests': 'write' });
    const { data } = await rest.issues.createComment({ ...place, issue_number: number, body: 'one' });
    await rest.issues.updateComment({ ...place, comment_id: data.id, body: 'two' });
    expect((await rest.issues.listComments({ ...place, issue_number: number })).data.map(({ body }) => body)).toEqual([
      'two',
    ]);
    await rest.issues.deleteComment({ ...place, comment_id: data.id });
    expect(github.state(REPOSITORY).issues[0]!.comments).toEqual([]);
  });
});

describe('labels', () => {
  test('are made once, whatever their case', async () => {
    const { rest } = clientWith({ issues: 'write' });
    await rest.issues.createLabel({ ...place, name: 'drift', color: 'ff0000' });
    await expect(rest.issues.createLabel({ ...place, name: 'Drift' })).rejects.toMatchObject({
      status: 422,
      response: { data: { errors: [{ code: 'already_exists' }] } },
    });
    await rest.issues.create({ ...place, title: 'x' });
    await rest.issues.addLabels({ ...place, issue_number: 1, labels: ['drift', 'new'] });
    expect((await rest.issues.getLabel({ ...place, name: 'NEW' })).data.color).toBe('ededed');
    const { data } = await rest.issues.removeLabel({ ...place, issue_number: 1, name: 'drift' });
    expect(data.map(({ name }) => name)).toEqual(['new']);
  });
});

describe('dispatches', () => {
  test('are remembered with their payload', async () => {
    const { rest } = clientWith({ contents: 'write' });
    const answer = await rest.repos.createDispatchEvent({
      ...place,
      event_type: 'mlops-rollback',
      client_payload: { reason: 'drift' },
    });
    expect(answer.status).toBe(204);
    expect(github.state(REPOSITORY).dispatches).toEqual([
      { eventType: 'mlops-rollback', clientPayload: { reason: 'drift' }, login: 'github-actions[bot]' },
    ]);
  });

  test('take ten properties and no more', async () => {
    const { rest } = clientWith({ contents: 'write' });
    const payload = (count: number): Record<string, number> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, index]));
    await rest.repos.createDispatchEvent({ ...place, event_type: 'x', client_payload: payload(10) });
    await expect(
      rest.repos.createDispatchEvent({ ...place, event_type: 'x', client_payload: payload(11) }),
    ).rejects.toMatchObject({ status: 422 });
    expect(github.state(REPOSITORY).dispatches).toHaveLength(1);
  });

  test('of a workflow need one that exists', async () => {
    github.addRepository(REPOSITORY, ['.github/workflows/retrain.yml']);
    const { rest } = clientWith({ actions: 'write' });
    await rest.actions.createWorkflowDispatch({
      ...place,
      workflow_id: 'retrain.yml',
      ref: 'main',
      inputs: { a: '1' },
    });
    await expect(
      rest.actions.createWorkflowDispatch({ ...place, workflow_id: 'other.yml', ref: 'main' }),
    ).rejects.toMatchObject({ status: 404 });
    expect(github.state(REPOSITORY).workflowDispatches).toEqual([
      { workflow: '.github/workflows/retrain.yml', ref: 'main', inputs: { a: '1' }, login: 'github-actions[bot]' },
    ]);
  });
});

describe('artifacts', () => {
  const upload = (text: string, more = {}): number =>
    github.uploadArtifact(REPOSITORY, { name: 'state', files: new Map([['a/b.json', Buffer.from(text)]]), ...more }).id;

  test('are listed by name, newest first, and tell whose run made them', async () => {
    upload('one');
    upload('two', { fromFork: true });
    github.uploadArtifact(REPOSITORY, { name: 'other', files: new Map() });
    const { data } = await clientWith({ actions: 'read' }).rest.actions.listArtifactsForRepo({
      ...place,
      name: 'state',
    });
    expect(data.total_count).toBe(2);
    const [second, first] = data.artifacts;
    expect(second!.id).toBeGreaterThan(first!.id);
    expect(first!.workflow_run!.head_repository_id).toBe(first!.workflow_run!.repository_id);
    expect(second!.workflow_run!.head_repository_id).not.toBe(second!.workflow_run!.repository_id);
  });

  test('come as an archive that holds their names and can be unpacked', async () => {
    const id = upload('{"windows":[]}');
    const { data } = await clientWith({ actions: 'read' }).rest.actions.downloadArtifact({
      ...place,
      artifact_id: id,
      archive_format: 'zip',
    });
    const archive = Buffer.from(data as ArrayBuffer);
    expect(unzipOnly(archive, 'The artifact', 1000).toString()).toBe('{"windows":[]}');
    expect(archive.includes('a/b.json')).toBe(true);
  });

  test('lie on another origin, which refuses the token', async () => {
    const id = upload('one');
    const token = github.issueToken({ repository: REPOSITORY, permissions: { actions: 'read' } });
    const authorization = `Bearer ${token}`;
    const answer = await fetch(`${github.url}/repos/${REPOSITORY}/actions/artifacts/${id}/zip`, {
      headers: { authorization },
      redirect: 'manual',
    });
    const location = answer.headers.get('location')!;
    expect(new URL(location).origin).not.toBe(github.url);
    expect((await fetch(location, { headers: { authorization } })).status).toBe(401);
    expect((await fetch(location)).status).toBe(200);
  });

  test('expire', async () => {
    const id = upload('one');
    github.expireArtifact(REPOSITORY, id);
    const { rest } = clientWith({ actions: 'read' });
    expect((await rest.actions.getArtifact({ ...place, artifact_id: id })).data.expired).toBe(true);
    await expect(
      rest.actions.downloadArtifact({ ...place, artifact_id: id, archive_format: 'zip' }),
    ).rejects.toMatchObject({ status: 410 });
  });
});

describe('deployments', () => {
  test('have statuses; a success makes the earlier one inactive', async () => {
    const { rest } = clientWith({ deployments: 'write' });
    for (const ref of ['one', 'two']) {
      const { data } = await rest.repos.createDeployment({ ...place, ref, environment: 'qa', required_contexts: [] });
      if (!('id' in data)) throw new Error('no deployment was made');
      await rest.repos.createDeploymentStatus({ ...place, deployment_id: data.id, state: 'success' });
    }
    const { data: all } = await rest.repos.listDeployments({ ...place, environment: 'qa' });
    expect(all.map(({ ref }) => ref)).toEqual(['two', 'one']);
    const states = await Promise.all(
      all.map(
        async ({ id }) => (await rest.repos.listDeploymentStatuses({ ...place, deployment_id: id })).data[0]!.state,
      ),
    );
    expect(states).toEqual(['success', 'inactive']);
  });

  test('of a job are found by its commit, and in production a success leaves the earlier ones alone', async () => {
    const { rest } = clientWith({ deployments: 'read' });
    const slug = `${place.owner}/${place.repo}`;
    for (const digit of ['1', '2']) {
      const id = github.startDeployment(slug, { environment: 'production', ref: 'main', sha: digit.repeat(40) });
      github.endDeployment(slug, id, 'success');
    }
    const { data } = await rest.repos.listDeployments({ ...place, sha: '1'.repeat(40) });
    expect(data.map(({ sha }) => sha)).toEqual(['1'.repeat(40)]);
    const { data: statuses } = await rest.repos.listDeploymentStatuses({ ...place, deployment_id: data[0]!.id });
    expect(statuses.map(({ state }) => state)).toEqual(['success', 'in_progress']);
  });
});

describe('who may do what', () => {
  const call = async (token: string | undefined, where: string, init: RequestInit = {}): Promise<[number, string]> => {
    const answer = await fetch(github.url + where, {
      ...init,
      headers: token === undefined ? {} : { authorization: `token ${token}` },
    });
    return [answer.status, ((await answer.json()) as { message: string }).message];
  };

  test('a missing permission shows as it does on GitHub', async () => {
    const { rest } = clientWith({ issues: 'read', contents: 'read' });
    await expect(rest.issues.create({ ...place, title: 'x' })).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('Resource not accessible by integration') as unknown,
      response: { headers: { 'x-accepted-github-permissions': 'issues=write' } },
    });
    await expect(rest.repos.createDispatchEvent({ ...place, event_type: 'x' })).rejects.toMatchObject({ status: 403 });
    await expect(rest.actions.listArtifactsForRepo(place)).rejects.toMatchObject({ status: 403 });
    expect((await rest.issues.listForRepo(place)).status).toBe(200);
  });

  test('an unknown token, no token, and the token of another repository', async () => {
    github.addRepository('acme/other');
    const other = github.issueToken({ repository: 'acme/other', permissions: { issues: 'write' } });
    const issues = `/repos/${REPOSITORY}/issues`;
    expect(await call(undefined, issues)).toEqual([401, 'Requires authentication']);
    expect(await call('ghs_made_up', issues)).toEqual([401, 'Bad credentials']);
    expect(await call(other, issues)).toEqual([404, 'Not Found']);
    expect(await call(other, '/repos/acme/nothing/issues')).toEqual([404, 'Not Found']);
    expect(await call(other, '/repos/acme/other/labels/%E0%A4%A')).toEqual([404, 'Not Found']);
    expect(await call(other, '/repos/acme/other/issues', { method: 'POST', body: '[' })).toEqual([
      400,
      'Problems parsing JSON',
    ]);
  });
});

describe('faults', () => {
  const issue = (): Promise<unknown> => clientWith({ issues: 'write' }).rest.issues.create({ ...place, title: 'x' });

  test('a lost answer: the issue is there, the caller does not know', async () => {
    github.setFaults([{ at: 'POST */issues', kind: 'lost-answer' }]);
    await expect(issue()).rejects.toThrow();
    expect(github.state(REPOSITORY).issues).toHaveLength(1);
    await issue();
    expect(github.state(REPOSITORY).issues).toHaveLength(2);
  });

  test.each(['hang-up', 'server-error', 'rate-limit', 'secondary-rate-limit'] as const)(
    '%s: nothing was done',
    async (kind) => {
      github.setFaults([{ kind, times: 1 }]);
      await expect(issue()).rejects.toThrow();
      expect(github.state(REPOSITORY).issues).toHaveLength(0);
      await issue();
      expect(github.state(REPOSITORY).issues).toHaveLength(1);
    },
  );

  test('a secondary rate limit says how long to wait, and a fault can come later', async () => {
    github.setFaults([{ kind: 'secondary-rate-limit', after: 1, retryAfter: 7 }]);
    await issue();
    await expect(issue()).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('secondary rate limit') as unknown,
      response: { headers: { 'retry-after': '7' } },
    });
  });

  test('the primary limit counts down and then refuses', async () => {
    const small = await startGitHubEmulator({ repositories: [REPOSITORY], rateLimit: 2 });
    try {
      const authorization = `Bearer ${small.issueToken({ repository: REPOSITORY, permissions: { issues: 'read' } })}`;
      const ask = (): Promise<Response> =>
        fetch(`${small.url}/repos/${REPOSITORY}/issues`, { headers: { authorization } });
      const answers = [await ask(), await ask(), await ask()];
      expect(answers.map((answer) => [answer.status, answer.headers.get('x-ratelimit-remaining')])).toEqual([
        [200, '1'],
        [200, '0'],
        [403, '0'],
      ]);
    } finally {
      await small.close();
    }
  });
});

test('what is asked is recorded, with what was answered', async () => {
  github.setFaults([{ at: 'GET */labels', kind: 'hang-up' }]);
  const { rest } = clientWith({ issues: 'read' });
  await rest.issues.listForRepo({ ...place, state: 'all' });
  await expect(rest.issues.listLabelsForRepo(place)).rejects.toThrow();
  expect(github.requests()).toEqual([
    { method: 'GET', path: `/repos/${REPOSITORY}/issues?state=all`, status: 200 },
    { method: 'GET', path: `/repos/${REPOSITORY}/labels` },
  ]);
});
