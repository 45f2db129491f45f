import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inputReader, type ActionResult } from '@mlops-actions/action-kit';
import {
  append,
  createEndpoint,
  deployDark,
  getModelVersion,
  judge,
  latestOf,
  moveTraffic,
  requireEndpoint,
  setAliases,
  undeploy,
  type LedgerVerdict,
  labelValue,
  setVersionLabels,
} from '@mlops-actions/vertex';
import type { Behaviour } from '../../../packages/vertex/test/support/images.ts';
import { registerServer } from '../../../packages/vertex/test/support/versions.ts';
import {
  context,
  lastCall,
  methodsSince,
  place,
  startWorld,
  type World,
} from '../../../packages/vertex/test/support/world.ts';
import { readInputs, type Inputs } from '../src/inputs.ts';
import { run } from '../src/run.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const SHAPE = { machineType: 'n1-standard-4', minReplicas: 1, maxReplicas: 2 };

/** Serves versions one after the other, as releases do; the ids of their deployed models. */
async function release(
  id: string,
  ...releases: { behaviour?: Behaviour; verdict?: LedgerVerdict; share?: number }[]
): Promise<string[]> {
  await createEndpoint(world.vertex, { id, displayName: id, labels: {}, timeout: 30_000 });
  const ids: string[] = [];
  for (const [index, { behaviour, verdict = 'passed', share = 100 }] of releases.entries()) {
    const version = await registerServer(world, id, { bias: index + 1, ...behaviour });
    const deployedModelId = await deployDark(world.vertex, id, { version, shape: SHAPE, timeout: 30_000 });
    const before = await requireEndpoint(world.vertex, id);
    const split = share === 100 ? { [deployedModelId]: 100 } : { [ids.at(-1)!]: 100 - share, [deployedModelId]: share };
    const { modelId, versionId } = version;
    const entry = { modelId, versionId, deployedModelId, since: 1_800_000_000, digest: undefined, verdict };
    await moveTraffic(world.vertex, before, split, append(before.ledger.entries, entry));
    ids.push(deployedModelId);
  }
  return ids;
}

async function rollBack(id: string, over: Partial<Inputs> = {}): Promise<ActionResult> {
  return run(
    {
      manifest: 'model.yaml',
      dryRun: false,
      evidenceDir: path.join(world.folder, 'evidence'),
      projectId: place.project,
      region: place.region,
      endpointId: id,
      reason: 'scores drifted',
      probePath: await world.probes(),
      probeSettle: 0,
      timeout: 30_000,
      ...over,
    },
    context,
  );
}

const ledgerOf = async (id: string): Promise<string[]> =>
  (await requireEndpoint(world.vertex, id)).ledger.entries.map(({ versionId, verdict }) => `${versionId} ${verdict}`);

describe('rollback', () => {
  test('from: takes back the version that was meant, and no other that has come since', async () => {
    await release('meant', {}, {}, {});
    const updates = (): number =>
      world.emulator.calls().filter(({ method }) => method === 'EndpointService.UpdateEndpoint').length;
    const before = updates();
    for (const from of ['2', 'meant@2', `projects/${place.project}/locations/${place.region}/models/meant@2`]) {
      const late = await rollBack('meant', { from });
      expect([late.verdict, late.outputs['changed'], late.outputs['restored-model-version']]).toEqual([
        'pass',
        'false',
        expect.stringMatching(/@3$/),
      ]);
    }
    expect(updates()).toBe(before);
    const meant = await rollBack('meant', { from: 'meant@3' });
    expect([meant.verdict, meant.outputs['restored-model-version']]).toEqual(['pass', expect.stringMatching(/@2$/)]);
    expect((await rollBack('meant', { from: 'meant@3' })).outputs['changed']).toBe('false');
    expect(await ledgerOf('meant')).toEqual(['1 passed', '2 passed', '3 rolled-back', '2 passed']);
  });

  test('warm: one update, the answers prove it, the version is marked, and a second run changes nothing', async () => {
    const [first, second] = await release('warm', {}, {});
    const start = lastCall(world.emulator);
    const result = await rollBack('warm');
    expect(result.verdict).toBe('pass');
    expect(result.headline).toMatch(/back from warm@2 on warm@1 \(warm\); all \d+ answers came from warm@1/);
    expect(result.outputs).toEqual({
      'restored-model-version': 'projects/acme-qa/locations/europe-west4/models/warm@1',
      'rolled-back-model-version': 'projects/acme-qa/locations/europe-west4/models/warm@2',
      'traffic-split': JSON.stringify({ [first!]: 100, [second!]: 0 }),
      mode: 'warm',
      changed: 'true',
    });
    const methods = methodsSince(world.emulator, start);
    expect(methods.slice(0, 3)).toEqual(['GetEndpoint', 'GetModel', 'UpdateEndpoint']);
    expect(methods.filter((method) => method === 'UpdateEndpoint')).toHaveLength(1);
    expect(await ledgerOf('warm')).toEqual(['1 passed', '2 rolled-back', '1 passed']);
    expect((await getModelVersion(world.vertex, 'warm', '2'))?.labels['rolled-back']).toBe('warm');
    expect(result.report['reason']).toBe('scores drifted');
    expect(result.subjects).toMatchObject([{ digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } }]);

    const again = await rollBack('warm');
    expect(again.outputs).toMatchObject({
      'restored-model-version': result.outputs['restored-model-version'],
      'rolled-back-model-version': result.outputs['rolled-back-model-version'],
      mode: '',
      changed: 'false',
    });
    expect(await ledgerOf('warm')).toEqual(['1 passed', '2 rolled-back', '1 passed']);
  });

  test('cold: deployed again in the shape of the one that serves', async () => {
    const [first] = await release('cold', {}, {});
    await undeploy(world.vertex, 'cold', first!, 30_000);
    const result = await rollBack('cold');
    expect(result.outputs).toMatchObject({ mode: 'redeploy', changed: 'true' });
    const endpoint = await requireEndpoint(world.vertex, 'cold');
    const [id] = Object.keys(endpoint.split);
    expect(id).not.toBe(first);
    expect(endpoint.deployed.find((model) => model.id === id)).toMatchObject({ versionId: '1', shape: SHAPE });
    expect(await ledgerOf('cold')).toEqual(['1 passed', '2 rolled-back', '1 passed']);
  });

  test('a canary is taken back to who passed before', async () => {
    const [first, second] = await release('canary', {}, { verdict: 'trial', share: 25 });
    const result = await rollBack('canary');
    expect(JSON.parse(result.outputs['traffic-split']!)).toEqual({ [first!]: 100, [second!]: 0 });
    expect(await ledgerOf('canary')).toEqual(['1 passed', '2 rolled-back', '1 passed']);
  });

  test('from trial: takes back what a release that died left, and freezes nothing', async () => {
    const [first] = await release('abandoned', {}, { verdict: 'trial', share: 25 });
    const result = await rollBack('abandoned', { from: 'trial' });
    expect(result).toMatchObject({ verdict: 'pass', report: { changed: true, markedInRegistry: false } });
    expect((await requireEndpoint(world.vertex, 'abandoned')).split).toEqual({ [first!]: 100 });
    expect(await ledgerOf('abandoned')).toEqual(['1 passed', '2 inconclusive', '1 passed']);
    expect((await getModelVersion(world.vertex, 'abandoned', '2'))!.labels).not.toHaveProperty('rolled-back');

    const start = lastCall(world.emulator);
    const again = await rollBack('abandoned', { from: 'trial' });
    expect(again).toMatchObject({ verdict: 'pass', outputs: { changed: 'false' } });
    expect(methodsSince(world.emulator, start).filter((method) => !/^(Get|List)/.test(method))).toEqual([]);
  });

  test('from trial: where nothing serves there is nothing to do', async () => {
    expect(await rollBack('never-made', { from: 'trial' })).toMatchObject({
      verdict: 'pass',
      headline: 'Nothing serves on endpoint never-made, and so nothing is on trial.',
    });
  });

  test('says which commit of this repository serves again', async () => {
    await release('commit', {}, {});
    const label = (labels: Record<string, string>) =>
      setVersionLabels(world.vertex, { modelId: 'commit', versionId: '1' }, labels);
    await label({ commit: context.commit, repository: 'somebody-elses' });
    expect((await rollBack('commit', { dryRun: true })).report['restoredCommit']).toBeUndefined();
    await label({ commit: context.commit, repository: labelValue(context.repository) });
    expect((await rollBack('commit', { dryRun: true })).report['restoredCommit']).toBe(context.commit);
  });

  test('to a version that never served: only by force', async () => {
    await release('forced', {});
    await registerServer(world, 'forced', { bias: 2 });
    await expect(rollBack('forced', { to: '2' })).rejects.toThrow(/forced@2 never served/);
    const result = await rollBack('forced', { to: '2', force: true });
    expect(result.outputs).toMatchObject({
      mode: 'redeploy',
      'restored-model-version': expect.stringMatching(/forced@2$/),
    });
    expect(await ledgerOf('forced')).toEqual(['1 rolled-back', '2 adopted']);
  });

  test('a restored model that does not answer is told', async () => {
    // It answered once; now it does not.
    await release('dead', { behaviour: { answer: 'response.writeHead(500).end("gone");' } }, {});
    const result = await rollBack('dead');
    expect(result).toMatchObject({ verdict: 'fail', headline: expect.stringContaining('got no answer') });
    expect(result.outputs['changed']).toBe('true');
  });

  test('without a probe set it still rolls back, and says that nothing was probed', async () => {
    await release('unprobed', {}, {});
    const result = await rollBack('unprobed', { probePath: undefined });
    expect(result).toMatchObject({ verdict: 'pass', headline: expect.stringContaining('not probed') });
  });

  test('a mark that cannot be written does not undo the rollback, and is no pass', async () => {
    await release('unmarked', {}, {});
    world.emulator.setFaults([{ rpc: 'UpdateModel', code: 'PERMISSION_DENIED' }]);
    const result = await rollBack('unmarked');
    expect(result).toMatchObject({ verdict: 'inconclusive', report: { markedInRegistry: false } });
    expect(result.headline).toMatch(/But it is not marked as rolled back in the registry: run it again\.$/);
    // Running again makes up for it.
    expect(await rollBack('unmarked')).toMatchObject({ verdict: 'pass', report: { markedInRegistry: true } });
  });

  test('an update whose answer is lost is one rollback', async () => {
    await release('lost', {}, {});
    world.emulator.setFaults([{ rpc: 'UpdateEndpoint', when: 'after', code: 'UNAVAILABLE' }]);
    expect((await rollBack('lost')).verdict).toBe('pass');
    expect(await ledgerOf('lost')).toEqual(['1 passed', '2 rolled-back', '1 passed']);
  });

  test('champion and previous-champion go back with the traffic', async () => {
    await release('aliases', {}, {}, {});
    await setAliases(world.vertex, { modelId: 'aliases', versionId: '3' }, ['champion']);
    await setAliases(world.vertex, { modelId: 'aliases', versionId: '2' }, ['previous-champion']);
    await rollBack('aliases');
    expect((await getModelVersion(world.vertex, 'aliases', 'champion'))?.versionId).toBe('2');
    expect((await getModelVersion(world.vertex, 'aliases', 'previous-champion'))?.versionId).toBe('1');
    await rollBack('aliases', { to: '1' });
    expect((await getModelVersion(world.vertex, 'aliases', 'champion'))?.versionId).toBe('1');
    expect(await getModelVersion(world.vertex, 'aliases', 'previous-champion')).toBeUndefined();
  });

  describe('a drill', () => {
    test('proves the warm way back, and leaves traffic, ledger, labels and aliases as they are', async () => {
      await release('drill', {}, {});
      const before = await requireEndpoint(world.vertex, 'drill');
      const start = lastCall(world.emulator);
      const result = await rollBack('drill', { drill: true });
      expect(result).toMatchObject({ verdict: 'pass', outputs: { changed: 'false', mode: 'warm' } });
      expect(result.headline).toMatch(/no traffic was moved: drill@1 is deployed .* 1 of 1 replicas/);
      const { etag, ...after } = await requireEndpoint(world.vertex, 'drill');
      expect(etag).not.toBe(before.etag);
      expect({ ...after, etag: before.etag }).toEqual(before);
      expect(methodsSince(world.emulator, start)).toEqual(['GetEndpoint', 'GetModel', 'UpdateEndpoint', 'GetEndpoint']);
    });

    test('is inconclusive where the way back is a deployment, or was just gone', async () => {
      const [first] = await release('far', {}, {});
      await undeploy(world.vertex, 'far', first!, 30_000);
      expect((await rollBack('far', { drill: true })).verdict).toBe('inconclusive');
      expect((await requireEndpoint(world.vertex, 'far')).deployed).toHaveLength(1);
      await rollBack('far');
      expect((await rollBack('far', { drill: true })).verdict).toBe('inconclusive');
    });

    test('finds that the right to move traffic is missing', async () => {
      await release('barred', {}, {});
      world.emulator.setFaults([{ rpc: 'UpdateEndpoint', code: 'PERMISSION_DENIED' }]);
      await expect(rollBack('barred', { drill: true })).rejects.toThrow(
        /could not write the traffic of endpoint barred/,
      );
      world.emulator.setFaults([]);
    });

    test('is no dry run', async () => {
      await expect(rollBack('drill', { drill: true, dryRun: true })).rejects.toThrow(/two things/);
    });
  });

  test('a dry run tells where to and how, and changes nothing', async () => {
    await release('dry', {}, {});
    const before = JSON.stringify(world.emulator.state().endpoints);
    const result = await rollBack('dry', { dryRun: true });
    expect(result.outputs).toMatchObject({ mode: 'warm', changed: 'true' });
    expect(result.headline).toBe('A dry run: endpoint dry would go back from dry@2 to dry@1 (warm).');
    expect(JSON.stringify(world.emulator.state().endpoints)).toBe(before);
  });

  test('of a model that the ledger does not have is written into it', async () => {
    const [first, second] = await release('unknown', {}, {});
    const endpoint = await requireEndpoint(world.vertex, 'unknown');
    const known = latestOf(endpoint.ledger.entries, first!)!;
    await moveTraffic(world.vertex, endpoint, { [second!]: 100 }, judge([known], known.sequence, 'passed'));
    expect((await rollBack('unknown')).verdict).toBe('pass');
    expect(await ledgerOf('unknown')).toEqual(['1 passed', '2 rolled-back', '1 passed']);
  });
});

describe('what is refused', () => {
  test.each<[string, Partial<Inputs>, RegExp]>([
    ['an endpoint that is not there', { endpointId: 'nowhere' }, /There is no endpoint 'nowhere'/],
    ['no endpoint', { endpointId: undefined }, /which endpoint/],
    ['a probe file that was asked for and is not there', { probePath: '/nonexistent.jsonl' }, /cannot be read/],
  ])('%s', async (_, over, message) => {
    await expect(rollBack('refused', over)).rejects.toThrow(message);
  });

  test('an endpoint whose ledger knows nothing', async () => {
    await release('only', {});
    await expect(rollBack('only')).rejects.toThrow(/knows no other version that served and passed/);
  });
});

test('inputs are read as action.yml names them', () => {
  const given: Record<string, string> = { reason: 'drift', to: 'm@1', force: 'true', 'probe-settle': '1m' };
  expect(readInputs(inputReader((name) => given[name] ?? ''))).toMatchObject({
    reason: 'drift',
    to: 'm@1',
    force: true,
    probeSettle: 60_000,
  });
  expect(() => readInputs(inputReader(() => ''))).toThrow("Input 'reason' is required.");
});

test('no invariant was violated', () => {
  expect(world.emulator.state().violations).toEqual([]);
});
