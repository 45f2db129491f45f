import { describe, expect, test } from '@jest/globals';
import type { DeployedModel, EndpointState, LedgerEntry, LedgerVerdict, ModelVersion } from '@mlops-actions/vertex';
import type { Deployment, TrafficStep } from '../src/deployment.ts';
import { planDeployment, surplusModels } from '../src/plan.ts';
import { judgeStep } from '../src/verdict.ts';

const deployed = (id: string, versionId: string, over: Partial<DeployedModel> = {}): DeployedModel => ({
  id,
  modelId: 'm',
  versionId,
  shape: { machineType: 'n1-standard-2', minReplicas: 1, maxReplicas: 1 },
  availableReplicas: 1,
  statusMessage: undefined,
  createdAt: Number(id),
  ...over,
});

/** A ledger of [deployed model id, version, verdict], oldest first. */
const ledger = (...rows: [string, string, LedgerVerdict][]): LedgerEntry[] =>
  rows.map(([deployedModelId, versionId, verdict], index) => ({
    sequence: index + 1,
    deployedModelId,
    modelId: 'm',
    versionId,
    since: index,
    digest: versionId.repeat(12).slice(0, 12),
    verdict,
  }));

const endpoint = (over: Partial<EndpointState> & { entries?: LedgerEntry[] } = {}): EndpointState => ({
  id: 'e',
  name: 'projects/1/locations/europe-west4/endpoints/e',
  displayName: 'e',
  etag: 'x',
  labels: {},
  split: {},
  deployed: [],
  ledger: { entries: over.entries ?? [], unreadable: [] },
  dedicatedHost: undefined,
  access: 'shared',
  ...over,
});

/** Steps without bake time. */
const steps = (...shares: number[]): TrafficStep[] => shares.map((share) => ({ share, bake: 0 }));

const wanted = (over: Partial<Deployment> = {}): Deployment => ({
  place: { project: 'acme', region: 'europe-west4' },
  endpointId: 'e',
  endpointDisplayName: 'e',
  access: undefined,
  privateProjects: [],
  predictionHost: undefined,
  version: { modelId: 'm', versionId: '2' },
  askedShape: {},
  shape: { machineType: 'n1-standard-2', minReplicas: 1, maxReplicas: 1 },
  strategy: 'canary',
  steps: steps(5, 25, 100),
  onFailure: 'keep',
  probe: undefined,
  approval: undefined,
  analyses: [],
  keepWarm: 1,
  championAliases: false,
  requireEmptyEndpoint: false,
  allowRolledBack: false,
  labels: {},
  timeout: 1000,
  ...over,
});

const version = (over: Partial<ModelVersion> = {}): ModelVersion => ({
  name: 'projects/1/locations/europe-west4/models/m',
  modelId: 'm',
  versionId: '2',
  displayName: 'm',
  container: { imageUri: `r/i@sha256:${'2'.repeat(64)}`, predictRoute: '/predict', healthRoute: '/health', port: 8080 },
  artifactUri: undefined,
  copyOf: undefined,
  aliases: [],
  labels: {},
  createdAt: 0,
  ...over,
});

const championOnly = endpoint({
  split: { 11: 100 },
  deployed: [deployed('11', '1')],
  entries: ledger(['11', '1', 'passed']),
});

describe('planDeployment', () => {
  test('no endpoint: make it, deploy, one step', () => {
    expect(planDeployment(undefined, wanted(), version(), [])).toMatchObject({
      createEndpoint: true,
      deployed: undefined,
      steps: steps(100),
      base: {},
      changes: true,
    });
  });

  test('an endpoint that serves nothing: one step, and nobody to return to', () => {
    expect(planDeployment(endpoint(), wanted(), version(), [])).toMatchObject({
      steps: steps(100),
      base: {},
      previous: undefined,
    });
  });

  test('beside a champion: all steps, back to the champion', () => {
    expect(planDeployment(championOnly, wanted(), version(), [])).toMatchObject({
      deployed: undefined,
      share: 0,
      steps: steps(5, 25, 100),
      base: { 11: 100 },
      previous: '11',
    });
  });

  test('killed after the deployment: the deployed model is used', () => {
    const world = { ...championOnly, deployed: [deployed('11', '1'), deployed('22', '2')] };
    expect(planDeployment(world, wanted(), version(), [])).toMatchObject({
      deployed: { id: '22' },
      steps: steps(5, 25, 100),
    });
  });

  test('killed in the middle of the canary: probes the present step again and goes on', () => {
    const world = endpoint({
      split: { 11: 75, 22: 25 },
      deployed: [deployed('11', '1'), deployed('22', '2')],
      entries: ledger(['11', '1', 'passed'], ['22', '2', 'trial']),
    });
    expect(planDeployment(world, wanted(), version(), [])).toMatchObject({
      share: 25,
      steps: steps(25, 100),
      base: { 11: 100 },
    });
  });

  test('killed at 100 before the verdict: probes, and could still return to who served before', () => {
    const world = endpoint({
      split: { 22: 100 },
      deployed: [deployed('11', '1'), deployed('22', '2')],
      entries: ledger(['11', '1', 'passed'], ['22', '2', 'trial']),
    });
    expect(planDeployment(world, wanted(), version(), [])).toMatchObject({
      steps: steps(100),
      base: { 11: 100 },
      previous: '11',
    });
  });

  test('at 100 and judged: nothing to do', () => {
    const world = endpoint({
      split: { 22: 100 },
      deployed: [deployed('11', '1'), deployed('22', '2')],
      entries: ledger(['11', '1', 'passed'], ['22', '2', 'passed']),
    });
    expect(planDeployment(world, wanted(), version(), [])).toMatchObject({ changes: false, steps: [], previous: '11' });
    // Also where a first release was told to find an empty endpoint: it is its own.
    expect(planDeployment(world, wanted({ requireEmptyEndpoint: true }), version(), []).changes).toBe(false);
  });

  test('other replicas are a change of their own; another machine is another deployment', () => {
    const world = endpoint({
      split: { 22: 100 },
      deployed: [deployed('22', '2')],
      entries: ledger(['22', '2', 'passed']),
    });
    expect(planDeployment(world, wanted({ askedShape: { maxReplicas: 4 } }), version(), [])).toMatchObject({
      resize: true,
      steps: [],
      changes: true,
    });
    expect(
      planDeployment(world, wanted({ askedShape: { machineType: 'n1-standard-8' } }), version(), []),
    ).toMatchObject({
      deployed: undefined,
      steps: steps(5, 25, 100),
      base: { 22: 100 },
    });
  });

  test.each<[string, EndpointState, Partial<Deployment>, RegExp]>([
    ['an endpoint that should be empty', championOnly, { requireEmptyEndpoint: true }, /serves m@1 already/],
    [
      'another model on trial',
      endpoint({
        split: { 11: 75, 33: 25 },
        deployed: [deployed('11', '1'), deployed('33', '3')],
        entries: ledger(['11', '1', 'passed'], ['33', '3', 'trial']),
      }),
      {},
      /m@3 is on trial on endpoint e with 25 %/,
    ],
    [
      'a version that was rolled back',
      endpoint({
        split: { 11: 100 },
        deployed: [deployed('11', '1')],
        entries: ledger(['11', '1', 'passed'], ['22', '2', 'rolled-back'], ['11', '1', 'passed']),
      }),
      {},
      /m@2 was rolled back/,
    ],
    [
      'a ledger of a newer format',
      endpoint({ ledger: { entries: [], unreadable: ['mlops-ledger-4'] } }),
      {},
      /mlops-ledger-4/,
    ],
  ])('refuses %s', (_, world, over, message) => {
    expect(() => planDeployment(world, wanted(over), version(), [])).toThrow(message);
  });

  test('refuses the same bytes under a new number, and a version that is marked in the registry', () => {
    const world = endpoint({ entries: ledger(['22', '2', 'rolled-back']) });
    const again = version({ versionId: '5' });
    expect(() => planDeployment(world, wanted({ version: { modelId: 'm', versionId: '5' } }), again, [])).toThrow(
      /m@5, which is the same as m@2, was rolled back/,
    );
    const marked = version({ labels: { 'rolled-back': 'e' } });
    expect(() => planDeployment(undefined, wanted(), marked, [marked])).toThrow(/m@2 was rolled back/);
    expect(planDeployment(undefined, wanted({ allowRolledBack: true }), marked, [marked]).changes).toBe(true);
  });

  test('a version that failed may be tried again', () => {
    const world = {
      ...championOnly,
      ledger: { entries: ledger(['11', '1', 'passed'], ['22', '2', 'failed']), unreadable: [] },
    };
    expect(planDeployment(world, wanted(), version(), []).steps).toEqual(steps(5, 25, 100));
  });
});

describe('surplusModels', () => {
  const world = endpoint({
    split: { 55: 100 },
    deployed: ['11', '22', '33', '44', '55', '66', '77'].map((id) => deployed(id, id[0]!)),
    entries: ledger(
      ['77', '7', 'adopted'],
      ['11', '1', 'passed'],
      ['22', '2', 'passed'],
      ['33', '3', 'failed'],
      ['44', '4', 'rolled-back'],
      ['55', '5', 'passed'],
    ),
  });

  test.each([
    [0, ['11', '22', '33', '44']],
    [1, ['11', '33', '44']],
    [2, ['33', '44']],
    [5, ['33', '44']],
  ])('keeping %d warm', (keepWarm, gone) => {
    // 66 is not in the ledger and 77 served before it began: neither is ours to remove, and the serving one never is.
    expect(surplusModels(world, keepWarm).sort()).toEqual(gone);
  });
});

describe('judgeStep', () => {
  const context = { id: '22', share: 25, baselineClean: true };
  const result = {
    requests: 40,
    errors: [],
    mismatches: [],
    enough: true,
    arms: [{ deployedModelId: '22', versionId: '2', answers: 9, latencies: [] }],
  };
  const failure = { line: 7, problem: 'boom' };

  test('good answers, and enough of them, pass', () => {
    expect(judgeStep(result, context)).toEqual({
      verdict: 'pass',
      reason: '9 of 40 answers by the new model, all good',
    });
  });
  test('a wrong answer fails', () => {
    expect(judgeStep({ ...result, mismatches: [failure] }, context)).toEqual({
      verdict: 'fail',
      reason: 'probe line 7: boom',
    });
  });
  test('too few answers are inconclusive', () => {
    expect(judgeStep({ ...result, enough: false, arms: [] }, context).verdict).toBe('inconclusive');
  });
  test('an error fails, unless the endpoint failed before and the new model does not serve alone', () => {
    const failed = { ...result, errors: [failure] };
    expect(judgeStep(failed, context).verdict).toBe('fail');
    expect(judgeStep(failed, { ...context, baselineClean: false }).verdict).toBe('inconclusive');
    expect(judgeStep(failed, { ...context, baselineClean: false, share: 100 }).verdict).toBe('fail');
  });
});
