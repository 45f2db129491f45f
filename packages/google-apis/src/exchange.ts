import type { IncomingMessage } from 'node:http';

export interface HttpRequest {
  method: string;
  headers: Record<string, string>;
  content: string | undefined;
  signal: AbortSignal;
}

/**
 * One HTTP exchange; its answer's body must be read or destroyed. Redirects are not followed: a token must not go to wherever an answer leads.
 *
 * Node's fetch is no choice here, because it unpacks an object of Cloud Storage that is stored compressed, whose checksum is that of the stored
 * bytes. Both go through a proxy where `NODE_USE_ENV_PROXY` says so.
 */
export async function exchange(url: URL, { method, headers, content, signal }: HttpRequest): Promise<IncomingMessage> {
  // Loaded here: an action that does not call the cloud does not pay for it.
  const { request: open } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const bytes = content === undefined ? undefined : Buffer.from(content);
    // Without a length, a POST without content is refused by Google's front end.
    const length = bytes?.length ?? (method === 'GET' ? undefined : 0);
    const request = open(url, {
      method,
      headers: { ...headers, ...(length !== undefined && { 'content-length': String(length) }) },
      signal,
    });
    request.on('error', reject);
    request.on('response', resolve);
    request.end(bytes);
  });
}

/** The whole body. */
export async function readBody(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
