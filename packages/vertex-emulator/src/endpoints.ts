import { RpcError, invalidField } from './status.ts';
import { checkSplit, withNewModel, NEW_MODEL, type TrafficSplit } from './traffic.ts';
import type { DedicatedResources, WireDeployedModel } from './wire.ts';
import { without, type DeployedModel, type DeployedModelStatus, type Endpoint } from './state.ts';
import type { Moment } from './identity.ts';

/** The rules of endpoints, deployed models and traffic. Pure: each function makes a new endpoint from an old one. */

const ENDPOINT_ID = /^(?:[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?|\d{1,9})$/;
const DEPLOYED_MODEL_ID = /^\d{1,10}$/;
const MACHINE_TYPE = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/;

export function checkEndpointId(id: string): string {
  if (!ENDPOINT_ID.test(id)) throw invalidField('endpoint_id', `Invalid endpoint ID '${id}'.`);
  return id;
}

/** Checks the resources of a custom model, which are dedicated, and fills in what the service fills in. */
export function checkResources(deployed: WireDeployedModel): DeployedModel['resources'] {
  const { dedicatedResources, automaticResources, sharedResources } = deployed;
  if (dedicatedResources === undefined) {
    if (automaticResources === undefined && sharedResources === undefined) {
      throw invalidField('deployed_model.prediction_resources', 'Required field is not set.');
    }
    const kind = automaticResources === undefined ? 'shared_resources' : 'automatic_resources';
    throw new RpcError(
      'INVALID_ARGUMENT',
      `'${kind}' is not supported for this Model; it supports DEDICATED_RESOURCES.`,
    );
  }
  const machineSpec = { machineType: 'n1-standard-2', ...dedicatedResources.machineSpec };
  if (!MACHINE_TYPE.test(machineSpec.machineType)) {
    throw invalidField(
      'deployed_model.dedicated_resources.machine_spec.machine_type',
      `Machine type '${machineSpec.machineType}' is not supported.`,
    );
  }
  return { ...checkReplicas(dedicatedResources), machineSpec };
}

/** `max` defaults to `min`, which must be at least 1. */
function checkReplicas(resources: DedicatedResources): DeployedModel['resources'] {
  const { minReplicaCount = 0, maxReplicaCount = minReplicaCount, requiredReplicaCount = minReplicaCount } = resources;
  const field = 'deployed_model.dedicated_resources';
  if (minReplicaCount < 1) throw invalidField(`${field}.min_replica_count`, 'The value must be at least 1.');
  if (maxReplicaCount < minReplicaCount) {
    throw invalidField(`${field}.max_replica_count`, 'The value must not be less than min_replica_count.');
  }
  if (requiredReplicaCount < 1 || requiredReplicaCount > minReplicaCount) {
    throw invalidField(`${field}.required_replica_count`, 'The value must be from 1 to min_replica_count.');
  }
  return { ...resources, minReplicaCount, maxReplicaCount };
}

/** The id that a deployed model gets: the one asked for, if it is free, or a new one. */
export function deployedModelId(endpoint: Endpoint, wanted: string | undefined, moment: Moment): string {
  if (wanted === undefined || wanted === '') return moment.chance.id();
  if (!DEPLOYED_MODEL_ID.test(wanted) || wanted === NEW_MODEL) {
    throw invalidField('deployed_model.id', `Invalid DeployedModel ID '${wanted}': it must be 1 to 10 digits.`);
  }
  if ([...endpoint.deployedModels, ...endpoint.deploying].some(({ id }) => id === wanted)) {
    throw new RpcError('ALREADY_EXISTS', `DeployedModel ID ${wanted} already exists.`);
  }
  return wanted;
}

/** Checks DeployModel's split, in which `0` is the new model. */
export function checkDeploySplit(endpoint: Endpoint, split: TrafficSplit): void {
  checkSplit(split, [NEW_MODEL, ...idsOf(endpoint)]);
}

/** The endpoint with a deployment begun: nothing of it shows until it is done. */
export const beginDeployment = (endpoint: Endpoint, deployed: DeployedModel): Endpoint => ({
  ...endpoint,
  deploying: [...endpoint.deploying, deployed],
});

/** The endpoint with a deployment given up. */
export const abandonDeployment = (endpoint: Endpoint, id: string): Endpoint => ({
  ...endpoint,
  deploying: endpoint.deploying.filter((deployed) => deployed.id !== id),
});

/** The endpoint with a deployment done. An empty split leaves the traffic as it was; any other replaces it. */
export function finishDeployment(
  endpoint: Endpoint,
  id: string,
  split: TrafficSplit,
  status: DeployedModelStatus,
  moment: Moment,
): Endpoint {
  const deployed = endpoint.deploying.find((pending) => pending.id === id)!;
  checkDeploySplit(endpoint, split);
  const trafficSplit = Object.keys(split).length === 0 ? endpoint.trafficSplit : withNewModel(split, id);
  const deployedModels = [...endpoint.deployedModels, { ...deployed, createTime: moment.now, status }];
  return touched({ ...abandonDeployment(endpoint, id), deployedModels, trafficSplit }, moment);
}

/** The endpoint without a deployed model. */
export function undeploy(endpoint: Endpoint, id: string, split: TrafficSplit, moment: Moment): Endpoint {
  const trafficSplit = splitAfterUndeploy(endpoint, id, split);
  const deployedModels = endpoint.deployedModels.filter((deployed) => deployed.id !== id);
  return touched({ ...endpoint, deployedModels, trafficSplit }, moment);
}

/**
 * The traffic split that undeploying leaves. The deployed model must have no traffic, or lose it by `split`; the last one always goes,
 * and leaves an empty split.
 */
export function splitAfterUndeploy(endpoint: Endpoint, id: string, split: TrafficSplit): TrafficSplit {
  if (!idsOf(endpoint).includes(id)) {
    throw new RpcError('NOT_FOUND', `The DeployedModel ${id} does not exist.`);
  }
  if (endpoint.deployedModels.length === 1) return {};
  const wanted = Object.keys(split).length === 0 ? endpoint.trafficSplit : split;
  checkSplit(wanted, idsOf(endpoint));
  if ((wanted[id] ?? 0) > 0) {
    throw new RpcError(
      'FAILED_PRECONDITION',
      `The DeployedModel ${id} has ${wanted[id]!}% of the traffic; give it to others before or in this request.`,
    );
  }
  return without(wanted, id);
}

/** What MutateDeployedModel may change, by the paths of its mask. */
export const MUTABLE = [
  'min_replica_count',
  'max_replica_count',
  'required_replica_count',
  'autoscaling_metric_specs',
  'disable_container_logging',
] as const;

/** A deployed model with some of its mutable fields taken from `wanted`. */
export function mutate(
  deployed: DeployedModel,
  wanted: WireDeployedModel,
  paths: readonly string[],
  { now }: Moment,
): DeployedModel {
  const from: Partial<DedicatedResources> = wanted.dedicatedResources ?? {};
  const has = (path: (typeof MUTABLE)[number]): boolean => paths.includes(path);
  const resources = checkReplicas({
    ...deployed.resources,
    ...(has('min_replica_count') && { minReplicaCount: from.minReplicaCount ?? 0 }),
    ...(has('max_replica_count') && { maxReplicaCount: from.maxReplicaCount ?? 0 }),
    ...(has('required_replica_count') && { requiredReplicaCount: from.requiredReplicaCount ?? 0 }),
    ...(has('autoscaling_metric_specs') && { autoscalingMetricSpecs: from.autoscalingMetricSpecs ?? [] }),
  });
  const healthy = deployed.status.availableReplicaCount > 0;
  return {
    ...deployed,
    resources,
    settings: {
      ...deployed.settings,
      ...(has('disable_container_logging') && { disableContainerLogging: wanted.disableContainerLogging ?? false }),
    },
    status: {
      ...deployed.status,
      availableReplicaCount: healthy ? resources.minReplicaCount : 0,
      lastUpdateTime: now,
    },
  };
}

/** Changes one deployed model of an endpoint. */
export function mapDeployedModel(
  endpoint: Endpoint,
  id: string,
  change: (deployed: DeployedModel) => DeployedModel,
  moment: Moment,
): Endpoint {
  const deployedModels = endpoint.deployedModels.map((deployed) => (deployed.id === id ? change(deployed) : deployed));
  return touched({ ...endpoint, deployedModels }, moment);
}

/** A changed endpoint gets a new etag and update time. */
export const touched = (endpoint: Endpoint, { now, chance }: Moment): Endpoint => ({
  ...endpoint,
  updateTime: now,
  etag: chance.etag(),
});

const idsOf = (endpoint: Endpoint): string[] => endpoint.deployedModels.map(({ id }) => id);
