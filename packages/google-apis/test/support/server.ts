import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server does instead of answering as it should. */
export interface Fault {
  /** `METHOD /path` that it befalls. */
  on: RegExp;
  /** How many calls it befalls; default 1. */
  times?: number;
  /**
   * A refusal in Google's form, instead of doing anything; `dropped`: the connection breaks before anything is done; `lost`: after it was done,
   * before the answer; `cut`: half of the answer's body comes.
   */
  with: Refused | 'dropped' | 'lost' | 'cut';
}

export interface Refused {
  status: number;
  reason?: string;
  message?: string;
  headers?: Record<string, string>;
}

/** Thrown by a handler to refuse in Google's form. */
export class RefusedCall extends Error {
  readonly refused: Refused;
  constructor(refused: Refused) {
    super(refused.message);
    this.refused = refused;
  }
}

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Reply {
  json?: unknown;
  bytes?: Buffer;
  headers?: Record<string, string>;
}

/** Handles the calls of one API; undefined where the call is not of it. */
export type Handler = (call: Call) => Promise<Reply | undefined> | Reply | undefined;

export interface TestServer {
  /** `127.0.0.1:port` */
  readonly host: string;
  /** `METHOD /path?query` of every call, in order. */
  readonly log: string[];
  readonly calls: Call[];
  fail(fault: Fault): void;
  close(): Promise<void>;
}

/** An HTTP server of handlers, with faults. */
export async function startServer(...handlers: readonly Handler[]): Promise<TestServer> {
  const faults: { fault: Fault; left: number }[] = [];
  const calls: Call[] = [];
  const log: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url!, 'http://server');
    let body = '';
    for await (const chunk of request) body += (chunk as Buffer).toString('utf8');
    const call = {
      method: request.method!,
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body,
    };
    calls.push(call);
    log.push(`${call.method} ${request.url!}`);
    const entry = faults.find(({ fault, left }) => left > 0 && fault.on.test(`${call.method} ${call.path}`));
    if (entry !== undefined) entry.left--;
    const fault = entry?.fault.with;
    if (typeof fault === 'object') return refuse(response, fault);
    if (fault === 'dropped') return void request.socket.destroy();
    try {
      let reply: Reply | undefined;
      for (const handler of handlers) reply ??= await handler(call);
      if (fault === 'lost') return void request.socket.destroy();
      if (reply === undefined) return refuse(response, { status: 404, reason: 'notFound', message: 'No such method' });
      const bytes = reply.bytes ?? Buffer.from(reply.json === undefined ? '' : JSON.stringify(reply.json));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length, ...reply.headers });
      if (fault !== 'cut') return void response.end(bytes);
      response.write(bytes.subarray(0, bytes.length / 2), () => request.socket.destroy());
    } catch (error) {
      refuse(response, error instanceof RefusedCall ? error.refused : { status: 500, message: String(error) });
    }
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    calls,
    fail: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function refuse(response: ServerResponse, { status, reason, message = '', headers = {} }: Refused): void {
  const error = {
    code: status,
    message,
    errors: [{ message, domain: 'global', ...(reason !== undefined && { reason }) }],
  };
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error }));
}
