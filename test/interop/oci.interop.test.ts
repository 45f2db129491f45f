/**
 * Real foreign tools against this project's images, registry client and registry: skopeo, buildah and Debian's docker-registry
 * (`apt-get install skopeo buildah docker-registry`).
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inputReader, runContext, type ActionResult } from '@mlops-actions/action-kit';
import {
  buildLayer,
  composeImage,
  digestOf,
  parseReference,
  pullImage,
  pushImage,
  readLayout,
  RegistryClient,
  unpackImage,
  writeLayout,
  type Image,
} from '@mlops-actions/oci';
import { startRegistry, type Registry } from '@mlops-actions/oci/registry';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { action } from '../../actions/build-image/src/index.ts';
import { foreignTool } from './tools.ts';

const execute = promisify(execFile);

const skopeo = foreignTool('skopeo');
const buildah = foreignTool('buildah');
const dockerRegistry = foreignTool('docker-registry');

let folder: string;
let own: Registry;
const client = new RegistryClient();
const place = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'oci-interop-'));
  own = await startRegistry();
});
afterAll(async () => {
  await own.close();
  await rm(folder, { recursive: true, force: true });
});

/** An image with everything that layers can hold: long and foreign names, links, three compressions. */
async function sampleImage(): Promise<Image> {
  const long = `${'deep/'.repeat(40)}name`;
  return composeImage(undefined, {
    layers: [
      await buildLayer([{ path: '/opt/ml/model/model.onnx', from: { bytes: Buffer.alloc(300_000, 7) } }], {
        kind: 'model',
        ownPrefix: '/opt/ml/model',
      }),
      await buildLayer(
        [
          { path: `/opt/${long}`, from: { bytes: Buffer.from('long') } },
          { path: '/opt/Zürich 漢', from: { bytes: Buffer.from('foreign') } },
        ],
        {
          kind: 'files',
          compression: 'gzip',
        },
      ),
      await buildLayer(
        [
          { path: '/app/run', from: { bytes: Buffer.from('#!/bin/sh\n') }, executable: true },
          { path: '/run', from: { link: 'app/run' } },
        ],
        {
          kind: 'code',
          compression: 'zstd',
        },
      ),
    ],
    entrypoint: ['/app/run'],
    env: { GREETING: 'hello' },
    labels: { 'org.example.kind': 'sample' },
    ports: [8080],
  });
}

(skopeo === undefined ? describe.skip : describe)('skopeo', () => {
  const run = async (...args: string[]): Promise<string> => (await execute(skopeo!, args)).stdout;

  test('reads what was pushed to the own registry, and finds it sound', async () => {
    const image = await sampleImage();
    const reference = `${own.address}/team/sample`;
    await pushImage(client, image, parseReference(reference), ['v1']);
    const seen = JSON.parse(await run('inspect', '--tls-verify=false', `docker://${reference}:v1`)) as Record<
      string,
      unknown
    >;
    expect(seen).toMatchObject({
      Digest: image.digest,
      Architecture: 'amd64',
      Labels: { 'org.example.kind': 'sample' },
      Layers: image.layers.map((layer) => layer.descriptor.digest),
      Env: ['GREETING=hello'],
    });
    const config = JSON.parse(
      await run('inspect', '--config', '--tls-verify=false', `docker://${reference}:v1`),
    ) as object;
    expect(config).toMatchObject({ config: { Entrypoint: ['/app/run'], ExposedPorts: { '8080/tcp': {} } } });
  });

  test('copies between registry, layout and back without a change of the digest', async () => {
    const image = await sampleImage();
    await writeLayout(image, place('layout'), ['v1']);
    const copied = `${own.address}/team/copied`;
    await run(
      'copy',
      '--preserve-digests',
      '--dest-tls-verify=false',
      `oci:${place('layout')}:v1`,
      `docker://${copied}:v1`,
    );
    expect((await pullImage(client, parseReference(`${copied}:v1`))).digest).toBe(image.digest);
    const again = `${own.address}/team/again`;
    await run(
      'copy',
      '--preserve-digests',
      '--src-tls-verify=false',
      '--dest-tls-verify=false',
      `docker://${copied}:v1`,
      `docker://${again}:v2`,
    );
    await run(
      'copy',
      '--preserve-digests',
      '--src-tls-verify=false',
      `docker://${again}:v2`,
      `oci:${place('theirs')}:v2`,
    );
    expect((await readLayout(place('theirs'), 'v2')).digest).toBe(image.digest);
    expect(JSON.parse(await run('list-tags', '--tls-verify=false', `docker://${again}`))).toMatchObject({
      Tags: ['v2'],
    });
  });
});

(buildah === undefined ? describe.skip : describe)('buildah', () => {
  const env = { ...process.env, BUILDAH_ISOLATION: 'chroot', STORAGE_DRIVER: 'vfs' };
  const run = async (...args: string[]): Promise<string> =>
    (await execute(buildah!, ['--root', place('storage'), '--runroot', place('run'), ...args], { env })).stdout.trim();

  test('takes the image as the base of a build, whose result is pulled and unpacked here', async () => {
    const reference = `${own.address}/team/base`;
    await pushImage(client, await sampleImage(), parseReference(reference), ['v1']);
    await writeFile(place('Containerfile'), `FROM ${reference}:v1\nCOPY added /opt/ml/model/added\nLABEL built=yes\n`);
    await writeFile(place('added'), 'by buildah');
    const built = `${own.address}/team/built:v1`;
    await run('build', '--tls-verify=false', '--tag', built, '--file', place('Containerfile'), folder);
    await run('push', '--tls-verify=false', built);
    const image = await pullImage(client, parseReference(built));
    const config = await unpackImage(image, place('root'));
    expect(config.config).toMatchObject({
      Entrypoint: ['/app/run'],
      Labels: { built: 'yes', 'org.example.kind': 'sample' },
    });
    expect(await readFile(place('root/opt/ml/model/added'), 'utf8')).toBe('by buildah');
    expect(digestOf(await readFile(place('root/opt/ml/model/model.onnx')))).toBe(digestOf(Buffer.alloc(300_000, 7)));
    expect(await readFile(place('root/opt/Zürich 漢'), 'utf8')).toBe('foreign');
    expect(await readFile(place('root/run'), 'utf8')).toBe('#!/bin/sh\n');
  });

  test('builds the Dockerfile of build-image, which lays the model over it and probes the whole', async () => {
    const context = place('context');
    await mkdir(context);
    await writeFile(path.join(context, 'server.mjs'), SERVER);
    await writeFile(
      path.join(context, 'Dockerfile'),
      'FROM scratch\nARG FACTOR\nCOPY server.mjs /app/\nENV FACTOR=$FACTOR\nENTRYPOINT ["node", "/app/server.mjs"]\n',
    );
    await writeFile(place('model.txt'), 'a model');
    await writeFile(place('golden.jsonl'), '{"instance": 2, "prediction": 6}\n');
    const inputs: Record<string, string> = {
      'model-path': place('model.txt'),
      mode: 'dockerfile',
      builder: 'buildah',
      dockerfile: path.join(context, 'Dockerfile'),
      context,
      'build-args': 'FACTOR=3',
      output: place('built'),
      probe: 'true',
      'probe-runtime': 'process', // The image holds no Node.
      'golden-path': place('golden.jsonl'),
    };
    const build = async (): Promise<ActionResult> =>
      action.run(action.readInputs(inputReader((name) => inputs[name] ?? '')), runContext({}));
    const before = { ...process.env };
    Object.assign(process.env, env, { CONTAINERS_STORAGE_CONF: place('storage.conf') });
    await writeFile(
      place('storage.conf'),
      `[storage]\ndriver = "vfs"\ngraphroot = "${place('graph')}"\nrunroot = "${place('runroot')}"\n`,
    );
    try {
      const result = await build();
      expect([result.verdict, result.headline]).toEqual([
        'pass',
        expect.stringContaining('answers 1 golden row as expected'),
      ]);
      const config = await unpackImage(await readLayout(place('built')), place('built-root'));
      expect(config.config).toMatchObject({
        Entrypoint: ['node', '/app/server.mjs'],
        Labels: { 'dev.mlops-actions.model-digest': result.outputs['model-digest'] },
      });
      expect(await readFile(place('built-root/opt/ml/model/model.txt'), 'utf8')).toBe('a model');
      expect((await build()).outputs['digest']).toBe(result.outputs['digest']);

      await writeFile(path.join(context, '.env'), 'PASSWORD=1');
      await writeFile(
        path.join(context, 'Dockerfile'),
        'FROM scratch\nCOPY . /app/\nENTRYPOINT ["node", "/app/server.mjs"]\n',
      );
      inputs['build-args'] = '';
      await expect(build()).rejects.toThrow(/Secrets would enter the image .*\/app\/\.env/);
    } finally {
      process.env = before;
    }
  });
});

/** A model server whose predictions are its instances times FACTOR. */
const SERVER = `
import { createServer } from 'node:http';
createServer(async (request, response) => {
  const body = Buffer.concat(await Array.fromAsync(request)).toString();
  response.setHeader('content-type', 'application/json');
  if (request.url === process.env.AIP_HEALTH_ROUTE) return response.end('{}');
  try {
    response.end(JSON.stringify({ predictions: JSON.parse(body).instances.map((x) => x * process.env.FACTOR) }));
  } catch (error) {
    response.writeHead(400).end(JSON.stringify({ error: error.message }));
  }
}).listen(Number(process.env.AIP_HTTP_PORT), '0.0.0.0');
`;

(dockerRegistry === undefined ? describe.skip : describe)("Debian's docker-registry", () => {
  let server: ChildProcess | undefined;
  let address: string;
  afterAll(async () => {
    if (server === undefined) return;
    const ended = new Promise((resolve) => server!.once('exit', resolve));
    server.kill();
    await ended;
  });

  test('takes and gives back images, and mounts layers of a base', async () => {
    address = `127.0.0.1:${await freePort()}`;
    const settings = {
      version: 0.1,
      storage: { filesystem: { rootdirectory: place('distribution') } },
      http: { addr: address },
    };
    await writeFile(place('registry.yml'), JSON.stringify(settings));
    server = spawn(dockerRegistry!, ['serve', place('registry.yml')], { stdio: 'ignore' });

    const image = await sampleImage();
    const base = parseReference(`${address}/base/sample:v1`);
    await pushImage(client, image, base, ['v1']); // Retried while it starts.
    const pulled = await pullImage(client, base);
    expect(pulled.digest).toBe(image.digest);
    await unpackImage(pulled, place('from-distribution'));

    const top = await buildLayer([{ path: '/opt/ml/model/new', from: { bytes: Buffer.from('new') } }], {
      kind: 'model',
    });
    const { bytes } = await pushImage(
      client,
      composeImage(pulled, { layers: [top] }),
      parseReference(`${address}/team/model`),
      ['v1'],
    );
    expect(bytes.mounted).toBe(image.layers.reduce((sum, layer) => sum + layer.descriptor.size, 0));
    expect(bytes.uploaded).toBeLessThan(10_000);
    const streamed = await pushImage(client, pulled, parseReference(`${own.address}/team/streamed`), ['v1']);
    expect(streamed.bytes.mounted).toBe(0);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
