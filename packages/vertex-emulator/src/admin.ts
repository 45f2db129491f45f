import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '@mlops-actions/action-kit';

/** Handles the body of a request; what it gives is answered as JSON. */
export type AdminHandler = (body: unknown, query: URLSearchParams) => unknown;

export interface AdminServer {
  /** `http://host:port`. */
  url: string;
  close(): Promise<void>;
}

const BODY_LIMIT = 1_000_000;

/** An HTTP server of JSON: `routes` are keyed by method and path (`GET /state`). */
export async function startAdmin(
  host: string,
  port: number,
  routes: Readonly<Record<string, AdminHandler>>,
): Promise<AdminServer> {
  const server = createServer((request, response) => {
    void answer(routes, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new UserError(`Cannot listen on ${host}:${port}: ${error.message}`)));
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  routes: Readonly<Record<string, AdminHandler>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body, null, 2)}\n`);
  };
  try {
    const url = new URL(request.url ?? '/', 'http://admin');
    const route = `${request.method!} ${url.pathname}`;
    if (!Object.hasOwn(routes, route)) {
      send(404, { error: `There is no ${route}; there is ${Object.keys(routes).join(', ')}.` });
      return;
    }
    // A page in a browser on this machine could send a simple request, but not one of this type.
    if (request.method !== 'GET' && request.headers['content-type'] !== 'application/json') {
      send(415, { error: 'The content type must be application/json.' });
      return;
    }
    send(200, routes[route]!(request.method === 'GET' ? undefined : await readJson(request), url.searchParams));
  } catch (error) {
    if (error instanceof UserError) send(400, { error: error.explanation });
    else send(500, { error: String(error) });
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new UserError(`The body is larger than ${BODY_LIMIT} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    throw new UserError('The body is not JSON.');
  }
}
