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
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { readColumn } from 'hyparquet/src/column.js';
import { millisOfNanos, valueOf, type Cells, type RawBatch, type TextCells, type ValueType } from './cells.ts';
import { decodeFlat } from './parquet-flat.ts';
import { decodeUtf8, locateColumns, type Batch, type Cell } from './table.ts';

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

/** A column of a Parquet file. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: ValueType;
  /** As people call it: `INT64`, `DECIMAL(18, 4)`. */
  readonly shown: string;
  /** Decimals after the point, of a decimal. */
  readonly scale: number;
  /** Whether there may be no value. */
  readonly optional: boolean;
  /** How its values lie in pages, where they can be read straight into doubles or codes. */
  readonly reading: 'double' | 'float' | 'int32' | 'uint32' | 'int64' | 'texts' | undefined;
  /** What they are multiplied with and divided by to be what they mean. */
  readonly factor: number;
  readonly divisor: number;
  /** The nodes of the schema that lead to it. */
  readonly path: readonly SchemaNode[];
}

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

/** Times as milliseconds, finer ones with all their digits; text that is not UTF-8 is refused. */
const PARSERS = {
  ...DEFAULT_PARSERS,
  timestampFromMilliseconds: (millis: bigint) => Number(millis),
  timestampFromMicroseconds: millisecondsOf,
  timestampFromNanoseconds: (nanos: bigint) => nanos,
  dateFromDays: (days: number) => days * 86_400_000,
  stringFromBytes: (bytes: Uint8Array | undefined) =>
    bytes === undefined ? undefined : decodeUtf8(bytes, () => 'a text'),
  jsonFromBytes: (bytes: Uint8Array | undefined) =>
    bytes === undefined ? undefined : decodeUtf8(bytes, () => 'a text'),
};

/** Microseconds as milliseconds; where a double cannot hold both, the millisecond that they lie in. */
function millisecondsOf(micros: bigint): number {
  const double = Number(micros);
  if (Number.isSafeInteger(double)) return double / 1000;
  return Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n);
}

type SchemaNode = ReturnType<typeof parquetSchema>;

function columnOf(root: SchemaNode, node: SchemaNode): ParquetColumn {
  const { element, children } = node;
  const { name, type, converted_type: converted, logical_type: logical, scale = 0 } = element;
  const plainType = (): ValueType => {
    if (children.length > 0 || element.repetition_type === 'REPEATED') return 'other';
    if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') return 'decimal';
    if (converted === 'DATE' || logical?.type === 'DATE') return 'date';
    if (converted?.startsWith('TIMESTAMP') === true || logical?.type === 'TIMESTAMP') return 'timestamp';
    if (converted?.startsWith('TIME') === true || logical?.type === 'TIME') return 'time';
    if (converted === 'INTERVAL' || converted === 'BSON') return 'other';
    switch (type) {
      case 'BOOLEAN':
        return 'boolean';
      case 'INT32':
      case 'INT64':
        return 'integer';
      case 'FLOAT':
      case 'DOUBLE':
        return 'float';
      case 'INT96':
        return 'timestamp';
      case 'BYTE_ARRAY':
        return 'text';
      case 'FIXED_LEN_BYTE_ARRAY':
        return logical?.type === 'UUID' ? 'text' : logical?.type === 'FLOAT16' ? 'float' : 'other';
      default:
        return 'other';
    }
  };
  const is = plainType();
  const shown = is === 'other' ? 'nested or binary' : (logical?.type ?? converted ?? type ?? 'nested');
  return {
    name,
    type: is,
    shown,
    scale,
    optional: element.repetition_type === 'OPTIONAL',
    path: [root, node],
    ...straightReading(element, is),
  };
}

/** How a column's values can be read without the general decoder. */
function straightReading(
  { type, converted_type: converted, logical_type: logical, scale = 0 }: SchemaNode['element'],
  is: ValueType,
): Pick<ParquetColumn, 'reading' | 'factor' | 'divisor'> {
  const plainly = { factor: 1, divisor: 1 };
  const none = { ...plainly, reading: undefined };
  if (type === 'BYTE_ARRAY')
    return { ...plainly, reading: is === 'text' && converted !== 'JSON' ? 'texts' : undefined };
  if (type === 'DOUBLE') return { ...plainly, reading: 'double' };
  if (type === 'FLOAT') return { ...plainly, reading: 'float' };
  if (type !== 'INT32' && type !== 'INT64') return none;
  const unsigned = converted?.startsWith('UINT') === true || (logical?.type === 'INTEGER' && !logical.isSigned);
  if (unsigned && type === 'INT64') return none;
  const reading = type === 'INT64' ? 'int64' : unsigned ? 'uint32' : 'int32';
  switch (is) {
    case 'integer':
      return { ...plainly, reading };
    case 'decimal':
      return scale <= 22 ? { reading, factor: 1, divisor: 10 ** scale } : none;
    case 'date':
      return { reading, factor: 86_400_000, divisor: 1 };
    case 'timestamp': {
      const unit = logical?.type === 'TIMESTAMP' ? logical.unit : undefined;
      // Microseconds before 1684 and after 2255 do not fit into a double.
      return converted === 'TIMESTAMP_MILLIS' || unit === 'MILLIS' ? { ...plainly, reading } : none;
    }
    default:
      return none;
  }
}

/** Values as the executor takes them. */
function plain(values: ArrayLike<unknown>, { type, scale, shown }: ParquetColumn): ArrayLike<unknown> {
  if (type === 'decimal') {
    // The decoder multiplies by 10^-scale, which rounds twice; the quotient of the exact digits rounds once.
    const factor = 10 ** -scale;
    const whole = 10 ** scale;
    return Array.from(values, (value) => (typeof value === 'number' ? Math.round(value / factor) / whole : value));
  }
  if (type === 'time') return Array.from(values, (value) => timeText(value, shown));
  if (values instanceof BigInt64Array && type === 'integer') {
    const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
    const doubles = new Float64Array(values.length);
    for (let index = 0; index < values.length; index++) {
      const high = halves[2 * index + 1]!;
      if (high > 0x1f_ffff || high < -0x20_0000) return values;
      doubles[index] = high * 0x1_0000_0000 + (halves[2 * index]! >>> 0);
    }
    return doubles;
  }
  return values;
}

/** Milliseconds as whole numbers of 32 bits, micro- or nanoseconds as bigint: `08:30:00.25`. */
function timeText(value: unknown, shown: string): string | undefined {
  if (value === null || value === undefined) return undefined;
  const digits = typeof value === 'number' ? 3 : /NANOS/.test(shown) ? 9 : 6;
  const units = BigInt(value as number | bigint);
  const perSecond = 10n ** BigInt(digits);
  const seconds = units / perSecond;
  const two = (part: bigint): string => part.toString().padStart(2, '0');
  const fraction = (units % perSecond).toString().padStart(digits, '0').replace(/0+$/, '');
  return `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}${fraction === '' ? '' : `.${fraction}`}`;
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

function toCell(value: unknown, type: ValueType): Cell {
  if (value === null || value === undefined) return null;
  if (type === 'date' || type === 'timestamp') {
    const millis = typeof value === 'bigint' ? millisOfNanos(value) : Math.floor(value as number);
    return new Date(millis).toISOString();
  }
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  return value as string | number | boolean;
}
