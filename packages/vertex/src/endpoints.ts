import type { google } from '@google-cloud/aiplatform/build/protos/protos.js';
import { UserError } from '@mlops-actions/action-kit';
import { ONCE, REPEATABLE, type Vertex } from './clients.ts';
import { answerLost, explaining, Status, statusOf } from './errors.ts';
import type { Labels } from './labels.ts';
import { decodeLedger, type Ledger } from './ledger.ts';
import { endpointName, lastSegment, placeName, sameVersion, type ModelVersionId } from './names.ts';
import { waitFor } from './operations.ts';
import { servingOnly, shareOf, type TrafficSplit } from './traffic.ts';

type IEndpoint = google.cloud.aiplatform.v1.IEndpoint;
type IDeployedModel = google.cloud.aiplatform.v1.IDeployedModel;

/** What a deployed model runs on. Only the replicas can be changed later. */
export interface ServingShape {
  machineType: string;
  minReplicas: number;
  maxReplicas: number;
  acceleratorType?: string | undefined;
  acceleratorCount?: number | undefined;
  /** Account that the container runs as. */
  serviceAccount?: string | undefined;
}

/** A model on an endpoint, with traffic or without. */
export interface DeployedModel extends ModelVersionId {
  id: string;
  /** `undefined` where it runs on resources that are not its own. */
  shape: ServingShape | undefined;
  /** Replicas that answer; `undefined` where the service does not say. */
  availableReplicas: number | undefined;
  statusMessage: string | undefined;
  /** Seconds since 1970. */
  createdAt: number;
}

/** An endpoint at one moment; `etag` says which. */
export interface EndpointState {
  id: string;
  name: string;
  displayName: string;
  etag: string;
  labels: Labels;
  /** Models that get traffic. */
  split: TrafficSplit;
  deployed: readonly DeployedModel[];
  ledger: Ledger;
  /** Host that the endpoint answers on, where it has one of its own. */
  dedicatedHost: string | undefined;
  access: EndpointAccess;
}

/** Reads an endpoint; `undefined` if there is none of this id. */
export async function readEndpoint(vertex: Vertex, endpointId: string): Promise<EndpointState | undefined> {
  return explaining(`read endpoint ${endpointId}`, async () => {
    try {
      const [endpoint] = await vertex.endpoints.getEndpoint(
        { name: endpointName(vertex, endpointId) },
        { ...REPEATABLE },
      );
      return stateOf(endpoint);
    } catch (error) {
      if (statusOf(error) === Status.NOT_FOUND) return undefined;
      throw error;
    }
  });
}

/** Reads an endpoint that must be there. */
export async function requireEndpoint(vertex: Vertex, endpointId: string): Promise<EndpointState> {
  const endpoint = await readEndpoint(vertex, endpointId);
  if (endpoint !== undefined) return endpoint;
  throw new UserError(`There is no endpoint '${endpointId}' in ${vertex.project}, ${vertex.region}.`, {
    fix: "Check 'endpoint-id', 'project-id' and 'region'; deploy-vertex-endpoint creates it at the first deployment.",
  });
}

/** Who can reach an endpoint: the region's API, its own host, or networks that Private Service Connect lets in. */
export type EndpointAccess = 'shared' | 'dedicated' | 'private';

/** An endpoint that is to be made; `privateProjects` are let in to a private one. */
export interface NewEndpoint {
  id: string;
  displayName: string;
  labels: Labels;
  /** `shared` unless told otherwise. */
  access?: EndpointAccess;
  privateProjects?: readonly string[];
  timeout: number;
}

/** Creates an endpoint that nothing is deployed on. One that another run made meanwhile is as good. */
export async function createEndpoint(
  vertex: Vertex,
  { id, displayName, labels, access = 'shared', privateProjects = [], timeout }: NewEndpoint,
): Promise<EndpointState> {
  const what = `create endpoint ${id}`;
  const operation = await explaining(what, async () => {
    try {
      const endpoint = {
        displayName,
        labels,
        ...(access === 'dedicated' && { dedicatedEndpointEnabled: true }),
        ...(access === 'private' && {
          privateServiceConnectConfig: { enablePrivateServiceConnect: true, projectAllowlist: [...privateProjects] },
        }),
      };
      return (
        await vertex.endpoints.createEndpoint({ parent: placeName(vertex), endpointId: id, endpoint }, { ...ONCE })
      )[0];
    } catch (error) {
      if (statusOf(error) === Status.ALREADY_EXISTS) return undefined;
      if (answerLost(error) && (await readEndpoint(vertex, id)) !== undefined) return undefined;
      throw error;
    }
  });
  if (operation !== undefined) {
    await waitFor({ host: vertex.endpoints, method: 'createEndpoint', name: operation.name ?? '', what }, { timeout });
  }
  return requireEndpoint(vertex, id);
}

/** The percentage of every deployed model, also of those that get none. */
export function fullSplit(endpoint: EndpointState): TrafficSplit {
  return Object.fromEntries(endpoint.deployed.map(({ id }) => [id, shareOf(endpoint.split, id)]));
}

/** The deployed model that gets most traffic. */
export function mainModel(endpoint: EndpointState): DeployedModel | undefined {
  return endpoint.deployed
    .filter(({ id }) => shareOf(endpoint.split, id) > 0)
    .sort((a, b) => shareOf(endpoint.split, b.id) - shareOf(endpoint.split, a.id))[0];
}

/**
 * The deployed model that already is what is wanted, with traffic before one without, the newest first. What cannot be changed later must
 * agree where it is asked for.
 */
export function findDeployed(
  endpoint: EndpointState,
  version: ModelVersionId,
  shape: Partial<ServingShape> = {},
): DeployedModel | undefined {
  const fixed = ['machineType', 'acceleratorType', 'acceleratorCount', 'serviceAccount'] as const;
  return endpoint.deployed
    .filter((model) => sameVersion(model, version))
    .filter(({ shape: has }) => fixed.every((key) => shape[key] === undefined || has?.[key] === shape[key]))
    .sort((a, b) => shareOf(endpoint.split, b.id) - shareOf(endpoint.split, a.id) || b.createdAt - a.createdAt)[0];
}

/** An endpoint as the service tells it. */
export function stateOf(endpoint: IEndpoint): EndpointState {
  const labels = { ...endpoint.labels };
  return {
    id: lastSegment(endpoint.name ?? ''),
    name: endpoint.name ?? '',
    displayName: endpoint.displayName ?? '',
    etag: endpoint.etag ?? '',
    labels,
    split: servingOnly({ ...endpoint.trafficSplit }),
    deployed: (endpoint.deployedModels ?? []).map(deployedModelOf),
    ledger: decodeLedger(labels),
    dedicatedHost: endpoint.dedicatedEndpointEnabled ? endpoint.dedicatedEndpointDns || undefined : undefined,
    access: accessOf(endpoint),
  };
}

function accessOf({ dedicatedEndpointEnabled, privateServiceConnectConfig, network }: IEndpoint): EndpointAccess {
  if (privateServiceConnectConfig?.enablePrivateServiceConnect || network) return 'private';
  return dedicatedEndpointEnabled ? 'dedicated' : 'shared';
}

function deployedModelOf(model: IDeployedModel): DeployedModel {
  const resources = model.dedicatedResources;
  const machine = resources?.machineSpec;
  const accelerator = machine?.acceleratorType;
  return {
    id: model.id ?? '',
    modelId: lastSegment(model.model ?? ''),
    versionId: model.modelVersionId ?? '',
    shape: resources
      ? {
          machineType: machine?.machineType ?? '',
          minReplicas: resources.minReplicaCount ?? 1,
          maxReplicas: resources.maxReplicaCount || (resources.minReplicaCount ?? 1),
          ...(typeof accelerator === 'string' &&
            accelerator !== 'ACCELERATOR_TYPE_UNSPECIFIED' && {
              acceleratorType: accelerator,
              acceleratorCount: machine?.acceleratorCount ?? 0,
            }),
          ...(model.serviceAccount ? { serviceAccount: model.serviceAccount } : {}),
        }
      : undefined,
    availableReplicas: model.status?.availableReplicaCount ?? undefined,
    statusMessage: model.status?.message || undefined,
    createdAt: Number(model.createTime?.seconds ?? 0),
  };
}
