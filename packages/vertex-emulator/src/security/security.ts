import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generate } from 'selfsigned';
import { POOL_AUDIENCE, SERVICE_ACCOUNT, startTokenServer } from './token-server.ts';
import { TokenService, type Principal } from './token-service.ts';

/** TLS and identities: with them a client takes the very path that it takes to the cloud. */
export interface Security {
  certificate: string;
  key: string;
  principalOf(authorization: string | undefined): Principal | undefined;
  /** Exchanges of identities that the token servers made, in order. */
  exchanges: readonly string[];
  /** Environment for clients of the gRPC server at `port`. */
  environments(port: number): Environments;
  close(): Promise<void>;
}

/** What a client's environment must hold to reach the emulator as one of two kinds of identity. */
export interface Environments {
  /** A service account's key, by which the client signs its own tokens. */
  serviceAccount: Record<string, string>;
  /** What google-github-actions/auth leaves behind for workload identity federation. */
  workloadIdentity: Record<string, string>;
}

/**
 * @param folder where the certificate and the credentials files are kept
 * @param tokenLifetime milliseconds that an access token is good for
 */
export async function startSecurity(host: string, folder: string, tokenLifetime: number): Promise<Security> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { cert: certificate, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const tokens = new TokenService(tokenLifetime);
  tokens.addServiceAccount(SERVICE_ACCOUNT, publicKey);
  const server = await startTokenServer(host, tokens);

  const files = {
    roots: path.join(folder, 'roots.pem'),
    serviceAccount: path.join(folder, 'service-account.json'),
    workloadIdentity: path.join(folder, 'workload-identity.json'),
  };
  const write = (file: string, content: string): Promise<void> => writeFile(file, content, { mode: 0o600 });
  await write(files.roots, certificate);
  await write(
    files.serviceAccount,
    JSON.stringify({
      type: 'service_account',
      project_id: 'emulated-project',
      private_key_id: '1',
      private_key: privateKey,
      client_email: SERVICE_ACCOUNT,
      client_id: '1',
      token_uri: `${server.url}/token`,
    }),
  );
  await write(
    files.workloadIdentity,
    JSON.stringify({
      type: 'external_account',
      audience: POOL_AUDIENCE,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${server.url}/sts/v1/token`,
      service_account_impersonation_url: `${server.url}/iam/v1/projects/-/serviceAccounts/${SERVICE_ACCOUNT}:generateAccessToken`,
      credential_source: {
        url: `${server.url}/oidc`,
        headers: { Authorization: `Bearer ${server.requestToken}` },
        format: { type: 'json', subject_token_field_name: 'value' },
      },
    }),
  );

  return {
    certificate,
    key,
    principalOf: (authorization) => tokens.principalOf(authorization),
    exchanges: server.exchanges,
    environments(port) {
      const common = {
        CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM: `https://localhost:${port}/`,
        GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: files.roots,
      };
      return {
        serviceAccount: { ...common, GOOGLE_APPLICATION_CREDENTIALS: files.serviceAccount },
        workloadIdentity: { ...common, GOOGLE_APPLICATION_CREDENTIALS: files.workloadIdentity },
      };
    },
    close: () => server.close(),
  };
}
