import type { RawBatch } from './cells.ts';
import { CsvTokenizer, type CsvHeader } from './csv.ts';
import { readText, type FileFacts } from './files.ts';
import { NdjsonReader } from './ndjson.ts';
import { ParquetFile } from './parquet.ts';

/** A part of a table that one worker reads: a file, some row groups of it, or a range of its bytes. Can be sent to a worker. */
export interface Part {
  readonly file: string;
  readonly facts: FileFacts;
  readonly partition: ReadonlyMap<string, string>;
  readonly range: ByteRange | undefined;
  /** Of Parquet: the first row group, and the one after the last. */
  readonly groups: readonly [number, number] | undefined;
  readonly bytes: number;
}

export interface ByteRange {
  /** Records that start from here on belong to the range, */
  readonly start: number;
  /** up to here. */
  readonly end: number;
  /** Whether a record is known to start at `start`; otherwise the first line break from there on is taken for its end. */
  readonly exact: boolean;
  /** Lines of the header, where the range follows it; otherwise 0. */
  readonly linesBefore: number;
  /** Of CSV. */
  readonly header: CsvHeader | undefined;
}

/** Where the records of a range really began and ended, and how many lines they were. */
export interface Extent {
  readonly start: number;
  readonly end: number;
  readonly lines: number;
}

const LF = 0x0a;
const NOTHING = Buffer.alloc(0);

/**
 * Reads a part, batch by batch. A batch is valid until the next is asked for.
 *
 * @returns where a range of bytes began and ended
 * @throws UserError naming the file and the line in the part
 */
export async function* readPart(part: Part, names: readonly string[]): AsyncGenerator<RawBatch, Extent | undefined> {
  const own = names.filter((name) => !part.partition.has(name));
  const places = names.map((name) => own.indexOf(name));
  const values = names.map((name) => part.partition.get(name));
  const whole = (batch: RawBatch): RawBatch =>
    own.length === names.length
      ? batch
      : {
          ...batch,
          cells: (index) =>
            places[index]! >= 0
              ? batch.cells(places[index]!)
              : { kind: 'values', type: 'text', values: new Array<unknown>(batch.rows).fill(values[index]) },
        };
  if (part.facts.format === 'parquet') {
    const file = await ParquetFile.open(part.file);
    try {
      const columns = file.locate(own);
      const [first, end] = part.groups ?? [0, file.groups.length];
      for (let group = first; group < end; group++) yield whole(file.batch(group, columns));
    } finally {
      await file.close();
    }
    return undefined;
  }
  if (part.range === undefined) {
    const reader = readerOf(part, own, undefined);
    for await (const chunk of readText(part.file, part.facts)) yield whole(reader.push(chunk, false));
    yield whole(reader.push(NOTHING, true));
    return { start: 0, end: part.bytes, lines: reader.lines };
  }
  return yield* readRange(part, part.range, own, whole);
}

interface TextReader {
  readonly lines: number;
  readonly overhang: number | undefined;
  push(chunk: Buffer, last: boolean): RawBatch;
}

function readerOf({ file, facts, range }: Part, names: readonly string[], length: number | undefined): TextReader {
  return facts.format === 'ndjson'
    ? new NdjsonReader(file, names, undefined, length)
    : new CsvTokenizer(
        file,
        names,
        length === undefined || range?.header === undefined ? undefined : { header: range.header, length },
      );
}

async function* readRange(
  part: Part,
  range: ByteRange,
  names: readonly string[],
  whole: (batch: RawBatch) => RawBatch,
): AsyncGenerator<RawBatch, Extent> {
  // The record before may have reached beyond this range.
  if (range.exact && range.start >= range.end) return { start: range.start, end: range.start, lines: 0 };
  // A record starts at `start` if the byte before it is a line break.
  let position = range.exact ? range.start : range.start - 1;
  let start = range.exact ? range.start : undefined;
  let reader = start === undefined ? undefined : readerOf(part, names, range.end - start);
  for await (let chunk of readText(part.file, part.facts, position)) {
    position += chunk.length;
    if (reader === undefined) {
      const lineBreak = chunk.indexOf(LF);
      if (lineBreak < 0) continue;
      start = position - chunk.length + lineBreak + 1;
      if (start >= range.end) return { start, end: start, lines: 0 };
      chunk = chunk.subarray(lineBreak + 1);
      reader = readerOf(part, names, range.end - start);
    }
    yield whole(reader.push(chunk, false));
    if (reader.overhang !== undefined) return { start: start!, end: range.end + reader.overhang, lines: reader.lines };
  }
  if (reader === undefined || start === undefined) return { start: position, end: position, lines: 0 };
  yield whole(reader.push(NOTHING, true));
  return { start, end: position, lines: reader.lines };
}
