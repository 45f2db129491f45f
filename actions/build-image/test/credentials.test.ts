import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { registryCredentials } from '../src/credentials.ts';
import { Folder } from './support.ts';

const folder = new Folder();
const before = { ...process.env };
let sts: Server;
let exchanged: URLSearchParams[];

beforeAll(async () => {
  exchanged = [];
  // What Google's Security Token Service answers to workload identity federation; these tokens have run out when they arrive.
  sts = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      exchanged.push(new URLSearchParams(Buffer.concat(parts).toString()));
      const body = { access_token: `federated-${exchanged.length}`, token_type: 'Bearer', expires_in: 1 };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => sts.listen(0, '127.0.0.1', resolve));
  folder.write('subject-token', 'token of the job');
  // As google-github-actions/auth writes it, save for the address.
  const file = folder.write(
    'gha-creds.json',
    JSON.stringify({
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/github/providers/github',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `http://127.0.0.1:${(sts.address() as AddressInfo).port}/v1/token`,
      credential_source: { file: folder.at('subject-token') },
    }),
  );
  const auths = { 'ghcr.io': { auth: Buffer.from('actor:github-token').toString('base64') } };
  folder.write('docker/config.json', JSON.stringify({ auths }));
  Object.assign(process.env, { GOOGLE_APPLICATION_CREDENTIALS: file, DOCKER_CONFIG: folder.at('docker') });
});
afterAll(() => {
  process.env = before;
  sts.close();
});

describe('credentials', () => {
  test('of Artifact Registry are access tokens of what google-github-actions/auth left, and new ones when the registry turns one down', async () => {
    const credentials = registryCredentials();
    expect(await credentials('europe-west4-docker.pkg.dev')).toEqual({
      username: 'oauth2accesstoken',
      password: 'federated-1',
    });
    expect(await credentials('eu.gcr.io')).toEqual({ username: 'oauth2accesstoken', password: 'federated-2' });
    expect(exchanged[0]!.get('subject_token')).toBe('token of the job');
    expect(exchanged[0]!.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:token-exchange');
  });

  test('of other registries are those of docker login', async () => {
    expect(await registryCredentials()('ghcr.io')).toEqual({ username: 'actor', password: 'github-token' });
  });

  test.each([
    'evil-pkg.dev',
    'europe-west4-docker.pkg.dev.evil.example',
    'pkg.dev.example',
    'notgcr.io',
    'evil-gcr.io',
    'gcr.io:5000.example',
    'docker.io',
    '127.0.0.1:5000',
  ])('a token of Google is shown to none but Google: not to %s', async (registry) => {
    const known = exchanged.length;
    expect(await registryCredentials()(registry)).toBeUndefined();
    expect(exchanged).toHaveLength(known);
  });
});
