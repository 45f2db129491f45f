/** The reference implementation of OpenSSF Model Signing (PyPI: model-signing) on signatures made here, and the other way round. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compareToStatement, digestModel, modelStatement, type SignatureCheck } from '@mlops-actions/model-files';
import {
  GITHUB_ISSUER,
  signingServices,
  signStatement,
  verifyBundle,
  type Signer,
  type Trust,
} from '@mlops-actions/sigstore';
import { startSigstoreEmulator, type SigstoreEmulator } from '@mlops-actions/sigstore-emulator';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { certify } from '../fixtures/certificates.ts';
import { foreignTool } from './tools.ts';

const tool = foreignTool('model_signing');
const execute = (...args: string[]): Promise<unknown> => promisify(execFile)(tool!, args);

/** A folder with a model in it, and what is needed to sign it here and to read what was signed there. */
async function workshop(): Promise<{
  at: (name: string) => string;
  sign: (signer: Signer) => Promise<void>;
  verify: (trust: Trust) => Promise<SignatureCheck>;
}> {
  const folder = await mkdtemp(path.join(tmpdir(), 'signature-interop-'));
  const at = (name: string): string => path.join(folder, name);
  await mkdir(at('model/deep/er'), { recursive: true });
  await writeFile(at('model/weights.bin'), Buffer.alloc(100_000, 7));
  await writeFile(at('model/Zürich 漢.txt'), 'foreign');
  await writeFile(at('model/deep/er/config.json'), '{}');
  const { files } = await digestModel(at('model'));
  return {
    at,
    sign: async (signer) =>
      writeFile(at('ours.sig'), await signStatement(modelStatement(files, { name: 'model' }), signer)),
    async verify(trust) {
      const verified = await verifyBundle(await readFile(at('theirs.sig'), 'utf8'), trust);
      return verified.holds ? compareToStatement(verified.statement, files) : verified;
    },
  };
}

(tool === undefined ? describe.skip : describe)('model_signing', () => {
  test.each(['P-256', 'P-384', 'P-521'])(
    'reads what is signed here with %s, and its signatures are read here',
    async (curve) => {
      const { at, sign, verify } = await workshop();
      const pair = generateKeyPairSync('ec', { namedCurve: curve });
      const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
      const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;
      await writeFile(at('key.pem'), privateKey);
      await writeFile(at('key.pub'), publicKey);

      await sign({ method: 'key', privateKey });
      const args = ['verify', 'key', at('model'), '--signature', at('ours.sig'), '--public_key', at('key.pub')];
      await execute(...args);
      await execute('sign', 'key', at('model'), '--private_key', at('key.pem'), '--signature', at('theirs.sig'));
      expect(await verify({ method: 'key', publicKey })).toEqual({ holds: true });

      await writeFile(at('model/weights.bin'), Buffer.alloc(100_000, 8));
      await expect(execute(...args)).rejects.toThrow();
    },
  );

  test('reads what is signed here with a certificate, and its signatures are read here', async () => {
    const { at, sign, verify } = await workshop();
    const { privateKey, chain, root } = await certify();
    const [leaf, ...between] = chain;
    await writeFile(at('key.pem'), privateKey);
    await writeFile(at('leaf.pem'), leaf);
    await writeFile(at('between.pem'), between.join(''));
    await writeFile(at('root.pem'), root);

    await sign({ method: 'certificate', privateKey, certificates: chain.join('') });
    const args = ['certificate', at('model'), '--certificate_chain'];
    await execute('verify', ...args, at('root.pem'), '--signature', at('ours.sig'));
    await execute(
      ...['sign', ...args, at('between.pem'), '--private_key', at('key.pem')],
      ...['--signing_certificate', at('leaf.pem'), '--signature', at('theirs.sig')],
    );
    expect(await verify({ method: 'certificate', certificates: root })).toEqual({ holds: true });
  });

  describe('keyless', () => {
    const workflow = 'acme/models/.github/workflows/release.yml@refs/heads/main';
    const claims = {
      iss: GITHUB_ISSUER,
      sub: 'repo:acme/models:ref:refs/heads/main',
      repository: 'acme/models',
      job_workflow_ref: workflow,
    };
    const identity = `https://github.com/${workflow}`;
    let sigstore: SigstoreEmulator;

    beforeAll(async () => {
      sigstore = await startSigstoreEmulator();
      Object.assign(process.env, sigstore.jobEnvironment(claims));
    });
    afterAll(() => sigstore.close());

    test('reads what is signed here, and its signatures are read here', async () => {
      const { at, sign, verify } = await workshop();
      await writeFile(at('trust.json'), JSON.stringify(sigstore.trustConfig));
      await sign({ method: 'keyless', services: await signingServices(at('trust.json')) });
      const read = (name: string): Promise<unknown> =>
        execute(
          ...['verify', 'sigstore', at('model'), '--signature', at('ours.sig'), '--trust_config', at('trust.json')],
          ...['--identity', name, '--identity_provider', GITHUB_ISSUER],
        );
      await read(identity);
      await expect(read(`${identity}-not`)).rejects.toThrow();

      await execute(
        ...['sign', 'sigstore', at('model'), '--signature', at('theirs.sig'), '--trust_config', at('trust.json')],
        ...['--identity_token', sigstore.token(claims)],
      );
      const trustedRoot = JSON.stringify(sigstore.trustedRoot);
      const trust = { name: identity, issuer: GITHUB_ISSUER, repository: claims.repository };
      expect(await verify({ method: 'keyless', identity: trust, trustedRoot })).toEqual({ holds: true });
    });
  });
});
