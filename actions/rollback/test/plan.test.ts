import { describe, expect, test } from '@jest/globals';
import type { DeployedModel, EndpointState, LedgerEntry, LedgerVerdict } from '@mlops-actions/vertex';
import type { Rollback } from '../src/inputs.ts';
import { planRollback } from '../src/plan.ts';

const deployed = (id: string, versionId: string, availableReplicas?: number): DeployedModel => ({
  id,
  modelId: 'm',
  versionId,
  shape: { machineType: 'n1-standard-2', minReplicas: 1, maxReplicas: 1 },
  availableReplicas,
  statusMessage: undefined,
  createdAt: Number(id),
});

/** An endpoint with a ledger of [deployed model id, version, verdict], oldest first. */
const world = (
  split: Record<string, number>,
  models: DeployedModel[],
  ...rows: [string, string, LedgerVerdict][]
): EndpointState => {
  const entries: LedgerEntry[] = rows.map(([deployedModelId, versionId, verdict], index) => ({
    sequence: index + 1,
    deployedModelId,
    modelId: 'm',
    versionId,
    since: index,
    digest: undefined,
    verdict,
  }));
  return {
    id: 'e',
    name: 'projects/1/locations/europe-west4/endpoints/e',
    displayName: 'e',
    etag: 'x',
    labels: {},
    split,
    deployed: models,
    ledger: { entries, unreadable: [] },
    dedicatedHost: undefined,
    access: 'shared',
  };
};

const to = (target: string, over: Partial<Rollback> = {}): Rollback => ({
  place: { project: 'acme', region: 'europe-west4' },
  endpointId: 'e',
  to: target,
  from: undefined,
  modelId: 'm',
  reason: 'worse',
  force: false,
  championAliases: false,
  drill: false,
  cases: undefined,
  settle: 0,
  predictionHost: undefined,
  timeout: 1000,
  ...over,
});

const released = world(
  { 22: 100 },
  [deployed('11', '1'), deployed('22', '2')],
  ['11', '1', 'passed'],
  ['22', '2', 'passed'],
);

describe('previous', () => {
  test('is the last that served and passed, warm where it is still deployed', () => {
    expect(planRollback(released, to('previous'))).toMatchObject({
      target: { versionId: '1' },
      deployed: { id: '11' },
      subject: { versionId: '2' },
      done: false,
    });
  });

  test('takes nothing forward again that somebody took back by hand, past the ledger', () => {
    const byHand = { ...released, split: { 11: 100 } };
    const plan = { target: { versionId: '1' }, deployed: { id: '11' }, subject: { versionId: '2' }, done: true };
    expect(planRollback(byHand, to('previous'))).toMatchObject(plan);
    expect(planRollback({ ...byHand, split: { 11: 60, 22: 40 } }, to('previous'))).toMatchObject({
      ...plan,
      done: false,
    });
  });

  test('is what passed before, where somebody moved traffic by hand to what did not pass', () => {
    const rows: [string, string, LedgerVerdict][] = [
      ['11', '1', 'passed'],
      ['22', '2', 'passed'],
      ['33', '3', 'failed'],
    ];
    const models = [deployed('11', '1'), deployed('22', '2'), deployed('33', '3')];
    expect(planRollback(world({ 33: 100 }, models, ...rows), to('previous')).target).toMatchObject({ versionId: '2' });
  });

  test('has to be deployed again where it is gone, or has no replica', () => {
    expect(planRollback({ ...released, deployed: [deployed('22', '2')] }, to('previous')).deployed).toBeUndefined();
    const dead = { ...released, deployed: [deployed('11', '1', 0), deployed('22', '2')] };
    expect(planRollback(dead, to('previous')).deployed).toBeUndefined();
  });

  test('is not the newest version, but one that was found good', () => {
    const state = world(
      { 44: 100 },
      [deployed('44', '4')],
      ['11', '1', 'passed'],
      ['22', '2', 'failed'],
      ['33', '3', 'inconclusive'],
      ['44', '4', 'passed'],
    );
    expect(planRollback(state, to('previous')).target.versionId).toBe('1');
  });

  test('takes a model on trial back, also while another one has most traffic', () => {
    const state = world(
      { 11: 95, 22: 5 },
      [deployed('11', '1'), deployed('22', '2')],
      ['11', '1', 'passed'],
      ['22', '2', 'trial'],
    );
    expect(planRollback(state, to('previous'))).toMatchObject({
      target: { versionId: '1' },
      subject: { versionId: '2' },
    });
  });

  test('from trial: only what is on trial, which nobody has judged', () => {
    const onTrial = world(
      { 11: 75, 22: 25 },
      [deployed('11', '1'), deployed('22', '2')],
      ['11', '1', 'passed'],
      ['22', '2', 'trial'],
    );
    expect(planRollback(onTrial, to('previous', { from: 'trial' }))).toMatchObject({
      target: { versionId: '1' },
      subject: { versionId: '2' },
      conclusion: 'inconclusive',
      done: false,
    });
    expect(planRollback(released, to('previous', { from: 'trial' }))).toMatchObject({
      target: { versionId: '2' },
      subject: undefined,
      done: true,
    });
  });

  test('run again, goes back no further', () => {
    const after = world(
      { 22: 100 },
      [deployed('11', '1'), deployed('22', '2'), deployed('33', '3')],
      ['11', '1', 'passed'],
      ['22', '2', 'passed'],
      ['33', '3', 'rolled-back'],
      ['22', '2', 'passed'],
    );
    expect(planRollback(after, to('previous'))).toMatchObject({
      done: true,
      target: { versionId: '2' },
      subject: { versionId: '3' },
    });
  });

  test('after the next release, goes back to what served before that', () => {
    const after = world(
      { 44: 100 },
      [deployed('22', '2'), deployed('44', '4')],
      ['22', '2', 'passed'],
      ['33', '3', 'rolled-back'],
      ['22', '2', 'passed'],
      ['44', '4', 'passed'],
    );
    expect(planRollback(after, to('previous'))).toMatchObject({ done: false, target: { versionId: '2' } });
  });

  test('may be a model that served before the ledger began', () => {
    const state = world(
      { 22: 100 },
      [deployed('11', '1'), deployed('22', '2')],
      ['11', '1', 'adopted'],
      ['22', '2', 'passed'],
    );
    expect(planRollback(state, to('previous')).target.versionId).toBe('1');
  });

  test('is refused where the ledger knows none', () => {
    expect(() => planRollback(world({ 22: 100 }, [deployed('22', '2')]), to('previous'))).toThrow(
      /knows no other version/,
    );
    const onlyBad = world(
      { 22: 100 },
      [deployed('22', '2')],
      ['11', '1', 'rolled-back'],
      ['33', '3', 'failed'],
      ['22', '2', 'passed'],
    );
    expect(() => planRollback(onlyBad, to('previous', { force: true }))).toThrow(/knows no other version/);
  });
});

describe('a named target', () => {
  test.each(['1', 'm@1', 'projects/acme/locations/europe-west4/models/m@1', '11'])('%s', (target) => {
    expect(planRollback(released, to(target))).toMatchObject({ target: { versionId: '1' }, deployed: { id: '11' } });
  });

  test('that has all traffic already is nothing to do', () => {
    expect(planRollback(released, to('2'))).toMatchObject({ done: true, subject: undefined });
  });

  test('that never served, or was rolled back itself, needs force', () => {
    expect(() => planRollback(released, to('9'))).toThrow(/m@9 never served/);
    expect(planRollback(released, to('9', { force: true }))).toMatchObject({
      target: { versionId: '9' },
      deployed: undefined,
    });
    const back = world({ 22: 100 }, [deployed('22', '2')], ['11', '1', 'rolled-back'], ['22', '2', 'passed']);
    expect(() => planRollback(back, to('1'))).toThrow(/was rolled back on endpoint e itself/);
    expect(planRollback(back, to('1', { force: true })).target.versionId).toBe('1');
  });

  test('that could be two things is refused', () => {
    const state = world({ 3: 100 }, [deployed('3', '7'), deployed('8', '3')], ['8', '3', 'passed']);
    expect(() => planRollback(state, to('3'))).toThrow(/both a version and the id/);
    expect(planRollback(state, to('m@3')).deployed?.id).toBe('8');
  });

  test('an alias is refused', () => {
    expect(() => planRollback(released, to('champion'))).toThrow(/does not name a version/);
  });
});
