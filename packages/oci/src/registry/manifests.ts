import { collect, digestOf, isDigest, type Digest } from '../digest.ts';
import type { Descriptor } from '../image.ts';
import { isForeignLayer, isIndex } from '../media-types.ts';
import { MANIFEST_LIMIT } from '../parse.ts';
import { isTag } from '../reference.ts';
import { created, Refusal, type Call } from './answer.ts';
import type { StoredManifest } from './storage.ts';

export async function getManifest({ storage, request, response, repository }: Call, key: string): Promise<void> {
  const own = storage.repository(repository);
  if (own === undefined) throw new Refusal(404, 'NAME_UNKNOWN', 'no such repository');
  const digest = isDigest(key) ? key : own.tags.get(key);
  const manifest = digest === undefined ? undefined : own.manifests.get(digest);
  if (digest === undefined || manifest === undefined) throw new Refusal(404, 'MANIFEST_UNKNOWN', 'no such manifest');
  response.writeHead(200, {
    'content-type': manifest.mediaType,
    'docker-content-digest': digest,
    'content-length': manifest.size,
  });
  response.end(request.method === 'HEAD' ? undefined : await storage.readManifest(digest));
}

export async function putManifest({ storage, request, response, repository }: Call, key: string): Promise<void> {
  if (!isDigest(key) && !isTag(key)) throw new Refusal(400, 'TAG_INVALID', 'neither a tag nor a SHA-256 digest');
  const tooLarge = (): Error => new Refusal(413, 'SIZE_INVALID', 'the manifest is larger than 4 MiB');
  const bytes = await collect(request as AsyncIterable<Uint8Array>, MANIFEST_LIMIT, tooLarge);
  const digest = digestOf(bytes);
  if (isDigest(key) && key !== digest) throw new Refusal(400, 'DIGEST_INVALID', `the manifest's digest is ${digest}`);
  const { stored, blobs, manifests } = readManifest(bytes, request.headers['content-type']);
  const own = storage.repository(repository);
  for (const blob of blobs) {
    if (own?.blobs.has(blob) !== true)
      throw new Refusal(400, 'MANIFEST_BLOB_UNKNOWN', `the repository lacks the blob ${blob}`);
  }
  for (const manifest of manifests) {
    if (own?.manifests.has(manifest) !== true)
      throw new Refusal(400, 'MANIFEST_BLOB_UNKNOWN', `the repository lacks the manifest ${manifest}`);
  }
  await storage.putManifest(repository, digest, bytes, stored, isDigest(key) ? undefined : key);
  created(
    response,
    `/v2/${repository}/manifests/${digest}`,
    digest,
    stored.subject === undefined ? {} : { 'oci-subject': stored.subject.digest },
  );
}

/** What a manifest is and what it names. */
function readManifest(
  bytes: Buffer,
  contentType: string | undefined,
): { stored: StoredManifest; blobs: Digest[]; manifests: Digest[] } {
  const invalid = (problem: string): Refusal => new Refusal(400, 'MANIFEST_INVALID', problem);
  let value: Partial<ManifestJson>;
  try {
    value = JSON.parse(bytes.toString('utf8')) as Partial<ManifestJson>;
  } catch {
    throw invalid('the manifest is not JSON');
  }
  if (typeof value !== 'object' || value === null || value.schemaVersion !== 2)
    throw invalid('schemaVersion must be 2');
  const stated = contentType?.split(';')[0]?.trim();
  const mediaType = stated || value.mediaType;
  if (mediaType === undefined) throw invalid('the media type is missing');
  if (value.mediaType !== undefined && value.mediaType !== mediaType)
    throw invalid('mediaType and Content-Type differ');

  const digests = (list: unknown): Descriptor[] => {
    const found: unknown[] = list === undefined ? [] : Array.isArray(list) ? list : [list];
    if (!found.every((item) => isDigest((item as Descriptor | null)?.digest)))
      throw invalid('a descriptor has no SHA-256 digest');
    return found as Descriptor[];
  };
  const isList = isIndex(mediaType);
  const blobs = isList
    ? []
    : [...digests(value.config), ...digests(value.layers)].filter((blob) => !isForeignLayer(blob.mediaType ?? ''));
  const manifests = isList ? digests(value.manifests) : [];
  const [subject] = digests(value.subject);
  return {
    stored: {
      mediaType,
      size: bytes.length,
      ...(subject !== undefined && {
        subject: {
          digest: subject.digest,
          artifactType: value.artifactType ?? value.config?.mediaType ?? '',
          ...(value.annotations !== undefined && { annotations: value.annotations }),
        },
      }),
    },
    blobs: blobs.map((blob) => blob.digest),
    manifests: manifests.map((manifest) => manifest.digest),
  };
}

interface ManifestJson {
  schemaVersion: number;
  mediaType: string;
  artifactType: string;
  config: Descriptor;
  layers: Descriptor[];
  manifests: Descriptor[];
  subject: Descriptor;
  annotations: Record<string, string>;
}
