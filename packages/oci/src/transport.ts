import { messageOf, UserError } from '@mlops-actions/action-kit';
import { setTimeout as wait } from 'node:timers/promises';
import { collect } from './digest.ts';
import type { Credentials, CredentialSource } from './credentials.ts';
import { isLoopback } from './reference.ts';

/** How to reach registries. */
export interface TransportOptions {
  /** Who asks; without it every request is anonymous. */
  credentials?: CredentialSource;
  /** Registries (`host:port`) that may be spoken to over plain HTTP; those on this machine always are. */
  insecure?: readonly string[];
  /** How often a request is tried. */
  attempts?: number;
  /** Waits between attempts, in milliseconds; tests replace it. */
  sleep?: (milliseconds: number) => Promise<void>;
}

/** A request to a registry. */
export interface RegistryRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  url: URL;
  headers?: Record<string, string>;
  body?: Buffer | { size: number; open: () => AsyncIterable<Uint8Array> };
  /** Token scopes that the request needs, such as `repository:team/model:pull,push`. */
  scopes: readonly string[];
}

/** A registry's refusal. */
export class RegistryError extends UserError {
  readonly status: number;
  constructor(message: string, status: number, options: { fix?: string } = {}) {
    super(message, options);
    this.status = status;
  }
}

/** A failure that may pass: another attempt is worth it. */
export class TransientError extends Error {
  readonly retryAfter: number | undefined;
  readonly final: Error;
  constructor(final: Error, retryAfter?: number) {
    super(final.message);
    this.final = final;
    this.retryAfter = retryAfter;
  }
}

const RETRYABLE_STATUS = new Set([408, 429, 500, 502, 503, 504]);
const BACKOFF = { base: 500, maximum: 30_000, retryAfterMaximum: 120_000 };
const ERROR_BODY_LIMIT = 64 * 1024;
const MAXIMUM_REDIRECTS = 5;

/**
 * HTTP as registries want it: token challenges answered, transient failures retried, redirects followed by hand so that
 * credentials go to the registry's own origin and to no other.
 */
export class Transport {
  readonly #options: TransportOptions;
  readonly #sleep: (milliseconds: number) => Promise<void>;
  /** Authorization header by registry and scopes. */
  readonly #authorizations = new Map<string, Promise<string | undefined>>();

  constructor(options: TransportOptions = {}) {
    this.#options = options;
    this.#sleep = options.sleep ?? ((milliseconds) => wait(milliseconds));
  }

  /** Root of a registry's API. */
  base(registry: string): URL {
    const plain = isLoopback(registry) || this.#options.insecure?.includes(registry) === true;
    return new URL(`${plain ? 'http' : 'https'}://${registry === 'docker.io' ? 'registry-1.docker.io' : registry}/v2/`);
  }

  /** Runs `attempt` again while it fails for reasons that may pass, waiting as long as the registry asks, else twice as long each time. */
  async retrying<T>(attempt: () => Promise<T>): Promise<T> {
    const attempts = this.#options.attempts ?? 5;
    for (let tried = 1; ; tried++) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        if (tried >= attempts) throw error.final;
        const backoff = Math.min(BACKOFF.maximum, BACKOFF.base * 2 ** (tried - 1)) * (0.5 + Math.random() / 2);
        await this.#sleep(Math.min(error.retryAfter ?? backoff, BACKOFF.retryAfterMaximum));
      }
    }
  }

  /** One exchange with a registry. Answers with a status in `accept`; any other becomes an error. */
  async send(registry: string, request: RegistryRequest, accept: readonly number[]): Promise<Response> {
    const home = this.base(registry);
    let url = request.url;
    let challenged = false;
    for (let redirects = 0; ;) {
      this.#checkScheme(home, url);
      const atHome = url.origin === home.origin;
      const authorization = atHome
        ? await this.#authorizations.get(authorizationKey(registry, request.scopes))
        : undefined;
      const response = await this.#exchange(url, request, authorization);

      if (response.status === 401 && atHome && !challenged) {
        challenged = true;
        const challenge = response.headers.get('www-authenticate');
        await response.body?.cancel();
        if (challenge !== null) {
          await this.#authorize(registry, request.scopes, challenge, authorization);
          continue;
        }
      }
      const location = response.headers.get('location');
      if (isRedirect(response.status) && location !== null && (request.method === 'GET' || request.method === 'HEAD')) {
        await response.body?.cancel();
        if (++redirects > MAXIMUM_REDIRECTS) throw new UserError(`${registry} redirects without end.`);
        url = new URL(location, url);
        continue;
      }
      if (accept.includes(response.status)) return response;
      throw await refusal(registry, request, response);
    }
  }

  /** A registry reached over HTTPS may not lead to plain HTTP. */
  #checkScheme(home: URL, url: URL): void {
    if (url.protocol === 'https:' || (url.protocol === 'http:' && home.protocol === 'http:')) return;
    throw new UserError(`${home.host} leads to ${url.protocol}//${url.host}, which is not encrypted.`);
  }

  async #exchange(url: URL, request: RegistryRequest, authorization: string | undefined): Promise<Response> {
    const headers: Record<string, string> = {
      // A compressed transfer would hide the bytes that the digest is of.
      'accept-encoding': 'identity',
      'user-agent': 'mlops-actions',
      ...request.headers,
      ...(authorization !== undefined && { authorization }),
    };
    let bodyError: Error | undefined;
    const init: RequestInit = { method: request.method, headers, redirect: 'manual' };
    if (Buffer.isBuffer(request.body)) {
      init.body = new Uint8Array(request.body);
    } else if (request.body !== undefined) {
      headers['content-length'] = String(request.body.size);
      headers['content-type'] = 'application/octet-stream';
      init.body = ReadableStream.from(watch(request.body.open(), (error) => (bodyError = error)));
      init.duplex = 'half';
    }
    try {
      return await fetch(url, init);
    } catch (error) {
      // What went wrong with the content to send is the sender's error, unless that content comes over the network itself.
      if (bodyError !== undefined) throw bodyError;
      throw networkError(url, error);
    }
  }

  /** Obtains an Authorization header in answer to a challenge, once for all requests that wait for the same one. */
  async #authorize(
    registry: string,
    scopes: readonly string[],
    challenge: string,
    rejected: string | undefined,
  ): Promise<void> {
    const key = authorizationKey(registry, scopes);
    const current = this.#authorizations.get(key);
    if (current !== undefined && (await current) !== rejected) return;
    // Between the await and here another request may have begun to renew it.
    if (this.#authorizations.get(key) !== current) return;
    const renewal = this.#answer(registry, scopes, challenge);
    this.#authorizations.set(key, renewal);
    try {
      await renewal;
    } catch (error) {
      this.#authorizations.delete(key);
      throw error;
    }
  }

  async #answer(registry: string, scopes: readonly string[], challenge: string): Promise<string | undefined> {
    const credentials = await this.#options.credentials?.(registry);
    const { scheme, parameters } = parseChallenge(challenge);
    if (scheme === 'basic') return credentials === undefined ? undefined : basic(credentials, registry);
    if (scheme !== 'bearer' || parameters['realm'] === undefined) {
      throw new UserError(`${registry} asks for the authentication scheme '${scheme}', which is not known here.`);
    }
    return `Bearer ${await this.#fetchToken(registry, scopes, parameters, credentials)}`;
  }

  /** The token flow of https://distribution.github.io/distribution/spec/auth/token/ (and /oauth/ for identity tokens). */
  async #fetchToken(
    registry: string,
    scopes: readonly string[],
    parameters: Record<string, string>,
    credentials: Credentials | undefined,
  ): Promise<string> {
    if (!URL.canParse(parameters['realm']!))
      throw new UserError(`${registry} names the token service '${parameters['realm']}', which is no address.`);
    const realm = new URL(parameters['realm']!);
    this.#checkScheme(this.base(registry), realm);
    const init: RequestInit = { redirect: 'error', headers: { accept: 'application/json' } };
    if (credentials !== undefined && 'identityToken' in credentials) {
      init.method = 'POST';
      init.body = new URLSearchParams({
        grant_type: 'refresh_token',
        service: parameters['service'] ?? registry,
        client_id: 'mlops-actions',
        scope: scopes.join(' '),
        refresh_token: credentials.identityToken,
      });
    } else {
      if (parameters['service'] !== undefined) realm.searchParams.set('service', parameters['service']);
      for (const scope of scopes) realm.searchParams.append('scope', scope);
      if (credentials !== undefined) init.headers = { ...init.headers, authorization: basic(credentials, registry) };
    }
    return this.retrying(async () => {
      const response = await fetch(realm, init).catch((error: unknown) => {
        throw networkError(realm, error);
      });
      if (!response.ok) {
        throw await refusal(registry, { method: 'GET', url: realm, scopes }, response);
      }
      const answer: unknown = await response.json().catch(() => undefined);
      const { token, access_token: accessToken } = (answer ?? {}) as Record<string, unknown>;
      const found = token ?? accessToken;
      if (typeof found !== 'string' || !/^[\x21-\x7e]+$/.test(found)) {
        throw new UserError(`The token service ${realm.host} of ${registry} gave no token.`);
      }
      return found;
    });
  }
}

const authorizationKey = (registry: string, scopes: readonly string[]): string => [registry, ...scopes].join(' ');

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

function basic(credentials: Credentials, registry: string): string {
  if ('identityToken' in credentials) {
    throw new UserError(`${registry} wants a user name and a password, and the credentials hold an identity token.`);
  }
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
}

/** Reads a WWW-Authenticate header (RFC 9110, 11.6.1): its first scheme and that scheme's parameters. */
function parseChallenge(header: string): { scheme: string; parameters: Record<string, string> } {
  const [, scheme = '', rest = ''] = /^\s*([A-Za-z]+)\s*(.*)$/.exec(header) ?? [];
  const parameters: Record<string, string> = {};
  for (const [, name, quoted, plain] of rest.matchAll(/([A-Za-z_]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)) {
    parameters[name!.toLowerCase()] ??= quoted?.replace(/\\(.)/g, '$1') ?? plain!;
  }
  return { scheme: scheme.toLowerCase(), parameters };
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

/** Failures that another attempt does not mend. */
const LASTING = new Set([
  'ENOTFOUND',
  'ERR_INVALID_URL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
]);

/** What a connection that failed or broke means to the user, and whether another attempt is worth it. */
export function networkError(url: URL, error: unknown): Error {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const reported = new UserError(`${url.host} cannot be reached: ${messageOf(cause) || code}.`, {
    fix:
      code.includes('SSL') || code === 'EPROTO'
        ? "If the registry speaks plain HTTP, name it in 'insecure'."
        : "Check the registry's name and the network.",
    cause: error,
  });
  return LASTING.has(code) ? reported : new TransientError(reported);
}

async function refusal(registry: string, request: RegistryRequest, response: Response): Promise<Error> {
  const { status } = response;
  const detail = await errorDetail(response);
  const access = request.scopes.join(', ');
  const message = `${registry} answered ${status} to ${request.method} ${request.url.pathname}${detail === '' ? '' : `: ${detail}`}.`;
  let fix: string | undefined;
  if (status === 401) fix = `Log in to ${registry}; the access wanted is ${access}.`;
  else if (status === 403)
    fix = `Grant the access ${access}${registry.endsWith('.pkg.dev') ? ' (role roles/artifactregistry.writer on the repository to push, roles/artifactregistry.reader to pull)' : ''}.`;
  else if (status === 404)
    fix = 'Check the name; the repository or the tag does not exist, or is hidden from these credentials.';
  const error = new RegistryError(message, status, fix === undefined ? {} : { fix });
  return RETRYABLE_STATUS.has(status) ? new TransientError(error, retryAfter(response)) : error;
}

/** Codes and messages of a registry's JSON error body. */
async function errorDetail(response: Response): Promise<string> {
  if (response.body === null) return '';
  try {
    const text = (await collect(response.body, ERROR_BODY_LIMIT, () => new Error('too long'))).toString('utf8');
    const { errors } = JSON.parse(text) as { errors?: { code?: unknown; message?: unknown }[] };
    return (errors ?? [])
      .map(({ code, message }) => [code, message].filter(Boolean).join(' '))
      .join('; ')
      .slice(0, 500);
  } catch {
    return ''; // The status says enough where the body is no error list.
  }
}

/** Milliseconds that a Retry-After header asks for: seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(response: Response): number | undefined {
  const header = response.headers.get('retry-after');
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
