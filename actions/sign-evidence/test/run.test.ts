import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inputReader, type ActionResult, type RunContext } from '@mlops-actions/action-kit';
import { GITHUB_ISSUER, verifyBundle, type Verification } from '@mlops-actions/sigstore';
import { startSigstoreEmulator, type SigstoreEmulator } from '@mlops-actions/sigstore-emulator';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readInputs } from '../src/inputs.ts';
import { run } from '../src/run.ts';
import { left, MODEL } from './statements.ts';

const workflow = 'acme/mlops-actions/.github/workflows/release-model.yml@refs/tags/v1';
const claims = {
  sub: 'repo:acme/credit-risk:ref:refs/heads/main',
  repository: 'acme/credit-risk',
  job_workflow_ref: workflow,
};
const context: RunContext = {
  ...{ repository: 'acme/credit-risk', commit: 'd'.repeat(40), ref: 'refs/heads/main', runId: '4711', runAttempt: '1' },
  ...{ runUrl: '', workflow: '', actor: 'anna' },
};

let sigstore: SigstoreEmulator;
let folder: string;
const before = { ...process.env };

beforeAll(async () => {
  sigstore = await startSigstoreEmulator();
  Object.assign(process.env, sigstore.jobEnvironment(claims), { SIGSTORE_EMULATOR_HOST: new URL(sigstore.url).host });
});
afterAll(async () => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  await sigstore.close();
});

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sign-evidence-'));
  for (const action of ['validate-model', 'evaluate-gate']) {
    const artifact = path.join(folder, 'evidence', `evidence-${action}`);
    await mkdir(artifact, { recursive: true });
    await writeFile(path.join(artifact, `${action}.intoto.json`), JSON.stringify(left(action)));
    await writeFile(path.join(artifact, `${action}.json`), '{}');
  }
});
afterEach(() => rm(folder, { recursive: true }));

function sign(inputs: Record<string, string> = {}): Promise<ActionResult> {
  const given: Record<string, string> = {
    evidence: path.join(folder, 'evidence'),
    'evidence-dir': path.join(folder, 'out'),
    require: 'validate-model, evaluate-gate',
    ...inputs,
  };
  return run(readInputs(inputReader((name) => given[name] ?? '')), context);
}

const verify = async (file: string, name = `https://github.com/${workflow}`): Promise<Verification> =>
  verifyBundle(await readFile(file, 'utf8'), {
    method: 'keyless',
    identity: { name, issuer: GITHUB_ISSUER, repository: 'acme/credit-risk' },
    trustedRoot: JSON.stringify(sigstore.trustedRoot),
  });

describe('the record of a release', () => {
  test('is signed with the identity of the job, and says what it is about and every file by its digest', async () => {
    const { verdict, outputs, headline } = await sign();
    expect(verdict).toBe('pass');
    expect(outputs['release-verdict']).toBe('pass');
    expect(headline).toMatch(/a release that passed, with 4 files of evidence/);
    const verified = await verify(outputs['bundle-path']!);
    expect(verified).toMatchObject({
      holds: true,
      statement: {
        subject: [{ name: 'model', digest: { sha256: MODEL.slice(7) } }],
        predicateType: 'https://mlops-actions.dev/predicate/release/v1',
        predicate: {
          verdict: 'pass',
          verdicts: { 'validate-model': 'pass', 'evaluate-gate': 'pass' },
          run: { runId: '4711' },
          evidence: [
            { path: 'evidence-evaluate-gate/evaluate-gate.intoto.json', digest: expect.stringMatching(/^sha256:/) },
            { path: 'evidence-evaluate-gate/evaluate-gate.json' },
            { path: 'evidence-validate-model/validate-model.intoto.json' },
            { path: 'evidence-validate-model/validate-model.json' },
          ],
        },
      },
    });
    const stranger = await verify(
      outputs['bundle-path']!,
      'https://github.com/mallory/x/.github/workflows/x.yml@refs/heads/main',
    );
    expect(stranger.holds).toBe(false);
  });

  test('that was stopped is signed too', async () => {
    const stopped = path.join(folder, 'evidence/evidence-evaluate-gate/evaluate-gate.intoto.json');
    await writeFile(stopped, JSON.stringify(left('evaluate-gate', { verdict: 'fail' })));
    const { verdict, outputs, headline } = await sign();
    expect([verdict, outputs['release-verdict']]).toEqual(['pass', 'fail']);
    expect(headline).toMatch(/did not pass \(stopped by evaluate-gate\)/);
    expect((await verify(outputs['bundle-path']!)).holds).toBe(true);
  });

  test('is not signed where it contradicts itself, and what an earlier attempt signed is gone', async () => {
    const { outputs } = await sign();
    const other = await sign({ 'model-digest': `sha256:${'0'.repeat(64)}` });
    expect(other).toMatchObject({
      verdict: 'fail',
      headline: expect.stringMatching(/nothing was signed: The model is/),
    });
    await expect(readFile(outputs['bundle-path']!)).rejects.toThrow(/ENOENT/);
  });

  test('can be signed by a key, and a dry run signs nothing', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const dry = await sign({ 'private-key': pem, 'dry-run': 'true' });
    expect(dry.outputs['bundle-path']).toBe('');
    const { outputs } = await sign({ 'private-key': pem });
    const trusted = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(
      await verifyBundle(await readFile(outputs['bundle-path']!, 'utf8'), { method: 'key', publicKey: trusted }),
    ).toMatchObject({ holds: true });
  });
});

describe('what is no evidence is an error', () => {
  test.each([
    ['no folder', { evidence: 'nowhere' }, /There is no evidence at 'nowhere'/],
    ['no digest', { 'model-digest': 'latest' }, /must be a digest/],
  ])('%s', async (_, inputs, message) => {
    await expect(sign(inputs)).rejects.toThrow(message);
  });

  test.each([
    ['no JSON', '{', /it is no JSON/],
    ['null', 'null', /not the form/],
    ['no statement', '{"_type":"x"}', /not the form/],
  ])('a statement that is %s', async (_, text, message) => {
    await writeFile(path.join(folder, 'evidence/x.intoto.json'), text);
    await expect(sign()).rejects.toThrow(message);
  });

  test('a record about nothing', async () => {
    await rm(path.join(folder, 'evidence'), { recursive: true });
    await mkdir(path.join(folder, 'evidence'));
    await expect(sign()).rejects.toThrow(/neither a model nor an image/);
  });

  test('two files of one name, of which one would hide the other', async () => {
    const evidence = ['validate-model', 'evaluate-gate'].map((action) =>
      path.join(folder, 'evidence', `evidence-${action}`),
    );
    await writeFile(path.join(evidence[0]!, 'evaluate-gate.json'), '{}');
    await expect(sign({ evidence: evidence.join(',') })).rejects.toThrow(/Two files .* 'evaluate-gate.json'/);
  });

  test('a link is not followed', async () => {
    await writeFile(
      path.join(folder, 'secret.intoto.json'),
      JSON.stringify(left('evaluate-gate', { verdict: 'fail' })),
    );
    await symlink(path.join(folder, 'secret.intoto.json'), path.join(folder, 'evidence/link.intoto.json'));
    expect((await sign()).outputs['release-verdict']).toBe('pass');
  });
});
