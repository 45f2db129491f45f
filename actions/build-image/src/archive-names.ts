import { log, messageOf } from '@mlops-actions/action-kit';
import { readLayer } from '@mlops-actions/oci';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

const TAR = /\.(tar|tgz|tar\.gz|tar\.zst)$/i;
const ZIP = /\.(zip|whl|jar|mar|egg)$/i;

/** The names of the files in an archive, told by its own name; none of what is no archive. What is in archives within it is not looked at. */
export async function namesInArchive(file: string): Promise<string[]> {
  const names: string[] = [];
  try {
    if (TAR.test(file)) {
      const descriptor = { mediaType: '', digest: 'sha256:' as const, size: 0 };
      for await (const { path } of readLayer({ descriptor, open: () => createReadStream(file) })) names.push(path);
    } else if (ZIP.test(file)) names.push(...(await namesInZip(file)));
  } catch (error) {
    log.warning(`'${file}' is not looked into for secrets: ${messageOf(error)}`);
  }
  return names;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const END_SIZE = 22;
const LOCATOR_SIZE = 20;
const LONGEST_COMMENT = 65_535;
const ENTRY_SIZE = 46;
/** Far more than any archive of an application has. */
const DIRECTORY_LIMIT = 64 * 1024 * 1024;

/** Names by the central directory of a zip archive (APPNOTE 4.3.12 to 4.3.16). */
async function namesInZip(file: string): Promise<string[]> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - END_SIZE - LONGEST_COMMENT - LOCATOR_SIZE);
    const tail = await read(handle, start, size - start);
    const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
    if (end < 0 || tail.length - end < END_SIZE || tail.readUInt32LE(end) !== END)
      throw new Error('it is no zip archive');
    const { at, length } = await findDirectory(handle, tail, end);
    if (length > DIRECTORY_LIMIT) throw new Error('its directory is too large');
    return [...entryNames(await read(handle, at, length))];
  } finally {
    await handle.close();
  }
}

/** Place and length of the central directory; archives of more than 4 GiB say them elsewhere. */
async function findDirectory(handle: FileHandle, tail: Buffer, end: number): Promise<{ at: number; length: number }> {
  const locator = end - LOCATOR_SIZE;
  if (locator < 0 || tail.readUInt32LE(locator) !== LOCATOR_64)
    return { length: tail.readUInt32LE(end + 12), at: tail.readUInt32LE(end + 16) };
  const record = await read(handle, Number(tail.readBigUInt64LE(locator + 8)), 56);
  if (record.length < 56 || record.readUInt32LE(0) !== END_64) throw new Error('its directory cannot be found');
  return { length: Number(record.readBigUInt64LE(40)), at: Number(record.readBigUInt64LE(48)) };
}

function* entryNames(directory: Buffer): Generator<string, void, void> {
  for (let at = 0; at + ENTRY_SIZE <= directory.length && directory.readUInt32LE(at) === ENTRY;) {
    const nameLength = directory.readUInt16LE(at + 28);
    yield directory.toString('utf8', at + ENTRY_SIZE, at + ENTRY_SIZE + nameLength);
    at += ENTRY_SIZE + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
}

async function read(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, Math.min(length, DIRECTORY_LIMIT)));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
  return buffer.subarray(0, bytesRead);
}
