import { UserError } from '@mlops-actions/action-kit';
import {
  CHAMPION_ALIAS,
  findDeployed,
  isGood,
  latestGood,
  latestOf,
  latestOfVersion,
  sameVersion,
  servedDigest,
  shareOf,
  shortVersion,
  withoutModel,
  type DeployedModel,
  type EndpointState,
  type LedgerEntry,
  type ModelVersion,
  type TrafficSplit,
} from '@mlops-actions/vertex';
import type { Deployment, TrafficStep } from './deployment.ts';

/** What is to be done, from what is there. Pure: the same world gives the same plan. */
export interface Plan {
  createEndpoint: boolean;
  /** The deployed model to go on with; `undefined` if the version has to be deployed. */
  deployed: DeployedModel | undefined;
  /** Whether that one's replicas are to be changed. */
  resize: boolean;
  /** Percentage of traffic that the version gets now. */
  share: number;
  /** Steps to go through. The first may be at the present share: what an earlier run left is probed before it goes on. */
  steps: readonly TrafficStep[];
  /** The split without the version: where a bad step returns to. Empty if nobody else served. */
  base: TrafficSplit;
  /** The model that served most before. */
  previous: string | undefined;
  /** Models to undeploy where no traffic is to be moved: what an earlier run did not come to. */
  surplus: readonly string[];
  /** Whether the alias `champion` is still to be moved to the version. */
  aliases: boolean;
  /** Whether there is anything to do. */
  changes: boolean;
}

/**
 * Plans a deployment.
 *
 * @param twins versions that serve the same bytes and were rolled back
 * @throws UserError if it must not be done: another model is on trial, the version was rolled back, the endpoint should be empty
 */
export function planDeployment(
  endpoint: EndpointState | undefined,
  wanted: Deployment,
  version: ModelVersion,
  twins: readonly ModelVersion[],
): Plan {
  const aliases = wanted.championAliases && !version.aliases.includes(CHAMPION_ALIAS);
  if (endpoint === undefined) {
    refuseRolledBack([], wanted, version, twins);
    return {
      createEndpoint: true,
      deployed: undefined,
      resize: false,
      share: 0,
      steps: wanted.steps.slice(-1),
      base: {},
      previous: undefined,
      surplus: [],
      aliases,
      changes: true,
    };
  }
  refuseUnreadable(endpoint);
  refuseOtherAccess(endpoint, wanted);
  const { entries } = endpoint.ledger;
  const deployed = findDeployed(endpoint, wanted.version, wanted.askedShape);
  const id = deployed?.id ?? '';
  const share = shareOf(endpoint.split, id);
  const others = withoutModel(endpoint.split, id);
  // Whoever else gave it all traffic did not judge it: then it is judged now.
  const settled = share === 100 && isGood(latestOf(entries, id));
  refuseOthers(endpoint, others, wanted);
  if (!settled) refuseRolledBack(entries, wanted, version, twins);

  const isDeployed = (entry: LedgerEntry): boolean =>
    entry.deployedModelId !== id && endpoint.deployed.some((model) => model.id === entry.deployedModelId);
  const before = latestGood(entries, isDeployed)?.deployedModelId;
  const alone = Object.keys(others).length === 0;
  const resize = deployed !== undefined && differsInReplicas(deployed, wanted);
  const surplus = settled && entries.at(-1)?.deployedModelId === id ? surplusModels(endpoint, wanted.keepWarm) : [];
  const steps = settled ? [] : stepsFrom(share, alone ? wanted.steps.slice(-1) : wanted.steps);
  return {
    createEndpoint: false,
    deployed,
    resize,
    share,
    steps,
    // All traffic may be on the version already, before it was judged: then the ledger knows who served before.
    base: !alone ? others : share > 0 && before !== undefined ? { [before]: 100 } : {},
    previous: alone ? before : largest(others),
    surplus,
    aliases,
    changes: deployed === undefined || resize || steps.length > 0 || surplus.length > 0 || aliases,
  };
}

/** Deployed models that can go after a success: without traffic, known to the ledger as ours, and beyond those that are kept warm. */
export function surplusModels(endpoint: EndpointState, keepWarm: number): string[] {
  const { entries } = endpoint.ledger;
  const idle = endpoint.deployed
    .filter(({ id }) => shareOf(endpoint.split, id) === 0)
    .flatMap(({ id }) => latestOf(entries, id) ?? []);
  const warm = idle
    .filter(isGood)
    .sort((a, b) => b.sequence - a.sequence)
    .slice(0, keepWarm);
  return idle
    .filter((entry) => entry.verdict !== 'adopted' && !warm.includes(entry))
    .map(({ deployedModelId }) => deployedModelId);
}

function stepsFrom(share: number, steps: readonly TrafficStep[]): readonly TrafficStep[] {
  const ahead = steps.filter((step) => step.share > share);
  if (share === 0) return ahead;
  // What was baked before the interruption is not known: it is baked anew.
  return [{ share, bake: (steps.find((step) => step.share === share) ?? steps[0])!.bake }, ...ahead];
}

function largest(split: TrafficSplit): string | undefined {
  return Object.entries(split).sort(([, a], [, b]) => b - a)[0]?.[0];
}

function differsInReplicas(
  { shape }: DeployedModel,
  { askedShape: { minReplicas, maxReplicas } }: Deployment,
): boolean {
  return (
    shape !== undefined &&
    ((minReplicas !== undefined && shape.minReplicas !== minReplicas) ||
      (maxReplicas !== undefined && shape.maxReplicas !== maxReplicas))
  );
}

/** Who can reach an endpoint is settled when it is made. */
function refuseOtherAccess(endpoint: EndpointState, { access }: Deployment): void {
  if (access === undefined || access === endpoint.access) return;
  throw new UserError(`Endpoint ${endpoint.id} is ${endpoint.access}, and 'endpoint-access' asks for ${access}.`, {
    fix: "That cannot be changed: name another 'endpoint-id', which is then made so, or take the input away.",
  });
}

function refuseUnreadable({ id, ledger: { unreadable } }: EndpointState): void {
  if (unreadable.length === 0) return;
  throw new UserError(`The ledger of endpoint ${id} has labels that cannot be read: ${unreadable.join(', ')}.`, {
    fix: 'A newer version of this action wrote them, or somebody edited them: update the action, or remove the labels.',
  });
}

function refuseOthers(endpoint: EndpointState, others: TrafficSplit, wanted: Deployment): void {
  const serving = endpoint.deployed.filter(({ id }) => shareOf(others, id) > 0);
  if (wanted.requireEmptyEndpoint && serving.length > 0) {
    throw new UserError(`Endpoint ${endpoint.id} serves ${serving.map(shortVersion).join(', ')} already.`, {
      fix: "This release was to be the first ('require-empty-endpoint'): judge the candidate against the model that serves.",
    });
  }
  for (const { id } of serving) {
    const entry = latestOf(endpoint.ledger.entries, id);
    if (entry?.verdict !== 'trial') continue;
    throw new UserError(
      `${shortVersion(entry)} is on trial on endpoint ${endpoint.id} with ${shareOf(endpoint.split, id)} % of traffic.`,
      { fix: 'Run its release again to finish it, or take it back by the rollback action.' },
    );
  }
}

function refuseRolledBack(
  entries: readonly LedgerEntry[],
  wanted: Deployment,
  version: ModelVersion,
  twins: readonly ModelVersion[],
): void {
  if (wanted.allowRolledBack) return;
  const entry = latestOfVersion(entries, wanted.version, servedDigest(version));
  const inLedger = entry?.verdict === 'rolled-back';
  const marked = twins.find((twin) => sameVersion(twin, version)) ?? twins[0];
  const taken = inLedger ? entry : marked;
  if (taken === undefined) return;
  const name = shortVersion(wanted.version);
  const as = sameVersion(taken, wanted.version) ? '' : `, which is the same as ${shortVersion(taken)},`;
  throw new UserError(`${name}${as} was rolled back and is not deployed again.`, {
    fix: "Release a mended model, or set 'allow-rolled-back: true' if the fault was not the model's.",
  });
}
