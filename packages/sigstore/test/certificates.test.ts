import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { certify, type Certified, type CertifyOptions } from '../../../test/fixtures/certificates.ts';
import { signStatement, verifyBundle, type Verification } from '../src/index.ts';

const statement = { _type: 'https://in-toto.io/Statement/v1', subject: [], predicateType: 'test', predicate: {} };
const sign = ({ privateKey, chain }: Certified): Promise<string> =>
  signStatement(statement, { method: 'certificate', privateKey, certificates: chain.join('') });
const verify = (text: string, certificates: string): Promise<Verification> =>
  verifyBundle(text, { method: 'certificate', certificates });
const day = 86_400_000;
const good = await certify();

describe('a signature with a certificate', () => {
  test('holds by the root, by the authority between, or by a root among others', async () => {
    const text = await sign(good);
    const other = await certify();
    for (const trusted of [good.root, good.chain[1], other.root + good.root])
      expect(await verify(text, trusted)).toEqual({ holds: true, statement, by: 'CN=signer' });
  });

  test.each<[string, CertifyOptions, RegExp]>([
    [
      'that has expired',
      { validity: { notBeforeDate: new Date(Date.now() - 2 * day), notAfterDate: new Date(Date.now() - day) } },
      /not valid now/,
    ],
    [
      'that is not valid yet',
      { validity: { notBeforeDate: new Date(Date.now() + day), notAfterDate: new Date(Date.now() + 2 * day) } },
      /not valid now/,
    ],
    ['by one that is no authority', { intermediateIsAuthority: false }, /trusted authority/],
    ['by more authorities than allowed', { pathLength: 0 }, /more than their authority allows/],
    ['of a web server', { extensions: [{ name: 'extKeyUsage', serverAuth: true }] }, /not for signing/],
    [
      'of a web server, whose key may sign handshakes',
      {
        extensions: [
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true },
        ],
      },
      /not for signing/,
    ],
    [
      'for encryption',
      { extensions: [{ name: 'keyUsage', keyEncipherment: true, critical: true }] },
      /not for signing/,
    ],
    ['that does not say what for', { extensions: [{ name: 'basicConstraints', cA: false }] }, /not for signing/],
  ])('%s does not hold', async (_, options, reason) => {
    const certified = await certify(options);
    expect(await verify(await sign(certified), certified.root)).toEqual({
      holds: false,
      reason: expect.stringMatching(reason),
    });
  });

  test('does not hold by the root of another, nor without the certificates between', async () => {
    const other = await certify();
    const text = await sign(good);
    expect(await verify(text, other.root)).toMatchObject({ holds: false });
    // A certificate that a bundle brings along is not trusted for that.
    expect(await verify(await sign(other), good.root)).toMatchObject({ holds: false });
    const [leaf] = good.chain;
    const alone = await signStatement(statement, {
      method: 'certificate',
      privateKey: good.privateKey,
      certificates: leaf,
    });
    expect(await verify(alone, good.root)).toMatchObject({ holds: false });
  });

  test('does not hold with another payload or the certificates of somebody else', async () => {
    const bundle = JSON.parse(await sign(good)) as {
      dsseEnvelope: { payload: string };
      verificationMaterial: unknown;
    };
    const payload = Buffer.from(JSON.stringify({ ...statement, predicateType: 'x' })).toString('base64');
    const forged = { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload } };
    expect(await verify(JSON.stringify(forged), good.root)).toMatchObject({ reason: expect.stringMatching(/changed/) });
    const { verificationMaterial } = JSON.parse(await sign(await certify())) as typeof bundle;
    expect(await verify(JSON.stringify({ ...bundle, verificationMaterial }), good.root)).toMatchObject({
      holds: false,
    });
  });

  test('finds its way through certificates that lead nowhere, and not through any number of them', async () => {
    const others = await Promise.all(Array.from({ length: 7 }, () => certify()));
    const astray = others.flatMap(({ chain, root }) => [chain[1], root]);
    const among: Certified = { ...good, chain: [good.chain[0], astray.join('') + good.chain[1]] };
    expect((await verify(await sign(among), good.root)).holds).toBe(true);
    const many: Certified = { ...among, chain: [among.chain[0], among.chain[1] + good.chain[1]] };
    expect(await verify(await sign(many), good.root)).toEqual({
      holds: false,
      reason: expect.stringMatching(/too many certificates/),
    });
  });

  test('needs the key of its certificate, and certificates that can be read', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    await expect(sign({ ...good, privateKey: pem })).rejects.toThrow(/not for the private key/);
    await expect(verify('{}', 'no certificate')).rejects.toThrow(/no certificate in the file/);
    await expect(verify('{}', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).rejects.toThrow(
      /cannot be read/,
    );
  });
});
