import { mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loadManifest, loadManifestIfPresent } from '../src/index.ts';
import { parseManifest } from '../src/parse.ts';

const MINIMAL = `
schema-version: 1
model:
  name: credit-risk
  owner: retail-credit
artifact:
  path: model/model.onnx
`;

const folderWith = async (text: string): Promise<string> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'manifest-'));
  await writeFile(path.join(folder, 'model.yaml'), text);
  return path.join(folder, 'model.yaml');
};

describe('parseManifest', () => {
  test('takes the smallest manifest', () => {
    expect(parseManifest(MINIMAL, 'model.yaml').model.name).toBe('credit-risk');
  });

  test.each([
    [
      'an unknown key, with the line and a suggestion',
      `${MINIMAL}gaet:\n  checks: []\n`,
      /model\.yaml:8: unknown key 'gaet' in model\.yaml, did you mean 'gate'\?/,
    ],
    [
      'an unknown key deep inside',
      `${MINIMAL}endpoint:\n  min-replica: 1\n`,
      /model\.yaml:9: unknown key 'min-replica' in 'endpoint', did you mean 'min-replicas'\?/,
    ],
    [
      'a value out of range',
      `${MINIMAL}endpoint:\n  traffic-steps: [5, 120]\n`,
      /model\.yaml:9: 'endpoint\.traffic-steps\.1' must be <= 100/,
    ],
    [
      'a word that is not one of the choices',
      MINIMAL.replace('owner:', 'risk-tier: huge\n  owner:'),
      /must be one of high, medium, low, not 'huge'/,
    ],
    ['a missing key', 'schema-version: 1\nmodel: {name: a, owner: b}\n', /must have 'artifact'/],
    ['a check of no kind', `${MINIMAL}gate:\n  checks:\n    - metric: auc\n`, /exactly one of bound/],
    [
      'a check of two kinds',
      `${MINIMAL}gate:\n  checks:\n    - {metric: auc, bound: 0.7, superiority-margin: 0}\n`,
      /exactly one of bound/,
    ],
    ['a policy without checks', `${MINIMAL}gate:\n  checks: []\n`, /must NOT have fewer than 1 items/],
    ['the alias default', `${MINIMAL}registry:\n  aliases: [default]\n`, /must not be 'default'/],
    ['an absolute path', MINIMAL.replace('model/model.onnx', '/etc/passwd'), /must match/],
    ['a duplicate key', `${MINIMAL}artifact:\n  path: b\n`, /model\.yaml:8: Map keys must be unique/],
    ['text that is not YAML', 'model: [', /model\.yaml:\d+: /],
    ['a custom tag', 'model: !!js/function "x"', /model\.yaml:1: Unresolved tag/],
    [
      'aliases that multiply',
      `a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: [*c, *c, *c]\n`,
      /aliases cannot be resolved/,
    ],
    [
      'an anchor that holds itself',
      `${MINIMAL}registry: &a\n  labels: *a\n`,
      /model\.yaml:9: The anchor 'a' holds itself/,
    ],
    [
      'another version of YAML',
      `%YAML 1.1\n---\n${MINIMAL}registry: {labels: !!omap [a: b]}\n`,
      /YAML 1\.1 is not read/,
    ],
    ['a second document', `${MINIMAL}---\na: 1\n`, /model\.yaml:8: One document is read/],
    [
      'a key that is there as a number and as a text',
      `${MINIMAL}registry: {labels: {1: x, '1': y}}\n`,
      /must be unique/,
    ],
    [
      'a key of a wrong form',
      `${MINIMAL}registry:\n  labels: {Team: a}\n`,
      /^model\.yaml:9: the key 'Team' in 'registry\.labels' must match pattern "[^"]+"\.$/,
    ],
    ['nesting without end', `a: ${'['.repeat(20_000)}`, /model\.yaml:1: /],
    ['an empty file', '', /must be object/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseManifest(text, 'model.yaml')).toThrow(message);
  });

  test('a key named like a property of every object is unknown, not inherited', () => {
    expect(() => parseManifest(`${MINIMAL}constructor: 1\n`, 'model.yaml')).toThrow(/unknown key 'constructor'/);
  });
});

test('of very many keys the one that is written twice is found, without comparing each with every other', () => {
  const keys = Array.from({ length: 60_000 }, (_, index) => `    k${index}: v\n`).join('');
  const text = `${MINIMAL}registry:\n  labels:\n${keys}`;
  expect(Object.keys(parseManifest(text, 'model.yaml').registry!.labels!)).toHaveLength(60_000);
  expect(() => parseManifest(`${text}    k7: w\n`, 'model.yaml')).toThrow(/model\.yaml:60010: Map keys must be unique/);
});

describe('loadManifest', () => {
  test('lays an environment over the sections', async () => {
    const file = await folderWith(
      `${MINIMAL}endpoint: {machine-type: n1-standard-2, min-replicas: 1}\nenvironments:\n  production:\n    project-id: bank-ml-prod\n    region: europe-west4\n    endpoint: {min-replicas: 3}\n`,
    );
    const { manifest } = await loadManifest(file, { environment: 'production' });
    expect(manifest.endpoint).toEqual({ 'machine-type': 'n1-standard-2', 'min-replicas': 3 });
    expect(manifest['project-id']).toBe('bank-ml-prod');
    expect(manifest).not.toHaveProperty('environments');
    await expect(loadManifest(file, { environment: 'productoin' })).rejects.toMatchObject({
      fix: "Did you mean 'production'?",
    });
    await expect(loadManifest(file, { environment: 'toString' })).rejects.toThrow(/no environment 'toString'/);
  });

  test('a missing file is an error that says what to do, or nothing where it may be absent', async () => {
    await expect(loadManifest('nowhere/model.yaml')).rejects.toMatchObject({
      fix: expect.stringContaining("'manifest'") as unknown,
    });
    await expect(loadManifestIfPresent('nowhere/model.yaml')).resolves.toBeUndefined();
  });

  test('a folder or a device in its place is no manifest', async () => {
    await expect(loadManifest(tmpdir())).rejects.toThrow(/is no file/);
    await expect(loadManifest('/dev/zero')).rejects.toThrow(/is no file/);
  });

  test('what it names lies within the repository', async () => {
    const loaded = await loadManifest(await folderWith(MINIMAL));
    expect(loaded.resolve('model/model.onnx')).toBe(path.join(path.dirname(loaded.path), 'model/model.onnx'));
    expect(() => loaded.resolve('../../etc/passwd')).toThrow(/outside of the repository/);
    await symlink('/etc', path.join(path.dirname(loaded.path), 'link'));
    expect(() => loaded.resolve('link/passwd')).toThrow(/outside of the repository/);
    expect(() => loaded.resolve('link/not-there')).toThrow(/outside of the repository/);
    expect(loaded.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});
