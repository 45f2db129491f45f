import { describe, expect, test } from '@jest/globals';
import { buildLayer, type LayerEntry } from '@mlops-actions/oci';
import fc from 'fast-check';
import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { encodeHeader } from '../src/tar-format.ts';
import { readTar } from '../src/tar-reader.ts';
import { temporaryFolder } from './support/folder.ts';
import { read } from './support/images.ts';

const run = promisify(execFile);
const folder = temporaryFolder();

const text = (path: string, content = path): LayerEntry => ({ path, from: { bytes: Buffer.from(content) } });

async function entriesOf(
  bytes: Buffer,
): Promise<{ path: string; type: string; mode: number; content: string; linkTarget?: string }[]> {
  const found = [];
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < bytes.length; start += 333) yield bytes.subarray(start, start + 333);
  }
  for await (const { path, type, mode, linkTarget, content } of readTar(chunks())) {
    found.push({
      path,
      type,
      mode,
      content: (await read(content())).toString(),
      ...(linkTarget !== undefined && { linkTarget }),
    });
  }
  return found;
}

describe('layers', () => {
  test('the digest of given content is the same on every machine and for ever', async () => {
    const layer = await buildLayer(
      [text('/opt/ml/model/model.onnx', 'weights'), { ...text('/app/run', '#!'), executable: true }],
      {
        kind: 'model',
        ownPrefix: '/opt/ml/model',
      },
    );
    expect(layer.descriptor).toEqual({
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest: 'sha256:3438fcc67c4c3c42ed81a0fe9d89157c474e8007eb0c324e8ebc1d9ea9b314ae',
      size: 3584,
    });
    expect(layer.diffId).toBe(layer.descriptor.digest);
    expect(await entriesOf(await read(layer.open()))).toEqual([
      { path: 'app/run', type: 'file', mode: 0o755, content: '#!' },
      { path: 'opt/ml/model/', type: 'directory', mode: 0o755, content: '' },
      { path: 'opt/ml/model/model.onnx', type: 'file', mode: 0o644, content: 'weights' },
    ]);
  });

  test('order, time, mode bits, owner and place of the files do not matter', async () => {
    const build = async (name: string, mode: number, time: number, reverse: boolean): Promise<string> => {
      const place = path.join(folder, name);
      await mkdir(place, { recursive: true });
      const entries: LayerEntry[] = [];
      for (const file of ['a', 'b', 'c']) {
        await writeFile(path.join(place, file), `content of ${file}`);
        await chmod(path.join(place, file), mode);
        await utimes(path.join(place, file), time, time);
        entries.push({ path: `/m/${file}`, from: { file: path.join(place, file) } });
      }
      return (await buildLayer(reverse ? entries.reverse() : entries, { kind: 'model' })).descriptor.digest;
    };
    expect(await build('one', 0o600, 1, false)).toBe(await build('another/deep', 0o664, 1_700_000_000, true));
  });

  test("whatever goes in comes out, by this reader and by the system's tar", async () => {
    const name = fc
      .string({
        unit: fc.constantFrom('a', 'Z', '0', ' ', '-', 'é', '漢', '😀', "'", '\\', '*'),
        minLength: 1,
        maxLength: 130,
      })
      .filter((value) => Buffer.byteLength(value) <= 250 && value.trim() !== '' && !value.startsWith('-'));
    const files = fc.dictionary(
      fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => ['root', ...parts].join('/')),
      fc.uint8Array({ maxLength: 2000 }),
      { minKeys: 1, maxKeys: 6 },
    );
    let round = 0;
    await fc.assert(
      fc.asyncProperty(files, async (wanted) => {
        const paths = Object.keys(wanted);
        fc.pre(!paths.some((one) => paths.some((other) => other.startsWith(`${one}/`))));
        const layer = await buildLayer(
          paths.map((file) => ({ path: file, from: { bytes: wanted[file]! } })),
          { kind: 'test' },
        );
        const bytes = await read(layer.open());
        const own = await entriesOf(bytes);
        expect(own.map((entry) => entry.path)).toEqual([...paths].sort((a, b) => (a < b ? -1 : 1)));

        const place = path.join(folder, `tar-${round++}`);
        await mkdir(place);
        await writeFile(`${place}.tar`, bytes);
        await run('tar', ['-xf', `${place}.tar`, '-C', place], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
        for (const file of paths) expect(new Uint8Array(await readFile(path.join(place, file)))).toEqual(wanted[file]);
      }),
      { numRuns: 25 },
    );
  });

  test('sizes that ustar cannot hold are written to a pax header', async () => {
    const size = 9 * 1024 ** 3;
    const header = encodeHeader({ path: 'huge', type: 'file', mode: 0o644, size }, 0);
    const { value } = await readTar(once(header)).next();
    expect(value).toMatchObject({ path: 'huge', size });
  });

  test('gzip and zstd hold the same tar, and their digests are stable', async () => {
    const plain = await buildLayer([text('/a')], { kind: 'files' });
    const tar = await read(plain.open());
    for (const [compression, undo] of [
      ['gzip', gunzipSync],
      ['zstd', zstdDecompressSync],
    ] as const) {
      const layer = await buildLayer([text('/a')], { kind: 'files', compression });
      expect(layer.descriptor.mediaType).toBe(`application/vnd.oci.image.layer.v1.tar+${compression}`);
      expect(layer.diffId).toBe(plain.diffId);
      expect(undo(await read(layer.open()))).toEqual(tar);
    }
  });

  test('a file that changes after it was hashed is an error when it is sent, and its last bytes are held back', async () => {
    const file = path.join(folder, 'weights.bin');
    await writeFile(file, 'x'.repeat(5000));
    const layer = await buildLayer([{ path: '/w', from: { file } }], { kind: 'model' });
    await writeFile(file, 'y'.repeat(5000));
    await expect(read(layer.open())).rejects.toThrow(/weights\.bin' changed/);
  });

  test.each([
    [[text('/a'), text('a')], /Two files/],
    [[text('/a'), text('/a/b')], /is to be a file/],
    [[text('/a/../b')], /cannot be a path/],
    [[text('/a/.wh.b')], /cannot be a path/],
    [[text('/')], /cannot be a path/],
  ])('entries that make no image are refused', async (entries, message) => {
    await expect(buildLayer(entries, { kind: 'test' })).rejects.toThrow(message);
  });
});

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
