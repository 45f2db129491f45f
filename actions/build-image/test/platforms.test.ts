import { describe, expect, test } from '@jest/globals';
import {
  buildLayer,
  composeImage,
  composeIndex,
  descriptorOf,
  listAttached,
  parsePlatform,
  parseReference,
  pullImage,
  pushImage,
  readLayoutImages,
  RegistryClient,
  unpackImage,
  writeLayout,
  type Image,
  type ImageIndex,
  type Platform,
} from '@mlops-actions/oci';
import { readFileSync } from 'node:fs';
import { build, Folder, registryForTests } from './support.ts';

const folder = new Folder();
const registry = registryForTests();
const client = new RegistryClient();
const AMD64 = parsePlatform('linux/amd64');
const ARM64 = parsePlatform('linux/arm64');

/** A base that says for which platform it is. */
async function baseFor(platform: Platform): Promise<Image> {
  const bytes = Buffer.from(JSON.stringify({ name: `runtime-${platform.architecture}`, version: '1.0.0' }));
  const layer = await buildLayer([{ path: '/app/node_modules/runtime/package.json', from: { bytes } }], {
    kind: 'base',
  });
  return composeImage(undefined, { layers: [layer], platform, entrypoint: ['node', '/app/server.mjs'] });
}

const bases = async (): Promise<ImageIndex> => composeIndex([await baseFor(ARM64), await baseFor(AMD64)]);
const pull = (reference: string, platform: Platform): Promise<Image> =>
  pullImage(client, parseReference(reference), platform);

async function inputs(name: string): Promise<Record<string, string>> {
  await pushImage(client, await bases(), parseReference(`${registry.address}/platform/base`), ['1']);
  return {
    'model-path': folder.write('model.txt', '3'),
    'base-image': `${registry.address}/platform/base:1`,
    tags: `${registry.address}/team/${name}:1`,
    platforms: 'linux/amd64, linux/arm64/v8',
    'evidence-dir': folder.at(`evidence-${name}`),
  };
}

describe('an image for several platforms', () => {
  test('is an index of one image each, over the base of each, of one model', async () => {
    const { outputs, report } = await build(await inputs('index'));
    const digests = JSON.parse(outputs['platform-digests']!) as Record<string, string>;
    expect(Object.keys(digests)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(new Set([outputs['digest'], ...Object.values(digests)]).size).toBe(3);
    expect(outputs['image']).toBe(`${registry.address}/team/index@${outputs['digest']}`);
    const { images: base } = await bases();
    for (const [platform, number] of [
      [ARM64, 0],
      [AMD64, 1],
    ] as const) {
      const image = await pull(outputs['tags']!, platform);
      expect(image.digest).toBe(digests[`linux/${platform.architecture}`]);
      expect(image.config.architecture).toBe(platform.architecture);
      expect(image.layers[0]!.descriptor.digest).toBe(base[number]!.layers[0]!.descriptor.digest);
      expect(image.manifest.annotations!['org.opencontainers.image.base.digest']).toBe(base[number]!.digest);
      expect(image.config.config!.Labels!['dev.mlops-actions.model-digest']).toBe(outputs['model-digest']);
    }
    const { bytes } = await client.getManifest(parseReference(outputs['tags']!), '1');
    const arm = await pull(outputs['tags']!, ARM64);
    const amd = await pull(outputs['tags']!, AMD64);
    expect(JSON.parse(bytes.toString())).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        { ...descriptorOf(amd), platform: { os: 'linux', architecture: 'amd64' } },
        { ...descriptorOf(arm), platform: { os: 'linux', architecture: 'arm64' } },
      ],
    });
    expect(report).toMatchObject({
      layers: [
        { kind: 'base linux/amd64', outcome: 'mounted' },
        { kind: 'base linux/arm64', outcome: 'mounted' },
        { kind: 'model', outcome: 'uploaded' },
      ],
      contract: { findings: [] },
    });
  });

  test('has documents about each, and provenance of all', async () => {
    const { outputs } = await build({ ...(await inputs('documents')), attach: 'sbom, provenance' });
    const to = parseReference(outputs['tags']!);
    const files = outputs['sbom-path']!.split('\n');
    expect(files.map((file) => file.replace(folder.path, ''))).toEqual([
      '/evidence-documents/build-image.linux-amd64.cdx.json',
      '/evidence-documents/build-image.linux-arm64.cdx.json',
    ]);
    for (const [index, architecture] of ['amd64', 'arm64'].entries()) {
      const image = await pull(outputs['tags']!, parsePlatform(`linux/${architecture}`));
      const text = readFileSync(files[index]!, 'utf8');
      expect(text).toContain(`runtime-${architecture}`);
      expect(text).toContain(image.digest);
      expect(await listAttached(client, to, image.digest)).toMatchObject([
        { artifactType: 'application/vnd.cyclonedx+json' },
      ]);
    }
    const [attached] = await listAttached(client, to, parseReference(outputs['image']!).digest!);
    expect(attached).toMatchObject({ artifactType: 'application/vnd.in-toto+json' });
    const { subject } = JSON.parse(readFileSync(outputs['provenance-path']!, 'utf8')) as {
      subject: { digest: { sha256: string } }[];
    };
    const digests = Object.values(JSON.parse(outputs['platform-digests']!) as Record<string, string>);
    expect(subject.map(({ digest }) => `sha256:${digest.sha256}`)).toEqual([outputs['digest'], ...digests]);
  });

  test('is written as a layout, and can be a base itself', async () => {
    const first = await build({ ...(await inputs('layout')), tags: '', output: folder.at('layout') });
    const again = await build({
      'model-path': folder.write('other.txt', '4'),
      'base-image': `oci:${folder.at('layout')}`,
      platforms: 'linux/arm64',
      output: folder.at('second'),
    });
    expect(first.outputs['layout-path']).toBe(folder.at('layout'));
    const { images } = await readLayoutImages(folder.at('second'), undefined, [ARM64]);
    expect(images[0]!.digest).toBe(again.outputs['digest']);
    await unpackImage(images[0]!, folder.at('root'));
    expect(readFileSync(folder.at('root/opt/ml/model/other.txt'), 'utf8')).toBe('4');
    expect(again.report).toMatchObject({
      contract: { findings: ['Vertex AI serves linux/amd64, and the image is for linux/arm64.'] },
    });
  });

  test('needs the base for each of them, of one family of media types', async () => {
    const given = await inputs('refused');
    await expect(build({ ...given, platforms: 'linux/amd64, linux/s390x' })).rejects.toThrow(
      /no image for linux\/s390x; the index offers linux\/arm64, linux\/amd64/,
    );
    await expect(build({ ...given, platforms: 'linux/amd64, linux/amd64' })).rejects.toThrow(/'linux\/amd64' twice/);
    for (const platforms of ['amd64', 'linux/', 'linux/arm/v7/x', 'Linux/amd64'])
      await expect(build({ ...given, platforms })).rejects.toThrow(/is not a platform/);
    await writeLayout(await baseFor(AMD64), folder.at('one'));
    await expect(build({ ...given, 'base-image': `oci:${folder.at('one')}` })).rejects.toThrow(
      /for linux\/amd64, not linux\/arm64/,
    );
    const docker = composeImage(
      { ...(await baseFor(AMD64)), mediaType: 'application/vnd.docker.distribution.manifest.v2+json' },
      { layers: [] },
    );
    const to = parseReference(`${registry.address}/platform/mixed`);
    const arm = await baseFor(ARM64);
    for (const image of [docker, arm]) await pushImage(client, image, to, []);
    const manifests = [docker, arm].map((image, index) => ({
      ...descriptorOf(image),
      platform: [AMD64, ARM64][index],
    }));
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    await client.putManifest(
      to,
      '1',
      mediaType,
      Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests })),
    );
    await expect(build({ ...given, 'base-image': `${registry.address}/platform/mixed:1` })).rejects.toThrow(
      /some have Docker's media types/,
    );
  });
});

test('one platform is one manifest, whatever the base offers', async () => {
  const { outputs } = await build({ ...(await inputs('single')), platforms: 'linux/arm64' });
  expect((await pull(outputs['image']!, ARM64)).digest).toBe(outputs['digest']);
  expect((await client.getManifest(parseReference(outputs['tags']!), '1')).mediaType).toBe(
    'application/vnd.oci.image.manifest.v1+json',
  );
});
