import { UserError } from '@mlops-actions/action-kit';
import {
  latestOf,
  mainModel,
  requireEndpoint,
  shortVersion,
  type ModelVersionId,
  type Vertex,
} from '@mlops-actions/vertex';

/** What is judged. */
export interface Serving {
  /** Names the version; another one starts a fresh baseline. */
  version: string;
  /** Where it is deployed, if it is known. */
  deployedModelId: string | undefined;
  /** The version in the registry, if it is known. */
  model: ModelVersionId | undefined;
}

/** The deployed model with most traffic on an endpoint. It is told from others of its version, since one that was deployed anew may run on other data. */
export async function servingOn(vertex: Vertex, endpointId: string): Promise<Serving> {
  const endpoint = await requireEndpoint(vertex, endpointId);
  const main = mainModel(endpoint);
  if (main === undefined) {
    throw new UserError(`Nothing serves on endpoint ${endpointId}.`, {
      fix: "Deploy a model, or name the version that the data is of by 'model-version'.",
    });
  }
  const entry = latestOf(endpoint.ledger.entries, main.id);
  const digest = entry?.digest === undefined ? '' : ` ${entry.digest}`;
  return {
    version: `${shortVersion(main)}${digest}`,
    deployedModelId: main.id,
    model: { modelId: main.modelId, versionId: main.versionId },
  };
}
