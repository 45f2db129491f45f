import { describe, expect, test } from '@jest/globals';
import { subjectOf } from '@mlops-actions/action-kit';
import {
  buildLayer,
  composeImage,
  digestOf,
  listAttached,
  parseReference,
  pullImage,
  RegistryClient,
  writeLayout,
  type Digest,
  type Layer,
  type Manifest,
} from '@mlops-actions/oci';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findPackages } from '../src/supply-chain/scan.ts';
import { build, Folder, registryForTests } from './support.ts';

const folder = new Folder();
const registry = registryForTests();
const client = new RegistryClient();

folder.write('model/model.txt', '3');
const server = folder.write('server.mjs', '1');
const base = {
  'model-path': folder.at('model'),
  'base-image': 'scratch',
  files: `${server} => /app/server.mjs`,
  entrypoint: 'node /app/server.mjs',
  'evidence-dir': folder.at('evidence'),
};

const layer = (files: Record<string, string>, compression: 'none' | 'gzip' | 'zstd' = 'none'): Promise<Layer> =>
  buildLayer(
    Object.entries(files).map(([name, text]) => ({ path: name, from: { bytes: Buffer.from(text) } })),
    { kind: 'test', compression },
  );

const NPM = { '/app/node_modules/@acme/lib/package.json': '{"name":"@acme/lib","version":"1.2.3","license":"MIT"}' };
const STATUS = `Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.36-9+deb12u7
Description: GNU C Library
 Package: not-this

Package: removed
Status: deinstall ok config-files
Version: 1
`;

describe('packages in layers', () => {
  const urls = async (...layers: Layer[]): Promise<string[]> => (await findPackages(layers)).map(({ purl }) => purl);

  test('of npm, Python, Debian and Alpine are found, however the layers are compressed', async () => {
    const found = await findPackages([
      await layer(
        { '/var/lib/dpkg/status': STATUS, '/usr/lib/os-release': 'NAME="Debian"\nID=debian\nVERSION_ID="12"\n' },
        'gzip',
      ),
      await layer(
        {
          '/var/lib/dpkg/status.d/tzdata': 'Package: tzdata\nVersion: 2024a-0+deb12u1\nArchitecture: all\n',
          '/var/lib/dpkg/status.d/tzdata.md5sums': 'Package: no\nVersion: 1\n',
          '/lib/apk/db/installed': 'C:Q1x=\nP:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\nF:lib\n\n',
          '/venv/lib/python3.12/site-packages/Typing_Extensions-4.12.dist-info/METADATA':
            'Metadata-Version: 2.4\nName: Typing_Extensions\nVersion: 4.12\nLicense-Expression: PSF-2.0\n\nName: other\n',
        },
        'zstd',
      ),
      await layer({ ...NPM, '/app/node_modules/@acme/lib/nested/package.json': '{"name":"no","version":"1"}' }),
    ]);
    expect(found.map(({ purl, license }) => [purl, license])).toEqual([
      ['pkg:apk/debian/musl@1.2.5-r0?arch=x86_64&distro=debian-12', 'MIT'],
      ['pkg:deb/debian/libc6@2.36-9%2Bdeb12u7?arch=amd64&distro=debian-12', undefined],
      ['pkg:deb/debian/tzdata@2024a-0%2Bdeb12u1?arch=all&distro=debian-12', undefined],
      ['pkg:npm/%40acme/lib@1.2.3', 'MIT'],
      ['pkg:pypi/typing-extensions@4.12', 'PSF-2.0'],
    ]);
    expect(found[3]!.paths).toEqual(['/app/node_modules/@acme/lib/package.json']);
  });

  test('that a higher layer replaces or removes do not count', async () => {
    const other = '{"name":"@acme/lib","version":"2.0.0"}';
    expect(await urls(await layer(NPM), await layer({ [Object.keys(NPM)[0]!]: other }))).toEqual([
      'pkg:npm/%40acme/lib@2.0.0',
    ]);
    // A layer cannot be built with whiteouts here: their name is put into place afterwards.
    const whiteout = async (name: string): Promise<Layer> => {
      const built = await layer({ [name.replace('.wh.', '_wh_')]: '' });
      return { ...built, open: () => renamed(built.open()) };
    };
    for (const name of ['/app/node_modules/.wh.@acme', '/app/.wh.node_modules', '/.wh.app']) {
      expect(await urls(await layer(NPM), await whiteout(name))).toEqual([]);
      expect(await urls(await whiteout(name), await layer(NPM))).toHaveLength(1);
    }
  });

  test.each(['', '{', 'null', '[]', '{"name":1,"version":2}', '{"name":"","version":""}', '\u0000\ufffd'])(
    'that cannot be read are none: %j',
    async (text) => {
      const files = [
        'node_modules/a/package.json',
        'a.dist-info/METADATA',
        'var/lib/dpkg/status',
        'lib/apk/db/installed',
        'etc/os-release',
      ];
      expect(await urls(await layer(Object.fromEntries(files.map((file) => [file, text]))))).toEqual([]);
    },
  );
});

/** An archive whose `_wh_` names are `.wh.` names, with the check sums that belong to them. */
async function* renamed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of chunks) {
    const block = Buffer.from(chunk);
    const at = block.indexOf('_wh_');
    if (at >= 0 && at < 100) {
      block.write('.wh.', at, 'latin1');
      block.fill(' ', 148, 156);
      const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
      block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    }
    yield block;
  }
}

interface SpdxPackage {
  SPDXID: string;
  name: string;
  licenseDeclared: string;
}
interface SpdxDocument {
  packages: SpdxPackage[];
  hasExtractedLicensingInfos: unknown[];
  relationships: { relatedSpdxElement: string }[];
}

describe('documents about an image', () => {
  const attach = { ...base, attach: 'sbom, provenance' };

  test('are attached to it in every repository, and lie beside the evidence', async () => {
    folder.write('npm/node_modules/left/package.json', '{"name":"left","version":"1.0.0"}');
    const runtime = await layer(NPM, 'gzip');
    await writeLayout(composeImage(undefined, { layers: [runtime], entrypoint: ['node'] }), folder.at('base'));
    const result = await build({
      ...attach,
      'base-image': `oci:${folder.at('base')}`,
      files: `${folder.at('npm')} => /srv`,
      tags: `${registry.address}/docs/model:1.0, ${registry.address}/docs/other`,
    });
    const sbom = readFileSync(result.outputs['sbom-path']!);
    const provenance = readFileSync(result.outputs['provenance-path']!);
    expect(validateCycloneDx(JSON.parse(sbom.toString()))).toEqual([]);
    expect(validateCycloneDx({ ...(JSON.parse(sbom.toString()) as object), version: '1' })).not.toEqual([]);
    expect(JSON.parse(sbom.toString())).toMatchObject({
      metadata: { component: { name: `${registry.address}/docs/model`, version: result.outputs['digest'] } },
      components: [
        { type: 'machine-learning-model', name: 'model', version: '1.0' },
        {
          purl: 'pkg:npm/%40acme/lib@1.2.3',
          properties: [{ name: 'dev.mlops-actions:evidence', value: 'installed' }],
          evidence: { occurrences: [{ location: `/${Object.keys(NPM)[0]!.slice(1)}` }] },
        },
        { purl: 'pkg:npm/left@1.0.0' },
      ],
    });
    expect(JSON.parse(provenance.toString())).toMatchObject({
      predicateType: 'https://slsa.dev/provenance/v1',
      subject: [subjectOf(`${registry.address}/docs/model`, result.outputs['digest']!)],
      predicate: {
        buildDefinition: {
          resolvedDependencies: [
            { uri: 'git+https://github.com/acme/credit-risk@refs/heads/main', digest: { gitCommit: 'c0ffee' } },
            { name: 'base' },
            subjectOf('model', result.outputs['model-digest']!),
          ],
        },
      },
    });
    // Where the workspace lies on the machine is nobody's business.
    expect(provenance.toString()).not.toContain(`"${folder.path}`);

    for (const name of ['docs/model', 'docs/other']) {
      const repository = parseReference(`${registry.address}/${name}`);
      const listed = await listAttached(client, repository, result.outputs['digest'] as Digest);
      expect(listed.map(({ artifactType }) => artifactType).sort()).toEqual([
        'application/vnd.cyclonedx+json',
        'application/vnd.in-toto+json',
      ]);
      const contents = await Promise.all(
        listed.map(async ({ digest }) => {
          const { bytes } = await client.getManifest(repository, digest);
          return (JSON.parse(bytes.toString()) as Manifest).layers[0]!.digest;
        }),
      );
      expect(contents.sort()).toEqual([digestOf(sbom), digestOf(provenance)].sort());
    }
    expect(result.report).toMatchObject({ attached: [{ kind: 'sbom', listing: 'referrers' }, {}, {}, {}] });
  });

  test('the same image has the same SBOM', async () => {
    const read = async (): Promise<string> =>
      readFileSync((await build({ ...attach, output: folder.at('twice') })).outputs['sbom-path']!, 'utf8');
    expect(await read()).toBe(await read());
  });

  test('in SPDX too: each element is defined, and contained in the image', async () => {
    folder.write('npm/node_modules/odd/package.json', '{"name":"odd","version":"2.0.0","license":"See LICENCE file"}');
    folder.write(
      'npm/node_modules/mit/package.json',
      '{"name":"mit","version":"1.0.0","license":"(MIT OR Apache-2.0)"}',
    );
    const inputs = { ...base, attach: 'spdx', files: `${folder.at('npm')} => /srv`, output: folder.at('spdx') };
    const read = async (): Promise<SpdxDocument> =>
      JSON.parse(readFileSync((await build(inputs)).outputs['spdx-path']!, 'utf8')) as SpdxDocument;
    const document = await read();
    expect(await read()).toEqual(document);
    const by = (name: string): SpdxPackage => document.packages.find((each) => each.name === name)!;
    expect(by('mit')).toMatchObject({
      licenseDeclared: '(MIT OR Apache-2.0)',
      externalRefs: [{ referenceType: 'purl', referenceLocator: 'pkg:npm/mit@1.0.0' }],
    });
    expect(document.hasExtractedLicensingInfos).toEqual([
      { licenseId: by('odd').licenseDeclared, extractedText: 'See LICENCE file' },
    ]);
    const ids = document.packages.map(({ SPDXID }) => SPDXID);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^SPDXRef-[A-Za-z0-9.-]+$/);
    expect(document.relationships.map(({ relatedSpdxElement }) => relatedSpdxElement).sort()).toEqual(ids.sort());
  });

  test('of an earlier attempt are gone when a build fails', async () => {
    const { outputs } = await build({ ...attach, output: folder.at('stale') });
    expect(existsSync(outputs['provenance-path']!)).toBe(true);
    await expect(build({ ...attach, 'model-path': '/nowhere' })).rejects.toThrow(/no model/);
    expect(existsSync(outputs['sbom-path']!)).toBe(false);
    expect(existsSync(outputs['provenance-path']!)).toBe(false);
  });

  test('that are not known are refused', async () => {
    await expect(build({ ...base, attach: 'signature' })).rejects.toThrow(/takes sbom, spdx, provenance/);
  });
});

describe('the model as an artifact of its own', () => {
  test('is of the same layers, and of the same digest in every image', async () => {
    const of = async (tag: string, code: string): Promise<{ image: Manifest; model: Manifest; reference: string }> => {
      folder.write('server.mjs', code);
      const { outputs } = await build({
        ...base,
        'model-artifact': 'true',
        tags: `${registry.address}/pack/model:${tag}`,
      });
      const repository = parseReference(`${registry.address}/pack/model`);
      const tagged = await client.getManifest(repository, `model-${outputs['model-digest']!.replace(':', '-')}`);
      expect(outputs['model-artifact']).toBe(`${registry.address}/pack/model@${tagged.digest}`);
      const { manifest } = await pullImage(client, parseReference(outputs['image']!));
      return {
        image: manifest,
        model: JSON.parse(tagged.bytes.toString()) as Manifest,
        reference: outputs['model-artifact']!,
      };
    };
    const [first, second] = [await of('1', 'one'), await of('2', 'two')];
    expect(first.reference).toBe(second.reference);
    expect(first.image).not.toEqual(second.image);
    expect(first.model).toMatchObject({
      artifactType: 'application/vnd.cncf.model.manifest.v1+json',
      config: { mediaType: 'application/vnd.cncf.model.config.v1+json' },
      layers: [
        {
          mediaType: 'application/vnd.cncf.model.weight.v1.tar',
          digest: first.image.layers[0]!.digest,
          annotations: { 'org.cncf.model.filepath': 'opt/ml/model/model.txt' },
        },
      ],
    });
  });

  test('needs a registry', async () => {
    await expect(build({ ...base, 'model-artifact': 'true' })).rejects.toThrow(/image is not pushed/);
  });
});

test('a runner that asks for artifacts is told of the image', async () => {
  process.env['GITHUB_ARTIFACTS'] = folder.write('artifacts', '');
  try {
    const name = `${registry.address}/declared/model`;
    const { outputs } = await build({ ...base, tags: `${name}:1, ${name}:2, ${registry.address}/declared/other` });
    expect(readFileSync(folder.at('artifacts'), 'utf8')).toBe(
      `oci://${name}@${outputs['digest']}\noci://${registry.address}/declared/other@${outputs['digest']}\n`,
    );
  } finally {
    delete process.env['GITHUB_ARTIFACTS'];
  }
});

/** What the schema of CycloneDX 1.6 says against a document. */
function validateCycloneDx(document: unknown): unknown[] {
  const schemas = path.join(
    path.dirname(import.meta.dirname),
    '../../node_modules/@cyclonedx/cyclonedx-library/res/schema',
  );
  const load = (name: string): object => JSON.parse(readFileSync(path.join(schemas, name), 'utf8')) as object;
  // Their formats for host names in other scripts are not those of ajv-formats; no field here has them.
  const ajv = new Ajv({ strict: false, validateFormats: true, formats: { 'idn-email': true, 'iri-reference': true } });
  (formats as unknown as (ajv: Ajv) => void)(ajv);
  for (const name of ['spdx', 'jsf-0.82']) {
    const file = `${name}.SNAPSHOT.schema.json`;
    ajv.addSchema(load(file), `http://cyclonedx.org/schema/${file}`);
  }
  const validate = ajv.compile(load('bom-1.6.SNAPSHOT.schema.json'));
  return validate(document) ? [] : validate.errors!;
}
