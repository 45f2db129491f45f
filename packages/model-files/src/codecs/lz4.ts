import { FormatError, type Cursor } from '../cursor.ts';

const MAGIC = 0x184d2204;
/** Matches reach back this far. */
const HISTORY = 65_536;

/**
 * Unpacks the LZ4 frames from the cursor on, block by block, and leaves the cursor behind the last one, as
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md has it. Checksums are passed over: damage shows in what is unpacked.
 */
export function* decodeLz4(cursor: Cursor): Generator<Buffer> {
  do {
    if (cursor.uint32() !== MAGIC) throw new FormatError('an LZ4 frame has no valid beginning');
    const flags = cursor.byte();
    const sizeCode = (cursor.byte() >>> 4) & 7;
    if (flags >>> 6 !== 1 || sizeCode < 4) throw new FormatError('an LZ4 frame is of no known version');
    if ((flags & 1) !== 0) throw new FormatError('an LZ4 frame needs a dictionary that is not in it');
    const isIndependent = (flags & 0x20) !== 0;
    // The content's size and the header's checksum.
    cursor.skip(((flags & 8) !== 0 ? 8 : 0) + 1);
    const largest = 1 << (8 + 2 * sizeCode);
    let history: Buffer = Buffer.alloc(0);
    for (;;) {
      const stated = cursor.uint32();
      if (stated === 0) break;
      const length = stated & 0x7fffffff;
      if (length > largest) throw new FormatError('an LZ4 block is longer than its frame allows');
      const packed = cursor.bytes(length);
      const content = stated > 0x7fffffff ? packed : decodeBlock(packed, history, largest);
      if ((flags & 0x10) !== 0) cursor.skip(4);
      if (!isIndependent) history = Buffer.concat([history, content]).subarray(-HISTORY);
      yield content;
    }
    if ((flags & 4) !== 0) cursor.skip(4);
  } while (startsFrame(cursor));
}

function startsFrame(cursor: Cursor): boolean {
  if (cursor.remaining < 4) return false;
  const start = cursor.position;
  const magic = cursor.uint32();
  cursor.seek(start);
  return magic === MAGIC;
}

/** Literals and matches in turn; the last sequence has literals alone. */
function decodeBlock(packed: Buffer, history: Buffer, largest: number): Buffer {
  const content = Buffer.allocUnsafe(history.length + largest);
  history.copy(content);
  let at = 0;
  let end = history.length;
  const extended = (length: number): number => {
    if (length < 15) return length;
    for (;;) {
      const byte = packed[at++];
      if (byte === undefined) throw new FormatError('an LZ4 block ends in the middle of a length');
      length += byte;
      if (byte < 255) return length;
    }
  };
  while (at < packed.length) {
    const token = packed[at++]!;
    const literals = extended(token >>> 4);
    if (at + literals > packed.length || end + literals > content.length)
      throw new FormatError('the literals of an LZ4 block go over its end');
    packed.copy(content, end, at, at + literals);
    at += literals;
    end += literals;
    if (at === packed.length) break;
    if (at + 2 > packed.length) throw new FormatError('an LZ4 block ends in the middle of a match');
    const distance = packed.readUInt16LE(at);
    at += 2;
    const length = extended(token & 15) + 4;
    if (distance === 0 || distance > end || end + length > content.length)
      throw new FormatError('a match of an LZ4 block reaches out of it');
    for (let index = 0; index < length; index++, end++) content[end] = content[end - distance]!;
  }
  return Buffer.from(content.subarray(history.length, end));
}
