import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Digest } from '../digest.ts';
import type { Storage } from './storage.ts';

/** A request, and what it is about. */
export interface Call {
  storage: Storage;
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  repository: string;
}

/** An answer of the specification's error format. */
export class Refusal extends Error {
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

export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, message, headers }: Refusal,
): void {
  const body = JSON.stringify({ errors: [{ code, message }] });
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  request.resume(); // What the client is still sending is read and dropped, so that it comes to read the answer.
}

/** Something is stored now. */
export function created(
  response: ServerResponse,
  location: string,
  digest: Digest,
  headers: Record<string, string> = {},
): void {
  response.writeHead(201, { location, 'docker-content-digest': digest, 'content-length': 0, ...headers }).end();
}

export function json(
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
