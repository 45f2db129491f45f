import {
  count,
  formatDuration,
  md,
  mdCode,
  mdJoin,
  mdTable,
  mdVerdict,
  type Markdown,
} from '@mlops-actions/action-kit';
import { wilson } from '@mlops-actions/statistics';
import {
  fullSplit,
  quantile,
  servedDigest,
  shareOf,
  shortVersion,
  type ArmAnswers,
  type EndpointState,
  type ModelVersion,
  type ProbeResult,
} from '@mlops-actions/vertex';
import type { Approval } from './approval.ts';
import { showSplit, type CanaryResult, type StepRecord } from './canary.ts';
import type { Deployment, TrafficStep } from './deployment.ts';
import type { Plan } from './plan.ts';

/** All that a run knows in the end. */
export interface Outcome {
  dryRun: boolean;
  /** Where the plan of a dry run is; empty for any other run. */
  planPath: string;
  /** `undefined` where nobody had to approve, and after a dry run. */
  approval: Approval | undefined;
  wanted: Deployment;
  version: ModelVersion;
  plan: Plan;
  before: EndpointState | undefined;
  /** The endpoint afterwards; `undefined` after a dry run that found none. */
  endpoint: EndpointState | undefined;
  /** `undefined` where no traffic was to be moved. */
  canary: CanaryResult | undefined;
  undeployed: readonly string[];
}

/** The plan in words, for the log and the summary. */
export function planLines(plan: Plan, wanted: Deployment, before: EndpointState | undefined): string[] {
  const { shape, endpointId, steps } = wanted;
  const name = shortVersion(wanted.version);
  if (!plan.changes) return [`${name} has all traffic of endpoint ${endpointId}: nothing to do`];
  const accelerator =
    shape.acceleratorType === undefined ? '' : ` with ${shape.acceleratorCount ?? 1} ${shape.acceleratorType}`;
  const replicas = `${shape.minReplicas} to ${count(shape.maxReplicas, 'replica')} on ${shape.machineType}${accelerator}`;
  const alone = Object.keys(plan.base).length === 0;
  const lines = [
    ...(plan.createEndpoint ? [`Create endpoint ${endpointId}`] : []),
    plan.deployed === undefined
      ? `Deploy ${name} without traffic: ${replicas}`
      : `Go on with deployed model ${plan.deployed.id}, which is ${name} and has ${plan.share} % of traffic`,
    ...(plan.resize ? [`Change its replicas to ${shape.minReplicas} to ${shape.maxReplicas}`] : []),
    ...(plan.aliases ? [`Move the alias champion to ${name} after success`] : []),
    ...(wanted.approval === undefined
      ? []
      : [`Go on only if somebody else approved it for ${wanted.approval.environment}`]),
    ...(plan.surplus.length > 0 ? [`Undeploy ${plan.surplus.join(', ')}, kept warm no longer`] : []),
    `Traffic now: ${showSplit(before?.split ?? {})}`,
  ];
  if (plan.steps.length === 0) return lines;
  lines.push(`Traffic of ${name}: ${plan.steps.map(showStep).join(', then ')}`);
  if (alone && steps.length > 1) {
    lines.push('Nobody serves that it could share with, so there is one step: it can be probed only while it serves');
  }
  lines.push(`If a step is not good, traffic returns to: ${showSplit(plan.base)}`);
  if (!alone)
    lines.push(
      `Kept warm without traffic after success, and billed: at most ${count(wanted.keepWarm, 'previous model')}`,
    );
  return lines;
}

const showStep = ({ share, bake }: TrafficStep): string =>
  bake > 0 ? `${share} % for ${formatDuration(bake)}` : `${share} %`;

/** The report's fields. */
export function reportOf({
  approval,
  wanted,
  version,
  plan,
  before,
  endpoint,
  canary,
  undeployed,
}: Outcome): Record<string, unknown> {
  return {
    place: wanted.place,
    endpoint: wanted.endpointId,
    modelVersion: wanted.version,
    image: version.container?.imageUri,
    servedDigest: servedDigest(version),
    approval,
    shape: wanted.shape,
    plan: {
      createEndpoint: plan.createEndpoint,
      deploy: plan.deployed === undefined,
      resize: plan.resize,
      strategy: wanted.strategy,
      steps: plan.steps.map(({ share }) => share),
      undeploy: plan.surplus,
      moveAliases: plan.aliases,
      returnsTo: plan.base,
      previousDeployedModelId: plan.previous,
    },
    trafficBefore: before?.split ?? {},
    trafficAfter: endpoint === undefined ? {} : fullSplit(endpoint),
    steps: canary?.steps.map((step) => ({ ...step, probes: step.probes.map(probeReport) })) ?? [],
    undeployed,
    ledger: endpoint?.ledger.entries ?? [],
  };
}

function probeReport({ arms, ...probe }: ProbeResult): Record<string, unknown> {
  const errorRate = {
    value: probe.errors.length / probe.requests,
    bounds: wilson(probe.errors.length, probe.requests, 0.025),
  };
  return {
    ...probe,
    errorRate,
    arms: arms.map(({ latencies, ...arm }) => ({ ...arm, milliseconds: percentiles(latencies) })),
  };
}

const percentiles = (latencies: readonly number[]): Record<string, number | undefined> => ({
  p50: rounded(quantile(latencies, 0.5)),
  p95: rounded(quantile(latencies, 0.95)),
  p99: rounded(quantile(latencies, 0.99)),
});

const rounded = (value: number | undefined): number | undefined => value && Math.round(value * 10) / 10;

/** Job summary of a deployment. */
export function summarise(outcome: Outcome): Markdown {
  const { wanted, plan, before, endpoint, canary, undeployed, dryRun, approval } = outcome;
  return mdJoin(
    approval && md`Approved for ${approval.environment} by ${approval.approvedBy.join(', ')}, who had no hand in it.`,
    dryRun || canary === undefined
      ? mdJoin(...planLines(plan, wanted, before).map((line) => md`- ${line}`))
      : mdTable(
          ['Step', 'Traffic before', 'Traffic after', 'Answers', 'Verdict', 'Seen', 'Took'],
          canary.steps.map((step) => stepRow(step, canary.deployedModelId)),
        ),
    endpoint && modelTable(endpoint),
    undeployed.length === 0 ? undefined : md`Undeployed: ${undeployed.join(', ')}.`,
    endpoint && billingNote(endpoint),
  );
}

function stepRow(step: StepRecord, candidate: string): (Markdown | string)[] {
  const arms = step.probes.flatMap((probe) => probe.arms);
  return [
    `${step.share} %`,
    showSplit(step.before),
    showSplit(step.after),
    arms.map((arm) => showArm(arm, candidate)).join('; ') || 'none',
    mdVerdict(step.verdict),
    step.reason,
    formatDuration(step.duration),
  ];
}

function showArm({ deployedModelId, answers, latencies }: ArmAnswers, candidate: string): string {
  const who = deployedModelId === candidate ? 'new' : deployedModelId;
  const median = quantile(latencies, 0.5);
  return `${who}: ${answers}${median === undefined ? '' : ` (median ${formatDuration(median)})`}`;
}

function modelTable(endpoint: EndpointState): Markdown {
  return mdTable(
    ['Deployed model', 'Version', 'Traffic', 'Replicas'],
    endpoint.deployed.map((model) => [
      mdCode(model.id),
      shortVersion(model),
      `${shareOf(endpoint.split, model.id)} %`,
      model.shape === undefined
        ? 'shared'
        : `${model.shape.minReplicas} to ${model.shape.maxReplicas} ${model.shape.machineType}`,
    ]),
  );
}

function billingNote(endpoint: EndpointState): Markdown | undefined {
  const idle = endpoint.deployed.filter(({ id }) => shareOf(endpoint.split, id) === 0);
  if (idle.length === 0) return undefined;
  const replicas = idle.reduce((sum, { shape }) => sum + (shape?.minReplicas ?? 0), 0);
  return md`${count(idle.length, 'model')} without traffic (${idle.map(shortVersion).join(', ')}) ${
    idle.length === 1 ? 'is' : 'are'
  } billed for ${count(replicas, 'replica')}: the price of a rollback in seconds.`;
}
