/** Signatures of images: made by Sigstore's services over the wire, attached to the image in a registry, verified at its promotion. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ActionResult } from '@mlops-actions/action-kit';
import { listAttached, parseReference, pullImage, RegistryClient, type Digest } from '@mlops-actions/oci';
import { signStatement } from '@mlops-actions/sigstore';
import { attachBundle, imageSignature } from '@mlops-actions/sigstore/image';
import { startSigstoreEmulator, type SigstoreEmulator } from '@mlops-actions/sigstore-emulator';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build, Folder, registryForTests } from './support.ts';

const folder = new Folder();
const registry = registryForTests();
const client = new RegistryClient();
const workflow = 'acme/mlops-actions/.github/workflows/release-model.yml@refs/tags/v1';
const claims = { sub: 'release', repository: 'acme/credit-risk', job_workflow_ref: workflow };
const identity = {
  'certificate-identity': 'https://github.com/acme/mlops-actions/.github/workflows/release-model.yml@*',
  'certificate-github-workflow-repository': 'acme/credit-risk',
};
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const publicKey = folder.write('key.pub', pair.publicKey.export({ type: 'spki', format: 'pem' }) as string);

let sigstore: SigstoreEmulator;
beforeAll(async () => {
  sigstore = await startSigstoreEmulator();
  process.env['SIGSTORE_EMULATOR_HOST'] = new URL(sigstore.url).host;
  as(claims);
});
afterAll(async () => {
  delete process.env['SIGSTORE_EMULATOR_HOST'];
  await sigstore.close();
});
const as = (given: typeof claims): void => void Object.assign(process.env, sigstore.jobEnvironment(given));

folder.write('model/model.txt', '3');
const base = {
  'model-path': folder.at('model'),
  'base-image': 'scratch',
  entrypoint: 'serve',
  'evidence-dir': folder.at('evidence'),
};
const release = (name: string, inputs: Record<string, string> = { sign: 'keyless' }): Promise<ActionResult> =>
  build({ ...base, tags: `${registry.address}/${name}:1`, labels: `name=${name}`, ...inputs });
const promote = (image: string, inputs: Record<string, string> = identity): Promise<ActionResult> =>
  build({ 'source-image': image, tags: `${registry.address}/promoted/model`, manifest: '', ...inputs });

describe('a signed image', () => {
  test('has a bundle for itself and for each document, where cosign and gh look for them', async () => {
    const { outputs, report } = await release('all', { sign: 'keyless', attach: 'sbom, spdx, provenance' });
    const listed = await listAttached(client, parseReference(`${registry.address}/all`), outputs['digest'] as Digest);
    const predicates = [
      'https://cyclonedx.org/bom',
      'https://sigstore.dev/cosign/sign/v1',
      'https://slsa.dev/provenance/v1',
      'https://spdx.dev/Document',
    ];
    expect(listed.map(({ artifactType }) => artifactType).sort()).toEqual([
      'application/spdx+json',
      'application/vnd.cyclonedx+json',
      ...predicates.map(() => 'application/vnd.dev.sigstore.bundle.v0.3+json'),
    ]);
    expect(
      listed.flatMap(({ annotations }) => annotations?.['dev.sigstore.bundle.predicateType'] ?? []).sort(),
    ).toEqual(predicates);
    const bundles = readFileSync(outputs['bundle-path']!, 'utf8').trimEnd().split('\n');
    const statements = bundles.map((line) => {
      const { dsseEnvelope } = JSON.parse(line) as { dsseEnvelope: { payload: string } };
      return JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString()) as Record<string, unknown>;
    });
    expect(statements.map(({ predicateType }) => predicateType).sort()).toEqual(predicates);
    for (const { subject } of statements)
      expect(subject).toEqual([{ name: `${registry.address}/all`, digest: { sha256: outputs['digest']!.slice(7) } }]);
    expect(report).toMatchObject({
      signatures: {
        commands: expect.arrayContaining([
          `cosign verify --certificate-identity https://github.com/${workflow} --certificate-oidc-issuer https://token.actions.githubusercontent.com --trusted-root trusted_root.json ${outputs['image']}`,
        ]),
      },
    });
  });

  test('for several platforms is signed as the index and as each image of it, with the SBOM of each', async () => {
    const platforms = 'linux/amd64, linux/arm64';
    const { outputs } = await release('several', { sign: 'keyless', attach: 'sbom', platforms });
    const images = Object.values(JSON.parse(outputs['platform-digests']!) as Record<string, Digest>);
    const signed = async (digest: string): Promise<(string | undefined)[]> =>
      (await listAttached(client, parseReference(`${registry.address}/several`), digest as Digest)).flatMap(
        ({ annotations }) => annotations?.['dev.sigstore.bundle.predicateType'] ?? [],
      );
    expect(await signed(outputs['digest']!)).toEqual(['https://sigstore.dev/cosign/sign/v1']);
    expect(images).toHaveLength(2);
    for (const digest of images) {
      expect((await signed(digest)).sort()).toEqual([
        'https://cyclonedx.org/bom',
        'https://sigstore.dev/cosign/sign/v1',
      ]);
    }
    expect((await promote(`${registry.address}/several@${images[0]!}`)).report).toMatchObject({
      signedBy: `https://github.com/${workflow}`,
    });
  });

  test('is promoted in the name of who signed it, with its signatures', async () => {
    const { outputs } = await release('good');
    const promoted = await promote(outputs['image']!);
    expect(promoted.report).toMatchObject({ signedBy: `https://github.com/${workflow}` });
    // What was copied can be verified where it is now.
    expect((await promote(promoted.outputs['image']!, { ...identity, 'dry-run': 'true' })).verdict).toBe('pass');
  });

  test('by a key too, which a layout can be as well', async () => {
    const { outputs } = await release('keyed', { sign: 'key', 'private-key': privateKey });
    expect((await promote(outputs['image']!, { 'public-key': publicKey })).verdict).toBe('pass');
    await expect(promote(outputs['image']!)).rejects.toThrow(/made with a key, not with an identity/);
    const layout = await build({
      ...base,
      ...{ output: folder.at('layout'), sign: 'key', 'private-key': privateKey, 'evidence-dir': folder.at('fresh') },
    });
    expect(existsSync(layout.outputs['bundle-path']!)).toBe(true);
  });

  test('is not published if it cannot be signed, and leaves no signature of an earlier attempt', async () => {
    expect(existsSync((await release('before')).outputs['bundle-path']!)).toBe(true);
    delete process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
    await expect(release('unsignable')).rejects.toThrow(/may not ask GitHub/);
    as(claims);
    await expect(pullImage(client, parseReference(`${registry.address}/unsignable:1`))).rejects.toThrow();
    expect(existsSync(path.join(base['evidence-dir'], 'build-image.sigstore.jsonl'))).toBe(false);
    await expect(release('unsignable', { sign: 'key' })).rejects.toThrow(/'private-key' is not set/);
  });
});

describe('is not promoted', () => {
  test('without a signature', async () => {
    const { outputs } = await release('unsigned', {});
    await expect(promote(outputs['image']!)).rejects.toThrow(/no signature is attached/);
    // Nobody asked for one.
    expect((await promote(outputs['image']!, {})).verdict).toBe('pass');
  });

  test.each([
    [
      'another workflow',
      { ...claims, job_workflow_ref: 'acme/x/.github/workflows/evil.yml@refs/heads/main' },
      /signed by/,
    ],
    [
      'the same workflow, called by another repository',
      { ...claims, repository: 'evil/credit' },
      /run of evil\/credit/,
    ],
  ])('with a signature of %s', async (name, given, reason) => {
    as(given);
    const { outputs } = await release(`of-${name.length}`);
    as(claims);
    await expect(promote(outputs['image']!)).rejects.toThrow(reason);
  });

  test('with the signature of another image, or a signed statement that is no signature', async () => {
    const signed = await release('signed');
    const [bundle] = readFileSync(signed.outputs['bundle-path']!, 'utf8').split('\n');
    const evil = await release('evil', {});
    const repository = parseReference(`${registry.address}/evil`);
    const image = await pullImage(client, parseReference(evil.outputs['image']!));
    await attachBundle(client, repository, image, bundle!, 'https://sigstore.dev/cosign/sign/v1');
    await expect(promote(evil.outputs['image']!)).rejects.toThrow(/about another image/);

    const other = { ...imageSignature('evil', image.digest), predicateType: 'https://example.com/scanned' };
    const key = { method: 'key', privateKey } as const;
    await attachBundle(client, repository, image, await signStatement(other, key), 'https://slsa.dev/provenance/v1');
    await expect(promote(evil.outputs['image']!, { 'public-key': publicKey })).rejects.toThrow(/something else of it/);
    await attachBundle(client, repository, image, 'x', 'https://slsa.dev/provenance/v1');
    await expect(promote(evil.outputs['image']!)).rejects.toThrow(/none of its 3 signatures holds/);
  });
});

test('inputs that say nothing here are refused', async () => {
  await expect(release('x', { ...identity })).rejects.toThrow(/no image to verify/);
  await expect(release('x', { sign: 'certificate' })).rejects.toThrow(/one of key, keyless/);
  await expect(promote(`${registry.address}/x@sha256:${'0'.repeat(64)}`, { sign: 'keyless' })).rejects.toThrow(
    /'sign' has no meaning/,
  );
});
