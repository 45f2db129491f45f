/**
 * Builds the serving base image without a daemon and pushes it:
 *
 *     node base-image.ts HOST[:PORT]/REPOSITORY:TAG [BASE]
 *
 * BASE is an image with Node 24 and a C library, such as node:24-slim by its digest; with it, this is what the Dockerfile makes. Without
 * it, the layers start from nothing with the Node binary of the npm package `node`, which finds its C library on the machine: enough
 * for the Vertex AI emulator, which runs an image as a local process, and not for a container.
 */

import { UserError } from '@mlops-actions/action-kit';
import {
  buildLayer,
  composeImage,
  dockerCredentials,
  formatReference,
  parseReference,
  pullImage,
  pushImage,
  RegistryClient,
  type LayerEntry,
} from '@mlops-actions/oci';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Where the server is in the image; the model comes beside it, at /opt/ml/model. */
const SERVING = '/opt/ml/serving';

const SERVER_FILES = ['server.mjs', 'model.mjs'];
/** What `onnxruntime-web/wasm` needs: the build for the processor alone. */
const RUNTIME_FILES = [
  'package.json',
  'dist/ort.wasm.bundle.min.mjs',
  'dist/ort-wasm-simd-threaded.mjs',
  'dist/ort-wasm-simd-threaded.wasm',
];

/** Vertex AI's default port. */
const PORT = 8080;
/** A number, since a base may have no /etc/passwd; distroless images call it nonroot. */
const UNPRIVILEGED = '65532';

/** Elsewhere the npm package's binary is none for Vertex AI; the emulator then finds the machine's own. */
const IS_LINUX_AMD64 = process.platform === 'linux' && process.arch === 'x64';

const { resolve } = createRequire(import.meta.url);

/**
 * Builds the image, pushes it, and returns its reference by digest. Equal files give an equal digest.
 *
 * @param options.push where to, `registry/repository:tag`
 * @param options.base the image to start from; without it the image is for the Vertex AI emulator only
 */
export async function buildBaseImage(options: { push: string; base?: string }): Promise<string> {
  const target = parseReference(options.push);
  if (target.tag === undefined || target.digest !== undefined) {
    throw new UserError(`'${options.push}' does not say which tag to push.`, {
      fix: 'Write it as registry/repository:tag.',
    });
  }
  const client = new RegistryClient({ credentials: dockerCredentials() });
  const base = options.base === undefined ? undefined : await pullImage(client, parseReference(options.base));
  const image = composeImage(base, {
    layers: await Promise.all([
      ...(base === undefined && IS_LINUX_AMD64 ? [buildLayer(nodeBinary(), { kind: 'node' })] : []),
      buildLayer(runtime(), { kind: 'runtime' }),
      buildLayer(server(), { kind: 'server' }),
    ]),
    entrypoint: ['node', `${SERVING}/server.mjs`],
    ...(base === undefined && { env: { PATH: '/usr/local/bin' } }),
    workingDirectory: SERVING,
    user: UNPRIVILEGED,
    ports: [PORT],
    labels: { 'org.opencontainers.image.title': 'ONNX serving runtime' },
  });
  await pushImage(client, image, target, [target.tag]);
  return formatReference({ registry: target.registry, name: target.name, digest: image.digest });
}

function nodeBinary(): LayerEntry[] {
  const file = path.join(path.dirname(resolve('node/package.json')), 'bin', 'node');
  return [{ path: '/usr/local/bin/node', from: { file }, executable: true }];
}

function runtime(): LayerEntry[] {
  const installed = path.dirname(path.dirname(resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')));
  return RUNTIME_FILES.map((name) => ({
    path: `${SERVING}/node_modules/onnxruntime-web/${name}`,
    from: { file: path.join(installed, name) },
  }));
}

function server(): LayerEntry[] {
  return SERVER_FILES.map((name) => ({
    path: `${SERVING}/${name}`,
    from: { file: path.join(import.meta.dirname, name) },
  }));
}

if (import.meta.main) {
  try {
    const [push, base, ...rest] = process.argv.slice(2);
    if (push === undefined || rest.length > 0) throw new UserError('Usage: node base-image.ts REFERENCE [BASE]');
    process.stdout.write(`${await buildBaseImage({ push, ...(base !== undefined && { base }) })}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof UserError ? error.explanation : (error as Error).stack}\n`);
    process.exitCode = 1;
  }
}
