import { startRegistry } from '@mlops-actions/oci/registry';
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that reached the faulty registry. */
export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
}

/** Answers a request itself and says so, or leaves it to the registry behind. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface FaultyRegistry {
  address: string;
  /** Address of the registry behind, which has no faults. */
  upstream: string;
  seen: SeenRequest[];
  close(): Promise<void>;
}

/** A real registry behind a proxy that can misbehave. */
export async function startFaultyRegistry(fault: Fault = () => false): Promise<FaultyRegistry> {
  const registry = await startRegistry();
  const [host, port] = registry.address.split(':');
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    seen.push({ method, url, headers: { ...headers } });
    if (fault(request, response)) return;
    const forward = httpRequest({ host, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    forward.on('error', () => response.destroy());
    request.pipe(forward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    upstream: registry.address,
    seen,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await registry.close();
    },
  };
}

/** Answers with a status and nothing else. */
export function answer(
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
  body = '',
): true {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
  return true;
}
