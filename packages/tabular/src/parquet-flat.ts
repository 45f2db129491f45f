import { parquetHeader } from 'hyparquet/src/column.js';
import type { Compressors } from 'hyparquet';
import type { CodedCells, DoubleCells } from './cells.ts';
import type { ParquetColumn } from './parquet-column.ts';
import { decodeUtf8 } from './table.ts';

/**
 * Decodes the chunk of a flat column straight into doubles, or into codes and their texts. What it does not know (other encodings, types and widths) is
 * for the general decoder.
 *
 * @returns undefined for what it does not know
 * @throws RangeError if pages do not hold what they claim
 */
export function decodeFlat(
  chunk: Uint8Array<ArrayBuffer>,
  rows: number,
  column: ParquetColumn,
  codec: string,
  compressors: Compressors,
): DoubleCells | CodedCells | undefined {
  if (column.reading === undefined) return undefined;
  const target = column.reading === 'texts' ? new Codes(rows) : new Doubles(rows, column);
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 };
  const levels = column.optional ? new Uint8Array(rows) : undefined;
  const unpack = (bytes: Uint8Array<ArrayBuffer>, length: number, packed: boolean): Uint8Array<ArrayBuffer> => {
    if (codec === 'UNCOMPRESSED' || !packed) return bytes;
    const page = (compressors as Record<string, (input: Uint8Array, length: number) => Uint8Array>)[codec]!(
      bytes,
      length,
    );
    if (page.length !== length) throw new RangeError(`a page has ${page.length} of ${length} bytes`);
    return page as Uint8Array<ArrayBuffer>;
  };
  let row = 0;
  while (row < rows) {
    const header = parquetHeader(reader);
    const size = header.compressed_page_size;
    if (!(size >= 0 && reader.offset + size <= chunk.length)) throw new RangeError('a page ends behind its column');
    const bytes = chunk.subarray(reader.offset, reader.offset + size);
    reader.offset += size;
    const unpacked = header.uncompressed_page_size;
    if (header.type === 'DICTIONARY_PAGE') {
      target.setDictionary(unpack(bytes, unpacked, true), header.dictionary_page_header!.num_values);
      continue;
    }
    const v1 = header.data_page_header;
    const v2 = header.data_page_header_v2;
    const count = (v1 ?? v2)?.num_values;
    const encoding = (v1 ?? v2)?.encoding;
    if (count === undefined || count > rows - row) throw new RangeError('a page has more values than its row group');
    let page: Uint8Array<ArrayBuffer>;
    let at = 0;
    if (v1 !== undefined) {
      page = unpack(bytes, unpacked, true);
      if (levels !== undefined) {
        if (v1.definition_level_encoding !== 'RLE') return undefined;
        const length = page.length >= 4 ? new DataView(page.buffer, page.byteOffset).getUint32(0, true) : -1;
        at = 4 + length;
        if (length < 0 || at > page.length) throw new RangeError('the levels of a page are cut off');
        decodeHybrid(page, 4, at, 1, levels, row, count);
      }
    } else if (v2 !== undefined) {
      const before = v2.definition_levels_byte_length + v2.repetition_levels_byte_length;
      if (before > bytes.length) throw new RangeError('the levels of a page are cut off');
      if (levels !== undefined) decodeHybrid(bytes, v2.repetition_levels_byte_length, before, 1, levels, row, count);
      page = unpack(bytes.subarray(before), unpacked - before, v2.is_compressed !== false);
    } else {
      return undefined;
    }
    let present = count;
    if (levels !== undefined) for (let index = row; index < row + count; index++) present -= 1 - levels[index]!;
    if (encoding === 'PLAIN') {
      if (!target.addPlain(page, at, row, count, present, levels)) return undefined;
    } else if (encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY') {
      const width = present === 0 ? 0 : page[at];
      if (width === undefined) throw new RangeError('a page is empty');
      if (width > 24) return undefined;
      const codes = new Int32Array(present);
      if (width > 0) decodeHybrid(page, at + 1, page.length, width, codes, 0, present);
      target.addCoded(codes, row, count, levels);
    } else {
      return undefined;
    }
    row += count;
  }
  return target.cells(levels);
}

/**
 * Decodes Parquet's hybrid of runs and packed bits, of a width of up to 24.
 *
 * @throws RangeError if there are fewer values
 */
export function decodeHybrid(
  bytes: Uint8Array,
  from: number,
  to: number,
  width: number,
  into: Uint8Array | Int32Array,
  start: number,
  count: number,
): void {
  const end = start + count;
  let out = start;
  let at = from;
  const mask = (1 << width) - 1;
  while (out < end) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= to || shift > 28) throw new RangeError('a run is cut off');
      const byte = bytes[at++]!;
      header |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if ((header & 1) === 0) {
      let value = 0;
      for (let shift = 0; shift < width; shift += 8) {
        if (at >= to) throw new RangeError('a run is cut off');
        value |= bytes[at++]! << shift;
      }
      const length = Math.min(header >>> 1, end - out);
      if (length === 0 && header === 0) throw new RangeError('a run is empty');
      into.fill(value, out, out + length);
      out += length;
      continue;
    }
    const values = Math.min((header >>> 1) * 8, end - out);
    const next = at + (header >>> 1) * width;
    if (at + Math.ceil((values * width) / 8) > to) throw new RangeError('packed values are cut off');
    let bits = 0;
    let held = 0;
    for (let index = 0; index < values; index++) {
      while (held < width) {
        bits |= bytes[at++]! << held;
        held += 8;
      }
      into[out++] = bits & mask;
      bits >>>= width;
      held -= width;
    }
    at = next;
  }
}

/** Values that are numbers. */
class Doubles {
  readonly #values: Float64Array;
  readonly #column: ParquetColumn;
  #dictionary = new Float64Array(0);

  constructor(rows: number, column: ParquetColumn) {
    this.#values = new Float64Array(rows);
    this.#column = column;
  }

  setDictionary(page: Uint8Array<ArrayBuffer>, count: number): void {
    this.#dictionary = readPlain(page, 0, count, this.#column);
  }

  addPlain(
    page: Uint8Array<ArrayBuffer>,
    at: number,
    row: number,
    count: number,
    present: number,
    levels: Uint8Array | undefined,
  ): boolean {
    const values = readPlain(page, at, present, this.#column);
    const into = this.#values;
    if (levels === undefined || present === count) into.set(values, row);
    else
      for (let index = row, next = 0; next < present; index++) if (levels[index] !== 0) into[index] = values[next++]!;
    return true;
  }

  addCoded(codes: Int32Array, row: number, count: number, levels: Uint8Array | undefined): void {
    const dictionary = this.#dictionary;
    const into = this.#values;
    let next = 0;
    for (let index = row; index < row + count; index++) {
      if (levels !== undefined && levels[index] === 0) continue;
      const code = codes[next++]!;
      if (code >= dictionary.length) throw new RangeError('a code is not in the dictionary');
      into[index] = dictionary[code]!;
    }
  }

  /** Undefined if whole numbers are beyond what a double holds. */
  cells(levels: Uint8Array | undefined): DoubleCells | undefined {
    const values = this.#values;
    if (this.#column.reading === 'int64') {
      for (let row = 0; row < values.length; row++)
        if (Math.abs(values[row]!) > Number.MAX_SAFE_INTEGER) return undefined;
    }
    const { type, factor, divisor } = this.#column;
    if (divisor !== 1) for (let row = 0; row < values.length; row++) values[row] = values[row]! / divisor;
    else if (factor !== 1) for (let row = 0; row < values.length; row++) values[row] = values[row]! * factor;
    return { kind: 'doubles', type, values, present: levels };
  }
}

function readPlain(
  page: Uint8Array<ArrayBuffer>,
  at: number,
  count: number,
  { reading }: ParquetColumn,
): Float64Array<ArrayBuffer> {
  const width = reading === 'int32' || reading === 'uint32' || reading === 'float' ? 4 : 8;
  if (at + count * width > page.length) throw new RangeError('the values of a page are cut off');
  const from = page.byteOffset + at;
  const aligned = page.buffer.slice(from, from + count * width);
  switch (reading) {
    case 'double':
      return new Float64Array(aligned);
    case 'float':
      return Float64Array.from(new Float32Array(aligned));
    case 'int32':
      return Float64Array.from(new Int32Array(aligned));
    case 'uint32':
      return Float64Array.from(new Uint32Array(aligned));
    default: {
      const halves = new Int32Array(aligned);
      const values = new Float64Array(count);
      for (let index = 0; index < count; index++) {
        values[index] = halves[2 * index + 1]! * 0x1_0000_0000 + (halves[2 * index]! >>> 0);
      }
      return values;
    }
  }
}

/** Texts of a dictionary. */
class Codes {
  readonly #codes: Int32Array;
  #texts: string[] = [];

  constructor(rows: number) {
    this.#codes = new Int32Array(rows).fill(-1);
  }

  setDictionary(page: Uint8Array<ArrayBuffer>, count: number): void {
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    const texts: string[] = [];
    for (let at = 0; texts.length < count;) {
      if (at + 4 > page.length) throw new RangeError('a dictionary is cut off');
      const length = view.getUint32(at, true);
      at += 4;
      if (at + length > page.length) throw new RangeError('a dictionary is cut off');
      texts.push(decodeUtf8(page.subarray(at, at + length), () => 'a text'));
      at += length;
    }
    this.#texts = texts;
  }

  /** Texts that are not in a dictionary are for the general decoder. */
  addPlain(): boolean {
    return false;
  }

  addCoded(codes: Int32Array, row: number, count: number, levels: Uint8Array | undefined): void {
    const into = this.#codes;
    const { length } = this.#texts;
    let next = 0;
    for (let index = row; index < row + count; index++) {
      if (levels !== undefined && levels[index] === 0) continue;
      const code = codes[next++]!;
      if (code >= length) throw new RangeError('a code is not in the dictionary');
      into[index] = code;
    }
  }

  cells(): CodedCells {
    return { kind: 'coded', type: 'text', codes: this.#codes, texts: this.#texts };
  }
}
