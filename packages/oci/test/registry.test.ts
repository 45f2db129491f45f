import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digestOf, MediaType } from '@mlops-actions/oci';
import { startRegistry, type Registry } from '@mlops-actions/oci/registry';
import path from 'node:path';
import { temporaryFolder } from './support/folder.ts';

let registry: Registry;
const folder = temporaryFolder();
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

const at = (rest: string, from = registry): string => `http://${from.address}/v2/${rest}`;
const codeOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { errors: { code: string }[] }).errors[0]!.code;
const text = (content: string): Buffer<ArrayBuffer> => Buffer.from(content);

async function upload(repository: string, content: string, to = registry): Promise<string> {
  const digest = digestOf(text(content));
  const response = await fetch(at(`${repository}/blobs/uploads/?digest=${digest}`, to), {
    method: 'POST',
    body: content,
  });
  expect(response.status).toBe(201);
  return digest;
}

async function start(repository: string): Promise<URL> {
  const response = await fetch(at(`${repository}/blobs/uploads/`), { method: 'POST' });
  expect(response.status).toBe(202);
  return new URL(response.headers.get('location')!, response.url);
}

async function putManifest(repository: string, key: string, manifest: object, to = registry): Promise<Response> {
  return fetch(at(`${repository}/manifests/${key}`, to), {
    method: 'PUT',
    headers: { 'content-type': MediaType.ociManifest },
    body: JSON.stringify(manifest),
  });
}

const descriptor = (digest: string): object => ({ mediaType: 'application/octet-stream', digest, size: 1 });

describe('the registry', () => {
  test('answers the ping', async () => {
    const response = await fetch(at(''));
    expect(response.status).toBe(200);
    expect(response.headers.get('docker-distribution-api-version')).toBe('registry/2.0');
  });

  test('takes a blob in one request, in POST and PUT, and in chunks that follow each other', async () => {
    await upload('single', 'in one');
    const whole = await start('single');
    whole.searchParams.set('digest', digestOf(text('by put')));
    expect((await fetch(whole, { method: 'PUT', body: 'by put' })).status).toBe(201);

    const session = await start('single');
    const first = await fetch(session, { method: 'PATCH', headers: { 'content-range': '0-2' }, body: 'abc' });
    expect([first.status, first.headers.get('range')]).toEqual([202, '0-2']);
    const gap = await fetch(session, { method: 'PATCH', headers: { 'content-range': '5-6' }, body: 'fg' });
    expect([gap.status, gap.headers.get('range')]).toEqual([416, '0-2']);
    expect((await fetch(session, { method: 'PATCH', headers: { 'content-range': '3-4' }, body: 'de' })).status).toBe(
      202,
    );
    expect((await fetch(session)).headers.get('range')).toBe('0-4');
    session.searchParams.set('digest', digestOf(text('abcdef')));
    expect((await fetch(session, { method: 'PUT', headers: { 'content-range': '5-5' }, body: 'f' })).status).toBe(201);
    expect(await (await fetch(at(`single/blobs/${digestOf(text('abcdef'))}`))).text()).toBe('abcdef');
  });

  test('refuses content that has another digest, and forgets it', async () => {
    const session = await start('wrong');
    session.searchParams.set('digest', digestOf(text('promised')));
    const response = await fetch(session, { method: 'PUT', body: 'delivered' });
    expect([response.status, await codeOf(response)]).toEqual([400, 'DIGEST_INVALID']);
    expect((await fetch(at(`wrong/blobs/${digestOf(text('delivered'))}`))).status).toBe(404);
    expect((await fetch(session)).status).toBe(404);
  });

  test('gives parts of a blob', async () => {
    const digest = await upload('ranges', '0123456789');
    const part = await fetch(at(`ranges/blobs/${digest}`), { headers: { range: 'bytes=3-5' } });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 3-5/10', '345']);
    const rest = await fetch(at(`ranges/blobs/${digest}`), { headers: { range: 'bytes=8-' } });
    expect(await rest.text()).toBe('89');
    expect((await fetch(at(`ranges/blobs/${digest}`), { headers: { range: 'bytes=10-' } })).status).toBe(416);
  });

  test('a blob belongs to its repository until another mounts it', async () => {
    const digest = await upload('from', 'mounted');
    expect((await fetch(at(`to/blobs/${digest}`), { method: 'HEAD' })).status).toBe(404);
    const mount = await fetch(at(`to/blobs/uploads/?mount=${digest}&from=from`), { method: 'POST' });
    expect(mount.status).toBe(201);
    expect((await fetch(at(`to/blobs/${digest}`), { method: 'HEAD' })).status).toBe(200);
    const nothing = await fetch(at(`to/blobs/uploads/?mount=${digestOf(text('nothing'))}&from=from`), {
      method: 'POST',
    });
    expect(nothing.status).toBe(202);
  });

  test('a manifest names only what is there', async () => {
    const config = await upload('manifests', 'config');
    const missing = digestOf(text('missing'));
    const bad = await putManifest('manifests', 'v1', {
      schemaVersion: 2,
      config: descriptor(config),
      layers: [descriptor(missing)],
    });
    expect([bad.status, await codeOf(bad)]).toEqual([400, 'MANIFEST_BLOB_UNKNOWN']);
    expect((await fetch(at('manifests/manifests/v1'))).status).toBe(404);

    const manifest = { schemaVersion: 2, config: descriptor(config), layers: [] };
    const digest = digestOf(text(JSON.stringify(manifest)));
    expect((await putManifest('manifests', 'v1', manifest)).headers.get('docker-content-digest')).toBe(digest);
    for (const key of ['v1', digest]) {
      const found = await fetch(at(`manifests/manifests/${key}`));
      expect(found.headers.get('content-type')).toBe(MediaType.ociManifest);
      expect(await found.json()).toEqual(manifest);
    }
    const other = await putManifest('manifests', digestOf(text('other')), manifest);
    expect(await codeOf(other)).toBe('DIGEST_INVALID');
  });

  test.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['schema 1', '{"schemaVersion":1}'],
    ['another media type', `{"schemaVersion":2,"mediaType":"${MediaType.ociIndex}"}`],
    ['a digest that is none', '{"schemaVersion":2,"config":{"digest":"../../etc/passwd"}}'],
  ])('a manifest that is %s is refused', async (_, body) => {
    const response = await fetch(at('bad/manifests/v1'), {
      method: 'PUT',
      headers: { 'content-type': MediaType.ociManifest },
      body,
    });
    expect([response.status, await codeOf(response)]).toEqual([400, 'MANIFEST_INVALID']);
  });

  test('a manifest of more than 4 MiB is refused', async () => {
    const response = await fetch(at('bad/manifests/v1'), {
      method: 'PUT',
      body: Buffer.alloc(4 * 1024 * 1024 + 1, ' '),
    });
    expect(response.status).toBe(413);
  });

  test.each([
    ['GET', 'UPPER/manifests/v1', 400, 'NAME_INVALID'],
    ['GET', '..%2f..%2fetc/blobs/sha256:abc', 400, 'NAME_INVALID'],
    ['GET', `a/blobs/sha256:${'z'.repeat(64)}`, 400, 'DIGEST_INVALID'],
    ['GET', 'unknown/tags/list', 404, 'NAME_UNKNOWN'],
    ['GET', 'a/nonsense', 404, 'UNSUPPORTED'],
    ['DELETE', 'a/manifests/v1', 405, 'UNSUPPORTED'],
    ['PUT', 'a/manifests/-bad', 400, 'TAG_INVALID'],
    ['PATCH', 'a/blobs/uploads/00000000-0000-0000-0000-000000000000', 404, 'BLOB_UPLOAD_UNKNOWN'],
  ])('%s %s is refused', async (method, rest, status, code) => {
    const response = await fetch(at(rest), { method });
    expect([response.status, await codeOf(response)]).toEqual([status, code]);
  });

  test('lists tags in pages', async () => {
    const config = await upload('tags', 'config');
    const manifest = { schemaVersion: 2, config: descriptor(config), layers: [] };
    for (const tag of ['c', 'a', 'b']) await putManifest('tags', tag, manifest);
    expect(await (await fetch(at('tags/tags/list'))).json()).toEqual({ name: 'tags', tags: ['a', 'b', 'c'] });
    const page = await fetch(at('tags/tags/list?n=2'));
    expect(await page.json()).toEqual({ name: 'tags', tags: ['a', 'b'] });
    const next = /<(.*)>; rel="next"/.exec(page.headers.get('link')!)![1]!;
    expect(await (await fetch(new URL(next, page.url))).json()).toEqual({ name: 'tags', tags: ['c'] });
  });

  test('lists what refers to a manifest, by kind', async () => {
    const config = await upload('refs', 'config');
    const subject = digestOf(text('image'));
    for (const artifactType of ['application/sbom', 'application/signature']) {
      const response = await putManifest('refs', 'x', {
        schemaVersion: 2,
        artifactType,
        config: descriptor(config),
        layers: [],
        subject: descriptor(subject),
        annotations: { kind: artifactType },
      });
      expect(response.headers.get('oci-subject')).toBe(subject);
    }
    const all = (await (await fetch(at(`refs/referrers/${subject}`))).json()) as { manifests: object[] };
    expect(all.manifests).toHaveLength(2);
    const some = await fetch(at(`refs/referrers/${subject}?artifactType=application/sbom`));
    expect(some.headers.get('oci-filters-applied')).toBe('artifactType');
    expect(((await some.json()) as { manifests: object[] }).manifests).toEqual([
      expect.objectContaining({ artifactType: 'application/sbom', annotations: { kind: 'application/sbom' } }),
    ]);
    const none = (await (await fetch(at(`refs/referrers/${digestOf(text('nobody'))}`))).json()) as {
      manifests: object[];
    };
    expect(none.manifests).toEqual([]);
  });

  test('a folder keeps the content over a restart', async () => {
    const directory = path.join(folder, 'kept');
    const first = await startRegistry({ directory });
    const config = await upload('team/model', 'config', first);
    await putManifest('team/model', 'v1', { schemaVersion: 2, config: descriptor(config), layers: [] }, first);
    await first.close();
    const second = await startRegistry({ directory });
    expect((await fetch(at('team/model/manifests/v1', second))).status).toBe(200);
    expect(await (await fetch(at(`team/model/blobs/${config}`, second))).text()).toBe('config');
    await second.close();
  });

  test('many clients at once do not disturb each other', async () => {
    const contents = Array.from({ length: 30 }, (_, index) => `content ${index % 10}`);
    const digests = await Promise.all(contents.map((content) => upload('busy', content)));
    for (const [index, digest] of digests.entries()) {
      expect(await (await fetch(at(`busy/blobs/${digest}`))).text()).toBe(contents[index]);
    }
  });
});
