import { UserError } from '@mlops-actions/action-kit';
import { Authorizer } from './authorization.ts';
import type { CredentialSource } from './credentials.ts';
import { exchange, type HttpAnswer, type HttpRequest } from './http.ts';
import { isLoopback } from './reference.ts';
import { networkError, refusal } from './registry-errors.ts';
import { retrying, type RetryOptions } from './retry.ts';

/** How to reach registries. */
export interface TransportOptions extends RetryOptions {
  /** Who asks; without it every request is anonymous. */
  credentials?: CredentialSource;
  /** Registries (`host:port`) that may be spoken to over plain HTTP; those on this machine always are. */
  insecure?: readonly string[];
}

/** A request to a registry. */
export interface RegistryRequest {
  method: HttpRequest['method'];
  url: URL;
  headers?: Record<string, string>;
  body?: HttpRequest['body'];
  /** Token scopes that the request needs, such as `repository:team/model:pull,push`. */
  scopes: readonly string[];
}

const MAXIMUM_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * HTTP as registries want it: challenges answered, transient failures retried, redirects followed by hand so that credentials go to
 * the registry's own origin and to no other.
 */
export class Transport {
  readonly #options: TransportOptions;
  readonly #authorizer: Authorizer;

  constructor(options: TransportOptions = {}) {
    this.#options = options;
    this.#authorizer = new Authorizer(options.credentials, options);
  }

  /** Root of a registry's API. */
  base(registry: string): URL {
    const plain = isLoopback(registry) || this.#options.insecure?.includes(registry) === true;
    return new URL(`${plain ? 'http' : 'https'}://${registry === 'docker.io' ? 'registry-1.docker.io' : registry}/v2/`);
  }

  /** {@link retrying} with this transport's options. */
  retrying<T>(attempt: () => Promise<T>): Promise<T> {
    return retrying(attempt, this.#options);
  }

  /** One exchange with a registry. Gives answers whose status is in `accept`; any other becomes an error. */
  async send(registry: string, request: RegistryRequest, accept: readonly number[]): Promise<HttpAnswer> {
    const home = this.base(registry);
    const checkAddress = (url: URL): void => checkEncrypted(home, url);
    let url = request.url;
    let redirects = 0;
    let challenged = false;
    for (;;) {
      checkAddress(url);
      const atHome = url.origin === home.origin;
      const authorization = atHome ? await this.#authorizer.header(registry, request.scopes) : undefined;
      const answer = await exchangeWatched(url, request, authorization);

      const challenge = answer.headers['www-authenticate'];
      if (answer.status === 401 && atHome && !challenged && challenge !== undefined) {
        challenged = true;
        answer.discard();
        await this.#authorizer.renew(registry, request.scopes, challenge, authorization, checkAddress);
        continue;
      }
      const { location } = answer.headers;
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      if (isRead && REDIRECTS.has(answer.status) && location !== undefined && URL.canParse(location, url.href)) {
        answer.discard();
        if (++redirects > MAXIMUM_REDIRECTS) throw new UserError(`${registry} redirects without end.`);
        url = new URL(location, url);
        continue;
      }
      if (accept.includes(answer.status)) return answer;
      throw await refusal(registry, request, answer);
    }
  }
}

/** A registry reached over HTTPS may not lead to plain HTTP. */
function checkEncrypted(home: URL, url: URL): void {
  if (url.protocol === 'https:' || (url.protocol === 'http:' && home.protocol === 'http:')) return;
  throw new UserError(`${home.host} leads to ${url.protocol}//${url.host}, which is not encrypted.`);
}

/** An exchange whose failures are told apart: those of the content to send are the sender's, all others the network's. */
async function exchangeWatched(
  url: URL,
  { method, headers, body }: RegistryRequest,
  authorization: string | undefined,
): Promise<HttpAnswer> {
  let contentError: Error | undefined;
  const isStream = body !== undefined && !Buffer.isBuffer(body);
  const watched = isStream
    ? { size: body.size, open: () => watch(body.open(), (error) => (contentError = error)) }
    : body;
  try {
    return await exchange(url, {
      method,
      headers: {
        'user-agent': 'mlops-actions',
        ...(isStream && { 'content-type': 'application/octet-stream' }),
        ...headers,
        ...(authorization !== undefined && { authorization }),
      },
      ...(watched !== undefined && { body: watched }),
    });
  } catch (error) {
    throw contentError ?? networkError(url, error);
  }
}

async function* watch(
  chunks: AsyncIterable<Uint8Array>,
  failed: (error: Error) => void,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* chunks;
  } catch (error) {
    failed(error as Error);
    throw error;
  }
}
