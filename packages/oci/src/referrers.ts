import { UserError } from '@mlops-actions/action-kit';
import { composeArtifact, descriptorOf, type ArtifactContent, type Described } from './artifact.ts';
import type { Digest } from './digest.ts';
import type { Artifact, Descriptor } from './image.ts';
import { isIndex, MediaType } from './media-types.ts';
import { parseIndex, parseManifest } from './parse.ts';
import { pushImage } from './push.ts';
import { formatRepository, type Repository } from './reference.ts';
import type { RegistryClient } from './registry-client.ts';
import { RegistryError } from './registry-errors.ts';

/** How an attachment is found: by the registry's list of referrers, or by the tag that stands in for it. */
export type Listing = 'referrers' | 'tag';

/**
 * Pushes an artifact that is about `subject` (distribution-spec 1.1, referrers). A registry without the referrers API is told by asking it,
 * since some answer OCI-Subject without having it; there the artifact is listed under the tag `sha256-<hex>`. That list is read, extended and
 * written: another writer at the same moment would be lost, so attach from one place at a time.
 */
export async function attachArtifact(
  client: RegistryClient,
  repository: Repository,
  subject: Described,
  content: Omit<ArtifactContent, 'subject'>,
): Promise<{ digest: Digest; listing: Listing }> {
  const artifact = composeArtifact({ ...content, subject: descriptorOf(subject) });
  const { artifactType, annotations } = content;
  const entry: Descriptor = { ...descriptorOf(artifact), artifactType, ...(annotations && { annotations }) };
  return {
    digest: artifact.digest,
    listing: await pushAttachment(client, repository, subject.digest, artifact, entry),
  };
}

/**
 * Copies what is attached to a manifest to where that manifest is in another repository, byte for byte; an attachment of an attachment comes along.
 * @returns digests of what was copied
 */
export async function copyAttached(
  client: RegistryClient,
  from: Repository,
  to: Repository,
  subject: Digest,
): Promise<Digest[]> {
  const copied: Digest[] = [];
  for (const entry of await listAttached(client, from, subject)) {
    const { mediaType, digest, bytes } = await client.getManifest(from, entry.digest);
    const manifest = parseManifest(bytes, mediaType, `${formatRepository(from)}@${digest}`);
    const store = client.store(from);
    const artifact: Artifact = {
      mediaType,
      digest,
      manifest,
      manifestBytes: bytes,
      configBlob: store.blob(manifest.config),
      layers: manifest.layers.map((layer) => store.blob(layer)),
    };
    await pushAttachment(client, to, subject, artifact, entry);
    copied.push(digest, ...(await copyAttached(client, from, to, digest)));
  }
  return copied;
}

async function pushAttachment(
  client: RegistryClient,
  repository: Repository,
  subject: Digest,
  artifact: Artifact,
  entry: Descriptor,
): Promise<Listing> {
  await pushImage(client, artifact, repository, []);
  if ((await client.listReferrers(repository, subject)) !== undefined) return 'referrers';
  const tag = fallbackTag(subject);
  const listed = await readFallback(client, repository, tag);
  if (!listed.some(({ digest }) => digest === entry.digest)) {
    const index = { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests: [...listed, entry] };
    await client.putManifest(repository, tag, MediaType.ociIndex, Buffer.from(JSON.stringify(index)));
  }
  return 'tag';
}

/** The artifacts that are about a manifest, wherever they are listed. */
export async function listAttached(
  client: RegistryClient,
  repository: Repository,
  subject: Digest,
): Promise<Descriptor[]> {
  return (
    (await client.listReferrers(repository, subject)) ?? (await readFallback(client, repository, fallbackTag(subject)))
  );
}

const fallbackTag = (subject: Digest): string => subject.replace(':', '-');

async function readFallback(client: RegistryClient, repository: Repository, tag: string): Promise<Descriptor[]> {
  try {
    const { mediaType, bytes } = await client.getManifest(repository, tag);
    const where = `${formatRepository(repository)}:${tag}`;
    if (!isIndex(mediaType)) throw new UserError(`${where} is no list of referrers, but '${mediaType}'.`);
    return parseIndex(bytes, where);
  } catch (error) {
    if (error instanceof RegistryError && error.status === 404) return [];
    throw error;
  }
}
