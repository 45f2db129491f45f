import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { status } from '@grpc/grpc-js';
import { messageOf, UserError } from '@mlops-actions/action-kit';
import type { JsonValue } from '@mlops-actions/serving';
import type { Predictions } from './predictions.ts';
import type { Security } from './security/security.ts';
import { RpcError } from './status.ts';

/** The host of dedicated endpoints, which answer predictions over REST at an address of their own. */
export interface DedicatedServer {
  /** `host:port`; every dedicated endpoint has it for its DNS name. */
  address: string;
  close(): Promise<void>;
}

/** Bytes that a request may have on a dedicated endpoint. */
const BODY_LIMIT = 10_000_000;
const HTTP_OF_STATUS: Partial<Record<status, number>> = {
  [status.INVALID_ARGUMENT]: 400,
  [status.FAILED_PRECONDITION]: 400,
  [status.UNAUTHENTICATED]: 401,
  [status.PERMISSION_DENIED]: 403,
  [status.NOT_FOUND]: 404,
  [status.RESOURCE_EXHAUSTED]: 429,
  [status.UNAVAILABLE]: 503,
  [status.DEADLINE_EXCEEDED]: 504,
};

/** Serves `POST /v1/projects/.../endpoints/ID:predict`. In the clear, as all of the emulator but its gRPC server. */
export async function startDedicatedServer(
  host: string,
  predictions: Predictions,
  security: Pick<Security, 'principalOf'> | undefined,
): Promise<DedicatedServer> {
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new UserError(`Cannot listen on ${host}: ${error.message}`)));
    server.listen(0, host, resolve);
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (code: number, body: unknown): void => {
      response.writeHead(code, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    };
    try {
      const name = /^\/v1\/(projects\/[^/]+\/locations\/[^/]+\/endpoints\/[^/:]+):predict$/.exec(
        request.url ?? '',
      )?.[1];
      if (request.method !== 'POST' || name === undefined) return send(404, { error: { code: 404 } });
      if (security !== undefined && security.principalOf(request.headers.authorization) === undefined) {
        throw new RpcError('UNAUTHENTICATED', 'Request had invalid authentication credentials.');
      }
      const { instances, parameters } = await readRequest(request);
      const chosen = predictions.choose(name);
      if (chosen.endpoint.settings.dedicatedEndpointEnabled !== true) {
        throw new RpcError('NOT_FOUND', `Endpoint ${chosen.endpoint.id} is not a dedicated endpoint.`);
      }
      send(200, await predictions.predict(chosen, { instances, parameters }));
    } catch (error) {
      const code = error instanceof RpcError ? error.code : status.INTERNAL;
      const http = HTTP_OF_STATUS[code] ?? 500;
      send(http, { error: { code: http, status: status[code], message: messageOf(error) } });
    }
  }

  return {
    address: `${host}:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readRequest(
  request: IncomingMessage,
): Promise<{ instances: JsonValue[]; parameters: JsonValue | undefined }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new RpcError('INVALID_ARGUMENT', `The request is larger than ${BODY_LIMIT} bytes.`);
    chunks.push(chunk);
  }
  let body: { instances?: unknown; parameters?: JsonValue } | null;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as typeof body;
  } catch {
    throw new RpcError('INVALID_ARGUMENT', 'The request is not JSON.');
  }
  const instances = body?.instances;
  if (!Array.isArray(instances) || instances.length === 0) {
    throw new RpcError('INVALID_ARGUMENT', 'There are no instances to predict for.');
  }
  return { instances: instances as JsonValue[], parameters: body?.parameters };
}
