/** Releases and rollbacks to be disturbed: the worlds that they find, and what they leave. */
import { inputReader, type ActionResult } from '@mlops-actions/action-kit';
import { append, createEndpoint, deployDark, moveTraffic, requireEndpoint, undeploy } from '@mlops-actions/vertex';
import type { EmulatorOptions } from '@mlops-actions/vertex-emulator';
import { action as deploy } from '../../actions/deploy-vertex-endpoint/src/index.ts';
import { action as rollback } from '../../actions/rollback/src/index.ts';
import { registerServer } from '../../packages/vertex/test/support/versions.ts';
import { context, place, startWorld, type World } from '../../packages/vertex/test/support/world.ts';

/** Id of endpoint and model alike. */
export const ID = 'credit-risk';
const TIMEOUT = 30_000;

/** A run that is to be killed, and the world that it finds. */
export interface Scenario {
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

export const scenarios: Record<string, Scenario> = {
  'first release': { released: 0, ...deployment(1, {}) },
  canary: { released: 2, ...deployment(3, { 'traffic-steps': '20,60,100' }) },
  'blue-green': { released: 2, ...deployment(3, { strategy: 'blue-green', 'bake-time': '1ms' }) },
  immediate: { released: 2, ...deployment(3, { strategy: 'immediate' }) },
  'warm rollback': { released: 2, action: 'rollback', inputs: { reason: 'test' } },
  'cold rollback': { released: 2, cold: true, action: 'rollback', inputs: { reason: 'test' } },
};

/** Starts the world that a scenario finds, with as many versions registered. Close it. */
export async function prepare(
  { action, released, cold = false }: Pick<Scenario, 'action' | 'released' | 'cold'>,
  options?: EmulatorOptions,
  versions = action === 'rollback' ? released : released + 1,
): Promise<World> {
  const world = await startWorld(options);
  const { vertex } = world;
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

/** The inputs of a scenario's run, by their names. */
export async function inputsOf(world: World, { action, inputs }: Scenario): Promise<Record<string, string>> {
  const version = action === 'rollback' ? 1 : Number(inputs['model-version']!.split('@')[1]);
  return {
    'project-id': place.project,
    region: place.region,
    'endpoint-id': ID,
    'probe-path': await world.probes(version),
    'probe-settle': '0',
    ...inputs,
  };
}

/** Runs a scenario in this process, with short patience. */
export async function run(world: World, scenario: Scenario, over: Record<string, string> = {}): Promise<ActionResult> {
  const given: Record<string, string> = { ...(await inputsOf(world, scenario)), timeout: '5s', ...over };
  const reader = inputReader((name) => given[name] ?? '');
  return scenario.action === 'rollback'
    ? rollback.run(rollback.readInputs(reader), context)
    : deploy.run(deploy.readInputs(reader), context);
}

/** All that a release or rollback leaves, without what differs from run to run: ids and times. */
export interface Outcome {
  traffic: string[];
  ledger: string[];
  versions: object[];
  /** Deployments that were begun. */
  deployments: number;
}

export async function outcomeOf({ emulator, vertex }: World): Promise<Outcome> {
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
