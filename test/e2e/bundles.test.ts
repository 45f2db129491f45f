/** The committed bundles, started as the runner starts them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const root = path.resolve(import.meta.dirname, '../..');
const names = readdirSync(path.join(root, 'actions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

interface Outcome {
  status: number | null;
  log: string;
  output: string;
  summary: string;
}

/** Starts a bundle in an empty folder with the defaults of its action.yml and the given inputs. */
function start(name: string, inputs: Record<string, string>, env: Record<string, string> = {}): Outcome {
  const folder = mkdtempSync(path.join(tmpdir(), 'bundle-'));
  const action = parse(readFileSync(path.join(root, 'actions', name, 'action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: string }>;
  };
  const given = {
    ...Object.fromEntries(Object.entries(action.inputs).map(([key, { default: value }]) => [key, value ?? ''])),
    ...inputs,
  };
  for (const file of ['output', 'summary']) writeFileSync(path.join(folder, file), '');
  const child = spawnSync(process.execPath, [path.join(root, 'dist', `${name}.js`)], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      GITHUB_OUTPUT: path.join(folder, 'output'),
      GITHUB_STEP_SUMMARY: path.join(folder, 'summary'),
      ...Object.fromEntries(Object.entries(given).map(([key, value]) => [`INPUT_${key.toUpperCase()}`, value])),
      ...env,
    },
  });
  return {
    status: child.status,
    log: child.stdout + child.stderr,
    output: readFileSync(path.join(folder, 'output'), 'utf8'),
    summary: readFileSync(path.join(folder, 'summary'), 'utf8'),
  };
}

describe.each(names)('%s', (name) => {
  test('answers a missing manifest with one error that names the input, and leaves nothing', () => {
    const { status, log, output } = start(name, { manifest: 'nowhere/model.yaml' });
    expect(status).toBe(1);
    expect(log.match(/^::error/gm)).toHaveLength(1);
    expect(log).toMatch(/nowhere\/model\.yaml/);
    expect(log).toMatch(/'manifest'/);
    expect(log).not.toMatch(/\n\s+at /);
    expect(output).not.toMatch(/verdict/);
  });

  test('prints no warning of Node', () => {
    expect(start(name, { manifest: 'nowhere/model.yaml' }).log).not.toMatch(/Warning|DEP\d/);
  });

  test('shows no workflow command that hides in an input', () => {
    const { status, log } = start(name, { manifest: 'a\n::set-output name=verdict::pass\n::stop-commands::x' });
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
    const { status, log } = start(name, inputs, {
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
