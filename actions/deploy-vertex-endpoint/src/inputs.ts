import { readCommonInputs, type CommonInputs, type InputReader } from '@mlops-actions/action-kit';
import type { EndpointAccess, Labels } from '@mlops-actions/vertex';

/** The ways to move traffic: one machine with other steps. */
const STRATEGIES = ['canary', 'blue-green', 'immediate'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** What becomes of a model that was found bad, once it has no traffic. */
export type OnFailure = 'keep' | 'undeploy';

/** The inputs as they were given. Durations are milliseconds. */
export interface Inputs extends CommonInputs {
  environment?: string | undefined;
  projectId?: string | undefined;
  region?: string | undefined;
  endpointId?: string | undefined;
  endpointDisplayName?: string | undefined;
  endpointAccess?: EndpointAccess | undefined;
  privateProjects?: string[] | undefined;
  predictionHost?: string | undefined;
  modelVersion: string;
  machineType?: string | undefined;
  minReplicas?: number | undefined;
  maxReplicas?: number | undefined;
  acceleratorType?: string | undefined;
  acceleratorCount?: number | undefined;
  serviceAccount?: string | undefined;
  strategy?: Strategy | undefined;
  trafficSteps?: string[] | undefined;
  bakeTime?: number | undefined;
  probePath?: string | undefined;
  probeTolerance?: number | undefined;
  probeAnswers?: number | undefined;
  probeSettle?: number | undefined;
  maxLatencyIncrease?: number | undefined;
  analysisCommand?: string | undefined;
  analysisQuery?: string | undefined;
  analysisSuccessCondition?: string | undefined;
  analysisFailureCondition?: string | undefined;
  analysisTimeout?: number | undefined;
  onFailure?: OnFailure | undefined;
  allowUnprobed?: boolean | undefined;
  keepWarm?: number | undefined;
  championAliases?: boolean | undefined;
  requireEmptyEndpoint?: boolean | undefined;
  allowRolledBack?: boolean | undefined;
  requireApproval?: boolean | undefined;
  madeByRuns?: string[] | undefined;
  githubToken?: string | undefined;
  labels?: Labels | undefined;
  plan?: string | undefined;
  timeout?: number | undefined;
}

export function readInputs(reader: InputReader): Inputs {
  return {
    ...readCommonInputs(reader),
    environment: reader.text('environment'),
    projectId: reader.text('project-id'),
    region: reader.text('region'),
    endpointId: reader.text('endpoint-id'),
    endpointDisplayName: reader.text('endpoint-display-name'),
    endpointAccess: reader.choice('endpoint-access', ['shared', 'dedicated', 'private']),
    privateProjects: reader.list('private-projects'),
    predictionHost: reader.text('prediction-host'),
    modelVersion: reader.required('model-version'),
    machineType: reader.text('machine-type'),
    minReplicas: reader.integer('min-replicas', { min: 1 }),
    maxReplicas: reader.integer('max-replicas', { min: 1 }),
    acceleratorType: reader.text('accelerator-type'),
    acceleratorCount: reader.integer('accelerator-count', { min: 1 }),
    serviceAccount: reader.text('service-account'),
    strategy: reader.choice('strategy', STRATEGIES),
    trafficSteps: reader.list('traffic-steps'),
    bakeTime: reader.duration('bake-time', { min: 0 }),
    probePath: reader.text('probe-path'),
    probeTolerance: reader.number('probe-tolerance', { min: 0 }),
    probeAnswers: reader.integer('probe-answers', { min: 1, max: 1000 }),
    probeSettle: reader.duration('probe-settle', { min: 0 }),
    maxLatencyIncrease: reader.number('max-latency-increase', { min: 0 }),
    analysisCommand: reader.text('analysis-command'),
    analysisQuery: reader.text('analysis-query'),
    analysisSuccessCondition: reader.text('analysis-success-condition'),
    analysisFailureCondition: reader.text('analysis-failure-condition'),
    analysisTimeout: reader.duration('analysis-timeout', { min: 1000 }),
    onFailure: reader.choice('on-failure', ['keep', 'undeploy']),
    allowUnprobed: reader.flag('allow-unprobed'),
    keepWarm: reader.integer('keep-warm', { min: 0, max: 5 }),
    championAliases: reader.flag('champion-aliases'),
    requireEmptyEndpoint: reader.flag('require-empty-endpoint'),
    allowRolledBack: reader.flag('allow-rolled-back'),
    requireApproval: reader.flag('require-approval'),
    madeByRuns: reader.list('made-by-runs'),
    githubToken: reader.text('github-token'),
    labels: reader.pairs('labels'),
    plan: reader.text('plan'),
    timeout: reader.duration('timeout', { min: 1000 }),
  };
}
