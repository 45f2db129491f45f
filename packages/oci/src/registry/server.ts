import { messageOf } from '@mlops-actions/action-kit';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDigest } from '../digest.ts';
import { isRepositoryName } from '../reference.ts';
import { Refusal, refuse, type Call } from './answer.ts';
import { getBlob } from './blobs.ts';
import { listReferrers, listTags } from './lists.ts';
import { getManifest, putManifest } from './manifests.ts';
import { Storage } from './storage.ts';
import { continueUpload, startUpload } from './uploads.ts';

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
