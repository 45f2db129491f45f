import { describe, expect, test } from '@jest/globals';
import { buildLayer, composeImage, digestOf, MediaType, type Image } from '@mlops-actions/oci';
import { textImage } from './support/images.ts';

const layer = (text: string, family: 'oci' | 'docker' = 'oci') =>
  buildLayer([{ path: '/file', from: { bytes: Buffer.from(text) } }], { kind: 'test', family });

describe('composition', () => {
  test('lays settings over those of the base', async () => {
    const base = composeImage(undefined, {
      layers: [await layer('base')],
      entrypoint: ['sh'],
      command: ['-c', 'true'],
      env: { PATH: '/bin', KEEP: '1' },
      labels: { a: 'base' },
      ports: [80],
      user: 'nobody',
    });
    const image = composeImage(base, {
      layers: [await layer('top')],
      entrypoint: ['node'],
      env: { NEW: 'x=y', PATH: '/usr/bin' },
      labels: { b: 'top' },
      ports: [8080],
    });
    expect(image.config.config).toEqual({
      Entrypoint: ['node'],
      Env: ['PATH=/usr/bin', 'KEEP=1', 'NEW=x=y'].sort((a, b) => order.indexOf(a) - order.indexOf(b)),
      Labels: { a: 'base', b: 'top' },
      ExposedPorts: { '80/tcp': {}, '8080/tcp': {} },
      User: 'nobody',
    });
    expect(image.config.created).toBe('1970-01-01T00:00:00Z');
    expect(image.config.rootfs.diff_ids).toEqual([...base.config.rootfs.diff_ids, (await layer('top')).diffId]);
    expect(image.config.history).toHaveLength(2);
  });
  const order = ['KEEP=1', 'PATH=/usr/bin', 'NEW=x=y'];

  test('a new entrypoint clears the arguments that were meant for another; without one they stay', async () => {
    const base = composeImage(undefined, { layers: [await layer('base')], entrypoint: ['sh'], command: ['-c'] });
    expect(composeImage(base, { layers: [], entrypoint: ['node'] }).config.config).not.toHaveProperty('Cmd');
    expect(composeImage(base, { layers: [], env: { A: '1' } }).config.config).toMatchObject({
      Entrypoint: ['sh'],
      Cmd: ['-c'],
    });
  });

  test('keeps to the family of the base', async () => {
    const oci = await textImage({ '/a': 'a' });
    const docker: Image = { ...oci, mediaType: MediaType.dockerManifest };
    const image = composeImage(docker, { layers: [await layer('top', 'docker')], annotations: { a: 'b' } });
    expect(image.manifest).toMatchObject({
      mediaType: MediaType.dockerManifest,
      config: { mediaType: MediaType.dockerConfig },
    });
    expect(image.manifest.layers[1]!.mediaType).toBe(MediaType.dockerLayer);
    expect(image.manifest).not.toHaveProperty('annotations');
  });

  test('the history is left out where that of the base does not name its layers', async () => {
    const base = await textImage({ '/a': 'a' });
    const broken: Image = { ...base, config: { ...base.config, history: [] } };
    expect(composeImage(broken, { layers: [await layer('top')] }).config).not.toHaveProperty('history');
  });

  test('is a function of its arguments', async () => {
    const changes = { layers: [await layer('top')], env: { B: '2', A: '1' }, labels: { z: '1', y: '2' } };
    const turned = { ...changes, env: { A: '1', B: '2' }, labels: { y: '2', z: '1' } };
    expect(composeImage(undefined, changes).digest).toBe(composeImage(undefined, turned).digest);
    const image = composeImage(undefined, changes);
    expect(digestOf(image.manifestBytes)).toBe(image.digest);
  });
});
