/** What is written, against the schemas of the OCI's image-spec by its own validator, and by skopeo, which copies and inspects every platform. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  buildLayer,
  collect,
  composeImage,
  composeIndex,
  listAttached,
  parsePlatform,
  parseReference,
  pushImage,
  RegistryClient,
  type Descriptor,
} from '@mlops-actions/oci';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { build, Folder, registryForTests } from '../../actions/build-image/test/support.ts';
import { foreignTool } from './tools.ts';

const validator = foreignTool('oci-schema');
const skopeo = foreignTool('skopeo');
const folder = new Folder();
const registry = registryForTests();
const client = new RegistryClient();
let image: string;

beforeAll(async () => {
  const base = parseReference(`${registry.address}/platform/base:1`);
  const runtime = await buildLayer([{ path: '/serve', from: { bytes: Buffer.from('') }, executable: true }], {
    kind: 'base',
    compression: 'zstd',
  });
  const [amd, arm] = ['linux/amd64', 'linux/arm64'].map((platform) =>
    composeImage(undefined, { layers: [runtime], platform: parsePlatform(platform), entrypoint: ['/serve'] }),
  );
  await pushImage(client, composeIndex([amd!, arm!]), base, ['1']);
  const { outputs } = await build({
    'model-path': folder.write('model.txt', 'a model'),
    'base-image': `${registry.address}/platform/base:1`,
    files: `${folder.write('server.mjs', '')} => /app/`,
    compression: 'gzip',
    env: 'A=b',
    labels: 'team=risk',
    user: '1000',
    workdir: '/app',
    platforms: 'linux/amd64, linux/arm64',
    tags: `${registry.address}/team/model:1`,
    output: folder.at('layout'),
    attach: 'sbom, spdx, provenance',
    'model-artifact': 'true',
    'evidence-dir': folder.at('evidence'),
  });
  image = outputs['image']!;
});

/** What a program says of an input, and whether it is content. */
async function run(
  program: string,
  args: string[],
  input: Buffer = Buffer.alloc(0),
): Promise<{ code: number; output: string }> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}

(validator === undefined ? describe.skip : describe)("image-spec's validator", () => {
  const valid = async (mediaType: string, bytes: Buffer): Promise<void> => {
    expect(await run(validator!, [mediaType], bytes)).toEqual({ code: 0, output: '' });
  };
  const OCI = 'application/vnd.oci.image';

  test('finds index, manifests, configs, layout and everything attached sound', async () => {
    const to = parseReference(image);
    const index = await client.getManifest(to, to.digest!);
    await valid(`${OCI}.index.v1+json`, index.bytes);
    const { manifests } = JSON.parse(index.bytes.toString()) as { manifests: { digest: `sha256:${string}` }[] };
    expect(manifests).toHaveLength(2);
    let checked = 0;
    for (const { digest } of manifests) {
      const manifest = await client.getManifest(to, digest);
      await valid(`${OCI}.manifest.v1+json`, manifest.bytes);
      const { config } = JSON.parse(manifest.bytes.toString()) as { config: Descriptor };
      await valid(
        `${OCI}.config.v1+json`,
        await collect(client.store(to).blob(config).open(), 1e6, () => new Error('too long')),
      );
      for (const attached of await listAttached(client, to, digest)) {
        await valid(`${OCI}.manifest.v1+json`, (await client.getManifest(to, attached.digest)).bytes);
        checked++;
      }
    }
    for (const attached of await listAttached(client, to, to.digest!)) {
      await valid(`${OCI}.manifest.v1+json`, (await client.getManifest(to, attached.digest)).bytes);
      checked++;
    }
    expect(checked).toBe(5); // Two SBOMs an image, and provenance of both.
    const artifact = (await tags()).find((tag) => tag.startsWith('model-sha256-'));
    await valid(`${OCI}.manifest.v1+json`, (await client.getManifest(to, artifact!)).bytes);
    await valid(`${OCI}.index.v1+json`, readFileSync(folder.at('layout/index.json')));
    await valid('application/vnd.oci.layout.header.v1+json', readFileSync(folder.at('layout/oci-layout')));
  });

  test('and would say so of one that is not', async () => {
    const { code, output } = await run(validator!, [`${OCI}.manifest.v1+json`], Buffer.from('{"schemaVersion": 2}'));
    expect([code, output]).toEqual([1, expect.stringContaining("missing properties: 'config', 'layers'")]);
  });
});

const tags = async (): Promise<string[]> =>
  ((await (await fetch(`http://${registry.address}/v2/team/model/tags/list`)).json()) as { tags: string[] }).tags;

(skopeo === undefined ? describe.skip : describe)('skopeo', () => {
  test('copies all platforms out of the registry and out of the layout, digests kept', async () => {
    const digest = parseReference(image).digest!;
    for (const [source, name] of [
      [`docker://${image}`, 'from-registry'],
      [`oci:${folder.at('layout')}:1`, 'from-layout'],
    ] as const) {
      const copied = `${registry.address}/copies/${name}:1`;
      const options = ['--all', '--preserve-digests', '--src-tls-verify=false', '--dest-tls-verify=false'];
      const { code, output } = await run(skopeo!, ['copy', ...options, source, `docker://${copied}`]);
      expect([code, output]).toEqual([0, expect.anything()]);
      expect((await client.getManifest(parseReference(copied), '1')).digest).toBe(digest);
    }
    for (const architecture of ['amd64', 'arm64']) {
      const override = ['--override-arch', architecture, '--tls-verify=false'];
      const { output } = await run(skopeo!, [...override.slice(0, 2), 'inspect', override[2]!, `docker://${image}`]);
      expect(JSON.parse(output)).toMatchObject({ Architecture: architecture, Labels: { team: 'risk' }, Env: ['A=b'] });
    }
  });
});
