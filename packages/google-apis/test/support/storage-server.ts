import { createHash } from 'node:crypto';
import { Crc32c } from '../../src/crc32c.ts';
import { RefusedCall, type Handler } from './server.ts';

interface Stored {
  bytes: Buffer;
  generation: number;
}

/** Cloud Storage's JSON API, as far as files and small texts use it, with generations and their conditions. */
export function storageHandler(buckets: ReadonlyMap<string, Map<string, Stored>>, pageSize = 1000): Handler {
  const bucketOf = (name: string): Map<string, Stored> => {
    const bucket = buckets.get(name);
    if (bucket === undefined) {
      throw new RefusedCall({ status: 404, reason: 'notFound', message: 'The specified bucket does not exist.' });
    }
    return bucket;
  };
  return ({ method, path, query, body }) => {
    const [, upload, bucketName = '', name] =
      /^\/(upload\/)?storage\/v1\/b\/([^/]+)\/o(?:\/([^/]+))?$/.exec(path) ?? [];
    if (bucketName === '') return undefined;
    const bucket = bucketOf(bucketName);
    if (upload !== undefined && method === 'POST') {
      const target = query.get('name')!;
      const current = bucket.get(target)?.generation ?? 0;
      const wanted = query.get('ifGenerationMatch');
      if (wanted !== null && Number(wanted) !== current) {
        throw new RefusedCall({ status: 412, reason: 'conditionNotMet', message: 'At least one condition failed.' });
      }
      const stored = { bytes: Buffer.from(body), generation: current + 1 };
      bucket.set(target, stored);
      return { json: resource(bucketName, target, stored) };
    }
    if (name === undefined) {
      const prefix = query.get('prefix') ?? '';
      const names = [...bucket.keys()].filter((one) => one.startsWith(prefix)).sort();
      const start = Number(query.get('pageToken') ?? 0);
      const page = names.slice(start, start + pageSize);
      return {
        json: {
          ...(page.length > 0 && { items: page.map((one) => resource(bucketName, one, bucket.get(one)!)) }),
          ...(start + pageSize < names.length && { nextPageToken: String(start + pageSize) }),
        },
      };
    }
    const decoded = decodeURIComponent(name);
    const stored = bucket.get(decoded);
    const generation = query.get('generation');
    if (stored === undefined || (generation !== null && Number(generation) !== stored.generation)) {
      throw new RefusedCall({ status: 404, reason: 'notFound', message: `No such object: ${bucketName}/${decoded}` });
    }
    return query.get('alt') === 'media'
      ? { bytes: stored.bytes, headers: { 'content-type': 'application/octet-stream' } }
      : { json: resource(bucketName, decoded, stored) };
  };
}

function resource(bucket: string, name: string, { bytes, generation }: Stored): object {
  const crc = new Crc32c();
  crc.update(bytes);
  return {
    kind: 'storage#object',
    bucket,
    name,
    size: String(bytes.length),
    generation: String(generation),
    updated: '2026-01-01T00:00:00.000Z',
    crc32c: crc.digest(),
    md5Hash: createHash('md5').update(bytes).digest('base64'),
  };
}
