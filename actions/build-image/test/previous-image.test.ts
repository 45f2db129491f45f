import { describe, expect, test } from '@jest/globals';
import { digestModel } from '@mlops-actions/model-files';
import { composeImage, parseReference, pullImage, pushImage, RegistryClient, type Image } from '@mlops-actions/oci';
import { renameSync } from 'node:fs';
import { build, Folder, registryForTests } from './support.ts';

const folder = new Folder();
const registry = registryForTests();
const client = new RegistryClient();
const pull = (reference: string): Promise<Image> => pullImage(client, parseReference(reference));

/** A model that was validated and built, and what to build its next image with. */
async function built(name: string): Promise<{ inputs: Record<string, string>; model: string; image: string }> {
  const model = folder.at(name);
  folder.write(`${name}/weights.bin`, 'weights');
  folder.write(`${name}/nested/config.json`, '{}');
  folder.write(`${name}.mjs`, '1');
  const inputs = {
    'model-path': model,
    'base-image': 'scratch',
    files: `${folder.at(`${name}.mjs`)} => /app/server.mjs`,
    entrypoint: 'node /app/server.mjs',
    'expected-model-digest': (await digestModel(model)).digest,
    'previous-image': `${registry.address}/${name}:1`,
    tags: `${registry.address}/${name}:1`,
  };
  const first = await build(inputs);
  expect(first.report).toMatchObject({ model: { source: 'files' } });
  return { inputs, model, image: first.outputs['image']! };
}

describe('the layers of a model that the previous image holds', () => {
  test('are taken from there, and the files are not read', async () => {
    const { inputs, image } = await built('code-only');
    folder.write('code-only.mjs', '2');
    // As long as the validated file: had it been read, its digest would have been wrong.
    folder.write('code-only/weights.bin', 'WEIGHTS');
    const next = await build({ ...inputs, tags: `${registry.address}/code-only:2` });
    expect(next.report).toMatchObject({
      model: { digest: inputs['expected-model-digest'], source: 'previous image, not read' },
      previousImage: { reference: inputs['previous-image'], digest: (await pull(image)).digest },
      layers: [
        { kind: 'model', files: 2, outcome: 'present' },
        { kind: 'files', outcome: 'uploaded' },
      ],
    });
    expect(next.summary.source).toContain('not read');
    const [before, after] = [await pull(image), await pull(next.outputs['image']!)];
    expect(after.manifest.layers[0]).toEqual(before.manifest.layers[0]);
    expect(after.manifest.layers[1]).not.toEqual(before.manifest.layers[1]);
  });

  test('make the same image as reading does', async () => {
    const { inputs, image } = await built('same');
    const known = await build(inputs);
    expect(known.report).toMatchObject({ model: { source: 'previous image, not read' } });
    expect(known.outputs['image']).toBe(image);
  });

  test('are mounted where the image goes to another repository', async () => {
    const { inputs } = await built('origin');
    const next = await build({ ...inputs, tags: `${registry.address}/elsewhere/model:1` });
    expect(next.report).toMatchObject({ layers: [{ kind: 'model', outcome: 'mounted' }, { kind: 'files' }] });
  });

  test.each<[string, (model: string) => Record<string, string> | undefined]>([
    ['another size', (model) => void folder.write(`${model}/weights.bin`, 'more weights')],
    // The digest of a model does not cover the names of its files: the layers do.
    [
      'another name',
      (model) => void renameSync(folder.at(`${model}/weights.bin`), folder.at(`${model}/weights.safetensors`)),
    ],
    ['another destination', () => ({ 'model-destination': '/models' })],
    ['another digest', () => ({ 'expected-model-digest': `sha256:${'0'.repeat(64)}` })],
  ])('are not taken for a model of %s', async (what, change) => {
    const name = what.replace(' ', '-');
    const { inputs } = await built(name);
    const changed = { ...inputs, ...change(name) };
    const run = build({ ...changed, 'dry-run': 'true' });
    if (what === 'another size' || what === 'another digest') await expect(run).rejects.toThrow(/was expected/);
    else expect((await run).report).toMatchObject({ model: { source: 'files' } });
  });

  test('are not taken where their time is another', async () => {
    const { inputs } = await built('dated');
    process.env['SOURCE_DATE_EPOCH'] = '1700000000';
    try {
      expect((await build({ ...inputs, 'dry-run': 'true' })).report).toMatchObject({ model: { source: 'files' } });
    } finally {
      delete process.env['SOURCE_DATE_EPOCH'];
    }
  });

  test('are not taken where the image contradicts itself', async () => {
    const { inputs, image } = await built('forged');
    const honest = await pull(image);
    const [model, code] = honest.layers;
    const forged = composeImage(undefined, {
      entrypoint: ['node'],
      // The annotation is on a layer whose content unpacks to something else.
      layers: [{ ...model!, kind: 'model', files: [], diffId: code!.descriptor.digest }],
    });
    await pushImage(client, forged, parseReference(image), ['forged']);
    const again = await build({ ...inputs, 'previous-image': `${registry.address}/forged:forged`, 'dry-run': 'true' });
    expect(again.report).toMatchObject({ model: { source: 'files' } });
  });
});

test('a first build has no previous image', async () => {
  const { inputs } = await built('first');
  const result = await build({ ...inputs, 'previous-image': `${registry.address}/first:never` });
  expect(result.report).toMatchObject({ model: { source: 'files' }, previousImage: { digest: undefined } });
});

test('without an expected digest the files are hashed', async () => {
  const { inputs, image } = await built('hashed');
  const unexpected = { ...inputs, 'expected-model-digest': '' };
  const same = await build(unexpected);
  expect(same.report).toMatchObject({ model: { source: 'previous image, hashed' } });
  expect(same.outputs['image']).toBe(image);
  folder.write('hashed/weights.bin', 'WEIGHTS');
  expect((await build(unexpected)).report).toMatchObject({ model: { source: 'files' } });
});
