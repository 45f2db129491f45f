import type { Digest } from '../digest.ts';
import { MediaType } from '../media-types.ts';
import { json, Refusal, type Call } from './answer.ts';

export async function listTags({ storage, request, response, url, repository }: Call): Promise<void> {
  const own = storage.repository(repository);
  if (own === undefined) throw new Refusal(404, 'NAME_UNKNOWN', 'no such repository');
  const last = url.searchParams.get('last') ?? '';
  const limit = /^\d+$/.test(url.searchParams.get('n') ?? '') ? Number(url.searchParams.get('n')) : Infinity;
  const rest = [...own.tags.keys()].sort().filter((tag) => tag > last);
  const tags = rest.slice(0, limit);
  const more = tags.length > 0 && tags.length < rest.length;
  const next = `/v2/${repository}/tags/list?n=${limit}&last=${encodeURIComponent(tags.at(-1) ?? '')}`;
  json(
    request,
    response,
    'application/json',
    { name: repository, tags },
    more ? { link: `<${next}>; rel="next"` } : {},
  );
}

export async function listReferrers(
  { storage, request, response, url, repository }: Call,
  digest: Digest,
): Promise<void> {
  const wanted = url.searchParams.get('artifactType');
  const manifests = [...(storage.repository(repository)?.manifests ?? [])].flatMap(
    ([own, { mediaType, size, subject }]) =>
      subject?.digest === digest && (wanted === null || wanted === subject.artifactType)
        ? [
            {
              mediaType,
              digest: own,
              size,
              artifactType: subject.artifactType,
              ...(subject.annotations && { annotations: subject.annotations }),
            },
          ]
        : [],
  );
  const index = { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests };
  json(request, response, MediaType.ociIndex, index, wanted === null ? {} : { 'oci-filters-applied': 'artifactType' });
}
