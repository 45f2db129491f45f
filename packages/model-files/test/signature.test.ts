import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { signStatement, verifyBundle } from '@mlops-actions/sigstore';
import { compareToStatement, digestModel, modelStatement, type SignatureCheck, type SignedFile } from '../src/index.ts';

const verifySignature = async (
  text: string,
  publicKey: string,
  files: readonly SignedFile[],
): Promise<SignatureCheck> => {
  const verified = await verifyBundle(text, { method: 'key', publicKey });
  return verified.holds ? compareToStatement(verified.statement, files) : verified;
};
const signModel = (files: readonly SignedFile[], privateKey: string): Promise<string> =>
  signStatement(modelStatement(files, { name: 'm' }), { method: 'key', privateKey });

/** Signed by the reference implementation, model-signing 1.1.1: a folder with P-256, a file with P-384. */
const folder = path.join(import.meta.dirname, '../../../test/fixtures/model-files/signed');
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
const bundle = read('model.sig');
const key = read('key.pub');
const { files } = await digestModel(path.join(folder, 'model'));

const changedPayload = (): string => {
  const content = JSON.parse(bundle) as { dsseEnvelope: { payload: string } };
  const statement = Buffer.from(content.dsseEnvelope.payload, 'base64')
    .toString()
    .replace('model.safetensors', 'other');
  content.dsseEnvelope.payload = Buffer.from(statement).toString('base64');
  return JSON.stringify(content);
};
const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' });

describe('a signature of the reference implementation', () => {
  test('holds for a folder', async () => {
    expect(await verifySignature(bundle, key, files)).toEqual({ holds: true });
  });

  test('holds for a single file, with another curve', async () => {
    const model = await digestModel(path.join(folder, 'model/model.safetensors'));
    expect(await verifySignature(read('file.sig'), read('file.pub'), model.files)).toEqual({ holds: true });
  });

  test.each([
    [
      'a changed file',
      bundle,
      key,
      files.map((file) => ({ ...file, digest: `sha256:${'0'.repeat(64)}` })),
      /was changed/,
    ],
    ['a file more', bundle, key, [...files, { path: 'x', digest: files[0]!.digest }], /x is not among/],
    ['a file less', bundle, key, files.slice(1), /is missing/],
    ['a changed statement', changedPayload(), key, files, /not made with this key/],
    ['another key', bundle, otherKey, files, /not made with this key/],
    ['no JSON', 'x', key, files, /no JSON/],
    ['something else', '{"a": 1}', key, files, /no Sigstore bundle/],
    ['a keyless bundle', '{"verificationMaterial": {"certificate": {}}}', key, files, /not with a key/],
    ['no signature', bundle.replace(/"signatures":\[.*?\]/, '"signatures":[]'), key, files, /not made with this key/],
  ])('does not hold with %s', async (_, text, pem, present, reason) => {
    const check = await verifySignature(text, pem as string, present);
    expect(check).toMatchObject({ holds: false, reason: expect.stringMatching(reason) });
  });

  test.each([
    ['none', 'no key'],
    [
      'of a kind that signs no models',
      generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }),
    ],
  ])('a key that is %s is a mistake', async (_, pem) => {
    await expect(verifySignature(bundle, pem as string, files)).rejects.toThrow(/public key/);
  });
});

describe('a signature of our own', () => {
  const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`);
  const models = fc
    .uniqueArray(fc.record({ path: fc.stringMatching(/^[a-zé漢/ .-]{1,12}$/), digest }), {
      minLength: 1,
      maxLength: 6,
      selector: ({ path: name }) => name,
    })
    .filter((list) => list.every(({ path: name }) => name !== '.'));

  test.each(['P-256', 'P-384', 'P-521'])(
    'of the curve %s holds for the files in any order, and for no others',
    async (namedCurve) => {
      const pair = generateKeyPairSync('ec', { namedCurve });
      const privatePem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
      const publicPem = pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;
      await fc.assert(
        fc.asyncProperty(models, digest, async (list, other) => {
          const signed = await signModel(list, privatePem);
          expect(await verifySignature(signed, publicPem, list.toReversed())).toEqual({ holds: true });
          expect((await verifySignature(signed, otherKey as string, list)).holds).toBe(false);
          expect((await verifySignature(signed, publicPem, [...list, { path: 'added', digest: other }])).holds).toBe(
            false,
          );
          expect((await verifySignature(signed, publicPem, list.slice(1))).holds).toBe(false);
          const [first, ...rest] = list;
          fc.pre(first!.digest !== other);
          expect((await verifySignature(signed, publicPem, [{ ...first!, digest: other }, ...rest])).holds).toBe(false);
        }),
        { numRuns: 30 },
      );
    },
  );

  test.each([
    ['none', 'no key'],
    [
      'an RSA key',
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ],
    [
      'of a curve that signs no models',
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey.export({ type: 'sec1', format: 'pem' }),
    ],
  ])('needs a key that signs models: %s', async (_, pem) => {
    await expect(signModel(files, pem as string)).rejects.toThrow(/private key/);
  });
});
