import { UserError } from '@mlops-actions/action-kit';
import type { Credentials, CredentialSource } from './credentials.ts';
import { collect } from './digest.ts';
import { exchange, type HttpRequest } from './http.ts';
import { parseObject } from './parse.ts';
import { networkError, refusal } from './registry-errors.ts';
import { retrying, type RetryOptions } from './retry.ts';

const TOKEN_LIMIT = 1024 * 1024;
const CLIENT_ID = 'mlops-actions';

/** Keeps the Authorization headers of registries, by the access that they are for, and renews them when a registry asks. */
export class Authorizer {
  readonly #credentials: CredentialSource | undefined;
  readonly #retry: RetryOptions;
  readonly #headers = new Map<string, Promise<string | undefined>>();

  constructor(credentials: CredentialSource | undefined, retry: RetryOptions) {
    this.#credentials = credentials;
    this.#retry = retry;
  }

  /** The header to send; `undefined` until the registry has asked for one. */
  header(registry: string, scopes: readonly string[]): Promise<string | undefined> {
    return this.#headers.get(keyOf(registry, scopes)) ?? Promise.resolve(undefined);
  }

  /**
   * Obtains a header in answer to a challenge (the value of WWW-Authenticate), once for all requests that wait for the same one.
   *
   * @param rejected the header that was turned down
   * @param checkAddress throws if the address of a token service must not be used
   */
  async renew(
    registry: string,
    scopes: readonly string[],
    challenge: string,
    rejected: string | undefined,
    checkAddress: (url: URL) => void,
  ): Promise<void> {
    const key = keyOf(registry, scopes);
    const current = this.#headers.get(key);
    if (current !== undefined && (await current) !== rejected) return;
    // Between the await and here another request may have begun to renew it.
    if (this.#headers.get(key) !== current) return;
    const renewal = this.#answer(registry, scopes, challenge, checkAddress);
    this.#headers.set(key, renewal);
    try {
      await renewal;
    } catch (error) {
      this.#headers.delete(key);
      throw error;
    }
  }

  async #answer(
    registry: string,
    scopes: readonly string[],
    challenge: string,
    checkAddress: (url: URL) => void,
  ): Promise<string | undefined> {
    const credentials = await this.#credentials?.(registry);
    const { scheme, parameters } = parseChallenge(challenge);
    if (scheme === 'basic') return credentials === undefined ? undefined : basic(credentials, registry);
    const { realm, service } = parameters;
    if (scheme !== 'bearer' || realm === undefined || !URL.canParse(realm)) {
      throw new UserError(
        `${registry} asks for an authentication that is not known here: '${challenge.slice(0, 200)}'.`,
      );
    }
    const url = new URL(realm);
    checkAddress(url);
    return `Bearer ${await this.#fetchToken(registry, url, service, scopes, credentials)}`;
  }

  /** The token flow of https://distribution.github.io/distribution/spec/auth/token/ (and /oauth/ for identity tokens). */
  async #fetchToken(
    registry: string,
    url: URL,
    service: string | undefined,
    scopes: readonly string[],
    credentials: Credentials | undefined,
  ): Promise<string> {
    const request: HttpRequest = { method: 'GET', headers: { accept: 'application/json' } };
    if (credentials !== undefined && 'identityToken' in credentials) {
      const form = new URLSearchParams({
        grant_type: 'refresh_token',
        service: service ?? registry,
        client_id: CLIENT_ID,
        scope: scopes.join(' '),
        refresh_token: credentials.identityToken,
      });
      request.method = 'POST';
      request.headers['content-type'] = 'application/x-www-form-urlencoded';
      request.body = Buffer.from(form.toString());
    } else {
      if (service !== undefined) url.searchParams.set('service', service);
      for (const scope of scopes) url.searchParams.append('scope', scope);
      if (credentials !== undefined) request.headers['authorization'] = basic(credentials, registry);
    }
    const where = `The answer of the token service ${url.host} of ${registry}`;
    return retrying(async () => {
      const answer = await exchange(url, request).catch((error: unknown) => {
        throw networkError(url, error);
      });
      if (answer.status !== 200) throw await refusal(registry, { method: request.method, url, scopes }, answer);
      const body = await collect(answer.body, TOKEN_LIMIT, () => new UserError(`${where} is too long.`));
      const { token, access_token: accessToken } = parseObject(body, where);
      const found = token ?? accessToken;
      if (typeof found !== 'string' || !/^[\x21-\x7e]+$/.test(found)) throw new UserError(`${where} holds no token.`);
      return found;
    }, this.#retry);
  }
}

const keyOf = (registry: string, scopes: readonly string[]): string => [registry, ...scopes].join(' ');

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
