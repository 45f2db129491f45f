import { afterEach, describe, expect, test } from '@jest/globals';
import { buildLayer, parseReference, RegistryClient, Uploads, type Blob } from '@mlops-actions/oci';
import { truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { answer, startFaultyRegistry, type Fault, type FaultyRegistry } from './support/faulty-registry.ts';
import { temporaryFolder } from './support/folder.ts';
import { bytesBlob, read } from './support/images.ts';

const folder = temporaryFolder();
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function uploadsTo(fault?: Fault): Promise<{ registry: FaultyRegistry; uploads: Uploads }> {
  const registry = await startFaultyRegistry(fault);
  closers.push(() => registry.close());
  const client = new RegistryClient({ sleep: async () => undefined });
  return { registry, uploads: new Uploads(client, parseReference(`${registry.address}/team/model`)) };
}

const blobs = (number: number): Blob[] =>
  Array.from({ length: number }, (_, index) => bytesBlob(Buffer.from(`content ${index}`)));

describe('uploads', () => {
  test('each blob goes once, however often it is asked for', async () => {
    const { registry, uploads } = await uploadsTo();
    const [blob] = blobs(1);
    expect(await Promise.all([uploads.send(blob!), uploads.send(blob!)])).toEqual(['uploaded', 'uploaded']);
    expect(registry.seen.map(({ method }) => method)).toEqual(['HEAD', 'POST', 'PUT']);
  });

  test('never more than four at a time, and all in the end', async () => {
    const { uploads } = await uploadsTo();
    let open = 0;
    let most = 0;
    let allFour = (): void => undefined;
    const four = new Promise<void>((resolve) => (allFour = resolve));
    const counted = blobs(12).map((blob) => ({
      ...blob,
      open: async function* () {
        most = Math.max(most, ++open);
        if (open === 4) allFour();
        await four;
        yield* blob.open();
        open--;
      },
    }));
    expect(await Promise.all(counted.map((blob) => uploads.send(blob)))).toEqual(Array(12).fill('uploaded'));
    expect(most).toBe(4);
  });

  test('after a failure none is begun, and all are told', async () => {
    const { registry, uploads } = await uploadsTo(
      (request, response) => request.method === 'POST' && answer(response, 403),
    );
    const outcomes = await Promise.allSettled(blobs(20).map((blob) => uploads.send(blob)));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(registry.seen.filter(({ method }) => method === 'HEAD').length).toBeLessThan(20);
  });

  test('stopping ends what is under way in the middle of its content', async () => {
    const { registry, uploads } = await uploadsTo();
    const [blob] = blobs(1);
    let begun = (): void => undefined;
    const started = new Promise<void>((resolve) => (begun = resolve));
    const endless: Blob = {
      descriptor: { ...blob!.descriptor, size: Number.MAX_SAFE_INTEGER },
      open: async function* () {
        for (;;) {
          yield Buffer.alloc(1000);
          begun();
          await new Promise(setImmediate);
        }
      },
    };
    const outcome = uploads.send(endless);
    await started;
    await uploads.stop(new Error('cancelled'));
    await expect(outcome).rejects.toThrow('cancelled');
    await expect(uploads.send(blobs(2)[1]!)).rejects.toThrow('cancelled');
    expect(registry.seen.some(({ url }) => url.includes('/manifests/'))).toBe(false);
  });
});

test('a large layer, which a thread hashes, has the digest of its content', async () => {
  const files = await Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      const file = path.join(folder, name);
      await writeFile(file, name);
      await truncate(file, 65 * 1024 * 1024); // Sparse: it takes no room on the disk.
      return file;
    }),
  );
  const layers = await Promise.all(
    files.map((file) => buildLayer([{ path: '/opt/ml/model/weights', from: { file } }], { kind: 'model' })),
  );
  expect(new Set(layers.map(({ diffId }) => diffId)).size).toBe(3);
  // Opening compares with the digest; so does a registry with what is sent to it.
  for (const layer of layers) expect((await read(layer.open())).length).toBe(layer.descriptor.size);
  const { registry, uploads } = await uploadsTo();
  expect(await uploads.send(layers[0]!)).toBe('uploaded');
  expect(registry.seen.at(-1)!.method).toBe('PUT');
});

test('a file that was changed, with its old time, is refused by the registry where the sender does not look', async () => {
  const { uploads } = await uploadsTo();
  const bytes = Buffer.from('weights');
  const layer = await buildLayer([{ path: '/w', from: { bytes } }], { kind: 'model' });
  bytes[0] = 0;
  await expect(uploads.send(layer)).rejects.toThrow(/answered 400 .*DIGEST_INVALID/);
});
