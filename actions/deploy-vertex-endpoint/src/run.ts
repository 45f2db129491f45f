import path from 'node:path';
import {
  count,
  log,
  messageOf,
  subjectOf,
  type ActionResult,
  type RunContext,
  writeJson,
} from '@mlops-actions/action-kit';
import {
  awaitReplicas,
  awaitRunningDeployments,
  createEndpoint,
  deployDark,
  findDeployed,
  followTraffic,
  endpointName,
  fullSplit,
  imageDigest,
  labelValue,
  predictor,
  readEndpoint,
  readProbeFile,
  ReplicasMissing,
  requireEndpoint,
  requireModelVersion,
  requireUntouched,
  resize,
  ROLLED_BACK_LABEL,
  rolledBackTwins,
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
import { demandApproval } from './approval.ts';
import { runCanary } from './canary.ts';
import { resolveInputs, type Deployment } from './deployment.ts';
import type { Inputs } from './inputs.ts';
import { tryQuery } from './query.ts';
import { planDeployment, surplusModels, type Plan } from './plan.ts';
import { checkPlan, planDocument, readPlan } from './plan-file.ts';
import { planLines, reportOf, summarise, type Outcome } from './report.ts';

/** Deploys a version and moves the traffic to it; or, in a dry run, tells the plan. */
export async function run(inputs: Inputs, context: RunContext): Promise<ActionResult> {
  const wanted = await resolveInputs(inputs);
  const approved = inputs.plan === undefined ? undefined : await readPlan(inputs.plan);
  // A plan is what reviewers look at before they approve.
  const approval = wanted.approval && !inputs.dryRun ? await demandApproval(wanted.approval, context) : undefined;
  const cases = wanted.probe && (await readProbeFile(wanted.probe.path));
  for (const analysis of wanted.analyses) if ('query' in analysis) await tryQuery(analysis, wanted.place.project);
  return withVertex(wanted.place, async (vertex) => {
    const version = await requireModelVersion(vertex, wanted.version);
    if (version.container && imageDigest(version.container.imageUri) === undefined) {
      log.warning(`${shortVersion(version)} was registered with an image that is not pinned by digest: it can change.`);
    }
    const twins = await rolledBackTwins(vertex, version);
    let before = await readEndpoint(vertex, wanted.endpointId);
    if (before && !inputs.dryRun && findDeployed(before, wanted.version, wanted.askedShape) === undefined) {
      // An earlier run may have begun it. Only what is read after the wait counts: it may have ended in between.
      await awaitRunningDeployments(vertex, before.id, wanted.timeout);
      before = await requireEndpoint(vertex, before.id);
    }
    const plan = planDeployment(before, wanted, version, twins);
    await log.group('Plan', async () => planLines(plan, wanted, before).forEach((line) => log.info(line)));

    const document = planDocument(plan, wanted, version, cases, before);
    // Where no traffic is left to move, an earlier run has done what was planned: what it left undone is finished.
    if (approved && (plan.deployed === undefined || plan.steps.length > 0)) checkPlan(approved, document);
    const planPath = inputs.dryRun ? path.join(inputs.evidenceDir, 'deploy-vertex-endpoint.plan.json') : '';
    if (inputs.dryRun) await writeJson(planPath, document);
    const outcome = inputs.dryRun
      ? { endpoint: before, canary: undefined, undeployed: [] }
      : await apply(vertex, plan, { wanted, version, twins, cases, before, context });
    return resultOf({ ...outcome, dryRun: inputs.dryRun, planPath, approval, wanted, version, plan, before });
  });
}

interface Work {
  wanted: Deployment;
  version: ModelVersion;
  /** Versions that serve the same bytes and were rolled back. */
  twins: readonly ModelVersion[];
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
        ...(wanted.access !== undefined && { access: wanted.access }),
        privateProjects: wanted.privateProjects,
        labels: { ...wanted.labels, 'managed-by': 'mlops-actions', repository: labelValue(work.context.repository) },
        timeout,
      }),
    );
  }
  const id = await log.group(`Deploy ${shortVersion(version)} without traffic`, () =>
    deploy(vertex, plan, wanted).catch(async (error: unknown) => {
      if (error instanceof ReplicasMissing && plan.share === 0) await discard(vertex, error.deployedModelId, wanted);
      throw error;
    }),
  );
  const endpoint = await requireUntouched(vertex, endpointId, work.before);
  if (plan.steps.length === 0)
    return { ...(await tidy(vertex, endpoint, plan, plan.surplus, work)), canary: undefined };

  const canary = await runCanary(
    vertex,
    endpoint,
    { ...wanted.version, deployedModelId: id, digest: servedDigest(version) },
    plan,
    wanted,
    cases && { cases, predict: predictor(vertex, endpoint, wanted.predictionHost) },
  );
  if (canary.verdict !== 'pass') {
    const discarded = await discard(vertex, id, wanted);
    return {
      endpoint: discarded ? await requireEndpoint(vertex, endpointId) : canary.endpoint,
      canary,
      undeployed: discarded ? [id] : [],
    };
  }
  const surplus = surplusModels(canary.endpoint, wanted.keepWarm);
  return { ...(await tidy(vertex, canary.endpoint, plan, surplus, work)), canary };
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

/** Undeploys a model that was not good and has no traffic, if that is wanted; whether it did. The finding stands even if it cannot be done. */
async function discard(vertex: Vertex, id: string, { endpointId, onFailure, timeout }: Deployment): Promise<boolean> {
  if (onFailure === 'keep') return false;
  try {
    await log.group(`Undeploy ${id}, which was not good`, () => undeploy(vertex, endpointId, id, timeout));
    return true;
  } catch (error) {
    log.warning(`${id} could not be undeployed: ${messageOf(error)}`);
    return false;
  }
}

/** After a success: lets the aliases follow, undeploys what is kept warm no longer, and lifts the mark of what was rolled back from here once. */
async function tidy(
  vertex: Vertex,
  endpoint: EndpointState,
  plan: Plan,
  surplus: readonly string[],
  { wanted, twins, before }: Work,
): Promise<Omit<Applied, 'canary'>> {
  if (plan.aliases) {
    const previous = before?.deployed.find(({ id }) => id === plan.previous);
    await followTraffic(vertex, wanted.version, previous).catch((error: unknown) =>
      // The traffic has moved: an alias that cannot be set is told, and tried again by the next run.
      log.warning(`The aliases champion and previous-champion could not be moved: ${messageOf(error)}`),
    );
  }
  for (const id of surplus) {
    await log.group(`Undeploy ${id}, which is kept warm no longer`, () =>
      undeploy(vertex, endpoint.id, id, wanted.timeout),
    );
  }
  for (const twin of twins) {
    const { [ROLLED_BACK_LABEL]: rolledBackFrom, ...labels } = twin.labels;
    if (rolledBackFrom !== endpoint.id) continue;
    log.info(`${shortVersion(twin)} is no longer marked as rolled back`);
    await setVersionLabels(vertex, twin, labels);
  }
  return {
    endpoint: surplus.length === 0 ? endpoint : await requireEndpoint(vertex, endpoint.id),
    undeployed: surplus,
  };
}

/** What a run that moves no traffic does. */
function changesOf({ resize, surplus, aliases }: Plan): string {
  const changes = [
    ...(aliases ? ['the aliases follow'] : []),
    ...(resize ? ['its replicas were changed'] : []),
    ...(surplus.length > 0 ? [`${count(surplus.length, 'older model')} undeployed`] : []),
  ];
  return changes.join(', ');
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
      'plan-path': outcome.planPath,
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
    if (canary === undefined) return `${name} serves all traffic of ${where}; ${changesOf(plan)}.`;
    if (canary.verdict === 'pass') return `${name} serves all traffic of ${where}: ${canary.reason}.`;
    const back =
      before && Object.keys(before.split).length > 0 ? 'all traffic was returned' : 'nothing serves, as before';
    return `${name} was not good at ${canary.steps.at(-1)?.share ?? 0} % of ${where}: ${canary.reason}; ${back}, and it ${outcome.undeployed.length > 0 ? 'was undeployed' : 'stays without traffic'}.`;
  }
}
