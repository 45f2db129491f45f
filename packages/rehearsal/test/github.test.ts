import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startGitHubEmulator, type GitHubEmulator } from '@mlops-actions/github-emulator';
import { conclusions, errors, job, output, rehearseFixture, removeFolders } from './support.ts';

let github: GitHubEmulator;
beforeEach(async () => {
  github = await startGitHubEmulator();
});
afterEach(() => github.close());
afterAll(removeFolders);

const dispatch = (payload: Record<string, unknown>): Parameters<typeof rehearseFixture>[1] => ({
  github,
  event: { name: 'repository_dispatch', payload: payload as never },
  jobs: ['alarm'],
});

describe('GitHub in a rehearsal', () => {
  test('each token may do what the permissions of its job say', async () => {
    const result = await rehearseFixture('github', { github });
    expect(conclusions(result)).toEqual({ alarm: 'success', blind: 'success', earlier: 'skipped' });
    expect(output(result, 'alarm')).toEqual(
      expect.arrayContaining(['issues 201', 'dispatches 204', 'deployments 403']),
    );
    expect(output(result, 'blind')).toContain('403 Resource not accessible by integration');
    const { issues, dispatches, deployments } = github.state('acme/models');
    expect([issues.length, dispatches.length, deployments.length]).toEqual([1, 1, 0]);
  });

  test('a job with an environment is a deployment of its commit', async () => {
    await rehearseFixture('environment', { github });
    const [deployment, ...others] = github.state('acme/models').deployments;
    expect(others).toEqual([]);
    expect(deployment).toMatchObject({
      environment: 'main-qa',
      sha: '1234567890123456789012345678901234567890',
      statuses: [{ state: 'in_progress' }, { state: 'success' }],
    });
  });

  test('tokens do not show', async () => {
    const events: unknown[] = [];
    const result = await rehearseFixture('github', { github, onEvent: (event) => events.push(event) });
    expect(JSON.stringify([events, result])).not.toContain('ghs_');
  });

  test('what is dispatched is told, and starts a run with its payload', async () => {
    const first = await rehearseFixture('github', { github, jobs: ['alarm'] });
    expect(first.dispatched).toEqual([
      { event: 'repository_dispatch', eventType: 'mlops-rollback', clientPayload: { reason: 'drift' } },
    ]);
    const [asked] = first.dispatched;
    if (asked?.event !== 'repository_dispatch') throw new Error('nothing was dispatched');
    const second = await rehearseFixture(
      'github',
      dispatch({ action: asked.eventType, client_payload: asked.clientPayload }),
    );
    expect(second.event).toBe('repository_dispatch');
    expect(job(second, 'alarm').outputs['why']).toBe('drift');
    // Each run tells its own.
    expect(second.dispatched).toHaveLength(1);
  });

  test('artifacts outlive a run, for a token that may read them', async () => {
    const before = await rehearseFixture('github', { github, jobs: ['alarm'] });
    expect(before.conclusion).toBe('success');
    const [artifact] = github.state('acme/models').artifacts;
    expect(artifact).toMatchObject({
      name: 'state',
      headBranch: 'main',
      headSha: '1234567890123456789012345678901234567890',
    });
    const runId = String(artifact!.runId);
    const after = await rehearseFixture('github', { github, jobs: ['earlier'], inputs: { 'run-id': runId } });
    expect(output(after, 'earlier')).toContain(`{"run":"${runId}"}`);
  });

  test('without a GitHub there is no earlier run', async () => {
    const result = await rehearseFixture('github', { jobs: ['earlier'], inputs: { 'run-id': '7' } });
    expect(errors(result, 'earlier')[0]).toContain('only the artifacts of its own run');
    expect(result.dispatched).toEqual([]);
  });
});

describe('events', () => {
  test.each([
    [
      'of a type that the workflow does not take',
      { action: 'mlops-other' },
      "of the type 'mlops-other', but on mlops-rollback, mlops-retrain",
    ],
    ['without a type', {}, "without an 'action'"],
  ])('a repository_dispatch %s is refused', async (_, payload, message) => {
    await expect(rehearseFixture('github', dispatch(payload))).rejects.toThrow(message);
  });

  test('a schedule is the first of its lines, or the one that is named', async () => {
    const at = async (payload: Record<string, string>): Promise<string | undefined> =>
      job(await rehearseFixture('github', { github, jobs: ['alarm'], event: { name: 'schedule', payload } }), 'alarm')
        .outputs['why'];
    expect(await at({})).toBe('17 3 * * *');
    expect(await at({ schedule: '42 5 * * 1' })).toBe('42 5 * * 1');
    await expect(at({ schedule: '* * * * *' })).rejects.toThrow("has no schedule '* * * * *'");
  });
});
