/** A disk that is really full: a file system of 1 MiB in memory, which only root can mount. */
import { afterAll, describe, expect, test } from '@jest/globals';
import { parseReference, pullImage, RegistryClient } from '@mlops-actions/oci';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { build, Folder, registryForTests } from '../../actions/build-image/test/support.ts';

// First: the folder that it lies in goes afterwards.
afterAll(() => {
  if (isMounted) spawnSync('umount', [disk]);
});
const folder = new Folder();
const registry = registryForTests();
const disk = folder.at('disk');
mkdirSync(disk);
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).status === 0;
if (!isMounted) console.warn('No file system can be mounted here: the tests of a full disk do not run.');

(isMounted ? describe : describe.skip)('on a full disk', () => {
  writeFileSync(folder.at('model.bin'), Buffer.alloc(4_000_000, 7));
  const inputs = { 'model-path': folder.at('model.bin'), 'base-image': 'scratch', entrypoint: '/serve' };

  test.each(['layout', 'image.tar'])(
    'writing %s says what to do, and leaves nothing that could be taken for an image',
    async (name) => {
      await expect(
        build({ ...inputs, output: `${disk}/${name}`, 'evidence-dir': folder.at('evidence') }),
      ).rejects.toThrow(/There is no room on the disk for/);
      const left = readdirSync(disk, { recursive: true }).map(String);
      expect(left.filter((file) => /partial|index\.json|\.tar$/.test(file))).toEqual([]);
    },
  );

  test('a push needs no room', async () => {
    const tag = `${registry.address}/team/model:1`;
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = disk;
    try {
      const { outputs } = await build({ ...inputs, tags: tag, 'evidence-dir': folder.at('evidence') });
      expect((await pullImage(new RegistryClient(), parseReference(tag))).digest).toBe(outputs['digest']);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });
});
