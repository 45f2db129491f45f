import { UserError } from '@mlops-actions/action-kit';
import { manifestOf } from '@mlops-actions/manifest';
import {
  imageDigest,
  mainModel,
  requireEndpoint,
  requireModelVersion,
  requirePlace,
  ROLLED_BACK_LABEL,
  shareOf,
  shortVersion,
  withVertex,
  type EndpointState,
  type LedgerEntry,
} from '@mlops-actions/vertex';
import type { Inputs } from './inputs.ts';

/** What serves in another environment, and was found good there. */
export interface Source {
  environment: string;
  endpoint: string;
  /** `ID@N`. */
  version: string;
  image: string;
  /** Run that registered it; undefined if its label is not there. */
  runId: string | undefined;
}

/**
 * Finds what serves in an environment, by the ledger on its endpoint.
 * @throws UserError unless all traffic goes to one version with a pinned image that took it over and passed
 */
export async function findSource(inputs: Inputs, environment: string): Promise<Source> {
  const loaded = await manifestOf({ ...inputs, environment });
  const manifest = loaded!.manifest;
  const endpointId = manifest.endpoint?.['endpoint-id'] ?? manifest.model.name;
  return withVertex(requirePlace(manifest['project-id'], manifest.region), async (vertex) => {
    const endpoint = await requireEndpoint(vertex, endpointId);
    const entry = servingEntry(endpoint, environment);
    const version = await requireModelVersion(vertex, entry);
    const image = version.container?.imageUri ?? '';
    const digest = imageDigest(image);
    const refuse = (why: string): UserError =>
      new UserError(`${shortVersion(version)}, which serves in ${environment}, cannot be promoted: ${why}.`);
    if (version.labels[ROLLED_BACK_LABEL] !== undefined) throw refuse('it was rolled back');
    if (digest === undefined) throw refuse('its image is not pinned by digest');
    if (inputs.image !== undefined && imageDigest(inputs.image) !== digest) {
      throw new UserError(`In ${environment} serves ${image}, not ${inputs.image}.`, {
        fix: 'Another version took over meanwhile, or this one was taken back: begin the promotion anew.',
      });
    }
    return {
      environment,
      endpoint: endpointId,
      version: shortVersion(version),
      image,
      runId: version.labels['run-id'],
    };
  });
}

function servingEntry(endpoint: EndpointState, environment: string): LedgerEntry {
  const serving = mainModel(endpoint);
  if (serving === undefined) throw new UserError(`The endpoint ${endpoint.id} of ${environment} serves nothing.`);
  if (shareOf(endpoint.split, serving.id) !== 100) {
    throw new UserError(`The endpoint ${endpoint.id} of ${environment} shares its traffic between several models.`, {
      fix: 'Wait for the end of the release that is under way there.',
    });
  }
  const entry = endpoint.ledger.entries.filter(({ deployedModelId }) => deployedModelId === serving.id).at(-1);
  if (entry?.verdict === 'passed') return entry;
  throw new UserError(
    `By the ledger, what serves at the endpoint ${endpoint.id} of ${environment} has not passed there (${entry?.verdict ?? 'it was not deployed by deploy-vertex-endpoint'}).`,
    { fix: 'Release it there with deploy-vertex-endpoint first.' },
  );
}
