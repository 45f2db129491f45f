import { open, type FileHandle } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { messageOf, UserError } from '@mlops-actions/action-kit';
import {
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
  snappyUncompress,
  type AsyncBuffer,
  type Compressors,
} from 'hyparquet';
import { locateColumns, type Batch, type Cell } from './table.ts';

/** A page that claims to be larger is refused before memory is set aside for it. */
const PAGE_LIMIT = 256 * 1024 * 1024;

const bounded =
  (decompress: (input: Uint8Array, length: number) => Uint8Array) =>
  (input: Uint8Array, length: number): Uint8Array => {
    if (!(length >= 0 && length <= PAGE_LIMIT)) throw new RangeError(`a page claims to hold ${length} bytes`);
    return length === 0 ? new Uint8Array(0) : decompress(input, length);
  };

const COMPRESSORS: Compressors = {
  SNAPPY: bounded((input, length) => {
    const output = new Uint8Array(length);
    snappyUncompress(input, output);
    return output;
  }),
  GZIP: bounded((input, length) => gunzipSync(input, { maxOutputLength: length })),
  BROTLI: bounded((input, length) => brotliDecompressSync(input, { maxOutputLength: length })),
  ZSTD: bounded((input, length) => zstdDecompressSync(input, { maxOutputLength: length })),
};

/** Reads flat columns of a Parquet file, one row group at a time. Codecs: none, Snappy, GZIP, Brotli, Zstandard. */
export async function* readParquet(file: string, wanted: readonly string[]): AsyncGenerator<Batch> {
  const handle = await open(file);
  try {
    const buffer = await randomAccess(handle);
    const metadata = await readable(file, () => parquetMetadataAsync(buffer));
    const fields = parquetSchema(metadata).children;
    const names = fields.map(({ element }) => element.name);
    for (const index of locateColumns(file, names, wanted)) {
      const { element, children } = fields[index]!;
      if (children.length > 0 || element.repetition_type === 'REPEATED') {
        throw new UserError(`'${file}': the column '${element.name}' is nested.`);
      }
    }
    const codec = metadata.row_groups
      .flatMap(({ columns }) => columns.map(({ meta_data }) => meta_data?.codec))
      .find((name) => name !== undefined && name !== 'UNCOMPRESSED' && !Object.hasOwn(COMPRESSORS, name));
    if (codec !== undefined) {
      throw new UserError(`'${file}' is compressed by ${codec}, which is not supported.`, {
        fix: 'Write it with snappy, gzip, brotli or zstd.',
      });
    }
    const scan = await readable(file, () =>
      parquetScan({ file: buffer, metadata, columns: [...wanted], compressors: COMPRESSORS, geoparquet: false }),
    );
    let rows = 0;
    for (const { rowStart, rowEnd } of scan.ranges) {
      const columns: Cell[][] = [];
      for (const column of wanted) {
        const values = await readable(file, () => scan.readColumn({ column, rowStart, rowEnd }));
        if (values.length !== rowEnd - rowStart) {
          throw new UserError(`'${file}': the column '${column}' has ${values.length} of ${rowEnd - rowStart} values.`);
        }
        columns.push(
          Array.from(values as ArrayLike<unknown>, (value, index) => toCell(value, column, file, rowStart + index)),
        );
      }
      rows += rowEnd - rowStart;
      if (rowEnd > rowStart) {
        yield { length: rowEnd - rowStart, columns, placeOf: (index) => `row ${rowStart + index + 1}` };
      }
    }
    if (BigInt(rows) !== metadata.num_rows) {
      throw new UserError(`'${file}' says that it has ${metadata.num_rows.toString()} rows, and has ${rows}.`);
    }
  } finally {
    await handle.close();
  }
}

async function randomAccess(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  const read = async (start: number, end: number): Promise<ArrayBuffer> => {
    if (!(start >= 0 && end >= start && end <= size)) throw new RangeError(`bytes ${start} to ${end} lie outside`);
    const bytes = new Uint8Array(end - start);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
    if (bytesRead !== bytes.length) throw new RangeError('the file is cut off');
    return bytes.buffer;
  };
  return {
    byteLength: size,
    slice(start, end = size) {
      const bytes = read(start, end);
      // The decoder asks for several slices ahead; when one fails it never looks at the others.
      bytes.catch(() => undefined);
      return bytes;
    },
  };
}

/** Whatever the decoder makes of bytes that are not Parquet is a fault of the file. */
async function readable<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new UserError(`'${file}' is not a readable Parquet file: ${messageOf(error)}.`, { cause: error });
  }
}

function toCell(value: unknown, column: string, file: string, row: number): Cell {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    case 'undefined':
      return null;
    default:
      if (value === null) return null;
      if (value instanceof Date) return value.toISOString();
      throw new UserError(`'${file}': row ${row + 1} has no plain value in '${column}'.`);
  }
}
