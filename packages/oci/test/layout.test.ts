import { describe, expect, test } from '@jest/globals';
import {
  digestOf,
  dockerArchive,
  readLayout,
  unpackImage,
  writeArchive,
  writeLayout,
  type Image,
} from '@mlops-actions/oci';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolder } from './support/folder.ts';
import { readTar } from '../src/tar-reader.ts';
import { read, textImage } from './support/images.ts';

const folder = temporaryFolder();
const place = (name: string): string => path.join(folder, name);

describe('image layouts', () => {
  test('an image comes back as it was written', async () => {
    const image = await textImage({ '/a': 'content' });
    await writeLayout(image, place('one'), ['v1']);
    const found = await readLayout(place('one'), 'v1');
    expect(found.manifestBytes).toEqual(image.manifestBytes);
    expect(found.config).toEqual(image.config);
    await unpackImage(found, place('one-root'));
    expect(await readFile(place('one-root/a'), 'utf8')).toBe('content');
  });

  test('writing again changes nothing; another name is added; the same name is replaced', async () => {
    const first = await textImage({ '/a': '1' });
    const second = await textImage({ '/a': '2' });
    await writeLayout(first, place('two'), ['a']);
    const index = await readFile(place('two/index.json'), 'utf8');
    await writeLayout(first, place('two'), ['a']);
    expect(await readFile(place('two/index.json'), 'utf8')).toBe(index);
    await writeLayout(second, place('two'), ['b']);
    await expect(readLayout(place('two'))).rejects.toThrow(/holds 2 images: a, b/);
    expect((await readLayout(place('two'), 'a')).digest).toBe(first.digest);
    await writeLayout(second, place('two'), ['a', 'b']);
    expect((await readLayout(place('two'))).digest).toBe(second.digest);
  });

  test('content that is not what its name says is refused', async () => {
    const image = await textImage({ '/a': 'content' });
    await writeLayout(image, place('three'));
    const blobs = place('three/blobs/sha256');
    const layer = path.join(blobs, image.layers[0]!.descriptor.digest.slice(7));
    const bytes = await readFile(layer);
    bytes[600]! ^= 1;
    await writeFile(layer, bytes);
    const found = await readLayout(place('three'));
    await expect(read(found.layers[0]!.open())).rejects.toThrow(/does not hold what its name says/);
    await truncate(layer, 10);
    await expect(read(found.layers[0]!.open())).rejects.toThrow(/10 bytes instead of/);
    await writeFile(path.join(blobs, image.digest.slice(7)), '{}');
    await expect(readLayout(place('three'))).rejects.toThrow(/does not hold what its name says/);
  });

  test('a write that fails leaves no image and no half blob', async () => {
    const image = await textImage({ '/a': 'content' });
    const broken = { ...image, layers: [{ ...image.layers[0]!, open: () => failing() }] };
    await expect(writeLayout(broken, place('four'))).rejects.toThrow('the disk is full');
    expect(await readdir(place('four/blobs/sha256'))).toEqual([]);
    await writeLayout(image, place('four'));
    expect((await readLayout(place('four'))).digest).toBe(image.digest);
  });

  test('folders that are something else are left alone', async () => {
    await mkdir(place('five'));
    await writeFile(place('five/thesis.txt'), '');
    await expect(writeLayout(await textImage({ '/a': '' }), place('five'))).rejects.toThrow(/is no image layout/);
    await expect(readLayout(place('five'))).rejects.toThrow(/no index\.json/);
    await expect(readLayout(place('nowhere'))).rejects.toThrow(/no index\.json/);
  });
});

async function* failing(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half');
  throw new Error('the disk is full');
}

describe('layouts in an archive', () => {
  test('hold the same image, and are the same whenever they are written', async () => {
    const image = await textImage({ '/a': 'content' });
    await writeArchive(image, place('made/image.tar'), ['v1']);
    for await (const entry of readTar(createReadStream(place('made/image.tar')))) {
      const file = place(path.join('extracted', entry.path));
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, await read(entry.content()));
    }
    expect((await readLayout(place('extracted'), 'v1')).digest).toBe(image.digest);
    const bytes = await readFile(place('made/image.tar'));
    await writeArchive(image, place('made/image.tar'), ['v1']);
    expect(await readFile(place('made/image.tar'))).toEqual(bytes);
    expect(await readdir(place('made'))).toEqual(['image.tar']);
  });
});

describe("archives for an engine's load", () => {
  test('name the image, its configuration and its layers, each whole under its digest', async () => {
    const image = await textImage({ '/a': 'content' });
    const entries = new Map<string, Buffer>();
    for await (const entry of readTar(dockerArchive(image, 'localhost/probe:1')))
      entries.set(entry.path, await read(entry.content()));
    const [{ Config, Layers, RepoTags }] = JSON.parse(entries.get('manifest.json')!.toString()) as [
      { Config: string; Layers: string[]; RepoTags: string[] },
    ];
    expect(RepoTags).toEqual(['localhost/probe:1']);
    expect(`sha256/${digestOf(entries.get(Config)!).slice(7)}`).toBe(Config);
    expect(Layers.map((name) => digestOf(entries.get(name)!))).toEqual(
      image.layers.map(({ descriptor }) => descriptor.digest),
    );
  });

  test('a layer that may not be distributed is refused', async () => {
    const image = await textImage({ '/a': 'content' });
    const [layer] = image.layers as [Image['layers'][number]];
    const mediaType = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
    const foreign = { ...image, layers: [{ ...layer, descriptor: { ...layer.descriptor, mediaType } }] };
    expect(() => dockerArchive(foreign, 'x:1')).toThrow(/may not be distributed/);
  });
});

test.each([
  ['an archive', writeArchive],
  ['a layout', writeLayout],
])('where the disk is full, nothing of %s is left to be taken for one', async (name, write) => {
  const whole = await textImage({ '/a': 'content' });
  // As the system says it in the middle of a write.
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const layers = whole.layers.map((layer) => ({
    ...layer,
    open: async function* () {
      yield Buffer.alloc(512);
      throw full;
    },
  }));
  const image: Image = { ...whole, layers };
  const target = place(`full-${name}`);
  await expect(write(image, target)).rejects.toThrow(/no room on the disk/);
  const left = await readdir(path.dirname(target), { recursive: true });
  expect(
    left.filter((file) => file.includes('partial') || (file.endsWith('index.json') && file.includes('full'))),
  ).toEqual([]);
});
