import { messageOf } from '@mlops-actions/action-kit';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { collect, digestOf, isDigest, type Digest } from '../digest.ts';
import type { Descriptor } from '../image.ts';
import { isForeignLayer, isIndex, MediaType } from '../media-types.ts';
import { MANIFEST_LIMIT } from '../parse.ts';
import { isRepositoryName, isTag } from '../reference.ts';
import { Storage, type StoredManifest, type Upload } from './storage.ts';

/** A running registry. */
export interface Registry {
  /** `host:port`: the registry part of its image references. */
  address: string;
  close(): Promise<void>;
}

/**
 * Starts a small registry of the OCI distribution-spec 1.1 over plain HTTP: blobs, uploads, mounts, manifests, tags, referrers.
 * It is for one machine (rehearsals, tests): it knows no users, so it listens on loopback unless told otherwise. Content is kept in
 * `directory`; without one, in a temporary folder that goes when the registry closes.
 */
export async function startRegistry(
  options: { port?: number; host?: string; directory?: string } = {},
): Promise<Registry> {
  const { port = 0, host = '127.0.0.1' } = options;
  const directory = options.directory ?? (await mkdtemp(path.join(tmpdir(), 'oci-registry-')));
  const storage = await Storage.open(directory);
  const server = createServer((request, response) => {
    handle(storage, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else if (error instanceof Refusal) refuse(request, response, error);
      else refuse(request, response, new Refusal(500, 'UNKNOWN', messageOf(error)));
    });
  });
  // A model's upload may take longer than Node's default of five minutes.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const { address, port: actual, family } = server.address() as AddressInfo;
  return {
    address: family === 'IPv6' ? `[${address}]:${actual}` : `${address}:${actual}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await storage.close();
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** An answer of the specification's error format. */
class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;
  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, { status, code, message, headers }: Refusal): void {
  const body = JSON.stringify({ errors: [{ code, message }] });
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  request.resume(); // What the client is still sending is read and dropped, so that it comes to read the answer.
}

interface Call {
  storage: Storage;
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  repository: string;
}

const ROUTE =
  /^\/v2\/(?<name>.+?)\/(?:(?<kind>blobs|manifests|referrers)\/(?<key>[^/]+)|blobs\/uploads\/(?<upload>[^/]*)|tags\/(?<tags>list))$/;

async function handle(storage: Storage, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('docker-distribution-api-version', 'registry/2.0');
  const url = new URL(request.url ?? '/', 'http://registry');
  const method = request.method ?? '';
  if (url.pathname === '/v2/' || url.pathname === '/v2') {
    allow(method, 'GET', 'HEAD');
    response.writeHead(200, { 'content-type': 'application/json' }).end(method === 'HEAD' ? undefined : '{}');
    return;
  }
  const route = ROUTE.exec(decoded(url.pathname))?.groups;
  if (route === undefined) throw new Refusal(404, 'UNSUPPORTED', 'no such endpoint');
  const repository = route['name']!;
  if (!isRepositoryName(repository)) throw new Refusal(400, 'NAME_INVALID', 'not the name of a repository');
  const call: Call = { storage, request, response, url, repository };

  if (route['tags'] !== undefined) {
    allow(method, 'GET', 'HEAD');
    return listTags(call);
  }
  if (route['upload'] === '') {
    allow(method, 'POST');
    return startUpload(call);
  }
  if (route['upload'] !== undefined) {
    allow(method, 'GET', 'PATCH', 'PUT', 'DELETE');
    return continueUpload(call, method, route['upload']);
  }
  const key = route['key']!;
  if (route['kind'] === 'manifests') {
    allow(method, 'GET', 'HEAD', 'PUT');
    return method === 'PUT' ? putManifest(call, key) : getManifest(call, key);
  }
  allow(method, 'GET', 'HEAD');
  if (!isDigest(key)) throw new Refusal(400, 'DIGEST_INVALID', 'not a SHA-256 digest');
  return route['kind'] === 'blobs' ? getBlob(call, key) : listReferrers(call, key);
}

function allow(method: string, ...methods: string[]): void {
  if (!methods.includes(method))
    throw new Refusal(405, 'UNSUPPORTED', `${method} is not supported here`, { allow: methods.join(', ') });
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    throw new Refusal(400, 'NAME_INVALID', 'the path is not valid');
  }
}

async function getBlob({ storage, request, response, repository }: Call, digest: Digest): Promise<void> {
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

async function startUpload(call: Call): Promise<void> {
  const { storage, response, url, repository } = call;
  const mount = url.searchParams.get('mount');
  const from = url.searchParams.get('from');
  if (mount !== null && from !== null && isDigest(mount) && (await storage.mount(from, repository, mount))) {
    return created(response, `/v2/${repository}/blobs/${mount}`, mount);
  }
  const upload = await storage.startUpload(repository);
  if (url.searchParams.has('digest')) return whileBusy(upload, () => finishUpload(call, upload));
  accepted(response, upload, 202);
}

async function continueUpload(call: Call, method: string, id: string): Promise<void> {
  const { storage, request, response, repository } = call;
  const upload = storage.upload(repository, id);
  if (upload === undefined) throw new Refusal(404, 'BLOB_UPLOAD_UNKNOWN', 'no such upload');
  if (method === 'GET') return accepted(response, upload, 204);
  return whileBusy(upload, async () => {
    if (method === 'DELETE') {
      await storage.dropUpload(upload);
      response.writeHead(204).end();
    } else if (method === 'PUT') {
      await finishUpload(call, upload);
    } else {
      checkRange(request, upload);
      await receive(call, upload);
      accepted(response, upload, 202);
    }
  });
}

/** One request at a time writes to an upload. */
async function whileBusy(upload: Upload, work: () => Promise<void>): Promise<void> {
  if (upload.busy) throw new Refusal(416, 'BLOB_UPLOAD_INVALID', 'another request is writing to this upload');
  upload.busy = true;
  try {
    await work();
  } finally {
    upload.busy = false;
  }
}

/** Chunks come in order, without gaps. */
function checkRange(request: IncomingMessage, upload: Upload): void {
  const header = request.headers['content-range'];
  if (header === undefined) return;
  const match = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/.*)?$/.exec(header);
  const length = request.headers['content-length'];
  const fits = match !== null && Number(match[1]) === upload.meter.size;
  const whole = length === undefined || (match !== null && Number(match[2]) - Number(match[1]) + 1 === Number(length));
  if (!fits || !whole) {
    throw new Refusal(416, 'BLOB_UPLOAD_INVALID', 'the chunk does not follow what was received', uploadHeaders(upload));
  }
}

/** Takes the request's body. An upload whose sender went away in the middle cannot be continued, since what came is not known to it. */
async function receive({ storage, request }: Call, upload: Upload): Promise<void> {
  try {
    await storage.append(upload, request as AsyncIterable<Uint8Array>);
  } catch (error) {
    await storage.dropUpload(upload);
    throw error;
  }
}

async function finishUpload(call: Call, upload: Upload): Promise<void> {
  const { storage, request, response, url, repository } = call;
  const digest = url.searchParams.get('digest');
  if (!isDigest(digest)) throw new Refusal(400, 'DIGEST_INVALID', 'the parameter digest is missing or not SHA-256');
  checkRange(request, upload);
  await receive(call, upload);
  if (!(await storage.finishUpload(upload, digest))) {
    throw new Refusal(400, 'DIGEST_INVALID', 'the content does not have the digest that was given');
  }
  created(response, `/v2/${repository}/blobs/${digest}`, digest);
}

function uploadHeaders(upload: Upload): Record<string, string> {
  return {
    location: `/v2/${upload.repository}/blobs/uploads/${upload.id}`,
    range: `0-${Math.max(0, upload.meter.size - 1)}`,
    'docker-upload-uuid': upload.id,
  };
}

function accepted(response: ServerResponse, upload: Upload, status: 202 | 204): void {
  response.writeHead(status, { ...uploadHeaders(upload), ...(status === 202 && { 'content-length': 0 }) }).end();
}

function created(
  response: ServerResponse,
  location: string,
  digest: Digest,
  headers: Record<string, string> = {},
): void {
  response.writeHead(201, { location, 'docker-content-digest': digest, 'content-length': 0, ...headers }).end();
}

async function getManifest({ storage, request, response, repository }: Call, key: string): Promise<void> {
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

async function putManifest({ storage, request, response, repository }: Call, key: string): Promise<void> {
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

async function listTags({ storage, request, response, url, repository }: Call): Promise<void> {
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

async function listReferrers({ storage, request, response, url, repository }: Call, digest: Digest): Promise<void> {
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

function json(
  request: IncomingMessage,
  response: ServerResponse,
  type: string,
  value: object,
  headers: Record<string, string>,
): void {
  const body = JSON.stringify(value);
  response.writeHead(200, { ...headers, 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}
