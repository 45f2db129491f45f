import type { Described } from './artifact.ts';
import type { Artifact, Image, ImageIndex, ImageOrIndex } from './image.ts';
import { isForeignLayer } from './media-types.ts';
import type { Repository } from './reference.ts';
import type { BlobOutcome, RegistryClient } from './registry-client.ts';
import { Uploads } from './uploads.ts';

/** What happened to one blob of a pushed image. */
export interface PushedBlob {
  digest: string;
  size: number;
  outcome: BlobOutcome | 'foreign';
}

/** What a push did. */
export interface PushResult {
  blobs: PushedBlob[];
  /** Bytes by what happened to them. */
  bytes: { uploaded: number; mounted: number; present: number };
}

/**
 * Brings an image, an index of images or another artifact into a repository: blobs, then the manifests by their digests, that of an index after
 * those of its images, then the tags. A push that stops before its end leaves no tag that names something incomplete.
 */
export async function pushImage(
  client: RegistryClient,
  target: Artifact | ImageIndex,
  repository: Repository,
  tags: readonly string[],
  {
    onBlob = () => undefined,
    uploads = new Uploads(client, repository),
  }: { onBlob?: (blob: PushedBlob) => void; uploads?: Uploads } = {},
): Promise<PushResult> {
  const artifacts = 'images' in target ? target.images : [target];
  const named = artifacts.flatMap(({ layers, configBlob }) => [...layers, configBlob]);
  const unique = new Map(named.map((blob) => [blob.descriptor.digest, blob]));
  const pushed = [...unique.values()].map(async (blob): Promise<PushedBlob> => {
    const { digest, size, mediaType } = blob.descriptor;
    const outcome = isForeignLayer(mediaType) ? 'foreign' : await uploads.send(blob);
    onBlob({ digest, size, outcome });
    return { digest, size, outcome };
  });
  const blobs = await Promise.all(pushed).catch(async (error: unknown) => {
    await uploads.stop();
    throw error;
  });
  const put = (key: string, { mediaType, manifestBytes }: Described): Promise<void> =>
    client.putManifest(repository, key, mediaType, manifestBytes);
  for (const each of new Set<Described>([...artifacts, target])) await put(each.digest, each);
  for (const tag of tags) await put(tag, target);

  const bytes = { uploaded: 0, mounted: 0, present: 0 };
  for (const { outcome, size } of blobs) if (outcome !== 'foreign') bytes[outcome] += size;
  return { blobs, bytes };
}

/** The same, told that a repository holds all of it: the next one of its registry mounts from there what it lacks. */
export function heldBy(repository: Repository, target: ImageOrIndex): ImageOrIndex {
  const held = (image: Image): Image => ({
    ...image,
    layers: image.layers.map((layer) => ({ ...layer, home: repository })),
    configBlob: { ...image.configBlob, home: repository },
  });
  if (!('images' in target)) return held(target);
  const [first, ...others] = target.images;
  return { ...target, images: [held(first), ...others.map(held)] };
}
