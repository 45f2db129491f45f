import { initializeTSA, tsaHandler } from '@sigstore/mock';
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AUDIENCE, bytesOf, createAuthority } from './fulcio.ts';
import { TransparencyLog } from './rekor.ts';
import { GITHUB_ISSUER, TokenIssuer, type Claims } from './tokens.ts';

export interface SigstoreOptions {
  /** Default: a free one. */
  port?: number;
  /** The clock of the transparency log. */
  logClock?: () => Date;
  /** Status to answer a request with in place of what it asks for, such as 503 for `POST /api/v1/log/entries`. */
  fault?: (request: string) => number | undefined;
}

/** Sigstore on this machine. */
export interface SigstoreEmulator {
  /** `http://127.0.0.1:<port>`, of all its services. */
  url: string;
  /** What verifies signatures made here (`trusted_root.json`). */
  trustedRoot: object;
  /** Where to sign (a Sigstore signing config). */
  signingConfig: object;
  /** Both in one, as Sigstore's Python clients take it; without the timestamp authority, which here speaks JSON alone and they do not. */
  trustConfig: object;
  /** An identity token of these claims, for Sigstore. */
  token(claims: Claims): string;
  /** Variables by which the runner lets a job ask for tokens of these claims. */
  jobEnvironment(claims: Claims): Record<string, string>;
  /** Number of entries in the transparency log. */
  logSize(): number;
  close(): Promise<void>;
}

/** Services of the past are trusted as well: clocks differ. */
const START = '2020-01-01T00:00:00Z';

/**
 * Starts Fulcio, Rekor, a timestamp authority and GitHub's issuer of identity tokens on one port of this machine: what clients of Sigstore
 * speak to, with keys of its own that nobody else trusts.
 */
export async function startSigstoreEmulator(options: SigstoreOptions = {}): Promise<SigstoreEmulator> {
  const issuer = new TokenIssuer();
  const authority = await createAuthority(issuer);
  // Set before each timestamp, to whole seconds: fractions are not encoded as DER asks for it.
  const timestampClock = new Date();
  const tsa = await initializeTSA(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }), timestampClock);
  const timestamps = tsaHandler(tsa);
  const server = createServer((request, response) => {
    answer(request).then(
      ({ status = 200, type = 'application/json', headers, body }) =>
        response.writeHead(status, { 'content-type': type, ...headers }).end(body),
      (error: unknown) =>
        response
          .writeHead(400, { 'content-type': 'application/json' })
          .end(JSON.stringify({ code: 400, message: error instanceof Error ? error.message : String(error) })),
    );
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `http://${host}`;
  const log = new TransparencyLog('127.0.0.1', options.logClock ?? (() => new Date()));

  const service = { url, majorApiVersion: 1, validFor: { start: START }, operator: 'emulator' };
  const withoutTimestamps = {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service],
    oidcUrls: [service],
    rekorTlogUrls: [service],
    rekorTlogConfig: { selector: 'ANY' },
  };
  const signingConfig = {
    ...withoutTimestamps,
    tsaUrls: [{ ...service, url: `${url}/api/v1/timestamp` }],
    tsaConfig: { selector: 'ANY' },
  };
  const trustedRoot = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [trustedLog(url, log.publicKey, log.id)],
    certificateAuthorities: [trustedAuthority(url, [authority.root])],
    ctlogs: [trustedLog(`${url}/ct`, authority.ctLog.publicKey, authority.ctLog.id)],
    timestampAuthorities: [trustedAuthority(url, [bytesOf(tsa.intCertificate), bytesOf(tsa.rootCertificate)])],
  };

  interface Answer {
    status?: number;
    type?: string;
    headers?: Record<string, string>;
    body: string | Uint8Array;
  }
  const json = (value: unknown, status = 200): Answer => ({ status, body: JSON.stringify(value) });

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const asked = `${request.method} ${pathname}`;
    const fault = options.fault?.(asked);
    if (fault !== undefined) return json({ message: 'a fault' }, fault);
    switch (asked) {
      case 'GET /token': {
        const value = issuer.request(bearer, searchParams.get('audience') ?? url);
        return value === undefined ? json({ message: 'not authorised' }, 401) : json({ value });
      }
      case 'GET /.well-known/openid-configuration':
        return json({ issuer: url, authorization_endpoint: url, token_endpoint: url, jwks_uri: `${url}/keys` });
      case 'GET /keys':
        return json(issuer.keys);
      case 'GET /trusted_root.json':
        return json(trustedRoot);
      case 'GET /signing_config.json':
        return json(signingConfig);
      case 'POST /api/v2/signingCert':
        return { body: await authority.issue((await bodyOf(request)).toString(), bearer) };
      case 'POST /api/v1/log/entries': {
        const entry = log.add(JSON.parse((await bodyOf(request)).toString()) as object);
        // Clients find the entry in the answer by its name here.
        return { ...json(entry, 201), headers: { etag: Object.keys(entry)[0]! } };
      }
      case 'POST /api/v1/timestamp': {
        timestampClock.setTime(Math.floor(Date.now() / 1000) * 1000);
        const { statusCode, response } = await timestamps.fn((await bodyOf(request)).toString());
        if (typeof response === 'string') throw new Error(`${statusCode}: ${response}`);
        return { status: 201, type: 'application/timestamp-reply', body: bytesOf(response) };
      }
      default:
        return json({ message: `nothing at ${pathname}` }, 404);
    }
  }

  return {
    url,
    trustedRoot,
    signingConfig,
    trustConfig: {
      mediaType: 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json',
      trustedRoot,
      signingConfig: withoutTimestamps,
    },
    token: (claims) => issuer.issue(claims, AUDIENCE),
    jobEnvironment: (claims) => ({
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: issuer.register({ iss: GITHUB_ISSUER, ...claims }),
    }),
    logSize: () => log.size,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function trustedLog(baseUrl: string, publicKey: Buffer, id: Buffer): object {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: publicKey.toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: START },
    },
    logId: { keyId: id.toString('base64') },
  };
}

function trustedAuthority(uri: string, chain: readonly Buffer[]): object {
  return {
    subject: { organization: 'emulator', commonName: 'sigstore' },
    uri,
    certChain: { certificates: chain.map((certificate) => ({ rawBytes: certificate.toString('base64') })) },
    validFor: { start: START },
  };
}
