import { log, subjectOf, type ActionResult, type RunContext } from '@mlops-actions/action-kit';
import {
  awaitReplicas,
  awaitRunningDeployments,
  createEndpoint,
  deployDark,
  endpointName,
  fullSplit,
  imageDigest,
  labelValue,
  predictor,
  readEndpoint,
  readProbeFile,
  requireEndpoint,
  requireModelVersion,
  resize,
  ROLLED_BACK_LABEL,
  servedDigest,
  setVersionLabels,
  shortVersion,
  undeploy,
  withVertex,
  type EndpointState,
  type ModelVersion,
  type ProbeCase,
  type Vertex,
} from '@mlops-actions/vertex';
import { runCanary, type CanaryResult } from './canary.ts';
import { resolveInputs, type Deployment, type Inputs } from './inputs.ts';
import { planDeployment, surplusModels, type Plan } from './plan.ts';
import { planLines, reportOf, summarise, type Outcome } from './report.ts';

/** Deploys a version and moves the traffic to it; or, in a dry run, tells the plan. */
export async function run(inputs: Inputs, context: RunContext): Promise<ActionResult> {
  const wanted = await resolveInputs(inputs);
  const cases = wanted.probe && (await readProbeFile(wanted.probe.path));
  return withVertex(wanted.place, async (vertex) => {
    const version = await requireModelVersion(vertex, wanted.version);
    if (version.container && imageDigest(version.container.imageUri) === undefined) {
      log.warning(`${shortVersion(version)} was registered with an image that is not pinned by digest: it can change.`);
    }
    let before = await readEndpoint(vertex, wanted.endpointId);
    if (before && !inputs.dryRun && (await awaitRunningDeployments(vertex, before.id, wanted.timeout)) > 0) {
      before = await requireEndpoint(vertex, before.id);
    }
    const plan = planDeployment(before, wanted, version);
    await log.group('Plan', async () => planLines(plan, wanted, before).forEach((line) => log.info(line)));

    const outcome = inputs.dryRun
      ? { endpoint: before, canary: undefined, undeployed: [] }
      : await apply(vertex, plan, { wanted, version, cases, before, context });
    return resultOf({ ...outcome, dryRun: inputs.dryRun, wanted, version, plan, before });
  });
}

interface Work {
  wanted: Deployment;
  version: ModelVersion;
  cases: readonly ProbeCase[] | undefined;
  before: EndpointState | undefined;
  context: RunContext;
}

type Applied = Pick<Outcome, 'endpoint' | 'canary' | 'undeployed'>;

async function apply(vertex: Vertex, plan: Plan, work: Work): Promise<Applied> {
  const { wanted, version, cases } = work;
  const { endpointId, timeout } = wanted;
  if (plan.createEndpoint) {
    await log.group(`Create endpoint ${endpointId}`, () =>
      createEndpoint(vertex, {
        id: endpointId,
        displayName: wanted.endpointDisplayName,
        labels: { ...wanted.labels, 'managed-by': 'mlops-actions', repository: labelValue(work.context.repository) },
        timeout,
      }),
    );
  }
  const id = await log.group(`Deploy ${shortVersion(version)} without traffic`, () => deploy(vertex, plan, wanted));
  const endpoint = await requireEndpoint(vertex, endpointId);
  if (plan.steps.length === 0) return { endpoint, canary: undefined, undeployed: [] };

  const canary = await runCanary(
    vertex,
    endpoint,
    { ...wanted.version, deployedModelId: id, digest: servedDigest(version) },
    plan,
    wanted,
    cases && { cases, predict: predictor(vertex, endpoint) },
  );
  if (canary.verdict !== 'pass') return { endpoint: canary.endpoint, canary, undeployed: [] };
  return { ...(await tidy(vertex, canary, work)), canary };
}

/** Makes sure that the version is deployed, with all its replicas. */
async function deploy(vertex: Vertex, { deployed, resize: resizing }: Plan, wanted: Deployment): Promise<string> {
  const { endpointId, timeout, shape } = wanted;
  if (deployed === undefined) return deployDark(vertex, endpointId, wanted);
  log.info(`It is deployed already, as ${deployed.id}`);
  if (resizing) {
    const minReplicas = wanted.askedShape.minReplicas ?? deployed.shape?.minReplicas ?? shape.minReplicas;
    const maxReplicas =
      wanted.askedShape.maxReplicas ?? Math.max(minReplicas, deployed.shape?.maxReplicas ?? minReplicas);
    await resize(vertex, endpointId, deployed.id, { minReplicas, maxReplicas, timeout });
  }
  return awaitReplicas(vertex, endpointId, deployed.id, Date.now() + timeout);
}

/** After a success: undeploys what is kept warm no longer, and lifts the mark of a version that was rolled back once. */
async function tidy(vertex: Vertex, canary: CanaryResult, { wanted, version }: Work): Promise<Omit<Applied, 'canary'>> {
  const undeployed = surplusModels(canary.endpoint, wanted.keepWarm);
  for (const id of undeployed) {
    await log.group(`Undeploy ${id}, which is kept warm no longer`, () =>
      undeploy(vertex, wanted.endpointId, id, wanted.timeout),
    );
  }
  if (version.labels[ROLLED_BACK_LABEL] !== undefined) {
    const { [ROLLED_BACK_LABEL]: lifted, ...labels } = version.labels;
    log.info(`${shortVersion(version)} is no longer marked as rolled back from ${lifted}`);
    await setVersionLabels(vertex, wanted.version, labels);
  }
  const endpoint = undeployed.length === 0 ? canary.endpoint : await requireEndpoint(vertex, wanted.endpointId);
  return { endpoint, undeployed };
}

function resultOf(outcome: Outcome): ActionResult {
  const { wanted, plan, canary, endpoint, version, dryRun } = outcome;
  const deployed = canary?.deployedModelId ?? plan.deployed?.id;
  const digest = version.container && imageDigest(version.container.imageUri);
  return {
    verdict: canary?.verdict ?? 'pass',
    headline: headlineOf(outcome),
    outputs: {
      endpoint: endpointName(wanted.place, wanted.endpointId),
      'deployed-model-id': deployed ?? '',
      'previous-deployed-model-id': plan.previous ?? '',
      'traffic-split': JSON.stringify(endpoint === undefined ? {} : fullSplit(endpoint)),
      changed: String(plan.changes),
    },
    report: reportOf(outcome),
    summary: summarise(outcome),
    subjects: digest === undefined ? [] : [subjectOf(version.container!.imageUri.replace(/@.*$/, ''), digest)],
  };

  function headlineOf({ before }: Outcome): string {
    const name = shortVersion(wanted.version);
    const where = `endpoint ${wanted.endpointId}`;
    if (!plan.changes) return `${name} serves on ${where} already: nothing to do.`;
    if (dryRun) return `A dry run: ${name} would be deployed to ${where}.`;
    if (canary === undefined) return `${name} serves on ${where}; its replicas were changed.`;
    if (canary.verdict === 'pass') return `${name} serves all traffic of ${where}: ${canary.reason}.`;
    const back =
      before && Object.keys(before.split).length > 0 ? 'all traffic was returned' : 'nothing serves, as before';
    return `${name} was not good at ${canary.steps.at(-1)?.share ?? 0} % of ${where}: ${canary.reason}; ${back}, and it stays without traffic.`;
  }
}
