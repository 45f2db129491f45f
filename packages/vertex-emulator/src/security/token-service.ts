import { createPublicKey, randomBytes, verify, type KeyObject } from 'node:crypto';

/** Who makes a call: the address of a service account, or the principal of a workload identity pool. */
export type Principal = string;

interface Grant {
  principal: Principal;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Audience of a service account's own tokens: the API, which clients write with and without the final slash. */
const AUDIENCE = /^https:\/\/([a-z0-9-]+-)?aiplatform\.googleapis\.com\/?$/;
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * Issues access tokens and knows whose a token is. A service account may also call with a token that it signed itself (RFC 7523, as
 * Google's AIP-4111 has it), which is checked by its public key.
 */
export class TokenService {
  readonly #lifetime: number;
  readonly #now: () => number;
  readonly #grants = new Map<string, Grant>();
  readonly #keys = new Map<Principal, KeyObject>();

  /**
   * @param lifetime milliseconds that an issued token is good for
   */
  constructor(lifetime: number, now: () => number = Date.now) {
    this.#lifetime = lifetime;
    this.#now = now;
  }

  /** Lets a service account sign its own tokens. */
  addServiceAccount(email: Principal, publicKey: string): void {
    this.#keys.set(email, createPublicKey(publicKey));
  }

  issue(principal: Principal): { token: string; expiresAt: number } {
    const token = `emulated.${randomBytes(24).toString('base64url')}`;
    const expiresAt = this.#now() + this.#lifetime;
    this.#grants.set(token, { principal, expiresAt });
    return { token, expiresAt };
  }

  /** Whose token the `authorization` header carries; undefined if nobody's, or not any more. */
  principalOf(authorization: string | undefined): Principal | undefined {
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    const grant = this.#grants.get(token);
    if (grant !== undefined) return grant.expiresAt > this.#now() ? grant.principal : undefined;
    return this.#selfSigned(token);
  }

  #selfSigned(token: string): Principal | undefined {
    const [header, claims, signature, ...rest] = token.split('.');
    if (signature === undefined || rest.length > 0) return undefined;
    const { alg } = decode(header!);
    const { iss, sub, aud, scope, exp } = decode(claims!);
    if (alg !== 'RS256' || typeof iss !== 'string' || sub !== iss || typeof exp !== 'number') return undefined;
    const forThisApi = (typeof aud === 'string' && AUDIENCE.test(aud)) || scope === SCOPE;
    const key = this.#keys.get(iss);
    if (key === undefined || !forThisApi || exp * 1000 <= this.#now()) return undefined;
    const genuine = verify('sha256', Buffer.from(`${header!}.${claims!}`), key, Buffer.from(signature, 'base64url'));
    return genuine ? iss : undefined;
  }
}

function decode(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
