/** The committed bundles, started as the runner starts them. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { startBundle } from './start-bundle.ts';

const root = path.resolve(import.meta.dirname, '../..');
const names = readdirSync(path.join(root, 'actions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** What an action demands before it looks for a manifest. */
const required: Record<string, Record<string, string>> = {
  'register-version': { image: `europe-west4-docker.pkg.dev/a/b/c@sha256:${'0'.repeat(64)}` },
  'deploy-vertex-endpoint': { 'model-version': 'credit-risk@1' },
  rollback: { reason: 'a test' },
  'report-incident': { environment: 'qa', reason: 'a test', 'github-token': 'none' },
};

describe.each(names)('%s', (name) => {
  test('answers a missing manifest with one error that names the input, and leaves nothing', () => {
    const { status, log, output } = startBundle(name, { ...required[name], manifest: 'nowhere/model.yaml' });
    expect(status).toBe(1);
    expect(log.match(/^::error/gm)).toHaveLength(1);
    expect(log).toMatch(/nowhere\/model\.yaml/);
    expect(log).toMatch(/'manifest'/);
    expect(log).not.toMatch(/\n\s+at /);
    expect(output).not.toMatch(/verdict/);
  });

  test('prints no warning of Node', () => {
    expect(startBundle(name, { ...required[name], manifest: 'nowhere/model.yaml' }).log).not.toMatch(/Warning|DEP\d/);
  });

  test('shows no workflow command that hides in an input', () => {
    const { status, log } = startBundle(name, {
      ...required[name],
      manifest: 'a\n::set-output name=verdict::pass\n::stop-commands::x',
    });
    expect(status).toBe(1);
    expect(log).not.toMatch(/^::(set-output|stop-commands)/m);
  });
});

describe('without credentials', () => {
  const place = { 'project-id': 'acme-bank-ml-qa', region: 'europe-west4' };
  test.each([
    [
      'register-version',
      { ...place, 'model-id': 'credit-risk', image: `europe-west4-docker.pkg.dev/a/b/c@sha256:${'0'.repeat(64)}` },
    ],
    [
      'deploy-vertex-endpoint',
      { ...place, 'endpoint-id': 'credit-risk', 'model-version': 'credit-risk@1', 'allow-unprobed': 'true' },
    ],
    ['rollback', { ...place, 'endpoint-id': 'credit-risk', reason: 'test' }],
  ])('%s says which step is missing', (name, inputs) => {
    const { status, log } = startBundle(name, inputs, {
      // No machine credentials, and no waiting for a metadata server.
      GCE_METADATA_HOST: '127.0.0.1:1',
      METADATA_SERVER_DETECTION: 'none',
    });
    expect(status).toBe(1);
    expect(log.match(/^::error/gm)).toHaveLength(1);
    expect(log).toMatch(/google-github-actions\/auth/);
    expect(log).not.toMatch(/\n\s+at /);
  });
});
