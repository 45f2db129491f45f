import { parseDuration, UserError } from '@mlops-actions/action-kit';
import { manifestOf, type ResolvedManifest } from '@mlops-actions/manifest';
import {
  checkEndpointId,
  checkHost,
  checkLabels,
  LEDGER_PREFIXES,
  parseModelVersion,
  requirePlace,
  type EndpointAccess,
  type Labels,
  type ModelVersionId,
  type Place,
  type ServingShape,
} from '@mlops-actions/vertex';
import type { Analysis } from './analysis.ts';
import { approvalOf, type ApprovalDemand } from './approval.ts';
import type { Inputs, OnFailure, Strategy } from './inputs.ts';
import { parseQuery } from './query.ts';

/** A percentage of traffic, and how long it is left alone between two probes (milliseconds). */
export interface TrafficStep {
  share: number;
  bake: number;
}

/** What is to be deployed and how: the inputs, checked, with model.yaml under them. Durations are milliseconds. */
export interface Deployment {
  place: Place;
  endpointId: string;
  endpointDisplayName: string;
  /** Who can reach an endpoint that is made; `undefined` if nobody said. */
  access: EndpointAccess | undefined;
  privateProjects: readonly string[];
  /** Where this network reaches the endpoint, if not at the API or its own host. */
  predictionHost: string | undefined;
  version: ModelVersionId;
  /** What was asked for; the rest may be as it is. */
  askedShape: Partial<ServingShape>;
  shape: ServingShape;
  strategy: Strategy;
  /** Percentages rise to 100. */
  steps: readonly TrafficStep[];
  probe: ProbeSettings | undefined;
  /** Judge each step beside the probes, one after the other. */
  analyses: readonly Analysis[];
  onFailure: OnFailure;
  keepWarm: number;
  /** Whether `champion` and `previous-champion` follow the traffic. */
  championAliases: boolean;
  requireEmptyEndpoint: boolean;
  allowRolledBack: boolean;
  /** `undefined` where nobody has to approve. */
  approval: ApprovalDemand | undefined;
  labels: Labels;
  timeout: number;
}

export interface ProbeSettings {
  path: string;
  tolerance: number;
  answers: number;
  settle: number;
  /** By what fraction the new model's median latency may exceed the others'; `undefined` where latency does not decide. */
  maxLatencyIncrease: number | undefined;
}

/** Lays model.yaml under the inputs and checks what comes out. */
export async function resolveInputs(inputs: Inputs): Promise<Deployment> {
  const loaded = await manifestOf(inputs);
  const manifest: Partial<ResolvedManifest> = loaded?.manifest ?? {};
  const { model, registry, image = {}, endpoint = {} } = manifest;

  const place = requirePlace(inputs.projectId ?? manifest['project-id'], inputs.region ?? manifest.region);
  const endpointId = inputs.endpointId ?? endpoint['endpoint-id'] ?? model?.name;
  if (endpointId === undefined) {
    throw new UserError('It is not said which endpoint to deploy to.', {
      fix: "Set 'endpoint-id', or endpoint.endpoint-id or model.name in model.yaml.",
    });
  }
  const pathInManifest = endpoint['probe-path'] ?? image['golden-path'];
  const probePath = inputs.probePath ?? (pathInManifest === undefined ? undefined : loaded?.resolve(pathInManifest));
  if (probePath === undefined && !inputs.allowUnprobed) {
    throw new UserError(
      'There is no probe set, so nothing could be said about the new model before it gets all traffic.',
      {
        fix: "Set 'probe-path', or endpoint.probe-path or image.golden-path in model.yaml; or 'allow-unprobed: true'.",
      },
    );
  }
  const askedShape = checkShape({
    machineType: inputs.machineType ?? endpoint['machine-type'],
    minReplicas: inputs.minReplicas ?? endpoint['min-replicas'],
    maxReplicas: inputs.maxReplicas ?? endpoint['max-replicas'],
    acceleratorType: inputs.acceleratorType ?? endpoint['accelerator-type'],
    acceleratorCount: inputs.acceleratorCount ?? endpoint['accelerator-count'],
    serviceAccount: inputs.serviceAccount ?? endpoint['service-account'],
  });
  const strategy = inputs.strategy ?? endpoint.strategy ?? 'canary';
  const maxLatencyIncrease = inputs.maxLatencyIncrease ?? endpoint['max-latency-increase'];
  const analyses = analysesOf(inputs, endpoint);
  return {
    place,
    endpointId: checkEndpointId(endpointId),
    endpointDisplayName: inputs.endpointDisplayName ?? endpoint['display-name'] ?? endpointId,
    ...accessOf(inputs, endpoint),
    version: parseModelVersion(inputs.modelVersion, place, registry?.['model-id'] ?? model?.name),
    askedShape,
    shape: {
      ...askedShape,
      machineType: askedShape.machineType ?? 'n1-standard-2',
      minReplicas: askedShape.minReplicas ?? 1,
      maxReplicas: askedShape.maxReplicas ?? askedShape.minReplicas ?? 1,
    },
    strategy,
    steps: stepsOf(
      strategy,
      checkSteps(strategy, inputs.trafficSteps?.map(Number), endpoint['traffic-steps']),
      inputs.bakeTime ?? parseDuration(endpoint['bake-time'] ?? '0') ?? 0,
      analyses.length > 0,
    ),
    probe:
      probePath === undefined
        ? undefined
        : {
            path: probePath,
            tolerance: inputs.probeTolerance ?? endpoint['probe-tolerance'] ?? image['golden-tolerance'] ?? 1e-6,
            answers: checkAnswers(inputs.probeAnswers, maxLatencyIncrease),
            settle: inputs.probeSettle ?? 30_000,
            maxLatencyIncrease,
          },
    analyses,
    onFailure: inputs.onFailure ?? endpoint['on-failure'] ?? 'keep',
    keepWarm: inputs.keepWarm ?? endpoint['keep-warm'] ?? 1,
    championAliases: inputs.championAliases ?? endpoint['champion-aliases'] ?? true,
    requireEmptyEndpoint: inputs.requireEmptyEndpoint ?? false,
    allowRolledBack: inputs.allowRolledBack ?? false,
    approval: approvalOf(inputs, endpoint['require-approval'] ?? false),
    labels: checkLabels({ ...endpoint.labels, ...inputs.labels }, LEDGER_PREFIXES),
    timeout: inputs.timeout ?? parseDuration(endpoint.timeout ?? '60m') ?? 0,
  };
}

function checkSteps(
  strategy: Strategy,
  asked: readonly number[] | undefined,
  inManifest: readonly number[] | undefined,
): readonly number[] {
  if (strategy !== 'canary') {
    if (asked === undefined) return [100];
    throw new UserError(`The strategy ${strategy} has one step, 100 %, and takes no 'traffic-steps'.`, {
      fix: "Remove them, or set 'strategy: canary'.",
    });
  }
  const steps = asked ?? inManifest ?? [5, 25, 100];
  const rising = steps.every((step, index) => Number.isInteger(step) && step > (steps[index - 1] ?? 0));
  if (rising && steps.at(-1) === 100) return steps;
  throw new UserError(`The traffic steps ${steps.join(', ')} do not rise to 100 in whole percentages.`, {
    fix: "Set 'traffic-steps' to such as 5,25,100.",
  });
}

/**
 * A canary bakes while both models serve, blue-green with the old model at hand, and an immediate release not at all. What is judged from
 * outside bakes at its last step too: there would be nothing to see yet.
 */
function stepsOf(
  strategy: Strategy,
  shares: readonly number[],
  bakeTime: number,
  analysed: boolean,
): readonly TrafficStep[] {
  const bakes = {
    canary: (share: number) => analysed || share < 100,
    'blue-green': () => true,
    immediate: () => false,
  }[strategy];
  return shares.map((share) => ({ share, bake: bakes(share) ? bakeTime : 0 }));
}

type EndpointSection = NonNullable<Partial<ResolvedManifest>['endpoint']>;

function accessOf(
  inputs: Inputs,
  endpoint: EndpointSection,
): Pick<Deployment, 'access' | 'privateProjects' | 'predictionHost'> {
  const access = inputs.endpointAccess ?? endpoint.access;
  const privateProjects = inputs.privateProjects ?? endpoint['private-projects'] ?? [];
  if (access !== 'private' && privateProjects.length > 0) {
    throw new UserError("'private-projects' is for private endpoints.", { fix: "Set 'endpoint-access: private'." });
  }
  const host = inputs.predictionHost ?? endpoint['prediction-host'];
  return { access, privateProjects, predictionHost: host === undefined ? undefined : checkHost(host) };
}

/** What judges from outside: a query, and a program with its arguments, which are one a line in the input and a list in model.yaml. */
function analysesOf(inputs: Inputs, endpoint: EndpointSection): readonly Analysis[] {
  const timeout = inputs.analysisTimeout ?? parseDuration(endpoint['analysis-timeout'] ?? '10m') ?? 0;
  const lines = inputs.analysisCommand?.split('\n').map((line) => line.trim());
  const [program, ...args] = lines?.filter((line) => line !== '') ?? endpoint['analysis-command'] ?? [];
  const query = inputs.analysisQuery ?? endpoint['analysis-query'];
  const success = inputs.analysisSuccessCondition ?? endpoint['analysis-success-condition'];
  const failure = inputs.analysisFailureCondition ?? endpoint['analysis-failure-condition'];
  if ((query === undefined) !== (success === undefined) || (query === undefined && failure !== undefined)) {
    throw new UserError("'analysis-query' and 'analysis-success-condition' need each other.", {
      fix: "Set both, such as a rate of errors and '< 0.01'; 'analysis-failure-condition' can be added.",
    });
  }
  return [
    ...(query === undefined ? [] : [parseQuery({ query, success: success!, failure, timeout })]),
    ...(program === undefined ? [] : [{ command: [program, ...args], timeout } as const]),
  ];
}

/** Answers of each model that a comparison of their medians takes at least. */
const COMPARED_ANSWERS = { least: 10, usual: 50 };

function checkAnswers(asked: number | undefined, maxLatencyIncrease: number | undefined): number {
  if (maxLatencyIncrease === undefined) return asked ?? 5;
  if (asked === undefined || asked >= COMPARED_ANSWERS.least) return asked ?? COMPARED_ANSWERS.usual;
  throw new UserError(`'probe-answers: ${asked}' is too few to compare latencies by.`, {
    fix: `Set at least ${COMPARED_ANSWERS.least}, or leave it out for ${COMPARED_ANSWERS.usual}.`,
  });
}

function checkShape(shape: Partial<ServingShape>): Partial<ServingShape> {
  const { machineType, minReplicas = 1, maxReplicas = minReplicas, acceleratorType, acceleratorCount } = shape;
  if (machineType !== undefined && !/^[a-z0-9-]+$/.test(machineType)) {
    throw new UserError(`'${machineType}' is not a machine type.`, {
      fix: "Set 'machine-type' to such as n1-standard-2.",
    });
  }
  if (maxReplicas < minReplicas) {
    throw new UserError(`'max-replicas' (${maxReplicas}) is less than 'min-replicas' (${minReplicas}).`);
  }
  if (acceleratorType !== undefined && !/^[A-Z][A-Z0-9_]+$/.test(acceleratorType)) {
    throw new UserError(`'${acceleratorType}' is not an accelerator type.`, {
      fix: "Set 'accelerator-type' to such as NVIDIA_L4.",
    });
  }
  if (acceleratorCount !== undefined && acceleratorType === undefined) {
    throw new UserError("'accelerator-count' needs 'accelerator-type'.");
  }
  if (shape.serviceAccount !== undefined && !/^[^@\s]+@[^@\s]+$/.test(shape.serviceAccount)) {
    throw new UserError(`'${shape.serviceAccount}' is not the address of a service account.`);
  }
  return acceleratorType !== undefined ? { ...shape, acceleratorCount: acceleratorCount ?? 1 } : shape;
}
