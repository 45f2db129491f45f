/**
 * The bundles of deploy-vertex-endpoint and rollback are killed at their calls, with no chance to clean up, and started again: the second run
 * must end where an undisturbed one does. By default at the end of every call that changes something; `CRASH_MATRIX=all` tries
 * every call, before it does anything and with its work done (many minutes).
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { append, createEndpoint, deployDark, moveTraffic, requireEndpoint, undeploy } from '@mlops-actions/vertex';
import { setTimeout as sleep } from 'node:timers/promises';
import { registerServer } from '../../packages/vertex/test/support/versions.ts';
import { lastCall, methodsSince, place, startWorld, type World } from '../../packages/vertex/test/support/world.ts';
import { spawnBundle } from './start-bundle.ts';

const ALL = process.env['CRASH_MATRIX'] === 'all';
const ID = 'credit-risk';
const TIMEOUT = 30_000;

/** A run that is to be killed, and the world that it finds. */
interface Scenario {
  action: 'deploy-vertex-endpoint' | 'rollback';
  /** Versions that were released before, one after the other. */
  released: number;
  /** Whether only the last of them is still deployed. */
  cold?: boolean;
  inputs: Record<string, string>;
}

const deployment = (version: number, inputs: Record<string, string>): Pick<Scenario, 'action' | 'inputs'> => ({
  action: 'deploy-vertex-endpoint',
  inputs: { 'model-version': `${ID}@${version}`, 'probe-answers': '2', ...inputs },
});

const scenarios: Record<string, Scenario> = {
  'first release': { released: 0, ...deployment(1, {}) },
  canary: { released: 2, ...deployment(3, { 'traffic-steps': '20,60,100' }) },
  immediate: { released: 2, ...deployment(3, { 'traffic-steps': '100' }) },
  'warm rollback': { released: 2, action: 'rollback', inputs: { reason: 'test' } },
  'cold rollback': { released: 2, cold: true, action: 'rollback', inputs: { reason: 'test' } },
};

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** A world of its own for every run: its violations are those of this run alone. */
async function prepare({ action, released, cold = false }: Scenario): Promise<World> {
  await world?.close();
  world = await startWorld();
  const { vertex } = world;
  const versions = action === 'rollback' ? released : released + 1;
  for (let version = 1; version <= versions; version++) await registerServer(world, ID, { bias: version });
  if (released === 0) return world;
  await createEndpoint(vertex, { id: ID, displayName: ID, labels: {}, timeout: TIMEOUT });
  let previous: string | undefined;
  for (let number = 1; number <= released; number++) {
    const version = { modelId: ID, versionId: String(number) };
    const shape = { machineType: 'n1-standard-2', minReplicas: 1, maxReplicas: 1 };
    const deployedModelId = await deployDark(vertex, ID, { version, shape, timeout: TIMEOUT });
    const before = await requireEndpoint(vertex, ID);
    const entry = { ...version, deployedModelId, since: number, digest: undefined, verdict: 'passed' as const };
    await moveTraffic(vertex, before, { [deployedModelId]: 100 }, append(before.ledger.entries, entry));
    if (cold && previous !== undefined) await undeploy(vertex, ID, previous, TIMEOUT);
    previous = deployedModelId;
  }
  return world;
}

async function start(world: World, { action, inputs }: Scenario) {
  const version = action === 'rollback' ? 1 : Number(inputs['model-version']!.split('@')[1]);
  const given = {
    'project-id': place.project,
    region: place.region,
    'endpoint-id': ID,
    'probe-path': await world.probes(version),
    'probe-settle': '0',
    ...inputs,
  };
  return spawnBundle(action, given, { VERTEX_AI_EMULATOR_HOST: world.emulator.address }, world.folder);
}

/** All that a release or rollback leaves, without what differs from run to run: ids and times. */
async function outcome({ emulator, vertex }: World): Promise<object> {
  const { split, deployed, ledger } = await requireEndpoint(vertex, ID);
  const { models, operations } = emulator.state();
  return {
    traffic: deployed.map(({ id, versionId }) => `${versionId}: ${split[id] ?? 0} %`).sort(),
    ledger: ledger.entries.map(({ versionId, verdict }) => `${versionId} ${verdict}`),
    versions: Object.values(models).flatMap(({ versions }) =>
      versions.map(({ id, aliases, labels }) => ({ id, aliases: [...aliases].sort(), labels })),
    ),
    deployments: Object.values(operations).filter(({ method }) => method === 'DeployModel').length,
  };
}

/** Starts the run, and kills it when the n-th of its calls is held up; false if it ends before. */
async function killAt(world: World, scenario: Scenario, call: number, when: 'before' | 'after'): Promise<boolean> {
  const { emulator } = world;
  emulator.setFaults([{ rpc: '*', nth: call, when, delay: 10 * 60_000 }]);
  const known = lastCall(emulator);
  const held = () => emulator.calls().find(({ number, held }) => number > known && held !== undefined);
  const { child, ended } = await start(world, scenario);
  let over = false;
  void ended.then(() => (over = true));
  while (!over && held() === undefined) await sleep(2);
  child.kill('SIGKILL');
  await ended;
  const victim = held();
  while (victim !== undefined && victim.code === undefined) await sleep(2);
  emulator.setFaults([]);
  return victim !== undefined;
}

let points = 0;

describe.each(Object.entries(scenarios))('%s', (name, scenario) => {
  test(
    'killed anywhere and run again, ends as if nothing had happened',
    async () => {
      let here = await prepare(scenario);
      const begin = lastCall(here.emulator);
      const undisturbed = await (await start(here, scenario)).ended;
      expect(undisturbed).toMatchObject({ status: 0 });
      const methods = methodsSince(here.emulator, begin);
      const expected = await outcome(here);

      const plan = methods.flatMap((method, index) => {
        const changes = !/^(Get|List|Predict)/.test(method);
        const whens = ALL ? (['before', 'after'] as const) : changes ? (['after'] as const) : [];
        return whens.map((when) => ({ call: index + 1, when }));
      });
      let reached = 0;
      for (const { call, when } of plan) {
        here = await prepare(scenario);
        if (await killAt(here, scenario, call, when)) reached++;
        const again = await (await start(here, scenario)).ended;
        const at = `killed ${when} call ${call} of ${methods.join(' ')}`;
        expect({ at, status: again.status, log: again.status === 0 ? '' : again.log }).toEqual({
          at,
          status: 0,
          log: '',
        });
        expect({ at, ...(await outcome(here)) }).toEqual({ at, ...expected });
        expect({ at, violations: here.emulator.state().violations }).toEqual({ at, violations: [] });
      }
      points += reached;
      process.stderr.write(
        `${name}: killed at ${reached} points of ${methods.length} calls; ${points} points so far\n`,
      );
      expect(reached).toBeGreaterThan(0);
    },
    60 * 60_000,
  );
});
