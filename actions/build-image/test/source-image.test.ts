import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listAttached, parseReference, pullImage, RegistryClient, type Reference } from '@mlops-actions/oci';
import { startRegistry, type Registry } from '@mlops-actions/oci/registry';
import { build, Folder, registryForTests } from './support.ts';

const folder = new Folder();
const qa = registryForTests();
let production: Registry;
beforeAll(async () => {
  production = await startRegistry();
});
afterAll(() => production.close());
const client = new RegistryClient();

/** An image with its SBOM, as a release to QA leaves it. */
async function released(): Promise<Record<string, string>> {
  folder.write('model/weights.bin', 'weights');
  folder.write('server.mjs', '1');
  const { outputs } = await build({
    'model-path': folder.at('model'),
    'base-image': 'scratch',
    files: `${folder.at('server.mjs')} => /app/server.mjs`,
    entrypoint: 'node /app/server.mjs',
    attach: 'sbom',
    'evidence-dir': folder.at('evidence'),
    tags: `${qa.address}/models/risk:candidate`,
  });
  return outputs;
}

describe('an image that is promoted', () => {
  test('keeps its digest and what is attached to it, in a registry that had nothing of it', async () => {
    const source = await released();
    const tag = `${production.address}/models/risk:live`;
    const inputs = {
      'source-image': source['image']!,
      'expected-model-digest': source['model-digest']!,
      tags: tag,
      'evidence-dir': folder.at('evidence'),
    };
    const copy = await build(inputs);
    expect(copy.verdict).toBe('pass');
    expect(copy.outputs).toMatchObject({
      image: `${production.address}/models/risk@${source['digest']}`,
      digest: source['digest'],
      'model-digest': source['model-digest'],
      tags: tag,
    });
    const image = await pullImage(client, parseReference(tag));
    expect(image.digest).toBe(source['digest']);
    const attachedIn = async (reference: string): Promise<string[]> => {
      const repository: Reference = parseReference(reference);
      return (await listAttached(client, repository, image.digest)).map(({ digest }) => digest);
    };
    const attached = await attachedIn(source['image']!);
    expect(attached).toHaveLength(1);
    expect(await attachedIn(tag)).toEqual(attached);
    // Twice is as good as once.
    expect((await build(inputs)).outputs).toEqual(copy.outputs);
  });

  test('a dry run copies nothing', async () => {
    const source = await released();
    const tag = `${production.address}/models/dry:live`;
    const inputs = { 'source-image': source['image']!, tags: tag, 'dry-run': 'true' };
    expect((await build({ ...inputs, 'evidence-dir': folder.at('evidence') })).outputs['digest']).toBe(
      source['digest'],
    );
    await expect(pullImage(client, parseReference(tag))).rejects.toThrow();
  });

  test.each<[string, (image: string) => Record<string, string>, RegExp]>([
    ['named by a tag', () => ({ 'source-image': `${qa.address}/models/risk:candidate` }), /not pinned by digest/],
    ['that holds another model', () => ({ 'expected-model-digest': `sha256:${'0'.repeat(64)}` }), /was expected/],
    ['beside what says how to build one', () => ({ 'base-image': 'scratch' }), /'base-image' has no meaning beside/],
    ['that goes nowhere', () => ({ tags: '' }), /not said where/],
  ])('%s is refused', async (_, over, message) => {
    const { image } = await released();
    const inputs = { 'source-image': image!, tags: `${production.address}/refused:1`, ...over(image!) };
    await expect(build({ ...inputs, 'evidence-dir': folder.at('evidence') })).rejects.toThrow(message);
  });
});
