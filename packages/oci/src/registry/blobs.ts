import { pipeline } from 'node:stream/promises';
import type { Digest } from '../digest.ts';
import { Refusal, type Call } from './answer.ts';

export async function getBlob({ storage, request, response, repository }: Call, digest: Digest): Promise<void> {
  const size = await storage.blobSize(repository, digest);
  if (size === undefined) throw new Refusal(404, 'BLOB_UNKNOWN', 'the repository has no such blob');
  const range = byteRange(request.headers.range, size);
  const headers = {
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
    'content-length': range === undefined ? size : range.end - range.start + 1,
  };
  if (range === undefined) response.writeHead(200, headers);
  else response.writeHead(206, { ...headers, 'content-range': `bytes ${range.start}-${range.end}/${size}` });
  if (request.method === 'HEAD') response.end();
  else await pipeline(storage.readBlob(digest, range), response);
}

/** A single range of a Range header; other forms are ignored, as RFC 9110 allows. */
function byteRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
  if (match === null) return undefined;
  const start = Number(match[1]);
  const end = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (start > end)
    throw new Refusal(416, 'BLOB_UNKNOWN', 'the range is not within the blob', { 'content-range': `bytes */${size}` });
  return { start, end };
}
