import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { digestModel, verifySignature } from '../src/index.ts';

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
  test('holds for a folder', () => {
    expect(verifySignature(bundle, key, files)).toEqual({ holds: true });
  });

  test('holds for a single file, with another curve', async () => {
    const model = await digestModel(path.join(folder, 'model/model.safetensors'));
    expect(verifySignature(read('file.sig'), read('file.pub'), model.files)).toEqual({ holds: true });
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
  ])('does not hold with %s', (_, text, pem, present, reason) => {
    const check = verifySignature(text, pem as string, present);
    expect(check).toMatchObject({ holds: false, reason: expect.stringMatching(reason) });
  });

  test.each([
    ['none', 'no key'],
    [
      'of a kind that signs no models',
      generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }),
    ],
  ])('a key that is %s is a mistake', (_, pem) => {
    expect(() => verifySignature(bundle, pem as string, files)).toThrow(/public key/);
  });
});
