import { afterEach, describe, expect, test } from '@jest/globals';
import {
  composeImage,
  digestOf,
  MediaType,
  parseReference,
  pullImage,
  pushImage,
  RegistryClient,
  unpackImage,
  type Image,
  type Reference,
  type TransportOptions,
} from '@mlops-actions/oci';
import { startRegistry } from '@mlops-actions/oci/registry';
import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { answer, startFaultyRegistry, type Fault, type FaultyRegistry } from './support/faulty-registry.ts';
import { temporaryFolder } from './support/folder.ts';
import { bytesBlob, read, textImage } from './support/images.ts';

const folder = temporaryFolder();
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function faulty(fault?: Fault): Promise<FaultyRegistry> {
  const registry = await startFaultyRegistry(fault);
  closers.push(() => registry.close());
  return registry;
}

/** A server of one handler. */
async function server(
  handler: (request: IncomingMessage) => { status: number; headers?: Record<string, string>; body?: string },
): Promise<{ origin: string; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const running: Server = createServer((request, response) => {
    seen.push(request);
    request.resume().on('end', () => {
      const { status, headers, body } = handler(request);
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    running.closeAllConnections();
    running.close();
  });
  return { origin: `http://127.0.0.1:${(running.address() as AddressInfo).port}`, seen };
}

/** A client that notes how long it would have waited instead of waiting. */
function client(options: TransportOptions = {}): { client: RegistryClient; waits: number[] } {
  const waits: number[] = [];
  const sleep = async (milliseconds: number): Promise<void> => void waits.push(milliseconds);
  return { client: new RegistryClient({ sleep, ...options }), waits };
}

const repository = (address: string, name = 'team/model'): Reference => parseReference(`${address}/${name}:v1`);
const image = (): Promise<Image> => textImage({ '/model': 'weights', '/server': 'code' });

describe('pushing and pulling', () => {
  test('an image arrives as it was sent, under its tags, and is not sent again', async () => {
    const registry = await faulty();
    const to = repository(registry.address);
    const sent = await image();
    const { client: user } = client();
    const first = await pushImage(user, sent, to, ['v1', 'latest']);
    expect(first.bytes.uploaded).toBe(sent.layers[0]!.descriptor.size + sent.configBlob.descriptor.size);
    const again = await pushImage(user, sent, to, ['v1']);
    expect(again.bytes).toEqual({ uploaded: 0, mounted: 0, present: first.bytes.uploaded });

    for (const key of ['v1', 'latest']) expect((await pullImage(user, { ...to, tag: key })).digest).toBe(sent.digest);
    const root = path.join(folder, 'pulled');
    await unpackImage(await pullImage(user, { ...to, digest: sent.digest }), root);
    expect(await readFile(path.join(root, 'model'), 'utf8')).toBe('weights');
  });

  test('blobs go as one POST and one PUT, never in chunks', async () => {
    const registry = await faulty();
    await pushImage(client().client, await image(), repository(registry.address), []);
    const methods = registry.seen.map(({ method }) => method);
    expect(methods).not.toContain('PATCH');
    expect(registry.seen.every(({ headers }) => headers['content-range'] === undefined)).toBe(true);
    expect(
      registry.seen
        .filter(({ method }) => method === 'PUT')
        .every(({ headers }) => headers['content-length'] !== undefined),
    ).toBe(true);
  });

  test('layers of a base on the same registry are mounted and not read', async () => {
    const registry = await faulty();
    const { client: user } = client();
    await pushImage(user, await image(), repository(registry.address, 'base'), ['v1']);
    const base = await pullImage(user, repository(registry.address, 'base'));
    registry.seen.length = 0;
    const { blobs } = await pushImage(
      user,
      composeImage(base, { layers: [], env: { A: '1' } }),
      repository(registry.address),
      ['v1'],
    );
    expect(blobs.map(({ outcome }) => outcome)).toEqual(['mounted', 'uploaded']);
    expect(registry.seen.filter(({ method }) => method === 'GET')).toEqual([]);
  });

  test('layers of a base on another registry are streamed from there', async () => {
    const [from, to] = [await faulty(), await faulty()];
    const { client: user } = client();
    await pushImage(user, await image(), repository(from.address), ['v1']);
    const base = await pullImage(user, repository(from.address));
    await pushImage(user, base, repository(to.address), ['v1']);
    expect((await pullImage(user, repository(to.address))).digest).toBe(base.digest);
  });

  test.each([
    ['takes the blob as an upload instead', 202],
    ['forbids it', 403],
    ['knows no mounts', 405],
  ])('where the registry %s, the layer is sent', async (_, status) => {
    const registry = await faulty((request, response) => {
      if (!request.url!.includes('mount=')) return false;
      return status === 202
        ? answer(response, 202, { location: '/v2/team/model/blobs/uploads/abandoned' })
        : answer(response, status);
    });
    const { client: user } = client();
    await pushImage(user, await image(), repository(registry.address, 'base'), ['v1']);
    const base = await pullImage(user, repository(registry.address, 'base'));
    const { blobs } = await pushImage(user, base, repository(registry.address), ['v1']);
    expect(blobs.map(({ outcome }) => outcome)).toEqual(['uploaded', 'uploaded']);
  });

  test('of an index, the image for linux/amd64 is taken', async () => {
    const registry = await startRegistry();
    closers.push(() => registry.close());
    const { client: user } = client();
    const to = repository(registry.address);
    const arm = composeImage(undefined, {
      layers: [],
      entrypoint: ['arm'],
      platform: { os: 'linux', architecture: 'arm64' },
    });
    const amd = await image();
    for (const each of [arm, amd]) await pushImage(user, each, to, []);
    const entry = (each: Image, architecture: string, os = 'linux'): object => ({
      mediaType: each.mediaType,
      digest: each.digest,
      size: each.manifestBytes.length,
      platform: { architecture, os },
    });
    const put = async (manifests: object[]): Promise<void> => {
      const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MediaType.ociIndex, manifests }));
      await user.putManifest(to, 'index', MediaType.ociIndex, index);
    };
    await put([entry(arm, 'arm64'), entry(arm, 'unknown', 'unknown'), entry(amd, 'amd64')]);
    expect((await pullImage(user, { ...to, tag: 'index' })).digest).toBe(amd.digest);
    await put([entry(arm, 'arm64')]);
    await expect(pullImage(user, { ...to, tag: 'index' })).rejects.toThrow(
      /no image for linux\/amd64; the index offers linux\/arm64/,
    );
    await expect(pullImage(user, { ...to, digest: arm.digest })).rejects.toThrow(/is for linux\/arm64/);
  });
});

describe('a registry in trouble', () => {
  test('is asked again when it said so', async () => {
    let refusals = 0;
    const registry = await faulty((_, response) => {
      refusals++;
      if (refusals === 1) return answer(response, 429, { 'retry-after': '7' });
      if (refusals === 2) return answer(response, 503);
      return false;
    });
    const { client: user, waits } = client();
    await pushImage(user, await image(), repository(registry.address), ['v1']);
    expect(waits).toContain(7000);
    expect(waits).toHaveLength(2);
  });

  test.each([408, 429, 500, 502, 503, 504])('is asked again after %d, whatever the request was', async (status) => {
    const refused = new Set<string>();
    const registry = await faulty((request, response) => {
      const key = `${request.method} ${request.url!.replace(/uploads\/.+/, 'uploads/x').replace(/sha256:\w+/, 'digest')}`;
      if (refused.has(key)) return false;
      refused.add(key);
      request.resume();
      return answer(response, status);
    });
    const { client: user, waits } = client();
    const sent = await image();
    await pushImage(user, sent, repository(registry.address), ['v1']);
    expect((await pullImage(user, repository(registry.address))).digest).toBe(sent.digest);
    expect([...refused].map((key) => key.split(' ')[0])).toEqual(
      expect.arrayContaining(['HEAD', 'POST', 'PUT', 'GET']),
    );
    expect(waits.length).toBeGreaterThanOrEqual(refused.size);
  });

  test.each([
    ['a date', () => new Date(Date.now() + 20_000).toUTCString(), 15_000, 20_000],
    ['a date that is gone', () => 'Wed, 21 Oct 2015 07:28:00 GMT', 0, 0],
    ['longer than anybody waits', () => '86400', 120_000, 120_000],
    ['nonsense', () => 'soon', 1, 500],
  ])('waits as Retry-After says: %s', async (_, header, least, most) => {
    let asked = 0;
    const registry = await faulty(
      (_request, response) => ++asked === 1 && answer(response, 429, { 'retry-after': header() }),
    );
    const { client: user, waits } = client();
    await pushImage(user, await image(), repository(registry.address), []);
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThanOrEqual(least);
    expect(waits[0]).toBeLessThanOrEqual(most);
  });

  test('is given up in the end, with its own words', async () => {
    const body = JSON.stringify({ errors: [{ code: 'TOOMANYREQUESTS', message: 'quota' }] });
    const registry = await faulty((_, response) => answer(response, 429, {}, body));
    const { client: user, waits } = client({ attempts: 3 });
    await expect(pullImage(user, repository(registry.address))).rejects.toThrow(/answered 429 .*TOOMANYREQUESTS quota/);
    expect(waits).toHaveLength(2);
  });

  test('an upload that is cut off at any byte starts anew, and gives the same digest', async () => {
    const registry = await faulty((request) => {
      if (request.method !== 'PUT' || Number(request.headers['content-length']) < 200_000 || cut === undefined)
        return false;
      let left = cut;
      cut = undefined;
      cuts++;
      request.on('data', (chunk: Buffer) => {
        left -= chunk.length;
        if (left <= 0) request.socket.destroy();
      });
      return true;
    });
    let cut: number | undefined;
    let cuts = 0;
    const { client: user } = client();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 201_728 }), async (after) => {
        cut = after;
        const sent = await textImage({ '/model': `${++runs}`.padEnd(200_000, 'x') });
        await pushImage(user, sent, repository(registry.address), [`v${runs}`]);
        const pulled = await pullImage(user, { ...repository(registry.address), tag: `v${runs}` });
        expect(pulled.digest).toBe(sent.digest);
        expect((await read(pulled.layers[0]!.open())).length).toBe(sent.layers[0]!.descriptor.size);
      }),
      { numRuns: 40, examples: [[0], [1], [201_727], [201_728]] },
    );
    expect(cuts).toBe(runs);
  });

  test('a download that breaks is taken up where it broke', async () => {
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    const digest = digestOf(content);
    let asked = 0;
    const registry = await faulty((request, response) => {
      if (!request.url!.endsWith(digest) || ++asked > 1) return false;
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 100_000), () => setImmediate(() => response.destroy()));
      return true;
    });
    const { client: user } = client();
    const to = repository(registry.address);
    await user.uploadBlob(repository(registry.upstream), bytesBlob(content));
    expect(await read(user.store(to).blob({ mediaType: '', digest, size: content.length }).open())).toEqual(content);
    expect(registry.seen.at(-1)!.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
  });

  test('an image whose layer cannot be sent gets no manifest and no tag', async () => {
    const registry = await faulty(
      (request, response) => request.method === 'PUT' && request.url!.includes('/blobs/') && answer(response, 403),
    );
    await expect(pushImage(client().client, await image(), repository(registry.address), ['v1'])).rejects.toThrow(
      /answered 403/,
    );
    expect(registry.seen.some(({ url }) => url.includes('/manifests/'))).toBe(false);
  });

  test('what fails in the content to send is told as such, and not tried again', async () => {
    const registry = await faulty();
    const blob = bytesBlob(Buffer.from('content'));
    const broken = {
      ...blob,
      open: async function* () {
        yield Buffer.from('con');
        throw new Error('the file changed');
      },
    };
    const { client: user, waits } = client();
    await expect(user.uploadBlob(repository(registry.address), broken)).rejects.toThrow('the file changed');
    expect(waits).toEqual([]);
  });

  test('nothing listens there', async () => {
    const { client: user } = client({ attempts: 2 });
    await expect(pullImage(user, repository('127.0.0.1:1'))).rejects.toThrow(/127\.0\.0\.1:1 cannot be reached/);
  });
});

describe('a registry that lies', () => {
  test('about a manifest is caught', async () => {
    const sent = await image();
    const other = await textImage({ '/evil': 'evil' });
    const registry = await faulty(
      (request, response) =>
        request.method === 'GET' &&
        request.url!.includes('/manifests/') &&
        answer(
          response,
          200,
          { 'content-type': other.mediaType, 'docker-content-digest': sent.digest },
          other.manifestBytes.toString(),
        ),
    );
    const { client: user } = client();
    await expect(pullImage(user, { ...repository(registry.address), digest: sent.digest })).rejects.toThrow(
      /other content than it says/,
    );
    await expect(pullImage(user, repository(registry.address))).rejects.toThrow(/other content than it says/);
  });

  test.each([
    ['another byte', 'weightz'],
    ['too little', 'weigh'],
    ['too much', 'weights and more'],
  ])('about a blob is caught: %s', async (_, body) => {
    const blob = bytesBlob(Buffer.from('weights'));
    const registry = await faulty(
      (request, response) => request.url!.includes('/blobs/') && answer(response, 200, {}, body),
    );
    const { client: user } = client();
    const seen: string[] = [];
    await expect(async () => {
      for await (const chunk of user.store(repository(registry.address)).blob(blob.descriptor).open())
        seen.push(String(chunk));
    }).rejects.toThrow(/other content than asked for/);
    expect(seen.join('')).not.toBe(body);
  });

  test('endless manifests are cut off, schema 1 and broken ones refused', async () => {
    let body = ' '.repeat(4 * 1024 * 1024 + 1);
    let type: string = MediaType.ociManifest;
    const registry = await faulty((_, response) => answer(response, 200, { 'content-type': type }, body));
    const { client: user } = client();
    const pull = (): Promise<Image> => pullImage(user, repository(registry.address));
    await expect(pull()).rejects.toThrow(/larger than 4 MiB/);
    body = '{"schemaVersion":1}';
    type = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    await expect(pull()).rejects.toThrow(/schema 1/);
    type = MediaType.ociManifest;
    for (body of [
      '',
      'null',
      '[]',
      '{}',
      '{"schemaVersion":2}',
      '{"schemaVersion":2,"layers":[{}]}',
      '{"schemaVersion":2,"layers":[],"config":{"mediaType":"a","size":-1}}',
    ]) {
      await expect(pull()).rejects.toThrow(expect.objectContaining({ name: 'UserError' }));
    }
  });
});

describe('signing in', () => {
  /** A registry that wants tokens of `service`, and takes those that `valid` holds. */
  async function guarded(valid: Set<string>, tokenService: string): Promise<FaultyRegistry> {
    return faulty((request, response) => {
      const token = request.headers.authorization?.replace('Bearer ', '');
      if (token !== undefined && valid.has(token)) {
        delete request.headers.authorization;
        return false;
      }
      const challenge = `Bearer realm="${tokenService}/token?keep=1",service="registry, of tests",scope="repository:x:pull"`;
      return answer(response, 401, { 'www-authenticate': challenge });
    });
  }

  test('tokens are fetched with the credentials, for the scopes that are needed, once', async () => {
    const valid = new Set(['good']);
    const tokens = await server(() => ({ status: 200, body: JSON.stringify({ token: 'good' }) }));
    const registry = await guarded(valid, tokens.origin);
    const { client: user } = client({ credentials: async () => ({ username: 'me', password: 'pass:word' }) });
    await pushImage(user, await image(), repository(registry.address), ['v1']);

    expect(tokens.seen).toHaveLength(1);
    const { searchParams } = new URL(tokens.seen[0]!.url!, tokens.origin);
    expect(Object.fromEntries(searchParams)).toEqual({
      keep: '1',
      service: 'registry, of tests',
      scope: 'repository:team/model:pull,push',
    });
    expect(tokens.seen[0]!.headers.authorization).toBe(`Basic ${Buffer.from('me:pass:word').toString('base64')}`);
    const sentToRegistry = registry.seen.map(({ headers }) => headers.authorization);
    expect(new Set(sentToRegistry)).toEqual(new Set([undefined, 'Bearer good']));
  });

  test('a mount asks for the right to read the other repository as well', async () => {
    const tokens = await server(() => ({ status: 200, body: JSON.stringify({ access_token: 'good' }) }));
    const registry = await guarded(new Set(['good']), tokens.origin);
    const { client: user } = client();
    await pushImage(user, await image(), repository(registry.address, 'base'), ['v1']);
    await pushImage(user, await pullImage(user, repository(registry.address, 'base')), repository(registry.address), [
      'v1',
    ]);
    const scopes = tokens.seen.map(({ url }) => new URL(url!, tokens.origin).searchParams.getAll('scope'));
    expect(scopes).toContainEqual(['repository:team/model:pull,push', 'repository:base:pull']);
  });

  test('a token that expires is renewed with credentials that are asked for anew', async () => {
    const valid = new Set<string>();
    let issued = 0;
    const tokens = await server(() => {
      const token = `token-${++issued}`;
      valid.clear();
      valid.add(token);
      return { status: 200, body: JSON.stringify({ token }) };
    });
    const registry = await guarded(valid, tokens.origin);
    let asked = 0;
    const { client: user } = client({
      credentials: async () => ({ username: 'oauth2accesstoken', password: `short-lived-${++asked}` }),
    });
    await pushImage(user, await image(), repository(registry.address), ['v1']);
    valid.clear();
    await pushImage(user, await image(), repository(registry.address), ['v2']);
    expect(asked).toBe(issued);
    expect(issued).toBeGreaterThan(1);
  });

  test('an identity token is exchanged by POST', async () => {
    const tokens = await server(() => ({ status: 200, body: JSON.stringify({ access_token: 'good' }) }));
    const registry = await guarded(new Set(['good']), tokens.origin);
    const { client: user } = client({ credentials: async () => ({ identityToken: 'refresh' }) });
    await pushImage(user, await image(), repository(registry.address), ['v1']);
    expect(tokens.seen[0]!.method).toBe('POST');
    expect(tokens.seen[0]!.headers.authorization).toBeUndefined();
  });

  test('basic credentials are sent when they are asked for', async () => {
    const expected = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    const registry = await faulty(
      (request, response) =>
        request.headers.authorization !== expected && answer(response, 401, { 'www-authenticate': 'Basic realm="x"' }),
    );
    const { client: user } = client({ credentials: async () => ({ username: 'me', password: 'secret' }) });
    await pushImage(user, await image(), repository(registry.address), ['v1']);
    const refused = client({ credentials: async () => ({ username: 'me', password: 'wrong' }) });
    await expect(pullImage(refused.client, repository(registry.address))).rejects.toThrow(/answered 401/);
    await expect(pullImage(client().client, repository(registry.address))).rejects.toThrow(/answered 401/);
  });

  test('credentials follow neither an upload location nor a redirect to another origin', async () => {
    const stored = Buffer.from('content');
    const elsewhere = await server((request) =>
      request.method === 'PUT' ? { status: 201 } : { status: 200, body: stored.toString() },
    );
    const expected = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    const registry = await faulty((request, response) => {
      if (request.headers.authorization !== expected)
        return answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
      if (request.method === 'POST')
        return answer(response, 202, { location: `${elsewhere.origin}/upload?state=a%2Fb` });
      if (request.method === 'GET') return answer(response, 307, { location: `${elsewhere.origin}/blob` });
      return false;
    });
    const { client: user } = client({ credentials: async () => ({ username: 'me', password: 'secret' }) });
    const blob = bytesBlob(stored);
    expect(await user.uploadBlob(repository(registry.address), blob)).toBe('uploaded');
    expect(await read(user.store(repository(registry.address)).blob(blob.descriptor).open())).toEqual(stored);
    expect(elsewhere.seen.map(({ method, headers }) => [method, headers.authorization])).toEqual([
      ['PUT', undefined],
      ['GET', undefined],
    ]);
    expect(elsewhere.seen[0]!.url).toBe(`/upload?state=a%2Fb&digest=${encodeURIComponent(blob.descriptor.digest)}`);
  });

  test('a redirect without end is given up', async () => {
    const registry = await faulty((request, response) => answer(response, 307, { location: request.url! }));
    await expect(pullImage(client().client, repository(registry.address))).rejects.toThrow(/redirects without end/);
  });

  test.each(['Digest realm="x"', 'Bearer service="x"', 'Bearer realm="not an address"', ''])(
    'the challenge %j is an error, not a loop',
    async (challenge) => {
      const registry = await faulty((_, response) => answer(response, 401, { 'www-authenticate': challenge }));
      await expect(pullImage(client().client, repository(registry.address))).rejects.toThrow(
        expect.objectContaining({ name: 'UserError' }),
      );
    },
  );
});
