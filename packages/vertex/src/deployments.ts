import { setTimeout as sleep } from 'node:timers/promises';
import type { google } from '@google-cloud/aiplatform/build/protos/protos.js';
import { UserError } from '@mlops-actions/action-kit';
import { ONCE, type Vertex } from './clients.ts';
import { readEndpoint, requireEndpoint, type ServingShape } from './endpoints.ts';
import { answerLost, explaining } from './errors.ts';
import { endpointName, modelVersionName, sameVersion, shortVersion, type ModelVersionId } from './names.ts';
import { TrafficConflict } from './moves.ts';
import { runningOperations, waitFor, waitForAnother } from './operations.ts';
import { shareOf } from './traffic.ts';

type IDeployModelRequest = google.cloud.aiplatform.v1.IDeployModelRequest;
type DeployModelResponse = google.cloud.aiplatform.v1.IDeployModelResponse;

/** What to deploy, and how long to wait for it (milliseconds). */
export interface DeployRequest {
  version: ModelVersionId;
  shape: ServingShape;
  timeout: number;
}

/** Times that a request whose answer was lost is made. */
const ATTEMPTS = 5;

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

/**
 * Undeploys a model that gets no traffic. One that is gone already is as good.
 *
 * @throws TrafficConflict if somebody has given it traffic
 */
export async function undeploy(vertex: Vertex, endpointId: string, id: string, timeout: number): Promise<void> {
  const what = `undeploy model ${id} from endpoint ${endpointId}`;
  const operation = await explaining(what, async () => {
    try {
      const request = { endpoint: endpointName(vertex, endpointId), deployedModelId: id, trafficSplit: {} };
      return (await vertex.endpoints.undeployModel(request, { ...ONCE }))[0];
    } catch (error) {
      const state = await readEndpoint(vertex, endpointId);
      if (state !== undefined && !state.deployed.some((model) => model.id === id)) return undefined;
      if (state !== undefined && shareOf(state.split, id) > 0) throw new TrafficConflict(endpointId, error);
      throw error;
    }
  });
  if (operation === undefined) return;
  await waitFor({ host: vertex.endpoints, method: 'undeployModel', name: operation.name ?? '', what }, { timeout });
}
