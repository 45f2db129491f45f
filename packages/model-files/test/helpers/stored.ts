import { crc32 } from 'node:zlib';

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

const checked = (bytes: Buffer): Buffer => Buffer.concat([bytes, uint32(crc32(bytes))]);

const variable = (value: number): Buffer =>
  value < 0x80 ? Buffer.of(value) : Buffer.concat([Buffer.of((value & 0x7f) | 0x80), variable(value >>> 7)]);

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

/** An xz file that holds up to 64 KiB as they are. */
export function storedXz(content: Buffer): Buffer {
  const flags = Buffer.of(0, 1);
  const header = checked(Buffer.of(2, 0, 0x21, 1, 0, 0, 0, 0));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(content.length - 1);
  const data = Buffer.concat([Buffer.of(1), length, content, Buffer.of(0)]);
  const block = Buffer.concat([header, padded(data), uint32(crc32(content))]);
  const unpadded = header.length + data.length + 4;
  const index = checked(padded(Buffer.concat([Buffer.of(0, 1), variable(unpadded), variable(content.length)])));
  const footer = Buffer.concat([uint32(index.length / 4 - 1), flags]);
  return Buffer.concat([
    Buffer.from('fd377a585a00', 'hex'),
    checked(flags),
    ...[block, index, uint32(crc32(footer)), footer, Buffer.from('YZ')],
  ]);
}

/** An LZ4 frame that holds up to 4 MiB as they are. */
export function storedLz4(content: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from('04224d18607073', 'hex'),
    uint32((0x80000000 | content.length) >>> 0),
    content,
    uint32(0),
  ]);
}
