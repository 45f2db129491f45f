import { crc32, inflateRawSync } from 'node:zlib';
import { messageOf, UserError } from '@mlops-actions/action-kit';

const END = 0x06054b50;
const END_BYTES = 22;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const [STORED, DEFLATED] = [0, 8];

/**
 * The content of the one file in a ZIP archive (PKWARE APPNOTE 6.3.10, without ZIP64). Its name is not looked at, so that it can lead nowhere.
 *
 * @param what the archive, for messages
 * @param limit bytes that the file may have
 * @throws UserError if it is broken, has another number of files, or is too large
 */
export function unzipOnly(archive: Buffer, what: string, limit: number): Buffer {
  const broken = (why: string): UserError => new UserError(`${what} cannot be unpacked: ${why}.`);
  try {
    const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (end < 0 || archive.length - end < END_BYTES || archive.readUInt32LE(end) !== END) throw broken('it is no ZIP');
    const entries = archive.readUInt16LE(end + 10);
    if (entries !== 1) throw broken(`it has ${entries} files in place of one`);
    const central = archive.readUInt32LE(end + 16);
    if (archive.readUInt32LE(central) !== CENTRAL) throw broken('its directory is not where it should be');
    const method = archive.readUInt16LE(central + 10);
    const checksum = archive.readUInt32LE(central + 16);
    const packed = archive.readUInt32LE(central + 20);
    const local = archive.readUInt32LE(central + 42);
    if (archive.readUInt32LE(local) !== LOCAL) throw broken('its file is not where it should be');
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const data = archive.subarray(start, start + packed);
    if (data.length !== packed || (method !== STORED && method !== DEFLATED)) throw broken('its file cannot be read');
    const content = method === STORED ? data : inflateRawSync(data, { maxOutputLength: limit });
    if (content.length > limit) throw broken(`its file is larger than ${limit} bytes`);
    if (crc32(content) !== checksum) throw broken('its checksum is wrong');
    return content;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw broken(messageOf(error));
  }
}
