/** What users get wrong, through the committed bundles and over the wire: one clear error, exit code 1, nothing half done. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startEmulatorProcess, type EmulatorProcess } from '../../scripts/start/emulator.ts';
import { startBundle, type Outcome } from './start-bundle.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = (): string => mkdtempSync(path.join(tmpdir(), 'bad-input-'));

function expectOneError({ status, log, output }: Outcome, message: RegExp): void {
  expect(status).toBe(1);
  const errors = log.match(/^::error.*$/gm) ?? [];
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(message);
  expect(log).not.toMatch(/\n\s+at /);
  expect(output).not.toMatch(/verdict<<.*\npass/);
}

describe('files and values', () => {
  const MINIMAL = 'schema-version: 1\nmodel: {name: m, owner: o}\nartifact: {path: model}\n';
  const withManifest = (text: string): string => {
    const work = folder();
    writeFileSync(path.join(work, 'model.yaml'), text);
    return work;
  };

  test('an unknown key of model.yaml, with its line and a suggestion', () => {
    const work = withManifest(`${MINIMAL}gaet: {}\n`);
    expectOneError(
      startBundle('validate-model', {}, {}, work),
      /model\.yaml:4: unknown key 'gaet' in model\.yaml, did you mean 'gate'\?/,
    );
  });

  test('a model that is not there', () => {
    expectOneError(startBundle('validate-model', {}, {}, withManifest(MINIMAL)), /model/);
  });

  test('a prediction file that is not there', () => {
    const work = withManifest(
      `${MINIMAL}gate: {candidate: none.csv, champion: none, checks: [{metric: auc, bound: 0.6}]}\n`,
    );
    expectOneError(startBundle('evaluate-gate', {}, {}, work), /none\.csv/);
  });

  test('a choice with a slip', () => {
    expectOneError(
      startBundle('build-image', { mode: 'layerd' }),
      /'mode' must be one of layered, dockerfile, not 'layerd'\. Did you mean 'layered'\?/,
    );
  });

  test('a value out of range', () => {
    expectOneError(
      startBundle('deploy-vertex-endpoint', { 'model-version': 'm@1', 'min-replicas': '0' }),
      /'min-replicas' must be at least 1, not 0/,
    );
  });

  test('a folder where a file must be', () => {
    const work = withManifest(
      `${MINIMAL}gate: {candidate: predictions, champion: none, checks: [{metric: auc, bound: 0.6}]}\n`,
    );
    mkdirSync(path.join(work, 'predictions'));
    expectOneError(startBundle('evaluate-gate', {}, {}, work), /predictions/);
  });
});

describe('names that Vertex AI does not know', () => {
  let emulator: EmulatorProcess;
  beforeAll(async () => {
    emulator = await startEmulatorProcess(root);
  });
  afterAll(() => emulator.stop());

  const place = { 'project-id': 'acme-bank-ml-qa', region: 'europe-west4' };
  const start = (name: string, inputs: Record<string, string>): Outcome =>
    startBundle(name, { ...place, ...inputs }, { VERTEX_AI_EMULATOR_HOST: emulator.address });

  test('an endpoint', () => {
    expectOneError(start('rollback', { 'endpoint-id': 'not-there', reason: 'test' }), /not-there/);
  });

  test('a version', () => {
    const inputs = { 'endpoint-id': 'credit-risk', 'model-version': 'credit-risk@7', 'allow-unprobed': 'true' };
    expectOneError(start('deploy-vertex-endpoint', inputs), /credit-risk@7/);
  });

  test('an alias instead of a version', () => {
    const inputs = { 'endpoint-id': 'credit-risk', 'model-version': 'credit-risk@default', 'allow-unprobed': 'true' };
    expectOneError(start('deploy-vertex-endpoint', inputs), /default/);
  });

  test('an image without a digest', () => {
    expectOneError(
      start('register-version', { 'model-id': 'credit-risk', image: `${emulator.registry}/a/b:latest` }),
      /digest/,
    );
  });

  test('an image that is not in the registry, and the world is as it was', async () => {
    const image = `${emulator.registry}/a/b@sha256:${'0'.repeat(64)}`;
    expectOneError(start('register-version', { 'model-id': 'credit-risk', image }), /a\/b/);
    const state = (await (await fetch(`${emulator.admin}/state`)).json()) as { models: object; endpoints: object };
    expect(Object.keys(state.models)).toEqual([]);
    expect(Object.keys(state.endpoints)).toEqual([]);
  });
});
