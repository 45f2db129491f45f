import { buildLayer, composeImage, parseReference, pushImage, RegistryClient } from '@mlops-actions/oci';
import { startRegistry } from '@mlops-actions/oci/registry';
import { digestModel } from '@mlops-actions/model-files';
import { spawn, spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';

export const SHARDS = 4;
const SHARD_BYTES = 125_000_000;
export const MODEL_BYTES = SHARDS * SHARD_BYTES;

/** What all builders build, and where they push it to. */
export interface Setting {
  folder: string;
  registry: { name: string; address: string };
  /** The model, the server's code, and a Dockerfile that makes the same image. */
  context: string;
  model: string;
  modelDigest: string;
}

/** Starts a registry with a base image in it and writes the model; what is to be done at the end goes to `closers`. */
export async function prepare(folder: string, closers: (() => unknown)[]): Promise<Setting> {
  const registry = await anyRegistry(folder, closers);
  const context = path.join(folder, 'context');
  const model = path.join(context, 'model');
  await mkdir(model, { recursive: true });
  for (let shard = 1; shard <= SHARDS; shard++) {
    // Weights do not compress, and neither does noise.
    await writeFile(
      path.join(model, `model-${shard}-of-${SHARDS}.safetensors`),
      randomFillSync(Buffer.alloc(SHARD_BYTES)),
    );
  }
  const dockerfile = [
    `FROM ${registry.address}/platform/base:1`,
    'COPY model /opt/ml/model',
    'COPY server.mjs /app/server.mjs',
  ];
  await writeFile(path.join(context, 'Dockerfile'), `${dockerfile.join('\n')}\n`);
  await pushBase(registry.address);
  return { folder, registry, context, model, modelDigest: (await digestModel(model)).digest };
}

/** The change of code. */
export async function writeCode({ context }: Setting, version: number): Promise<void> {
  await writeFile(path.join(context, 'server.mjs'), `console.log(${version});\n`);
}

/** A base of realistic size, compressed as bases are: Node itself. */
async function pushBase(registry: string): Promise<void> {
  const runtime = await buildLayer(
    [{ path: '/usr/local/bin/node', from: { file: process.execPath }, executable: true }],
    { kind: 'base', compression: 'gzip' },
  );
  const base = composeImage(undefined, { layers: [runtime], entrypoint: ['/usr/local/bin/node', '/app/server.mjs'] });
  await pushImage(new RegistryClient(), base, parseReference(`${registry}/platform/base`), ['1']);
}

/** Debian's registry where it is installed, else the project's own. */
async function anyRegistry(folder: string, closers: (() => unknown)[]): Promise<Setting['registry']> {
  const directory = path.join(folder, 'registry');
  if (spawnSync('docker-registry', ['--version'], { stdio: 'ignore' }).status !== 0) {
    const own = await startRegistry({ directory });
    closers.push(() => own.close());
    return { name: "the project's own registry", address: own.address };
  }
  const address = `127.0.0.1:${await freePort()}`;
  const settings = { version: 0.1, storage: { filesystem: { rootdirectory: directory } }, http: { addr: address } };
  const file = path.join(folder, 'registry.yml');
  await writeFile(file, JSON.stringify(settings));
  const child = spawn('docker-registry', ['serve', file], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  closers.push(async () => {
    child.kill();
    await ended;
  });
  for (let tries = 0; !(await answers(address)); tries++) {
    if (tries === 100) throw new Error('docker-registry does not answer.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { name: "Debian's docker-registry", address };
}

const answers = (address: string): Promise<boolean> =>
  fetch(`http://${address}/v2/`).then(
    (response) => response.ok,
    () => false,
  );

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
