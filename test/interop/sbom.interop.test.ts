/** The SPDX project's own validator (PyPI: spdx-tools) on what build-image writes. */
import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { build, Folder } from '../../actions/build-image/test/support.ts';
import { foreignTool } from './tools.ts';

const validator = foreignTool('pyspdxtools');
const validate = (file: string): Promise<unknown> => promisify(execFile)(validator!, ['--infile', file]);

(validator === undefined ? describe.skip : describe)('spdx-tools', () => {
  const folder = new Folder();

  test('finds an SBOM sound whatever packages say of themselves, and a changed one not', async () => {
    const packages: Record<string, string>[] = [
      { name: 'plain', version: '1.0.0', license: 'MIT' },
      {
        name: '@acme/either',
        version: '2.0.0-rc.1+build',
        license: '(MIT OR GPL-2.0-only WITH Classpath-exception-2.0)',
      },
      { name: 'odd', version: '1', license: 'See "LICENCE" <file> \u0007' },
      { name: 'reference', version: '1', license: 'LicenseRef-nowhere' },
      { name: 'é漢', version: '0' },
    ];
    for (const [index, manifest] of packages.entries()) {
      folder.write(`npm/node_modules/p${index}/package.json`, JSON.stringify(manifest));
    }
    const { outputs } = await build({
      'model-path': folder.write('model.txt', 'a model'),
      'base-image': 'scratch',
      entrypoint: 'node /srv/server.mjs',
      files: `${folder.at('npm')} => /srv`,
      output: folder.at('image'),
      attach: 'spdx',
      'lock-files': folder.write('uv.lock', '[[package]]\nname = "locked"\nversion = "1.0"\n'),
      'evidence-dir': folder.at('evidence'),
    });
    const file = outputs['spdx-path']!;
    const document = JSON.parse(await readFile(file, 'utf8')) as { packages: object[]; dataLicense: string };
    expect(document.packages).toHaveLength(2 + packages.length + 1);
    await validate(file);
    await writeFile(file, JSON.stringify({ ...document, dataLicense: 'MIT' }));
    await expect(validate(file)).rejects.toThrow();
  });
});
