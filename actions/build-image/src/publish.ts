import { formatBytes, log } from '@mlops-actions/action-kit';
import {
  formatReference,
  formatRepository,
  heldBy,
  pushImage,
  type ImageOrIndex,
  type PushedBlob,
  type Reference,
  type RegistryClient,
  type Uploads,
} from '@mlops-actions/oci';

/** What pushing an image did. */
export interface Publication {
  /** Every reference that names the image now. */
  references: Reference[];
  /** What happened to each blob in the first repository. */
  outcomes: Map<string, PushedBlob['outcome']>;
  /** Bytes over all repositories: sent, mounted from another repository, there already. */
  bytes: { uploaded: number; mounted: number; skipped: number };
}

/**
 * Pushes an image, or an index with its images, to every repository among `references`, each repository once.
 *
 * @param begun uploads into one of them that are under way
 */
export async function publish(
  target: ImageOrIndex,
  references: readonly Reference[],
  client: RegistryClient,
  begun?: Uploads,
): Promise<Publication> {
  const publication: Publication = {
    references: [],
    outcomes: new Map(),
    bytes: { uploaded: 0, mounted: 0, skipped: 0 },
  };
  let source = target;
  for (const [name, group] of Map.groupBy(references, formatRepository)) {
    const repository = { registry: group[0]!.registry, name: group[0]!.name };
    const tags = group.flatMap(({ tag }) => (tag === undefined ? [] : [tag]));
    const { blobs, bytes } = await pushImage(client, source, repository, [...new Set(tags)], {
      onBlob: ({ digest, size, outcome }) => log.info(`${name}: ${digest} ${outcome}, ${formatBytes(size)}`),
      ...(begun !== undefined && formatRepository(begun.repository) === name && { uploads: begun }),
    });
    if (publication.outcomes.size === 0)
      for (const { digest, outcome } of blobs) publication.outcomes.set(digest, outcome);
    publication.bytes.uploaded += bytes.uploaded;
    publication.bytes.mounted += bytes.mounted;
    publication.bytes.skipped += bytes.present;
    publication.references.push(...group);
    for (const reference of group) log.info(`Pushed ${formatReference(reference)}`);
    // The next repository of the same registry mounts what this one has.
    source = heldBy(repository, target);
  }
  return publication;
}
