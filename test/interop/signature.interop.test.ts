/** The reference implementation of OpenSSF Model Signing (PyPI: model-signing) on signatures made here, and the other way round. */
import { describe, expect, test } from '@jest/globals';
import { digestModel, signModel, verifySignature } from '@mlops-actions/model-files';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { foreignTool } from './tools.ts';

const tool = foreignTool('model_signing');
const execute = (...args: string[]): Promise<unknown> => promisify(execFile)(tool!, args);

(tool === undefined ? describe.skip : describe)('model_signing', () => {
  test.each(['P-256', 'P-384', 'P-521'])(
    'reads what is signed here with %s, and its signatures are read here',
    async (curve) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'signature-interop-'));
      const at = (name: string): string => path.join(folder, name);
      await mkdir(at('model/deep/er'), { recursive: true });
      await writeFile(at('model/weights.bin'), Buffer.alloc(100_000, 7));
      await writeFile(at('model/Zürich 漢.txt'), 'foreign');
      await writeFile(at('model/deep/er/config.json'), '{}');
      const pair = generateKeyPairSync('ec', { namedCurve: curve });
      const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
      const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;
      await writeFile(at('key.pem'), privateKey);
      await writeFile(at('key.pub'), publicKey);
      const { files } = await digestModel(at('model'));

      await writeFile(at('ours.sig'), signModel(files, privateKey, { name: 'model' }));
      const verify = ['verify', 'key', at('model'), '--signature', at('ours.sig'), '--public_key', at('key.pub')];
      await execute(...verify);
      await execute('sign', 'key', at('model'), '--private_key', at('key.pem'), '--signature', at('theirs.sig'));
      expect(verifySignature(await readFile(at('theirs.sig'), 'utf8'), publicKey, files)).toEqual({ holds: true });

      await writeFile(at('model/weights.bin'), Buffer.alloc(100_000, 8));
      await expect(execute(...verify)).rejects.toThrow();
    },
  );
});
