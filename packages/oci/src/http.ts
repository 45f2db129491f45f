import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { pipeline, Readable } from 'node:stream';

/** What is sent. */
export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  headers: Record<string, string>;
  /** Bytes at hand, or a stream of known size that is made for this request. */
  body?: Buffer | { size: number; open: () => AsyncIterable<Uint8Array> };
}

/** What comes back. The body must be read or discarded. */
export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: AsyncIterable<Uint8Array>;
  /** Lets the body go, and with it what is still to be sent. */
  discard(): void;
}

/** A connection on which nothing moves for this long, in milliseconds, is dead. */
const IDLE_TIMEOUT = 300_000;

/**
 * One HTTP exchange, without redirects. Node's `fetch` is no choice here: it keeps a copy of every streamed body for a redirect that
 * may come, which is the whole model in memory.
 */
export async function exchange(url: URL, { method, headers, body }: HttpRequest): Promise<HttpAnswer> {
  // Loaded here: building without a registry does not pay for it.
  const { request: open } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const size = body === undefined ? undefined : Buffer.isBuffer(body) ? body.length : body.size;
    // A POST without content says so; some registries ask for it.
    const length = size ?? (method === 'POST' ? 0 : undefined);
    const request = open(url, {
      method,
      headers: { ...headers, ...(length !== undefined && { 'content-length': String(length) }) },
    });
    request.on('error', reject);
    request.setTimeout(IDLE_TIMEOUT, () => request.destroy(new Error('nothing was heard for five minutes')));
    request.on('response', (answer: IncomingMessage) => {
      resolve({
        status: answer.statusCode!,
        headers: answer.headers,
        body: answer,
        discard() {
          if (request.writableFinished) answer.resume();
          else request.destroy(); // Answered before everything was sent: there is no point in sending the rest.
        },
      });
    });
    if (body === undefined || Buffer.isBuffer(body)) request.end(body);
    else {
      // A failure of the content destroys the request, and reaches the caller as the request's error.
      pipeline(Readable.from(body.open(), { objectMode: false }), request, () => undefined);
    }
  });
}
