import { crc32, deflateRawSync } from 'node:zlib';

/** An entry of a zip archive; the fields below `content` make a lying one. */
export interface Entry {
  name: string;
  content: Buffer | string;
  deflate?: boolean;
  localName?: string;
  localMethod?: number;
  localCrc?: number;
  crc?: number;
  size?: number;
  flags?: number;
  localFlags?: number;
  method?: number;
  unixMode?: number;
  /** Extra fields of the central directory. */
  extra?: Buffer;
  /** Leaves the entry out of the directory. */
  hidden?: boolean;
  /** Points the directory to the data of an earlier entry. */
  sameAs?: number;
  /** Bytes between this entry and the next. */
  gap?: Buffer;
}

/** A zip archive with full control of what its two directories say. */
export function zip(
  entries: readonly Entry[],
  {
    prefix = Buffer.alloc(0),
    suffix = Buffer.alloc(0),
    comment = '',
  }: { prefix?: Buffer; suffix?: Buffer; comment?: string } = {},
): Buffer {
  const parts: Buffer[] = [prefix];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  let count = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content);
    const data = entry.deflate === true ? deflateRawSync(content) : content;
    const method = entry.deflate === true ? 8 : 0;
    const crc = crc32(content);
    const localName = Buffer.from(entry.localName ?? entry.name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(entry.localFlags ?? entry.flags ?? 0, 6);
    local.writeUInt16LE(entry.localMethod ?? method, 8);
    local.writeUInt32LE(entry.localCrc ?? entry.crc ?? crc, 14);
    local.writeUInt32LE(data.length, 18);
    local.writeUInt32LE(content.length, 22);
    local.writeUInt16LE(localName.length, 26);
    offsets.push(at);
    const record = Buffer.concat([local, localName, data, entry.gap ?? Buffer.alloc(0)]);
    parts.push(record);
    if (entry.hidden !== true) {
      const name = Buffer.from(entry.name);
      const central = Buffer.alloc(46);
      central.writeUInt32LE(0x02014b50, 0);
      central.writeUInt16LE(0x0314, 4);
      central.writeUInt16LE(20, 6);
      central.writeUInt16LE(entry.flags ?? 0, 8);
      central.writeUInt16LE(entry.method ?? method, 10);
      central.writeUInt32LE(entry.crc ?? crc, 16);
      central.writeUInt32LE(data.length, 20);
      central.writeUInt32LE(entry.size ?? content.length, 24);
      const extra = entry.extra ?? Buffer.alloc(0);
      central.writeUInt16LE(name.length, 28);
      central.writeUInt16LE(extra.length, 30);
      central.writeUInt32LE(((entry.unixMode ?? 0o100644) << 16) >>> 0, 38);
      central.writeUInt32LE(entry.sameAs === undefined ? at : offsets[entry.sameAs]!, 42);
      directory.push(Buffer.concat([central, name, extra]));
      count++;
    }
    at += record.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, central, end, Buffer.from(comment), suffix]);
}
