import { afterEach, expect, test } from '@jest/globals';
import { parseReference, pullImage, RegistryClient } from '@mlops-actions/oci';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { startFaultyRegistry, type FaultyRegistry } from './support/faulty-registry.ts';

let registry: FaultyRegistry | undefined;
afterEach(() => registry?.close());

/** How a push to `reference` ended; `onStart` may end it. */
function push(
  reference: string,
  onStart: (kill: () => void) => void = () => undefined,
): Promise<NodeJS.Signals | number> {
  const script = path.join(import.meta.dirname, 'support/push-image.ts');
  const child = spawn(process.execPath, [script, reference], { stdio: 'ignore' });
  onStart(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => resolve(signal ?? code!));
  });
}

test('a push that is cancelled in the middle of a layer leaves no tag, and the next one is whole', async () => {
  let kill: (() => void) | undefined;
  registry = await startFaultyRegistry((request) => {
    const isLayer = request.method === 'PUT' && Number(request.headers['content-length']) > 8_000_000;
    if (isLayer) {
      kill?.();
      kill = undefined;
    }
    return false;
  });
  const reference = `${registry.address}/team/model:v1`;
  expect(await push(reference, (end) => (kill = end))).toBe('SIGTERM');
  const client = new RegistryClient();
  await expect(pullImage(client, parseReference(reference))).rejects.toThrow(/404/);
  expect(registry.seen.some(({ method, url }) => method === 'PUT' && url.includes('/manifests/'))).toBe(false);

  expect(await push(reference)).toBe(0);
  expect((await pullImage(client, parseReference(reference))).manifest.layers).toHaveLength(1);
});
