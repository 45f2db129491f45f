import { setTimeout as sleep } from 'node:timers/promises';
import type { google } from '@google-cloud/aiplatform/build/protos/protos.js';
import { UserError } from '@mlops-actions/action-kit';
import { ONCE, REPEATABLE, type Vertex } from './clients.ts';
import { answerLost, explaining, Status, statusOf } from './errors.ts';
import type { Labels } from './labels.ts';
import { decodeLedger, encodeLedger, type Ledger, type LedgerEntry } from './ledger.ts';
import {
  endpointName,
  lastSegment,
  modelVersionName,
  placeName,
  sameVersion,
  shortVersion,
  type ModelVersionId,
} from './names.ts';
import { runningOperations, waitFor, waitForAnother } from './operations.ts';
import { sameSplit, servingOnly, shareOf, type TrafficSplit } from './traffic.ts';

type IEndpoint = google.cloud.aiplatform.v1.IEndpoint;
type IDeployedModel = google.cloud.aiplatform.v1.IDeployedModel;
type IDeployModelRequest = google.cloud.aiplatform.v1.IDeployModelRequest;
type DeployModelResponse = google.cloud.aiplatform.v1.IDeployModelResponse;

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

/** What to deploy, and how long to wait for it (milliseconds). */
export interface DeployRequest {
  version: ModelVersionId;
  shape: ServingShape;
  timeout: number;
}

/**
 * Deploys a version without giving it traffic, also on an endpoint that has no other model, and waits until its replicas are there.
 * The traffic of the others is not touched. If the answer to the request is lost, what it did is looked for before it is made again.
 *
 * @returns the id of the deployed model
 */
export async function deployDark(vertex: Vertex, endpointId: string, request: DeployRequest): Promise<string> {
  const { version, timeout } = request;
  const what = `deploy ${shortVersion(version)} to endpoint ${endpointId}`;
  const deadline = Date.now() + timeout;
  const known = new Set((await requireEndpoint(vertex, endpointId)).deployed.map(({ id }) => id));
  for (let attempt = 1; ; attempt++) {
    let name: string;
    try {
      const [operation] = await vertex.endpoints.deployModel(deployModelRequest(vertex, endpointId, request), {
        ...ONCE,
      });
      name = operation.name ?? '';
    } catch (error) {
      if (answerLost(error)) {
        await awaitRunningDeployments(vertex, endpointId, timeout);
        const now = await requireEndpoint(vertex, endpointId);
        const made = now.deployed.find((model) => !known.has(model.id) && sameVersion(model, version));
        if (made !== undefined) return awaitReplicas(vertex, endpointId, made.id, deadline);
        if (attempt < ATTEMPTS) continue;
      }
      return explaining(what, () => Promise.reject(error as Error));
    }
    const operation = { host: vertex.endpoints, method: 'deployModel', name, what };
    const { deployedModel } = await waitFor<DeployModelResponse>(operation, { timeout });
    return awaitReplicas(vertex, endpointId, deployedModel?.id ?? '', deadline);
  }
}

function deployModelRequest(
  vertex: Vertex,
  endpointId: string,
  { version, shape }: DeployRequest,
): IDeployModelRequest {
  return {
    endpoint: endpointName(vertex, endpointId),
    deployedModel: {
      model: modelVersionName(vertex, version),
      displayName: shortVersion(version),
      ...(shape.serviceAccount !== undefined && { serviceAccount: shape.serviceAccount }),
      dedicatedResources: {
        machineSpec: {
          machineType: shape.machineType,
          ...(shape.acceleratorType !== undefined && {
            acceleratorType: shape.acceleratorType as AcceleratorType,
            acceleratorCount: shape.acceleratorCount ?? 1,
          }),
        },
        minReplicaCount: shape.minReplicas,
        maxReplicaCount: shape.maxReplicas,
      },
    },
    // Empty: the split stays as it is. (Any entry would replace it as a whole, and not under the endpoint's etag.)
    trafficSplit: {},
  };
}

type AcceleratorType = google.cloud.aiplatform.v1.IMachineSpec['acceleratorType'];

/** Waits for deployments that another run left running on an endpoint. Their own failures are not this run's. */
export async function awaitRunningDeployments(vertex: Vertex, endpointId: string, timeout: number): Promise<void> {
  for (const name of await runningOperations(vertex.endpoints, endpointName(vertex, endpointId), 'deployModel')) {
    const what = `finish a deployment to endpoint ${endpointId}`;
    await waitForAnother({ host: vertex.endpoints, method: 'deployModel', name, what }, { timeout });
  }
}

/** A model that is deployed, and whose replicas do not come. */
export class ReplicasMissing extends UserError {
  readonly deployedModelId: string;

  constructor(message: string, deployedModelId: string) {
    super(message, {
      fix: 'It gets no traffic. Look for quota, stock of the machine type, and the log of the container.',
    });
    this.deployedModelId = deployedModelId;
  }
}

/** Milliseconds between looks at the replicas. */
const REPLICA_POLL = 2_000;
/** Milliseconds that replicas may take to be counted after the deployment is said to be done. */
const REPLICA_PATIENCE = 120_000;

/**
 * Waits until the least number of replicas is available: a deployment can be called done while they fail.
 *
 * @param deadline when to give up, in milliseconds since 1970
 * @returns the id
 * @throws ReplicasMissing if they do not come
 */
export async function awaitReplicas(vertex: Vertex, endpointId: string, id: string, deadline: number): Promise<string> {
  const until = Math.min(deadline, Date.now() + REPLICA_PATIENCE);
  for (;;) {
    const model = (await requireEndpoint(vertex, endpointId)).deployed.find((deployed) => deployed.id === id);
    if (model === undefined) {
      throw new UserError(`The deployed model ${id} is gone from endpoint ${endpointId}.`, {
        fix: 'Somebody undeployed it: run again.',
      });
    }
    const wanted = model.shape?.minReplicas ?? 1;
    if (model.availableReplicas === undefined || model.availableReplicas >= wanted) return id;
    if (Date.now() + REPLICA_POLL > until) {
      const reason = model.statusMessage === undefined ? '' : ` Vertex AI says: ${model.statusMessage}`;
      throw new ReplicasMissing(
        `Only ${model.availableReplicas} of ${wanted} replicas of ${shortVersion(model)} on endpoint ${endpointId} are available.${reason}`,
        id,
      );
    }
    await sleep(REPLICA_POLL);
  }
}

/** Changes the replicas of a deployed model, all that can be changed of it. */
export async function resize(
  vertex: Vertex,
  endpointId: string,
  id: string,
  { minReplicas, maxReplicas, timeout }: { minReplicas: number; maxReplicas: number; timeout: number },
): Promise<void> {
  const what = `change the replicas of deployed model ${id} on endpoint ${endpointId}`;
  const [operation] = await explaining(what, () =>
    vertex.endpoints.mutateDeployedModel(
      {
        endpoint: endpointName(vertex, endpointId),
        deployedModel: { id, dedicatedResources: { minReplicaCount: minReplicas, maxReplicaCount: maxReplicas } },
        updateMask: { paths: ['dedicated_resources.min_replica_count', 'dedicated_resources.max_replica_count'] },
      },
      { ...ONCE },
    ),
  );
  await waitFor(
    { host: vertex.endpoints, method: 'mutateDeployedModel', name: operation.name ?? '', what },
    { timeout },
  );
}

/** Undeploys a model that gets no traffic. One that is gone already is as good. */
export async function undeploy(vertex: Vertex, endpointId: string, id: string, timeout: number): Promise<void> {
  const what = `undeploy model ${id} from endpoint ${endpointId}`;
  const operation = await explaining(what, async () => {
    try {
      const request = { endpoint: endpointName(vertex, endpointId), deployedModelId: id, trafficSplit: {} };
      return (await vertex.endpoints.undeployModel(request, { ...ONCE }))[0];
    } catch (error) {
      const state = await readEndpoint(vertex, endpointId);
      if (state !== undefined && !state.deployed.some((model) => model.id === id)) return undefined;
      throw error;
    }
  });
  if (operation === undefined) return;
  await waitFor({ host: vertex.endpoints, method: 'undeployModel', name: operation.name ?? '', what }, { timeout });
}

/** Somebody else moved the traffic while this run did: nothing more may be moved without looking at the whole again. */
export class TrafficConflict extends UserError {}

/** Times that a request whose answer was lost is made. */
const ATTEMPTS = 5;

/**
 * Moves traffic and writes the ledger, in one update that only holds if the endpoint is still as `before` says.
 *
 * @throws TrafficConflict if somebody else changed traffic or ledger meanwhile
 */
export async function moveTraffic(
  vertex: Vertex,
  before: EndpointState,
  split: TrafficSplit,
  entries: readonly LedgerEntry[],
): Promise<EndpointState> {
  for (let attempt = 1; ; attempt++) {
    const labels = encodeLedger(entries, before.labels);
    try {
      const [endpoint] = await vertex.endpoints.updateEndpoint(
        {
          endpoint: { name: endpointName(vertex, before.id), etag: before.etag, trafficSplit: { ...split }, labels },
          updateMask: { paths: ['traffic_split', 'labels'] },
        },
        { ...ONCE },
      );
      return stateOf(endpoint);
    } catch (error) {
      const now = await requireEndpoint(vertex, before.id);
      if (sameSplit(now.split, split) && sameLabels(now.labels, labels)) return now;
      const untouched = sameSplit(now.split, before.split) && sameLedger(now.ledger, before.ledger);
      if (!untouched) {
        throw new TrafficConflict(`Somebody else changed the traffic of endpoint ${before.id} during this run.`, {
          fix: 'Look at who did, then run again. A concurrency group per endpoint keeps two runs apart.',
          cause: error,
        });
      }
      const outdated = now.etag !== before.etag;
      if (attempt === ATTEMPTS || !(outdated || answerLost(error))) {
        return explaining(`move the traffic of endpoint ${before.id}`, () => Promise.reject(error as Error));
      }
      before = now;
      await sleep(200 * 2 ** attempt);
    }
  }
}

/**
 * Writes traffic and ledger as they are: what a rollback needs from the service, without its effect. The etag is another afterwards.
 *
 * @throws UserError if the update is refused, whatever the reason
 */
export async function rewriteTraffic(vertex: Vertex, endpoint: EndpointState): Promise<EndpointState> {
  const { id, etag, split } = endpoint;
  const labels = encodeLedger(endpoint.ledger.entries, endpoint.labels);
  return explaining(`write the traffic of endpoint ${id} as it is`, async () => {
    const update = { name: endpointName(vertex, id), etag, trafficSplit: { ...split }, labels };
    const updateMask = { paths: ['traffic_split', 'labels'] };
    return stateOf((await vertex.endpoints.updateEndpoint({ endpoint: update, updateMask }, { ...ONCE }))[0]);
  });
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

function sameLabels(a: Labels, b: Labels): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

const sameLedger = (a: Ledger, b: Ledger): boolean => JSON.stringify(a) === JSON.stringify(b);

function stateOf(endpoint: IEndpoint): EndpointState {
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
