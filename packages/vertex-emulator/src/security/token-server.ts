import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TokenService } from './token-service.ts';

export interface TokenServer {
  /** `http://host:port`. */
  url: string;
  /** What a job presents to be given an identity token (`ACTIONS_ID_TOKEN_REQUEST_TOKEN` on GitHub). */
  requestToken: string;
  /** Exchanges that were made, in order: `oidc`, `sts`, `impersonate`. */
  exchanges: readonly string[];
  close(): Promise<void>;
}

/** The audience and the service account that the emulated workload identity pool serves. */
export const POOL_AUDIENCE =
  '//iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/github/providers/emulator';
export const SERVICE_ACCOUNT = 'release@emulated-project.iam.gserviceaccount.com';

/**
 * The three servers that workload identity federation talks to, in one: GitHub's issuer of identity tokens, Google's Security Token Service
 * (RFC 8693), and the IAM credentials API, which lends the service account's identity.
 */
export async function startTokenServer(host: string, tokens: TokenService): Promise<TokenServer> {
  const requestToken = randomBytes(16).toString('hex');
  const exchanges: string[] = [];
  const identities = new Set<string>();

  const routes: Record<string, (request: IncomingMessage, body: string) => [status: number, answer: object]> = {
    'GET /oidc'(request) {
      if (request.headers.authorization !== `Bearer ${requestToken}`) return refuse(401, 'unauthorized');
      const identity = `identity.${randomBytes(16).toString('base64url')}`;
      identities.add(identity);
      exchanges.push('oidc');
      return [200, { value: identity }];
    },
    'POST /sts/v1/token'(_, body) {
      const given = new URLSearchParams(body);
      if (given.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:token-exchange') {
        return refuse(400, 'unsupported_grant_type');
      }
      if (given.get('audience') !== POOL_AUDIENCE) return refuse(400, 'invalid_target');
      // An identity token is good for one exchange, so that a client which keeps it for later is found out.
      if (!identities.delete(given.get('subject_token') ?? '')) return refuse(400, 'invalid_grant');
      exchanges.push('sts');
      const { token, expiresAt } = tokens.issue('principal:federated');
      return [
        200,
        {
          access_token: token,
          issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          token_type: 'Bearer',
          expires_in: Math.round((expiresAt - Date.now()) / 1000),
        },
      ];
    },
    [`POST /iam/v1/projects/-/serviceAccounts/${SERVICE_ACCOUNT}:generateAccessToken`](request) {
      if (tokens.principalOf(request.headers.authorization) !== 'principal:federated') {
        return [401, { error: { code: 401, status: 'UNAUTHENTICATED', message: 'Request had invalid credentials.' } }];
      }
      exchanges.push('impersonate');
      const { token, expiresAt } = tokens.issue(SERVICE_ACCOUNT);
      return [200, { accessToken: token, expireTime: new Date(expiresAt).toISOString() }];
    },
  };

  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const route = `${request.method!} ${new URL(request.url ?? '/', 'http://tokens').pathname}`;
      const [status, answer] = Object.hasOwn(routes, route)
        ? routes[route]!(request, Buffer.concat(chunks).toString('utf8'))
        : refuse(404, 'not_found');
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    requestToken,
    exchanges,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const refuse = (status: number, error: string): [number, object] => [status, { error }];
