import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startSigstoreEmulator, type SigstoreEmulator } from '@mlops-actions/sigstore-emulator';
import { conclusions, output, rehearseFixture, removeFolders } from './support.ts';

let sigstore: SigstoreEmulator;
beforeAll(async () => {
  sigstore = await startSigstoreEmulator();
});
afterAll(async () => {
  await sigstore.close();
  await removeFolders();
});

test('a job has an identity if its permissions say so, and the secret that it asks with does not show', async () => {
  const result = await rehearseFixture('identity', { sigstore });
  expect(conclusions(result)).toEqual({ named: 'success', nameless: 'success' });
  const [asked, claims] = output(result, 'named').slice(-2);
  expect(asked).toBe('asks with ***');
  expect(JSON.parse(claims!)).toMatchObject({
    iss: 'https://token.actions.githubusercontent.com',
    aud: 'sigstore',
    sub: 'repo:acme/models:ref:refs/heads/main',
    repository: 'acme/models',
    job_workflow_ref: 'acme/models/.github/workflows/identity.yml@refs/heads/main',
    sha: '1234567890123456789012345678901234567890',
  });
  expect(output(result, 'nameless')).toContain('no identity');
});

test('without a Sigstore nobody has one', async () => {
  const result = await rehearseFixture('identity', { jobs: ['nameless'] });
  expect(output(result, 'nameless')).toContain('no identity');
});
