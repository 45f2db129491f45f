/** The path to the cloud, unmodified: TLS, a service account or workload identity federation, tokens that die while an operation runs. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startEmulator, type Emulator } from '@mlops-actions/vertex-emulator';
import { spawnBundle } from './start-bundle.ts';

const image = `europe-west4-docker.pkg.dev/a/b/c@sha256:${'1'.repeat(64)}`;
const place = { 'project-id': 'test-project', region: 'europe-west4' };
let emulator: Emulator;

beforeAll(async () => {
  // An operation outlives the token that it was started with.
  emulator = await startEmulator({ secure: true, tokenLifetime: 1000, operationDelay: 1600, containers: false });
});
afterAll(() => emulator.close());

async function run(
  action: string,
  inputs: Record<string, string>,
  env: Record<string, string>,
): Promise<{ status: number | null; log: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'secure-'));
  return spawnBundle(action, { ...place, ...inputs }, env, folder).ended;
}

describe.each(['serviceAccount', 'workloadIdentity'] as const)('with the credentials of a %s', (kind) => {
  test('registers and deploys', async () => {
    const environment = emulator.environments![kind];
    const id = kind.toLowerCase();
    const registered = await run('register-version', { 'model-id': id, image }, environment);
    expect(registered.log).not.toContain('::error::');
    expect(registered.status).toBe(0);
    const before = emulator.exchanges.length;
    const deployed = await run(
      'deploy-vertex-endpoint',
      {
        'endpoint-id': id,
        'model-version': `${id}@1`,
        strategy: 'immediate',
        'allow-unprobed': 'true',
        'machine-type': 'n1-standard-2',
      },
      environment,
    );
    expect(deployed.log).not.toContain('::error::');
    expect(deployed.status).toBe(0);
    const endpoint = Object.values(emulator.state().endpoints).find((one) => one.id === id)!;
    expect(Object.values(endpoint.trafficSplit)).toEqual([100]);
    if (kind === 'workloadIdentity') {
      // Each token is asked for anew with an identity token of its own, and one was not enough.
      const made = emulator.exchanges.slice(before);
      expect(made.filter((exchange) => exchange === 'sts').length).toBeGreaterThan(1);
      expect(made.filter((exchange) => exchange === 'oidc')).toHaveLength(
        made.filter((exchange) => exchange === 'sts').length,
      );
    }
    expect(emulator.state().violations).toEqual([]);
  });
});

test('whoever signs with another key is turned away, with one sentence that says so', async () => {
  const other = await startEmulator({ secure: true, containers: false });
  try {
    const environment = {
      ...emulator.environments!.serviceAccount,
      GOOGLE_APPLICATION_CREDENTIALS: other.environments!.serviceAccount['GOOGLE_APPLICATION_CREDENTIALS']!,
    };
    const { status, log } = await run('register-version', { 'model-id': 'stranger', image }, environment);
    expect(status).toBe(1);
    expect(log).toMatch(/^::error::register-version: .*credentials/m);
    expect(log).not.toMatch(/\n\s+at /);
    expect(Object.keys(emulator.state().models).some((name) => name.includes('stranger'))).toBe(false);
  } finally {
    await other.close();
  }
});

test('an override that is no address is refused', async () => {
  const environment = {
    ...emulator.environments!.serviceAccount,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM: 'http://localhost:1/',
  };
  const { status, log } = await run('rollback', { 'endpoint-id': 'serviceaccount', reason: 'test' }, environment);
  expect(status).toBe(1);
  expect(log).toMatch(/CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM/);
});
