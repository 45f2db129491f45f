import {
  append,
  createEndpoint,
  deployDark,
  moveTraffic,
  requireEndpoint,
  uploadVersion,
  type Vertex,
} from '@mlops-actions/vertex';

/** The id of the endpoint and of the model on it. */
export const ENDPOINT = 'scoring';
/** A model.yaml that names no data: Vertex Model Monitoring alone is judged, and one failure is an alarm. */
export const MANIFEST = `schema-version: 1
model: {name: credit-risk, owner: risk@acme.example}
artifact: {path: model.onnx}
monitor:
  alarms:
    input-drift: {failures: 1, windows: 1}
    prediction-drift: {failures: 1, windows: 1}
`;

const version = { modelId: 'credit-risk', versionId: '1' };

/** Makes an endpoint, and registers version 1 of a model for it. */
export async function prepareEndpoint(vertex: Vertex): Promise<void> {
  await createEndpoint(vertex, { id: ENDPOINT, displayName: 'scoring', labels: {}, timeout: 30_000 });
  await registerVersion(vertex, false);
}

/** Registers the next version. */
export async function registerVersion(vertex: Vertex, modelExists = true): Promise<void> {
  await uploadVersion(
    vertex,
    {
      ...{ modelId: version.modelId, displayName: 'Credit risk', description: undefined, labels: {} },
      container: {
        imageUri: `registry.example/credit-risk@sha256:${'0'.repeat(64)}`,
        ...{ predictRoute: '/predict', healthRoute: '/health', port: 8080 },
      },
      ...{ artifactUri: undefined, modelDigest: undefined },
    },
    { modelExists, timeout: 30_000 },
  );
}

/** Deploys a version and gives it all traffic. Gives the id of the deployed model. */
export async function release(vertex: Vertex, versionId = version.versionId): Promise<string> {
  const shape = { machineType: 'n1-standard-2', minReplicas: 1, maxReplicas: 1 };
  const id = await deployDark(vertex, ENDPOINT, { version: { ...version, versionId }, shape, timeout: 30_000 });
  await giveTraffic(vertex, id, versionId);
  return id;
}

/** Gives all traffic to a deployed model. */
export async function giveTraffic(vertex: Vertex, id: string, versionId: string): Promise<void> {
  const before = await requireEndpoint(vertex, ENDPOINT);
  const trial = { ...version, versionId, deployedModelId: id, since: 1, digest: undefined, verdict: 'trial' as const };
  await moveTraffic(vertex, before, { [id]: 100 }, append(before.ledger.entries, trial));
}
