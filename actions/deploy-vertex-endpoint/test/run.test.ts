import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inputReader, type ActionResult } from '@mlops-actions/action-kit';
import { getModelVersion, moveTraffic, readEndpoint, requireEndpoint, setVersionLabels } from '@mlops-actions/vertex';
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

/** Deploys `id@N`; endpoint and model have the same id. */
async function deploy(id: string, versionId: number, over: Partial<Inputs> = {}): Promise<ActionResult> {
  const inputs: Inputs = {
    manifest: 'model.yaml',
    dryRun: false,
    evidenceDir: path.join(world.folder, 'evidence'),
    projectId: place.project,
    region: place.region,
    endpointId: id,
    modelVersion: `${id}@${versionId}`,
    trafficSteps: ['25', '100'],
    probePath: await world.probes(versionId),
    probeSettle: 0,
    timeout: 30_000,
    ...over,
  };
  return run(inputs, context);
}

/** Registers versions of a model whose version N adds N to the sum of an instance, unless it behaves otherwise. */
async function register(id: string, ...behaviours: Behaviour[]): Promise<void> {
  for (const [index, behaviour] of behaviours.entries())
    await registerServer(world, id, { bias: index + 1, ...behaviour });
}

const splitOf = (result: ActionResult): Record<string, number> =>
  JSON.parse(result.outputs['traffic-split']!) as Record<string, number>;

const ledgerOf = async (id: string): Promise<string[]> =>
  (await requireEndpoint(world.vertex, id)).ledger.entries.map(({ versionId, verdict }) => `${versionId} ${verdict}`);

const updates = (since: number): number =>
  methodsSince(world.emulator, since).filter((method) => method === 'UpdateEndpoint').length;

describe('a release', () => {
  test('first to an endpoint that is made for it, then a second by a canary, with the first kept warm', async () => {
    await register('story', {}, {});
    const first = await deploy('story', 1, { requireEmptyEndpoint: true, labels: { team: 'risk' } });
    const firstId = first.outputs['deployed-model-id']!;
    expect(first.verdict).toBe('pass');
    expect(first.outputs).toEqual({
      endpoint: 'projects/acme-qa/locations/europe-west4/endpoints/story',
      'deployed-model-id': firstId,
      'previous-deployed-model-id': '',
      'traffic-split': JSON.stringify({ [firstId]: 100 }),
      'plan-path': '',
      changed: 'true',
    });
    expect((await requireEndpoint(world.vertex, 'story')).labels).toMatchObject({
      team: 'risk',
      'managed-by': 'mlops-actions',
    });

    const start = lastCall(world.emulator);
    const second = await deploy('story', 2, { trafficSteps: ['5', '25', '100'], bakeTime: 1 });
    const secondId = second.outputs['deployed-model-id']!;
    expect(second.outputs['previous-deployed-model-id']).toBe(firstId);
    expect(splitOf(second)).toEqual({ [firstId]: 0, [secondId]: 100 });
    // Three steps, and the verdict.
    expect(updates(start)).toBe(4);
    expect(await ledgerOf('story')).toEqual(['1 passed', '2 passed']);
    expect(second.report['steps']).toMatchObject([
      {
        share: 5,
        after: { [firstId]: 95, [secondId]: 5 },
        verdict: 'pass',
        probes: [{ enough: true }, { enough: true }],
      },
      { share: 25, after: { [firstId]: 75, [secondId]: 25 }, verdict: 'pass' },
      { share: 100, after: { [secondId]: 100 }, verdict: 'pass', probes: [{ enough: true }] },
    ]);
    expect(second.summary.source).toMatch(/1 model without traffic .* is billed for 1 replica/);
  });

  test('run again, changes nothing', async () => {
    await register('again', {});
    await deploy('again', 1);
    const start = lastCall(world.emulator);
    const again = await deploy('again', 1);
    expect(again.outputs['changed']).toBe('false');
    expect(methodsSince(world.emulator, start).filter((method) => !/^(Get|List)/.test(method))).toEqual([]);
  });

  test('keeps as many warm as was said, and undeploys older ones', async () => {
    await register('warm', {}, {}, {}, {});
    const ids: string[] = [];
    for (const version of [1, 2, 3, 4]) {
      ids.push(
        (await deploy('warm', version, { trafficSteps: ['100'], keepWarm: version === 4 ? 0 : 1 })).outputs[
          'deployed-model-id'
        ]!,
      );
      const there = (await requireEndpoint(world.vertex, 'warm')).deployed.map(({ id }) => id);
      expect(there).toEqual(version === 4 ? [ids[3]] : ids.slice(-2));
    }
  });

  test('without probes, only when told so', async () => {
    await register('unprobed', {});
    await expect(deploy('unprobed', 1, { probePath: undefined })).rejects.toThrow(/no probe set/);
    const result = await deploy('unprobed', 1, { probePath: undefined, allowUnprobed: true });
    expect(result).toMatchObject({ verdict: 'pass', headline: expect.stringContaining('not probed') });
  });

  test('other replicas: changed in place', async () => {
    await register('resized', {});
    await deploy('resized', 1);
    const result = await deploy('resized', 1, { maxReplicas: 3 });
    expect(result.outputs['changed']).toBe('true');
    expect((await requireEndpoint(world.vertex, 'resized')).deployed).toMatchObject([
      { shape: { minReplicas: 1, maxReplicas: 3 } },
    ]);
  });
});

describe('a bad model', () => {
  test.each<[string, Behaviour, string, RegExp]>([
    ['that answers wrong', { bias: 7 }, 'fail', /answered 1?\d(\.5)?, not/],
    ['that fails', { answer: 'response.writeHead(500).end("no such feature");' }, 'fail', /got no answer/],
  ])('%s loses all its traffic and stays for inspection', async (name, behaviour, verdict, reason) => {
    const id = `bad-${name.length}`;
    await register(id, {}, behaviour);
    const first = await deploy(id, 1);
    const firstId = first.outputs['deployed-model-id']!;
    const start = lastCall(world.emulator);
    const bad = await deploy(id, 2);
    expect(bad.verdict).toBe(verdict);
    expect(bad.headline).toMatch(reason);
    expect(splitOf(bad)).toEqual({ [firstId]: 100, [bad.outputs['deployed-model-id']!]: 0 });
    // To 25 %, and back.
    expect(updates(start)).toBe(2);
    expect(await ledgerOf(id)).toEqual(['1 passed', '2 failed']);
  });

  test('that never starts gets no traffic, and the endpoint serves on', async () => {
    await register('crash', {}, { start: 'process.exit(3);' });
    const first = await deploy('crash', 1);
    await expect(deploy('crash', 2)).rejects.toMatchObject({
      message: expect.stringContaining('could not deploy crash@2'),
    });
    const after = await requireEndpoint(world.vertex, 'crash');
    expect(after.split).toEqual({ [first.outputs['deployed-model-id']!]: 100 });
    expect(after.deployed).toHaveLength(1);
  });

  test('as the first one: nothing serves, as before', async () => {
    await register('first-bad', { bias: 9 });
    const bad = await deploy('first-bad', 1);
    expect(bad.verdict).toBe('fail');
    expect(splitOf(bad)).toEqual({ [bad.outputs['deployed-model-id']!]: 0 });
    expect(bad.headline).toMatch(/nothing serves, as before/);
  });

  test('an endpoint that fails already is replaced only as a whole', async () => {
    await register('mend', {}, {});
    const broken = { answer: 'response.writeHead(500).end("broken");' };
    await registerServer(world, 'mend', broken);
    await deploy('mend', 3, { probePath: undefined, allowUnprobed: true });
    const shared = await deploy('mend', 2);
    expect(shared).toMatchObject({
      verdict: 'inconclusive',
      headline: expect.stringContaining('as before this release'),
    });
    expect((await deploy('mend', 2, { trafficSteps: ['100'] })).verdict).toBe('pass');
  });
});

describe('strategies', () => {
  test.each([
    ['blue-green', 2],
    ['immediate', 1],
  ] as const)(
    '%s: all traffic in one update, probed %i times, and the old model kept warm',
    async (strategy, probes) => {
      const id = `all-${strategy}`;
      await register(id, {}, {});
      const first = await deploy(id, 1, { strategy, trafficSteps: undefined });
      const start = lastCall(world.emulator);
      const second = await deploy(id, 2, { strategy, trafficSteps: undefined, bakeTime: 1 });
      // The move, and the verdict.
      expect(updates(start)).toBe(2);
      expect(second.report).toMatchObject({
        plan: { strategy, steps: [100] },
        steps: [{ share: 100, verdict: 'pass' }],
      });
      expect((second.report['steps'] as { probes: unknown[] }[])[0]!.probes).toHaveLength(probes);
      expect(splitOf(second)).toEqual({
        [first.outputs['deployed-model-id']!]: 0,
        [second.outputs['deployed-model-id']!]: 100,
      });
    },
  );

  test('a bad model of blue-green loses all traffic again', async () => {
    await register('blue', {}, { bias: 9 });
    const first = await deploy('blue', 1);
    const bad = await deploy('blue', 2, { strategy: 'blue-green', trafficSteps: undefined, onFailure: 'undeploy' });
    expect(bad).toMatchObject({ verdict: 'fail', headline: expect.stringContaining('and it was undeployed') });
    expect(splitOf(bad)).toEqual({ [first.outputs['deployed-model-id']!]: 100 });
    expect(bad.report['undeployed']).toEqual([bad.outputs['deployed-model-id']]);
    expect(await ledgerOf('blue')).toEqual(['1 passed', '2 failed']);
  });

  test('a bad model that cannot be undeployed is still a bad model', async () => {
    await register('stuck', {}, { bias: 9 });
    await deploy('stuck', 1);
    world.emulator.setFaults([{ rpc: 'UndeployModel', code: 'PERMISSION_DENIED' }]);
    const bad = await deploy('stuck', 2, { onFailure: 'undeploy' });
    world.emulator.setFaults([]);
    expect(bad).toMatchObject({ verdict: 'fail', headline: expect.stringContaining('stays without traffic') });
  });
});

describe('latency', () => {
  const slow: Behaviour = {
    answer: `setTimeout(() => response.setHeader('content-type', 'application/json').end(
      JSON.stringify({ predictions: predict(instances) })), 150);`,
  };

  test.each([['25', '100'], ['100']])('a model that is far slower is taken back (steps %s)', async (...steps) => {
    const id = `slow-${steps.length}`;
    await register(id, {}, { ...slow, bias: 2 });
    const first = await deploy(id, 1);
    const result = await deploy(id, 2, { trafficSteps: steps, maxLatencyIncrease: 0.5, probeAnswers: 12 });
    expect(result).toMatchObject({
      verdict: 'fail',
      headline: expect.stringMatching(/median latency is .* 1\.50 is allowed/),
    });
    expect(result.report['steps']).toMatchObject([
      { latency: { verdict: 'fail' }, probes: [{ errorRate: { value: 0 } }] },
    ]);
    expect((await requireEndpoint(world.vertex, id)).split).toEqual({ [first.outputs['deployed-model-id']!]: 100 });
  });

  test('without a limit it is told and does not decide; a limit far away lets it pass', async () => {
    await register('unhurried', {}, { ...slow, bias: 2 }, { bias: 3 });
    await deploy('unhurried', 1);
    expect((await deploy('unhurried', 2)).verdict).toBe('pass');
    const faster = await deploy('unhurried', 3, { maxLatencyIncrease: 10, probeAnswers: 12 });
    expect(faster).toMatchObject({ verdict: 'pass', headline: expect.stringContaining('times that of the others') });
  });
});

describe('killed and run again', () => {
  test('goes on with the canary where it stands', async () => {
    await register('resumed', {}, {});
    const first = await deploy('resumed', 1);
    // The run dies at its second step.
    world.emulator.setFaults([{ rpc: 'UpdateEndpoint', nth: 2, times: 99, code: 'PERMISSION_DENIED' }]);
    await expect(deploy('resumed', 2)).rejects.toThrow(/could not be returned/);
    world.emulator.setFaults([]);
    const before = await requireEndpoint(world.vertex, 'resumed');
    expect(Object.values(before.split).sort()).toEqual([25, 75]);

    const start = lastCall(world.emulator);
    const resumed = await deploy('resumed', 2);
    expect(resumed.verdict).toBe('pass');
    expect(methodsSince(world.emulator, start)).not.toContain('DeployModel');
    expect(resumed.report['steps']).toMatchObject([{ share: 25 }, { share: 100 }]);
    expect(resumed.outputs['previous-deployed-model-id']).toBe(first.outputs['deployed-model-id']);
    expect(await ledgerOf('resumed')).toEqual(['1 passed', '2 passed']);
  });

  test('respects a rollback that came while it deployed', async () => {
    await register('overtaken', {}, {});
    await deploy('overtaken', 1);
    // Another client gives the traffic to whoever has least, which is the new model, just deployed.
    world.emulator.setFaults([{ rpc: 'GetEndpoint', nth: 4, meanwhile: 'traffic' }]);
    await expect(deploy('overtaken', 2)).rejects.toThrow(/Somebody else changed the traffic/);
    world.emulator.setFaults([]);
    // Nobody judged the model that got all traffic: the next run does.
    const before = await ledgerOf('overtaken');
    const second = await deploy('overtaken', 2);
    expect(second.report['steps']).toMatchObject([{ share: 100, verdict: 'pass', probes: [{ enough: true }] }]);
    expect([before, await ledgerOf('overtaken')]).toEqual([['1 passed'], ['1 passed', '2 passed']]);
  });

  test('respects whoever goes back to a model that was to be undeployed', async () => {
    await register('recalled', {}, {});
    const first = await deploy('recalled', 1);
    world.emulator.setFaults([{ rpc: 'MergeVersionAliases', meanwhile: 'traffic' }]);
    await expect(deploy('recalled', 2, { keepWarm: 0 })).rejects.toThrow(/Somebody else changed the traffic/);
    world.emulator.setFaults([]);
    const { split } = await requireEndpoint(world.vertex, 'recalled');
    expect(split).toEqual({ [first.outputs['deployed-model-id']!]: 100 });
  });

  test('waits for a deployment that still runs, and does not deploy twice', async () => {
    await register('attached', {}, {});
    await deploy('attached', 1);
    // The first run gives up waiting at once.
    world.emulator.setFaults([{ rpc: 'GetOperation', delay: 200, times: 3 }]);
    await expect(deploy('attached', 2, { timeout: 1 })).rejects.toThrow(/it is not done/);
    const start = lastCall(world.emulator);
    const second = await deploy('attached', 2);
    expect(second.verdict).toBe('pass');
    expect(methodsSince(world.emulator, start)).not.toContain('DeployModel');
    expect((await requireEndpoint(world.vertex, 'attached')).deployed).toHaveLength(2);
  });

  test('an error in the middle returns the traffic', async () => {
    await register('errs', {}, {});
    const first = await deploy('errs', 1);
    world.emulator.setFaults([{ rpc: 'Predict', nth: 8, times: 99, code: 'PERMISSION_DENIED' }]);
    await expect(deploy('errs', 2)).rejects.toThrow(/could not predict through endpoint errs/);
    world.emulator.setFaults([]);
    expect((await requireEndpoint(world.vertex, 'errs')).split).toEqual({ [first.outputs['deployed-model-id']!]: 100 });
    expect(await ledgerOf('errs')).toEqual(['1 passed', '2 inconclusive']);
  });
});

describe('aliases', () => {
  const aliasesOf = async (id: string): Promise<Record<string, string | undefined>> => {
    const holder = async (alias: string) => (await getModelVersion(world.vertex, id, alias))?.versionId;
    return {
      champion: await holder('champion'),
      previous: await holder('previous-champion'),
      default: await holder('default'),
    };
  };

  test('champion and previous-champion follow the traffic after success, and not before', async () => {
    await register('aliased', {}, {}, { bias: 9 });
    await deploy('aliased', 1);
    expect(await aliasesOf('aliased')).toEqual({ champion: '1', previous: undefined, default: '1' });
    await deploy('aliased', 2);
    expect(await aliasesOf('aliased')).toEqual({ champion: '2', previous: '1', default: '1' });
    await deploy('aliased', 3);
    expect(await aliasesOf('aliased')).toEqual({ champion: '2', previous: '1', default: '1' });
  });

  test('that could not be set are set by the next run; champion-aliases: false leaves them alone', async () => {
    await register('late', {}, {});
    await deploy('late', 1, { championAliases: false });
    expect(await aliasesOf('late')).toEqual({ champion: undefined, previous: undefined, default: '1' });
    world.emulator.setFaults([{ rpc: 'MergeVersionAliases', code: 'PERMISSION_DENIED' }]);
    expect((await deploy('late', 2)).verdict).toBe('pass');
    world.emulator.setFaults([]);
    const again = await deploy('late', 2);
    expect(again).toMatchObject({
      headline: expect.stringContaining('the aliases follow'),
      outputs: { changed: 'true' },
    });
    expect(await aliasesOf('late')).toEqual({ champion: '2', previous: '1', default: '1' });
    expect((await deploy('late', 2)).outputs['changed']).toBe('false');
  });

  test('of a model that another one takes over from are taken away', async () => {
    await register('elder', {});
    await register('younger', { bias: 1 });
    await deploy('elder', 1);
    await deploy('elder', 1, { modelVersion: 'younger@1' });
    expect(await aliasesOf('elder')).toEqual({ champion: undefined, previous: '1', default: '1' });
    expect(await aliasesOf('younger')).toEqual({ champion: '1', previous: undefined, default: '1' });
  });
});

test('a digest that was rolled back is refused under any number, until it is allowed and passes', async () => {
  await register('frozen', {}, {});
  await registerServer(world, 'frozen', { bias: 2 });
  await deploy('frozen', 1);
  const bad = { modelId: 'frozen', versionId: '2' };
  // The ledger does not know of it: it was taken back long ago.
  await setVersionLabels(world.vertex, bad, {
    ...(await getModelVersion(world.vertex, 'frozen', '2'))!.labels,
    'rolled-back': 'frozen',
  });
  await expect(deploy('frozen', 3)).rejects.toThrow(/frozen@3, which is the same as frozen@2, was rolled back/);
  const probePath = await world.probes(2);
  expect((await deploy('frozen', 3, { probePath, allowRolledBack: true })).verdict).toBe('pass');
  expect((await getModelVersion(world.vertex, 'frozen', '2'))!.labels).not.toHaveProperty('rolled-back');
});

describe('what is refused', () => {
  test('an endpoint that should be empty, another canary, a version that was rolled back', async () => {
    await register('guarded', {}, {}, {});
    const first = await deploy('guarded', 1);
    await expect(deploy('guarded', 2, { requireEmptyEndpoint: true })).rejects.toThrow(/serves guarded@1 already/);

    world.emulator.setFaults([{ rpc: 'UpdateEndpoint', nth: 2, times: 99, code: 'PERMISSION_DENIED' }]);
    await expect(deploy('guarded', 2)).rejects.toThrow();
    world.emulator.setFaults([]);
    await expect(deploy('guarded', 3)).rejects.toThrow(/guarded@2 is on trial on endpoint guarded with 25 %/);

    const endpoint = await requireEndpoint(world.vertex, 'guarded');
    const entries = endpoint.ledger.entries.map((entry) =>
      entry.versionId === '2' ? { ...entry, verdict: 'rolled-back' as const } : entry,
    );
    await moveTraffic(world.vertex, endpoint, { [first.outputs['deployed-model-id']!]: 100 }, entries);
    await setVersionLabels(world.vertex, { modelId: 'guarded', versionId: '2' }, { 'rolled-back': 'guarded' });
    await expect(deploy('guarded', 2)).rejects.toThrow(/guarded@2 was rolled back/);
    const allowed = await deploy('guarded', 2, { allowRolledBack: true });
    expect(allowed.verdict).toBe('pass');
    // The success lifts the mark.
    expect((await deploy('guarded', 2)).outputs['changed']).toBe('false');
    const model = Object.values(world.emulator.state().models).find(({ id }) => id === 'guarded');
    expect(model?.versions.find(({ id }) => id === '2')?.labels).not.toHaveProperty('rolled-back');
  });

  test.each<[string, Partial<Inputs>, RegExp]>([
    ['an alias', { modelVersion: 'm@champion' }, /does not name a version/],
    ['a bare model', { modelVersion: 'projects/p/locations/europe-west4/models/m' }, /does not name a version/],
    ['a version that is not there', { modelVersion: 'nobody@1' }, /no model version nobody@1/],
    ['steps that fall', { trafficSteps: ['50', '25', '100'] }, /do not rise to 100/],
    ['steps that end early', { trafficSteps: ['5', '25'] }, /do not rise to 100/],
    ['steps without a canary', { strategy: 'immediate' }, /has one step, 100 %, and takes no 'traffic-steps'/],
    ['too few answers to compare', { maxLatencyIncrease: 0.1, probeAnswers: 5 }, /too few to compare/],
    ['steps that are none', { trafficSteps: ['five', '100'] }, /do not rise to 100/],
    ['fewer replicas than the least', { minReplicas: 3, maxReplicas: 2 }, /'max-replicas' \(2\) is less than/],
    ['an accelerator count alone', { acceleratorCount: 1 }, /needs 'accelerator-type'/],
    ['a machine that is none', { machineType: 'n1 standard' }, /not a machine type/],
    ['an endpoint id that is none', { endpointId: 'Credit Risk' }, /not an endpoint id/],
    ['a label of the ledger', { labels: { 'mlops-ledger-1': 'x' } }, /written by this action/],
    ['a probe file that is not there', { probePath: '/nonexistent.jsonl' }, /cannot be read/],
  ])('%s', async (_, over, message) => {
    await expect(deploy('refused', 1, over)).rejects.toThrow(message);
    expect(await readEndpoint(world.vertex, 'refused')).toBeUndefined();
  });
});

test('a dry run tells the plan and changes nothing', async () => {
  await register('dry', {}, {});
  const none = await deploy('dry', 1, { dryRun: true });
  expect(none.outputs).toMatchObject({ changed: 'true', 'deployed-model-id': '', 'traffic-split': '{}' });
  expect(await readEndpoint(world.vertex, 'dry')).toBeUndefined();

  await deploy('dry', 1);
  const before = JSON.stringify(world.emulator.state().endpoints);
  const plan = await deploy('dry', 2, { dryRun: true });
  expect(plan.report['plan']).toMatchObject({ createEndpoint: false, deploy: true, steps: [25, 100] });
  expect(plan.summary.source).toMatch(/25 %, then 100 %/);
  expect(JSON.stringify(world.emulator.state().endpoints)).toBe(before);
});

describe('a plan', () => {
  const planOf = async (id: string, version: number, over: Partial<Inputs> = {}): Promise<string> => {
    const evidenceDir = path.join(world.folder, `plan-${id}`);
    return (await deploy(id, version, { dryRun: true, evidenceDir, ...over })).outputs['plan-path']!;
  };

  test('is applied, also by a second run after one that died', async () => {
    await register('planned', {}, {});
    await deploy('planned', 1, { plan: await planOf('planned', 1) });
    const plan = await planOf('planned', 2);
    expect(JSON.parse(await readFile(plan, 'utf8'))).toMatchObject({
      release: { modelVersion: 'planned@2', strategy: 'canary', steps: [{ share: 25 }, { share: 100 }] },
      world: { others: [{ version: 'planned@1' }] },
      changes: { createEndpoint: false, deploy: true, moveAliases: true },
    });
    world.emulator.setFaults([{ rpc: 'UpdateEndpoint', nth: 2, times: 99, code: 'PERMISSION_DENIED' }]);
    await expect(deploy('planned', 2, { plan })).rejects.toThrow(/could not be returned/);
    world.emulator.setFaults([]);
    expect((await deploy('planned', 2, { plan })).verdict).toBe('pass');
    expect((await deploy('planned', 2, { plan })).outputs['changed']).toBe('false');
  });

  test('is refused when the world or the release is another one, and nothing is changed', async () => {
    await register('stale', {}, {}, {});
    await deploy('stale', 1);
    const plan = await planOf('stale', 3);
    await expect(deploy('stale', 2, { plan })).rejects.toThrow(/release.modelVersion was "stale@3" and is "stale@2"/);
    await expect(deploy('stale', 3, { plan, trafficSteps: ['50', '100'] })).rejects.toThrow(/release.steps was/);
    await expect(deploy('stale', 3, { plan, probePath: await world.probes(9) })).rejects.toThrow(
      /release.probe.cases was/,
    );
    await deploy('stale', 2);
    const before = JSON.stringify(world.emulator.state().endpoints);
    await expect(deploy('stale', 3, { plan })).rejects.toThrow(/world.others was .* world.returnsTo/);
    expect(JSON.stringify(world.emulator.state().endpoints)).toBe(before);
  });

  test.each([
    ['no file', undefined, /cannot be read as JSON/],
    ['no JSON', 'steps: 5', /cannot be read as JSON/],
    ['no plan', '{"format": "other"}', /is not a plan of this action/],
    ['a list', '[]', /is not a plan of this action/],
  ])('that is %s is refused', async (name, content, message) => {
    const file = path.join(world.folder, name);
    if (content !== undefined) await writeFile(file, content);
    await expect(deploy('unplanned', 1, { plan: file })).rejects.toThrow(message);
  });
});

test('model.yaml is under the inputs, and paths in it are relative to it', async () => {
  await register('manifested', {});
  const probes = await world.probes(1);
  const manifest = path.join(world.folder, 'model.yaml');
  await writeFile(
    manifest,
    `schema-version: 1
model: { name: manifested, owner: risk }
artifact: { path: m.onnx }
endpoint: { machine-type: n1-standard-4, probe-path: ${path.basename(probes)}, traffic-steps: [10, 100] }
environments:
  qa: { project-id: ${place.project}, region: ${place.region}, endpoint: { machine-type: n1-standard-8 } }
`,
  );
  const result = await run(
    { manifest, environment: 'qa', dryRun: false, evidenceDir: world.folder, modelVersion: '1', probeSettle: 0 },
    context,
  );
  expect(result.verdict).toBe('pass');
  expect((await requireEndpoint(world.vertex, 'manifested')).deployed).toMatchObject([
    { shape: { machineType: 'n1-standard-8' } },
  ]);
});

test('inputs are read as action.yml names them', () => {
  const given: Record<string, string> = {
    'model-version': 'm@1',
    'traffic-steps': '5, 100',
    'bake-time': '10m',
    strategy: 'blue-green',
    'on-failure': 'undeploy',
    'max-latency-increase': '0.2',
    'keep-warm': '2',
    'require-empty-endpoint': 'false',
  };
  expect(readInputs(inputReader((name) => given[name] ?? ''))).toMatchObject({
    modelVersion: 'm@1',
    trafficSteps: ['5', '100'],
    bakeTime: 600_000,
    strategy: 'blue-green',
    onFailure: 'undeploy',
    maxLatencyIncrease: 0.2,
    keepWarm: 2,
    requireEmptyEndpoint: false,
  });
});

test('no invariant was violated, save where the only model of an endpoint was bad', () => {
  const violations = world.emulator.state().violations.filter(({ resource }) => !resource.endsWith('/first-bad'));
  expect(violations).toEqual([]);
});
