import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createGoogleClient,
  downloadObject,
  findObject,
  listObjects,
  parseObjectUrl,
  readText,
  WriteConflict,
  writeText,
  type GoogleClient,
} from '../src/index.ts';
import { startServer, type TestServer } from './support/server.ts';
import { storageHandler } from './support/storage-server.ts';

let server: TestServer;
let client: GoogleClient;
let folder: string;
const bucket = new Map<string, { bytes: Buffer; generation: number }>();
const put = (name: string, bytes: Buffer): void => void bucket.set(name, { bytes, generation: 1 });

beforeEach(async () => {
  bucket.clear();
  server = await startServer(storageHandler(new Map([['data', bucket]]), 2));
  client = createGoogleClient({
    environment: { STORAGE_EMULATOR_HOST: `http://${server.host}` },
    sleep: async () => undefined,
  });
  folder = await mkdtemp(path.join(os.tmpdir(), 'storage-'));
});
afterEach(() => server.close());

test('addresses', () => {
  expect(parseObjectUrl('gs://data/a/b c.csv')).toEqual({ bucket: 'data', name: 'a/b c.csv' });
  expect(parseObjectUrl('gs://data')).toEqual({ bucket: 'data', name: '' });
  for (const wrong of ['s3://data/a', 'gs://', 'gs:///a', 'gs://DATA/a', 'gs://data/a\nb']) {
    expect(() => parseObjectUrl(wrong)).toThrow('is not an address in Cloud Storage');
  }
});

test('lists by prefix over pages, without placeholders of folders', async () => {
  for (const name of ['day=1/a', 'day=1/b', 'day=1/c?d', 'day=2/a']) put(name, Buffer.from(name));
  put('day=1/', Buffer.alloc(0));
  const found = await listObjects(client, { bucket: 'data', name: 'day=1/' });
  expect(found.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['day=1/a', 7],
    ['day=1/b', 7],
    ['day=1/c?d', 9],
  ]);
});

describe('downloads', () => {
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
  const download = async (name = 'a'): Promise<string> => {
    const file = path.join(folder, 'sub', 'file');
    await downloadObject(client, (await findObject(client, { bucket: 'data', name }))!, file);
    return file;
  };

  test('give the bytes that are stored, also of an object that is stored compressed', async () => {
    put('a', gzipSync(content));
    expect(await readFile(await download())).toEqual(gzipSync(content));
  });

  test('are begun again when they are cut, and leave nothing half done', async () => {
    put('a', content);
    server.fail({ on: /GET .*\/o\/a$/, times: 0, with: 'cut' });
    const object = (await findObject(client, { bucket: 'data', name: 'a' }))!;
    server.fail({ on: /GET .*\/o\/a$/, times: 2, with: 'cut' });
    const file = path.join(folder, 'file');
    await downloadObject(client, object, file);
    expect(await readFile(file)).toEqual(content);
    server.fail({ on: /GET .*\/o\/a$/, times: 9, with: 'cut' });
    await expect(downloadObject(client, object, path.join(folder, 'other'))).rejects.toThrow('could not be downloaded');
    expect(await readdir(folder)).toEqual(['file']);
  });

  test('of other bytes than those that are stored are refused', async () => {
    put('a', content);
    const object = (await findObject(client, { bucket: 'data', name: 'a' }))!;
    await expect(
      downloadObject(client, { ...object, md5: undefined, crc32c: 'AAAAAA==' }, path.join(folder, 'file')),
    ).rejects.toThrow('its checksum is not the one that is stored');
    await expect(downloadObject(client, { ...object, bytes: 7 }, path.join(folder, 'file'))).rejects.toThrow(
      'of 7 bytes',
    );
  });

  test('of an object that was replaced meanwhile are refused', async () => {
    put('a', content);
    const object = (await findObject(client, { bucket: 'data', name: 'a' }))!;
    bucket.set('a', { bytes: content, generation: 2 });
    await expect(downloadObject(client, object, path.join(folder, 'file'))).rejects.toThrow('No such object');
  });
});

describe('small texts', () => {
  const location = { bucket: 'data', name: 'state/credit-risk.json' };

  test('are read with their generation; none is an answer, no bucket is an error', async () => {
    expect(await readText(client, location)).toBeUndefined();
    put(location.name, Buffer.from('{"ä": 1}'));
    expect(await readText(client, location)).toEqual({ text: '{"ä": 1}', generation: '1' });
    await expect(readText(client, { bucket: 'nowhere', name: 'a' })).rejects.toThrow('bucket does not exist');
  });

  test('are written only over what was read', async () => {
    const first = await writeText(client, location, 'one', undefined);
    const second = await writeText(client, location, 'two', first);
    await expect(writeText(client, location, 'other', first)).rejects.toThrow(WriteConflict);
    await expect(writeText(client, location, 'other', undefined)).rejects.toThrow(WriteConflict);
    expect(await readText(client, location)).toEqual({ text: 'two', generation: second });
  });

  test('are written once when the answer is lost', async () => {
    server.fail({ on: /POST/, with: 'lost' });
    const generation = await writeText(client, location, 'one', undefined);
    expect(bucket.get(location.name)).toMatchObject({ generation: Number(generation) });
    expect(generation).toBe('1');
  });

  test('that somebody else wrote while the answer was lost are a conflict', async () => {
    server.fail({ on: /POST/, with: 'dropped' });
    put(location.name, Buffer.from('theirs'));
    await expect(writeText(client, location, 'mine', undefined)).rejects.toThrow(WriteConflict);
  });
});
