/** The checksum that Cloud Storage keeps of every object: CRC-32C (Castagnoli, RFC 3720 appendix B.4), which zlib does not have. */
export class Crc32c {
  #state = 0xffffffff;

  update(bytes: Uint8Array): void {
    let crc = this.#state;
    const length = bytes.length;
    let i = 0;
    // Eight bytes at a time ("slicing by 8"): the table of each place moves a byte past those behind it.
    for (; i + 8 <= length; i += 8) {
      crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
      crc =
        TABLE[1792 + (crc & 0xff)]! ^
        TABLE[1536 + ((crc >>> 8) & 0xff)]! ^
        TABLE[1280 + ((crc >>> 16) & 0xff)]! ^
        TABLE[1024 + (crc >>> 24)]! ^
        TABLE[768 + bytes[i + 4]!]! ^
        TABLE[512 + bytes[i + 5]!]! ^
        TABLE[256 + bytes[i + 6]!]! ^
        TABLE[bytes[i + 7]!]!;
    }
    for (; i < length; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[i]!) & 0xff]!;
    this.#state = crc;
  }

  /** Base64 of the four bytes, big-endian, as the API writes it. */
  digest(): string {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(~this.#state >>> 0);
    return bytes.toString('base64');
  }
}

/** 8 tables of 256. */
const TABLE = makeTable();

function makeTable(): Int32Array {
  const table = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    table[byte] = crc;
  }
  for (let i = 256; i < table.length; i++) {
    const before = table[i - 256]!;
    table[i] = (before >>> 8) ^ table[before & 0xff]!;
  }
  return table;
}
