import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { messageOf, UserError } from '@mlops-actions/action-kit';
import { Answer } from './answers.ts';
import { STORAGE } from './apis.ts';
import { urlPath, type GoogleClient } from './client.ts';
import { readBody } from './exchange.ts';
import { Crc32c } from './crc32c.ts';
import { GoogleApiError, type Permission } from './errors.ts';

const on = (bucket: string): string => `the bucket ${bucket}`;
const mayRead = (bucket: string): Permission => ({
  permission: 'storage.objects.get',
  role: 'roles/storage.objectViewer',
  on: on(bucket),
});
const mayList = (bucket: string): Permission => ({
  permission: 'storage.objects.list',
  role: 'roles/storage.objectViewer',
  on: on(bucket),
});
const mayWrite = (bucket: string): Permission => ({
  permission: 'storage.objects.create and storage.objects.delete, to replace',
  role: 'roles/storage.objectUser',
  on: on(bucket),
});

/** Where an object is, or may be. */
export interface ObjectLocation {
  bucket: string;
  name: string;
}

/** An object as it is listed. */
export interface StorageObject extends ObjectLocation {
  bytes: number;
  /** Changes with every write; decimal digits. */
  generation: string;
  /** RFC 3339. */
  updated: string;
  /** Base64, as the API writes it. */
  crc32c: string;
  /** Base64; composed objects have none. */
  md5: string | undefined;
}

const BUCKET = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;

export const isObjectUrl = (text: string): boolean => text.startsWith('gs://');

/**
 * Reads `gs://bucket/name`.
 *
 * @throws UserError if it is not one
 */
export function parseObjectUrl(text: string): ObjectLocation {
  const [, bucket = '', name = ''] = /^gs:\/\/([^/]+)\/?(.*)$/s.exec(text) ?? [];
  if (!BUCKET.test(bucket) || Buffer.byteLength(name) > 1024 || /[\r\n\0]/.test(name)) {
    throw new UserError(`'${text}' is not an address in Cloud Storage.`, { fix: 'Write gs://bucket/name.' });
  }
  return { bucket, name };
}

export const objectUrl = ({ bucket, name }: ObjectLocation): string => `gs://${bucket}/${name}`;

interface CallOptions {
  signal?: AbortSignal | undefined;
}

/** The objects whose names begin with that of the location, by name. Placeholders of folders (`a/b/`, without content) are left out. */
export async function listObjects(
  client: GoogleClient,
  { bucket, name: prefix }: ObjectLocation,
  { signal }: CallOptions = {},
): Promise<StorageObject[]> {
  const found: StorageObject[] = [];
  let pageToken: string | undefined;
  do {
    const answer = new Answer(
      STORAGE.name,
      await client.call({
        api: STORAGE,
        path: urlPath`/storage/v1/b/${bucket}/o`,
        query: {
          prefix,
          pageToken,
          fields: 'nextPageToken,items(bucket,name,size,generation,updated,crc32c,md5Hash)',
        },
        what: `list ${objectUrl({ bucket, name: prefix })}`,
        needs: mayList(bucket),
        signal,
      }),
    );
    for (const item of answer.objects('items')) {
      const object = storageObject(item, bucket);
      if (!object.name.endsWith('/') || object.bytes > 0) found.push(object);
    }
    pageToken = answer.optionalText('nextPageToken') || undefined;
  } while (pageToken !== undefined);
  return found;
}

/** The object at a location, or `undefined` if there is none. */
export async function findObject(
  client: GoogleClient,
  { bucket, name }: ObjectLocation,
  { signal }: CallOptions = {},
): Promise<StorageObject | undefined> {
  const answer = await unlessMissing(
    client.call({
      api: STORAGE,
      path: urlPath`/storage/v1/b/${bucket}/o/${name}`,
      what: `find ${objectUrl({ bucket, name })}`,
      needs: mayRead(bucket),
      signal,
    }),
  );
  return answer === undefined ? undefined : storageObject(new Answer(STORAGE.name, answer), bucket);
}

function storageObject(item: Answer, bucket: string): StorageObject {
  return {
    bucket,
    name: item.text('name'),
    bytes: item.integer('size'),
    generation: item.text('generation'),
    updated: item.optionalText('updated') ?? '',
    crc32c: item.text('crc32c'),
    md5: item.optionalText('md5Hash'),
  };
}

const DOWNLOAD_ATTEMPTS = 3;
/** Milliseconds without a byte after which a download is given up. */
const IDLE_TIMEOUT = 60_000;

/**
 * Downloads the generation of an object that was listed to a file, through a neighbour that takes the file's name only when it is complete
 * and its checksums are right.
 *
 * @throws UserError if it is cut or changed on the way, or was replaced meanwhile
 */
export async function downloadObject(
  client: GoogleClient,
  object: StorageObject,
  file: string,
  { signal }: CallOptions = {},
): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const part = `${file}.part`;
  try {
    for (let tried = 1; ; tried++) {
      try {
        await download(client, object, part, signal);
        break;
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof BrokenDownload)) throw error;
        if (tried >= DOWNLOAD_ATTEMPTS) {
          throw new UserError(`${objectUrl(object)} could not be downloaded: ${error.message}.`, { cause: error });
        }
      }
    }
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
}

/** A stream that ended too early or with other bytes than those that are stored. */
class BrokenDownload extends Error {}

async function download(
  client: GoogleClient,
  object: StorageObject,
  file: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const idle = new AbortController();
  const answer = await client.open({
    api: STORAGE,
    path: urlPath`/storage/v1/b/${object.bucket}/o/${object.name}`,
    // The generation, so that the bytes are those whose checksums were listed.
    query: { alt: 'media', generation: object.generation },
    what: `download ${objectUrl(object)}`,
    needs: mayRead(object.bucket),
    signal: signal === undefined ? idle.signal : AbortSignal.any([idle.signal, signal]),
  });
  const crc = new Crc32c();
  const md5 = object.md5 === undefined ? undefined : createHash('md5');
  let bytes = 0;
  const watchdog = setTimeout(() => idle.abort(new Error('nothing came for a minute')), IDLE_TIMEOUT);
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      watchdog.refresh();
      bytes += chunk.length;
      crc.update(chunk);
      md5?.update(chunk);
      done(null, chunk);
    },
  });
  let written: Promise<void> | undefined;
  try {
    const output = createWriteStream(file);
    const failed = new Promise<never>((_, reject) => output.once('error', reject));
    failed.catch(() => undefined);
    written = pipeline(answer, meter, output);
    await Promise.race([failed, written]);
  } catch (error) {
    await written?.catch(() => undefined);
    // A full disk is not mended by another attempt.
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    throw new BrokenDownload(messageOf(error), { cause: error });
  } finally {
    clearTimeout(watchdog);
  }
  if (bytes !== object.bytes) throw new BrokenDownload(`${bytes} of ${object.bytes} bytes came`);
  if (crc.digest() !== object.crc32c || (md5 !== undefined && md5.digest('base64') !== object.md5)) {
    throw new BrokenDownload('its checksum is not the one that is stored');
  }
}

/** A small object's text, and the generation that it is of. */
export interface StoredText {
  text: string;
  generation: string;
}

const TEXT_LIMIT = 32 * 1024 * 1024;

/** Reads an object of at most 32 MiB as UTF-8; `undefined` if there is none. */
export async function readText(
  client: GoogleClient,
  location: ObjectLocation,
  { signal }: CallOptions = {},
): Promise<StoredText | undefined> {
  const object = await findObject(client, location, { signal });
  if (object === undefined) return undefined;
  if (object.bytes > TEXT_LIMIT) throw new UserError(`${objectUrl(location)} is larger than 32 MiB.`);
  const { bucket, name } = location;
  const bytes = await unlessMissing(readAll());
  // Replaced and gone between the two calls: what is there now is the answer.
  if (bytes === undefined) return readText(client, location, { signal });
  const crc = new Crc32c();
  crc.update(bytes);
  if (crc.digest() !== object.crc32c) {
    throw new UserError(`${objectUrl(location)} could not be read: its checksum is not the one that is stored.`);
  }
  try {
    const plain = isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: TEXT_LIMIT }) : bytes;
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(plain), generation: object.generation };
  } catch (cause) {
    throw new UserError(`${objectUrl(location)} is not UTF-8 text of at most 32 MiB.`, { cause });
  }

  async function readAll(): Promise<Buffer> {
    const answer = await client.open({
      api: STORAGE,
      path: urlPath`/storage/v1/b/${bucket}/o/${name}`,
      query: { alt: 'media', generation: object!.generation },
      what: `read ${objectUrl(location)}`,
      needs: mayRead(bucket),
      signal,
    });
    return readBody(answer);
  }
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Somebody else wrote the object since it was read. */
export class WriteConflict extends UserError {}

/**
 * Writes an object if nobody did so since it was read. A write whose answer was lost is recognised by its content, and not done twice.
 *
 * @param expected the generation that was read, or `undefined` if there was no object
 * @returns the new generation
 * @throws WriteConflict if somebody else was quicker: read again and decide again
 */
export async function writeText(
  client: GoogleClient,
  { bucket, name }: ObjectLocation,
  text: string,
  expected: string | undefined,
  { contentType = 'application/json', signal }: CallOptions & { contentType?: string } = {},
): Promise<string> {
  const written = client.call({
    api: STORAGE,
    method: 'POST',
    path: urlPath`/upload/storage/v1/b/${bucket}/o`,
    query: { uploadType: 'media', name, ifGenerationMatch: expected ?? '0' },
    text: { content: text, type: contentType },
    what: `write ${objectUrl({ bucket, name })}`,
    needs: mayWrite(bucket),
    // The condition holds for the first attempt only.
    repeatable: true,
    signal,
  });
  try {
    return new Answer(STORAGE.name, await written).text('generation');
  } catch (error) {
    if (!(error instanceof GoogleApiError) || error.status !== 412) throw error;
    const now = await findObject(client, { bucket, name }, { signal });
    const crc = new Crc32c();
    crc.update(Buffer.from(text));
    if (now !== undefined && now.generation !== expected && now.crc32c === crc.digest()) return now.generation;
    throw new WriteConflict(`${objectUrl({ bucket, name })} was changed by somebody else since it was read.`, {
      fix: 'Run again: it is read and decided anew. A concurrency group keeps two runs from meeting.',
      cause: error,
    });
  }
}

async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    // A bucket that does not exist is the user's mistake, an object that does not exist is an answer.
    if (error instanceof GoogleApiError && error.status === 404 && !/bucket does not exist/i.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}
