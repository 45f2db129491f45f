import { createHash, generateKeyPairSync, randomUUID, sign, verify, type KeyObject } from 'node:crypto';

/** Issuer of the identity tokens of GitHub Actions. */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';
/** How long a token lives, in seconds. */
const LIFETIME = 300;

/** Claims of an identity token, such as `repository` or `job_workflow_ref`. */
export type Claims = Readonly<Record<string, string>>;

/** Stands for GitHub's issuer of identity tokens. */
export class TokenIssuer {
  readonly #pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  /** Secrets that may ask for tokens, with what the tokens say. */
  readonly #jobs = new Map<string, Claims>();

  /** A secret with which a job can ask for tokens of these claims, as `ACTIONS_ID_TOKEN_REQUEST_TOKEN`. */
  register(claims: Claims): string {
    const secret = randomUUID();
    this.#jobs.set(secret, claims);
    return secret;
  }

  /** The token that a job asks for; undefined if it may not. */
  request(secret: string | undefined, audience: string): string | undefined {
    const claims = this.#jobs.get(secret ?? '');
    return claims && this.issue(claims, audience);
  }

  /** A token of these claims. */
  issue(claims: Claims, audience: string): string {
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: GITHUB_ISSUER, jti: randomUUID(), aud: audience, iat: now, nbf: now, exp: now + LIFETIME };
    const signed = [
      { alg: 'ES256', typ: 'JWT', kid: this.#keyId },
      { ...payload, ...claims },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = sign('sha256', Buffer.from(signed), { key: this.#pair.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }

  /**
   * What a token says.
   * @throws Error if it is not of this issuer, is for somebody else, or has expired
   */
  read(token: string, audience: string): Record<string, unknown> {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const key = { key: this.#pair.publicKey, dsaEncoding: 'ieee-p1363' } as const;
    if (!verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url')))
      throw new Error('the token is not of this issuer');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    if (claims['aud'] !== audience) throw new Error(`the token is for ${String(claims['aud'])}`);
    if (Number(claims['exp']) * 1000 < Date.now()) throw new Error('the token has expired');
    return claims;
  }

  /** The public key as a JSON Web Key Set. */
  get keys(): object {
    return { keys: [{ ...this.#publicKey.export({ format: 'jwk' }), kid: this.#keyId, use: 'sig', alg: 'ES256' }] };
  }

  get #publicKey(): KeyObject {
    return this.#pair.publicKey;
  }

  get #keyId(): string {
    return createHash('sha256')
      .update(this.#publicKey.export({ format: 'der', type: 'spki' }))
      .digest('hex')
      .slice(0, 16);
  }
}
