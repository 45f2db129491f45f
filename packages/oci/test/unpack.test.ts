import { describe, expect, test } from '@jest/globals';
import { unpackImage } from '@mlops-actions/oci';
import fc from 'fast-check';
import { lstat, mkdir, readdir, readFile, readlink, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { temporaryFolder } from './support/folder.ts';
import { bytesBlob, rawImage, rawTar, type RawEntry } from './support/images.ts';

const folder = temporaryFolder();
let count = 0;

/** Unpacks layers beside a file that no image may touch. */
async function unpack(layers: RawEntry[][], options: { gzip?: boolean } = {}): Promise<string> {
  const place = path.join(folder, String(count++));
  await mkdir(path.join(place, 'outside'), { recursive: true });
  await writeFile(path.join(place, 'outside', 'victim'), 'untouched');
  const root = path.join(place, 'root');
  try {
    await unpackImage(rawImage(layers.map(rawTar), options), root);
  } finally {
    expect(await readdir(place)).toEqual(expect.arrayContaining(['outside', 'root']));
    expect(await readdir(path.join(place, 'outside'))).toEqual(['victim']);
    expect(await readFile(path.join(place, 'outside', 'victim'), 'utf8')).toBe('untouched');
    expect((await lstat(path.join(place, 'outside', 'victim'))).nlink).toBe(1);
  }
  return root;
}

const file = (path: string, text = path): RawEntry => ({ path, text });
const dir = (path: string): RawEntry => ({ path, type: 'directory', mode: 0o755 });
const link = (path: string, linkTarget: string): RawEntry => ({ path, type: 'symlink', linkTarget });
const hard = (path: string, linkTarget: string): RawEntry => ({ path, type: 'hardlink', linkTarget });

const tree = async (root: string): Promise<string[]> => (await readdir(root, { recursive: true })).sort();

describe('unpacking', () => {
  test('layers lie over each other; whiteouts hide what lies below, and only that', async () => {
    const root = await unpack([
      [file('a/one', '1'), file('a/two', '2'), file('b/keep', 'k'), file('b/sub/old', 'o'), file('c')],
      [
        file('a/.wh.one', ''),
        file('b/new', 'n'),
        file('b/.wh..wh..opq', ''),
        file('b/sub/new', 's'),
        file('.wh.c', ''),
      ],
    ]);
    expect(await tree(root)).toEqual(['a', 'a/two', 'b', 'b/new', 'b/sub', 'b/sub/new']);
  });

  test('a whiteout in the layer that brings the file, before or after it, does not take it away', async () => {
    const root = await unpack([
      [file('x', 'old')],
      [file('.wh.x', ''), file('x', 'new')],
      [file('x', 'newer'), file('.wh.x', '')],
    ]);
    expect(await readFile(path.join(root, 'x'), 'utf8')).toBe('newer');
  });

  test('kinds replace each other', async () => {
    const root = await unpack([
      [dir('a'), file('a/x'), file('b'), link('c', 'b')],
      [file('a', 'file now'), dir('b'), file('b/y'), file('c', 'no link now')],
    ]);
    expect(await tree(root)).toEqual(['a', 'b', 'b/y', 'c']);
    expect(await readFile(path.join(root, 'c'), 'utf8')).toBe('no link now');
  });

  test('a merged /usr works: files below a linked folder land in its target', async () => {
    const root = await unpack([
      [dir('usr/bin'), link('bin', 'usr/bin'), link('sbin', '/usr/bin')],
      [file('bin/sh'), file('sbin/init')],
    ]);
    expect(await readdir(path.join(root, 'usr/bin'))).toEqual(['init', 'sh']);
  });

  test('modes keep the right to run; set-id bits and the right of nobody do not survive', async () => {
    const root = await unpack([
      [
        { path: 'su', text: '', mode: 0o4755 },
        { path: 'locked', text: '', mode: 0 },
        { ...dir('d'), mode: 0o1000 },
      ],
    ]);
    expect((await lstat(path.join(root, 'su'))).mode & 0o7111).toBe(0o111);
    expect((await lstat(path.join(root, 'locked'))).mode & 0o700).toBe(0o600);
    expect((await lstat(path.join(root, 'd'))).mode & 0o7700).toBe(0o700);
  });

  test('hard links name the same file, and the next layer can replace one of them alone', async () => {
    const root = await unpack([[file('a', 'shared'), hard('b', '/a')], [file('a', 'own')]]);
    expect(await readFile(path.join(root, 'b'), 'utf8')).toBe('shared');
    expect(await readFile(path.join(root, 'a'), 'utf8')).toBe('own');
  });

  test('gzip and zstd are told by their content', async () => {
    await unpack([[file('a')]], { gzip: true });
    const tar = rawTar([file('a', 'zstd')]);
    const image = { ...rawImage([tar]), layers: [bytesBlob(zstdCompressSync(tar))] };
    const root = path.join(folder, 'zstd');
    await unpackImage(image, root);
    expect(await readFile(path.join(root, 'a'), 'utf8')).toBe('zstd');
  });
});

describe('hostile layers', () => {
  test.each<[string, RawEntry[][]]>([
    ['a path upwards', [[file('../outside/victim', 'evil')]]],
    ['a path upwards in the middle', [[file('a/../../outside/victim', 'evil')]]],
    ['a whiteout of the parent', [[file('a/.wh...', '')]]],
    ['a whiteout of nothing', [[file('a/x'), file('a/.wh.', '')]]],
    ['a hard link upwards', [[hard('a', '../outside/victim')]]],
    ['a hard link to nothing', [[hard('a', 'missing')]]],
    ['a hard link to a folder', [[dir('d'), hard('a', 'd')]]],
    ['a path below a file', [[file('a'), file('a/b')]]],
    ['a path below a loop of links', [[link('a', 'b'), link('b', 'a'), file('a/x')]]],
  ])('%s is refused', async (_, layers) => {
    await expect(unpack(layers)).rejects.toThrow(expect.objectContaining({ name: 'UserError' }));
  });

  test.each<[string, RawEntry[][]]>([
    ['a link out, then a file through it', [[link('a', '../outside'), file('a/victim', 'evil')]]],
    ['a link out by an absolute path', [[link('a', folder), file(`a/0/outside/victim`, 'evil')]]],
    ['a link that is overwritten', [[link('a', '../outside/victim')], [file('a', 'evil')]]],
    ['a hard link to a link out', [[link('a', '../outside/victim'), hard('b', 'a')], [file('b', 'evil')]]],
    ['a whiteout through a link', [[link('a', '../outside')], [file('a/.wh.victim', '')]]],
    ['an opaque folder through a link', [[link('a', '../outside')], [file('a/.wh..wh..opq', '')]]],
    ['a folder replaced by a link', [[dir('a'), file('a/x'), link('a/l', 'x')], [link('a', '../outside')]]],
    [
      'links over links',
      [
        [link('a', '..'), link('b', 'a/outside'), link('c', 'b/victim')],
        [file('c', 'evil'), file('b/victim', 'evil')],
      ],
    ],
  ])('%s stays inside', async (_, layers) => {
    await unpack(layers);
  });

  test("links mean the image's root and never lead out of it", async () => {
    const root = await unpack([
      [
        file('etc/passwd', 'of the image'),
        link('absolute', '/etc/passwd'),
        link('deep/up', '../../../../etc/passwd'),
        link('through', 'deep/out/../etc/passwd'),
        link('deep/out', '../..'),
        link('root', '/'),
        link('dangling', '/etc/shadow'),
        link('loop', './x/../loop'),
        link('plain', 'etc/passwd'),
        hard('hardlink', 'absolute'),
      ],
    ]);
    for (const name of ['absolute', 'deep/up', 'through', 'plain', 'hardlink']) {
      expect(await readFile(path.join(root, name), 'utf8')).toBe('of the image');
    }
    expect(await realpath(path.join(root, 'root'))).toBe(await realpath(root));
    expect(await readlink(path.join(root, 'dangling'))).toBe('etc/shadow');
    await expect(lstat(path.join(root, 'loop'))).rejects.toThrow('ENOENT');
  });

  test('whatever entries come in whatever order, nothing outside is touched and no link leads out', async () => {
    const name = fc.constantFrom('a', 'b', 'c', '.wh.a', '.wh..wh..opq');
    const target = fc
      .array(fc.constantFrom('a', 'b', 'c', '..', '.', 'outside', 'victim', ''), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join('/'))
      .filter((value) => value !== '');
    const entry: fc.Arbitrary<RawEntry> = fc.record({
      path: fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
      type: fc.constantFrom('file', 'directory', 'symlink', 'symlink', 'hardlink'),
      linkTarget: target,
    });
    const safe = ({ type = 'file', path, linkTarget = '' }: RawEntry): RawEntry =>
      type === 'file' ? { path, text: 'evil' } : type === 'directory' ? dir(path) : { path, type, linkTarget };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(entry, { maxLength: 8 }), { minLength: 1, maxLength: 3 }), async (layers) => {
        let root: string;
        try {
          root = await unpack(layers.map((layer) => layer.map(safe)));
        } catch (error) {
          expect(error).toMatchObject({ name: 'UserError' });
          return;
        }
        const inside = await realpath(root);
        for (const found of await readdir(root, { recursive: true, withFileTypes: true })) {
          if (!found.isSymbolicLink()) continue;
          const real = await realpath(path.join(found.parentPath, found.name)).catch(() => inside);
          expect(real === inside || real.startsWith(`${inside}/`)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('devices are left out', async () => {
    const tar = rawTar([{ path: 'dev/null', text: '' }, file('a')]);
    tar.write('3', 156, 'latin1'); // a character device
    tar.write('        ', 148, 'latin1');
    const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    const root = path.join(folder, 'device');
    await unpackImage(rawImage([tar]), root);
    expect(await tree(root)).toEqual(['a']);
  });

  test('content other than the config promises, broken and endless archives are refused', async () => {
    const into = (): string => path.join(folder, `bad-${count++}`);
    const tar = rawTar([file('a')]);
    const other = { ...rawImage([tar]), layers: [bytesBlob(rawTar([file('b')]))] };
    await expect(unpackImage(other, into())).rejects.toThrow(/where the image's config says/);

    const damaged = Buffer.from(tar);
    damaged[0]! ^= 1;
    await expect(unpackImage(rawImage([damaged]), into())).rejects.toThrow(/wrong checksum/);
    await expect(unpackImage(rawImage([tar.subarray(0, 515)]), into())).rejects.toThrow(/ends in the middle/);

    const bomb = rawImage([rawTar([{ path: 'zeros', text: '\0'.repeat(5_000_000) }])], { gzip: true });
    await expect(unpackImage(bomb, into(), { bytes: 1_000_000 })).rejects.toThrow(/larger than may be unpacked/);
    await expect(unpackImage(rawImage([rawTar([file('a'), file('b')])]), into(), { entries: 1 })).rejects.toThrow(
      /more files/,
    );
    const busy = into();
    await mkdir(busy);
    await writeFile(path.join(busy, 'x'), '');
    await expect(unpackImage(rawImage([tar]), busy)).rejects.toThrow(/is not empty/);
  });
});
