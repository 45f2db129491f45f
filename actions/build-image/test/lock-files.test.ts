import { describe, expect, test } from '@jest/globals';
import { buildLayer } from '@mlops-actions/oci';
import { readFileSync } from 'node:fs';
import { findPackages } from '../src/supply-chain/scan.ts';
import { build, Folder } from './support.ts';

const folder = new Folder();

/** Lock files as their tools write them, each with something for development or local that does not count. */
const LOCKS: Record<string, [text: string, ...urls: string[]]> = {
  'requirements.txt': [
    '# by pip-compile\nNumpy==2.1.0 \\\n    --hash=sha256:00\nscikit_learn[extra] == 1.5.2 ; python_version > "3"\nflask>=2\n-r other.txt\npandas==2.*\n',
    'pkg:pypi/numpy@2.1.0',
    'pkg:pypi/scikit-learn@1.5.2',
  ],
  'poetry.lock': [
    '[[package]]\nname = "onnx"\nversion = "1.16.0"\ngroups = ["main", "dev"]\n\n[package.dependencies]\nversion = "9"\n\n[[package]]\nname = "pytest"\nversion = "8"\ngroups = ["dev"]\n\n[[package]]\nname = "black"\nversion = "24"\ncategory = "dev"\n',
    'pkg:pypi/onnx@1.16.0',
  ],
  'uv.lock': [
    'version = 1\r\n\r\n[[package]]\r\nname = "mine"\r\nversion = "0.1.0"\r\nsource = { virtual = "." }\r\n\r\n[[package]]\r\nname = "Jinja2"\r\nversion = "3.1.4"\r\nsource = { registry = "https://pypi.org/simple" }\r\n',
    'pkg:pypi/jinja2@3.1.4',
  ],
  'pylock.toml': ['lock-version = "1.0"\n[[packages]]\nname = "attrs"\nversion = "25.1.0"\n', 'pkg:pypi/attrs@25.1.0'],
  'Pipfile.lock': [
    '{"default": {"requests": {"version": "==2.32.0"}, "local": {"path": "."}}, "develop": {"pytest": {"version": "==8"}}}',
    'pkg:pypi/requests@2.32.0',
  ],
  'conda-lock.yml': [
    `package:
- {name: numpy, version: 2.1.0, manager: conda, platform: linux-64, url: "https://conda.anaconda.org/conda-forge/linux-64/numpy-2.1.0-py312_0.conda"}
- {name: numpy, version: 2.1.0, manager: conda, platform: osx-64, url: "https://conda.anaconda.org/conda-forge/osx-64/numpy-2.1.0-py312_0.conda"}
- {name: torch, version: 2.5.0, manager: pip, platform: linux-64, category: main}
- {name: ruff, version: 0.8.0, manager: pip, platform: linux-64, category: dev}
`,
    'pkg:conda/numpy@2.1.0?build=py312_0&channel=conda-forge&subdir=linux-64',
    'pkg:pypi/torch@2.5.0',
  ],
  'conda-linux-64.lock': [
    '@EXPLICIT\nhttps://conda.anaconda.org/conda-forge/noarch/python-tzdata-2024a-pyhd8ed1ab_0.conda#abc\n',
    'pkg:conda/python-tzdata@2024a?build=pyhd8ed1ab_0&channel=conda-forge&subdir=noarch',
  ],
  'pixi.lock': [
    'version: 6\npackages:\n- conda: https://conda.anaconda.org/conda-forge/linux-64/zlib-1.3.1-hb9d3cd8_2.conda\n- conda: https://conda.anaconda.org/conda-forge/win-64/zlib-1.3.1-h2466b09_2.conda\n- pypi: https://files/x.whl\n  name: idna\n  version: "3.10"\n',
    'pkg:conda/zlib@1.3.1?build=hb9d3cd8_2&channel=conda-forge&subdir=linux-64',
    'pkg:pypi/idna@3.10',
  ],
  'package-lock.json': [
    '{"lockfileVersion": 3, "packages": {"": {"name": "app", "version": "1.0.0"}, "node_modules/a": {"version": "1.0.0", "license": "MIT"}, "node_modules/a/node_modules/@s/b": {"version": "2.0.0"}, "node_modules/jest": {"version": "30.0.0", "dev": true}, "node_modules/own": {"link": true, "resolved": "own"}}}',
    'pkg:npm/%40s/b@2.0.0',
    'pkg:npm/a@1.0.0',
  ],
  'npm-shrinkwrap.json': [
    '{"lockfileVersion": 1, "dependencies": {"c": {"version": "1.0.0", "dependencies": {"d": {"version": "2.0.0"}}}, "e": {"version": "3.0.0", "dev": true}}}',
    'pkg:npm/c@1.0.0',
    'pkg:npm/d@2.0.0',
  ],
  'old/yarn.lock': [
    '# yarn lockfile v1\n\n\n"@babel/core@^7.0.0", "@babel/core@^7.1.0":\n  version "7.26.0"\n  resolved "https://x"\n\nms@2:\n  version "2.1.3"\n',
    'pkg:npm/%40babel/core@7.26.0',
    'pkg:npm/ms@2.1.3',
  ],
  'new/yarn.lock': [
    '__metadata:\n  version: 8\n\n"app@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "app@workspace:."\n\n"short@npm:@real/name@^1.0.0":\n  version: 1.2.0\n  resolution: "@real/name@npm:1.2.0"\n',
    'pkg:npm/%40real/name@1.2.0',
  ],
  'pnpm-lock.yaml': [
    "lockfileVersion: '9.0'\npackages:\n  '@scope/f@1.0.0(react@18.0.0)':\n    resolution: {integrity: x}\n  /g@2.0.0:\n    dev: false\n  /h/3.0.0:\n    dev: true\n",
    'pkg:npm/%40scope/f@1.0.0',
    'pkg:npm/g@2.0.0',
  ],
  'Cargo.lock': [
    '[[package]]\nname = "server"\nversion = "0.1.0"\n\n[[package]]\nname = "serde"\nversion = "1.0.200"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\n',
    'pkg:cargo/serde@1.0.200',
  ],
};

describe('lock files', () => {
  test.each(Object.entries(LOCKS))(
    '%s: its packages are known, in a layer and beside the image',
    async (name, [text, ...urls]) => {
      const layer = await buildLayer([{ path: `/app/${name}`, from: { bytes: Buffer.from(text) } }], { kind: 'test' });
      const inLayer = await findPackages([layer]);
      expect(inLayer.map(({ purl }) => purl)).toEqual(urls.sort());
      expect(inLayer.every(({ installed, paths }) => !installed && paths[0] === `/app/${name}`)).toBe(true);
      const beside = await findPackages([], [folder.write(name, text)]);
      expect(beside.map(({ purl }) => purl)).toEqual(urls);
    },
  );

  test.each(['', '{', 'null', '[]', '- &a [*a, *a]', '[[package]]', '\u0000\ufffd', '"@:\n version "'])(
    'content that says nothing is no package: %j',
    async (text) => {
      for (const name of Object.keys(LOCKS))
        expect(await findPackages([], [folder.write(`odd/${name}`, text)])).toEqual([]);
    },
  );

  test('what is installed says more than what was asked for; what a package brought along says nothing', async () => {
    const files = {
      '/app/package-lock.json':
        '{"packages": {"node_modules/a": {"version": "1.0.0"}, "node_modules/gone": {"version": "1.0.0"}}}',
      '/app/node_modules/a/package.json': '{"name": "a", "version": "1.0.0", "license": "MIT"}',
      '/app/node_modules/a/yarn.lock': 'mocha@1:\n  version "1.0.0"\n',
      '/opt/conda/conda-meta/zlib-1.3.1-h_2.json':
        '{"name": "zlib", "version": "1.3.1", "license": "Zlib", "url": "https://conda.anaconda.org/conda-forge/linux-64/zlib-1.3.1-h_2.conda"}',
    };
    const layer = await buildLayer(
      Object.entries(files).map(([path, text]) => ({ path, from: { bytes: Buffer.from(text) } })),
      { kind: 'test' },
    );
    expect(await findPackages([layer])).toEqual([
      {
        name: 'zlib',
        version: '1.3.1',
        license: 'Zlib',
        purl: 'pkg:conda/zlib@1.3.1?build=h_2&channel=conda-forge&subdir=linux-64',
        installed: true,
        paths: ['/opt/conda/conda-meta/zlib-1.3.1-h_2.json'],
      },
      {
        name: 'a',
        version: '1.0.0',
        license: 'MIT',
        purl: 'pkg:npm/a@1.0.0',
        installed: true,
        paths: ['/app/node_modules/a/package.json', '/app/package-lock.json'],
      },
      {
        name: 'gone',
        version: '1.0.0',
        purl: 'pkg:npm/gone@1.0.0',
        installed: false,
        paths: ['/app/package-lock.json'],
      },
    ]);
  });

  test('beside the image are named in both documents, told apart from what is installed', async () => {
    const inputs = {
      'model-path': folder.write('model.txt', '3'),
      'base-image': 'scratch',
      entrypoint: '/serve',
      files: `${folder.write('app/node_modules/a/package.json', '{"name": "a", "version": "1.0.0"}').replace('/a/package.json', '')} => /app/node_modules`,
      output: folder.at('image'),
      'evidence-dir': folder.at('evidence'),
      'lock-files': folder.write('build/uv.lock', LOCKS['uv.lock']![0]),
      attach: 'sbom, spdx',
    };
    const { outputs } = await build(inputs);
    const read = (file: string | undefined): unknown => JSON.parse(readFileSync(file!, 'utf8'));
    const { components } = read(outputs['sbom-path']) as { components: { name: string; properties: object[] }[] };
    expect(components.slice(1).map(({ name, properties }) => [name, properties])).toEqual([
      ['a', [{ name: 'dev.mlops-actions:evidence', value: 'installed' }]],
      ['Jinja2', [{ name: 'dev.mlops-actions:evidence', value: 'lock file' }]],
    ]);
    const { relationships } = read(outputs['spdx-path']) as { relationships: { relationshipType: string }[] };
    expect(relationships.map(({ relationshipType }) => relationshipType)).toEqual([
      'DESCRIBES',
      'CONTAINS',
      'CONTAINS',
      'DEPENDS_ON',
    ]);
    await expect(build({ ...inputs, attach: 'provenance' })).rejects.toThrow(/no SBOM is asked for/);
    await expect(build({ ...inputs, 'lock-files': folder.at('model.txt') })).rejects.toThrow(
      /no lock file that is known/,
    );
    await expect(build({ ...inputs, 'lock-files': folder.at('nowhere/uv.lock') })).rejects.toThrow(/cannot be read/);
  });
});
