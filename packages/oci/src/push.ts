import type { Described } from './artifact.ts';
import type { Artifact, Blob, Image, ImageIndex, ImageOrIndex } from './image.ts';
import { isForeignLayer } from './media-types.ts';
import type { Repository } from './reference.ts';
import type { BlobOutcome, RegistryClient } from './registry-client.ts';

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

/** Blobs that are sent at the same time; a blob itself goes as one request. */
const PARALLEL = 4;

/**
 * Brings an image, an index of images or another artifact into a repository: blobs, then the manifests by their digests, that of an index after
 * those of its images, then the tags. A push that stops before its end leaves no tag that names something incomplete.
 */
export async function pushImage(
  client: RegistryClient,
  target: Artifact | ImageIndex,
  repository: Repository,
  tags: readonly string[],
  onBlob: (blob: PushedBlob) => void = () => undefined,
): Promise<PushResult> {
  const artifacts = 'images' in target ? target.images : [target];
  const named = artifacts.flatMap(({ layers, configBlob }) => [...layers, configBlob]);
  const unique = new Map(named.map((blob) => [blob.descriptor.digest, blob]));
  const blobs = await inParallel([...unique.values()], PARALLEL, async (blob) => {
    const pushed = await pushBlob(client, repository, blob);
    onBlob(pushed);
    return pushed;
  });
  const put = (key: string, { mediaType, manifestBytes }: Described): Promise<void> =>
    client.putManifest(repository, key, mediaType, manifestBytes);
  for (const each of new Set<Described>([...artifacts, target])) await put(each.digest, each);
  for (const tag of tags) await put(tag, target);

  const bytes = { uploaded: 0, mounted: 0, present: 0 };
  for (const { outcome, size } of blobs) if (outcome !== 'foreign') bytes[outcome] += size;
  return { blobs, bytes };
}

async function pushBlob(client: RegistryClient, repository: Repository, blob: Blob): Promise<PushedBlob> {
  const { digest, size, mediaType } = blob.descriptor;
  const outcome = isForeignLayer(mediaType) ? 'foreign' : await client.uploadBlob(repository, blob);
  return { digest, size, outcome };
}

/** Runs at most `limit` works at a time; after a failure none is begun, and those under way are waited for. */
async function inParallel<T, R>(items: readonly T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const index = next++;
      try {
        results[index] = await work(items[index]!);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
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
