import { open, type FileHandle } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { messageOf, UserError } from '@mlops-actions/action-kit';
import {
  parquetMetadataAsync,
  parquetSchema,
  snappyUncompress,
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
} from 'hyparquet';
import { readColumn } from 'hyparquet/src/column.js';
import { valueOf, type Cells, type RawBatch, type TextCells } from './cells.ts';
import { columnOf, type ParquetColumn } from './parquet-column.ts';
import { decodeFlat } from './parquet-flat.ts';
import { PARSERS, plain, toCell } from './parquet-values.ts';
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

/** Reads columns of a Parquet file, one row group at a time. Codecs: none, Snappy, GZIP, Brotli, Zstandard. */
export async function* readParquet(file: string, wanted: readonly string[]): AsyncGenerator<Batch> {
  const table = await ParquetFile.open(file);
  try {
    const columns = table.locate(wanted);
    for (let group = 0; group < table.groups.length; group++) {
      const { rows, numbers, cells } = table.batch(group, columns);
      const values: Cell[][] = [];
      for (let index = 0; index < columns.length; index++) {
        const read = await cells(index);
        values.push(Array.from({ length: rows }, (_, row) => toCell(valueOf(read, row), read.type)));
      }
      if (rows > 0) yield { length: rows, columns: values, placeOf: (index) => `row ${numbers[index]!}` };
    }
  } finally {
    await table.close();
  }
}

/** A batch whose cells are read when they are asked for. */
export interface ParquetBatch extends RawBatch {
  readonly cells: (column: number) => Promise<Exclude<Cells, TextCells>>;
}

/** An open Parquet file. */
export class ParquetFile {
  readonly file: string;
  readonly columns: readonly ParquetColumn[];
  /** Rows of each row group. */
  readonly groups: readonly number[];
  readonly #handle: FileHandle;
  readonly #buffer: AsyncBuffer;
  readonly #metadata: FileMetaData;

  private constructor(
    file: string,
    handle: FileHandle,
    buffer: AsyncBuffer,
    metadata: FileMetaData,
    columns: readonly ParquetColumn[],
  ) {
    this.file = file;
    this.columns = columns;
    this.groups = metadata.row_groups.map((group) => Number(group.num_rows));
    this.#handle = handle;
    this.#buffer = buffer;
    this.#metadata = metadata;
  }

  /** @throws UserError if the file is cut off, no Parquet, or packed by a codec that is not supported */
  static async open(file: string): Promise<ParquetFile> {
    const handle = await open(file);
    try {
      const buffer = await randomAccess(handle);
      const metadata = await readable(file, () => parquetMetadataAsync(buffer, { geoparquet: false }));
      const codec = metadata.row_groups
        .flatMap(({ columns }) => columns.map(({ meta_data }) => meta_data?.codec))
        .find((name) => name !== undefined && name !== 'UNCOMPRESSED' && !Object.hasOwn(COMPRESSORS, name));
      if (codec !== undefined) {
        throw new UserError(`'${file}' is compressed by ${codec}, which is not supported.`, {
          fix: 'Write it with snappy, gzip, brotli or zstd.',
        });
      }
      const columns = await readable(file, async () => {
        const root = parquetSchema(metadata);
        return root.children.map((node) => columnOf(root, node));
      });
      const table = new ParquetFile(file, handle, buffer, metadata, columns);
      const rows = table.groups.reduce((sum, group) => sum + group, 0);
      if (!table.groups.every((group) => group >= 0 && group < 2 ** 31) || BigInt(rows) !== metadata.num_rows) {
        throw new UserError(`'${file}' says that it has ${metadata.num_rows.toString()} rows, and has ${rows}.`);
      }
      return table;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** @throws UserError if a column is missing, is there twice or has no plain values */
  locate(wanted: readonly string[]): ParquetColumn[] {
    const names = this.columns.map(({ name }) => name);
    return locateColumns(this.file, names, wanted).map((index) => {
      const column = this.columns[index]!;
      if (column.type === 'other') {
        throw new UserError(
          `'${this.file}': the column '${column.name}' is ${column.shown}, which has no plain values.`,
        );
      }
      return column;
    });
  }

  /** The rows of one row group. */
  batch(group: number, columns: readonly ParquetColumn[]): ParquetBatch {
    const rows = this.groups[group]!;
    const before = this.groups.slice(0, group).reduce((sum, each) => sum + each, 0);
    return {
      rows,
      unit: 'row',
      numbers: Float64Array.from({ length: rows }, (_, row) => before + row + 1),
      cells: (index) => readable(this.file, () => this.#read(group, columns[index]!)),
    };
  }

  async #read(group: number, column: ParquetColumn): Promise<Exclude<Cells, TextCells>> {
    const rows = this.groups[group]!;
    const meta = this.#metadata.row_groups[group]!.columns.find(
      ({ meta_data }) => meta_data?.path_in_schema.length === 1 && meta_data.path_in_schema[0] === column.name,
    )?.meta_data;
    if (meta === undefined) throw new RangeError(`row group ${group + 1} has no column '${column.name}'`);
    const start = Number(meta.dictionary_page_offset ?? meta.data_page_offset);
    const first = Math.min(start, Number(meta.data_page_offset));
    const bytes = new Uint8Array(await this.#buffer.slice(first, first + Number(meta.total_compressed_size)));
    const flat = decodeFlat(bytes, rows, column, meta.codec, COMPRESSORS);
    if (flat !== undefined) return flat;
    const { data } = readColumn(
      { view: new DataView(bytes.buffer), offset: 0 },
      { groupStart: 0, selectStart: 0, selectEnd: rows, groupRows: rows },
      {
        pathInSchema: meta.path_in_schema,
        type: meta.type,
        element: column.path.at(-1)!.element,
        schemaPath: [...column.path],
        codec: meta.codec,
        parsers: PARSERS,
        compressors: COMPRESSORS,
      },
    );
    const values = (data as ArrayLike<unknown>[]).flatMap((page) => Array.from(page));
    if (values.length !== rows)
      throw new RangeError(`the column '${column.name}' has ${values.length} of ${rows} values`);
    return { kind: 'values', type: column.type, values: plain(values, column) };
  }

  close(): Promise<void> {
    return this.#handle.close();
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
    if (error instanceof UserError) throw new UserError(`'${file}': ${error.message}`, { cause: error });
    throw new UserError(`'${file}' is not a readable Parquet file: ${messageOf(error)}.`, { cause: error });
  }
}
