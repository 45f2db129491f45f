import { afterEach, describe, expect, test } from '@jest/globals';
import {
  attachArtifact,
  blobOf,
  descriptorOf,
  composeArtifact,
  copyAttached,
  listAttached,
  MediaType,
  parseReference,
  pushImage,
  RegistryClient,
  type Artifact,
  type Reference,
} from '@mlops-actions/oci';
import { answer, startFaultyRegistry, type Fault, type FaultyRegistry } from './support/faulty-registry.ts';
import { read, textImage } from './support/images.ts';

const client = new RegistryClient();
const document = (text: string): { artifactType: string; layers: ReturnType<typeof blobOf>[] } => ({
  artifactType: 'application/vnd.example+json',
  layers: [blobOf('application/vnd.example+json', Buffer.from(text))],
});

const registries: FaultyRegistry[] = [];
afterEach(async () => {
  for (const registry of registries.splice(0)) await registry.close();
});

async function pushed(fault?: Fault): Promise<{ repository: Reference; image: Artifact }> {
  const registry = await startFaultyRegistry(fault);
  registries.push(registry);
  const repository = parseReference(`${registry.address}/team/model`);
  const image = await textImage({ '/model': 'weights' });
  await pushImage(client, image, repository, ['v1']);
  return { repository, image };
}

/** A registry that knows no referrers: it has no list, whatever it says when manifests are stored. */
const withoutReferrers: Fault = (request, response) =>
  request.url!.includes('/referrers/') ? answer(response, 404) : false;

describe('attaching an artifact', () => {
  test('it is listed by the registry, and its content can be read', async () => {
    const { repository, image } = await pushed();
    const { digest, listing } = await attachArtifact(client, repository, image, document('1'));
    expect(listing).toBe('referrers');
    expect(await listAttached(client, repository, image.digest)).toEqual([
      expect.objectContaining({ digest, artifactType: 'application/vnd.example+json' }),
    ]);
    const { bytes } = await client.getManifest(repository, digest);
    const manifest = JSON.parse(bytes.toString()) as Artifact['manifest'];
    expect(manifest).toMatchObject({ subject: { digest: image.digest }, config: { mediaType: MediaType.ociEmpty } });
    expect((await read(client.store(repository).blob(manifest.layers[0]!).open())).toString()).toBe('1');
    await expect(client.getManifest(repository, image.digest.replace(':', '-'))).rejects.toThrow(/404/);
  });

  test.each<[string, Fault]>([
    ['has no list of referrers', withoutReferrers],
    [
      'answers with a page instead',
      (request, response) =>
        request.url!.includes('/referrers/') && answer(response, 200, { 'content-type': 'text/html' }, '<html>'),
    ],
  ])('where the registry %s, a tag lists it', async (_, fault) => {
    const { repository, image } = await pushed(fault);
    const first = await attachArtifact(client, repository, image, document('1'));
    const second = await attachArtifact(client, repository, image, document('2'));
    const again = await attachArtifact(client, repository, image, document('1'));
    expect([first.listing, second.listing, again.digest]).toEqual(['tag', 'tag', first.digest]);
    const listed = await listAttached(client, repository, image.digest);
    expect(listed.map(({ digest }) => digest)).toEqual([first.digest, second.digest]);
    expect(listed[0]).toMatchObject({ mediaType: MediaType.ociManifest, artifactType: 'application/vnd.example+json' });
    const tag = await client.getManifest(repository, image.digest.replace(':', '-'));
    expect(tag.mediaType).toBe(MediaType.ociIndex);
  });

  test.each([
    ['has a list of them', undefined],
    ['knows none', withoutReferrers],
  ])('they come along to another repository, with theirs, also where the registry %s', async (_, fault) => {
    const { repository, image } = await pushed();
    const first = await attachArtifact(client, repository, image, document('1'));
    const [entry] = await listAttached(client, repository, image.digest);
    const about = composeArtifact({ ...document('1'), subject: descriptorOf(image) });
    expect(about.digest).toBe(entry!.digest);
    const second = await attachArtifact(client, repository, about, document('signature'));
    const { repository: target } = await pushed(fault);
    for (let times = 0; times < 2; times++) {
      expect(await copyAttached(client, repository, target, image.digest)).toEqual([first.digest, second.digest]);
    }
    expect((await listAttached(client, target, image.digest)).map(({ digest }) => digest)).toEqual([first.digest]);
    expect((await listAttached(client, target, first.digest)).map(({ digest }) => digest)).toEqual([second.digest]);
  });

  test('a tag that is something else is not overwritten', async () => {
    const { repository, image } = await pushed(withoutReferrers);
    await pushImage(client, image, repository, [image.digest.replace(':', '-')]);
    await expect(attachArtifact(client, repository, image, document('1'))).rejects.toThrow(/no list of referrers/);
  });

  test('nothing is attached where nothing was', async () => {
    for (const fault of [undefined, withoutReferrers]) {
      const { repository, image } = await pushed(fault);
      expect(await listAttached(client, repository, image.digest)).toEqual([]);
    }
  });
});

test('equal content gives equal artifacts', () => {
  expect(composeArtifact(document('1')).digest).toBe(composeArtifact(document('1')).digest);
  expect(composeArtifact(document('1')).digest).not.toBe(composeArtifact(document('2')).digest);
});
