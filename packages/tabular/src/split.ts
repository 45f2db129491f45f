import { UserError } from '@mlops-actions/action-kit';
import { CsvTokenizer, type CsvHeader } from './csv.ts';
import { factsOf, readText, type FileFacts } from './files.ts';
import { NdjsonReader } from './ndjson.ts';
import { ParquetFile } from './parquet.ts';
import type { Part } from './part.ts';
import type { Source, SourceFile } from './source.ts';

/**
 * Bytes of a range, and rows of some row groups, that are one part. They depend on the data alone, never on the machine: sums of doubles come out the
 * same however many workers share the parts.
 */
const RANGE_BYTES = 16 * 1024 * 1024;
const GROUP_ROWS = 100_000;

/** Cuts a table into parts, in the order of its rows. */
export async function splitSource(source: Source): Promise<Part[][]> {
  const files: Part[][] = [];
  for (const file of source.files) {
    const facts = await factsOf(file.path, source.encoding);
    const whole: Part = {
      file: file.path,
      facts,
      partition: file.partition,
      range: undefined,
      groups: undefined,
      bytes: file.bytes,
    };
    files.push(
      facts.format === 'parquet'
        ? await splitParquet(whole)
        : facts.seekable && file.bytes > RANGE_BYTES
          ? await splitText(whole)
          : [whole],
    );
  }
  return files;
}

async function splitParquet(whole: Part): Promise<Part[]> {
  const file = await ParquetFile.open(whole.file);
  await file.close();
  const parts: Part[] = [];
  for (let first = 0; first < file.groups.length;) {
    let end = first;
    for (let rows = 0; end < file.groups.length && rows < GROUP_ROWS; end++) rows += file.groups[end]!;
    parts.push({ ...whole, groups: [first, end], bytes: (whole.bytes * (end - first)) / file.groups.length });
    first = end;
  }
  return parts.length === 0 ? [{ ...whole, groups: [0, 0] }] : parts;
}

async function splitText(whole: Part): Promise<Part[]> {
  const { header, start, lines } = await textStart(whole);
  const parts: Part[] = [];
  for (let from = start, exact = true; from < whole.bytes; exact = false) {
    const end = Math.min(from + RANGE_BYTES, whole.bytes);
    parts.push({
      ...whole,
      range: { start: from, end, exact, linesBefore: exact ? lines : 0, header },
      bytes: end - from,
    });
    from = end;
  }
  return parts.length === 0 ? [whole] : parts;
}

/** Where the rows of a text file begin. */
export async function textStart(part: Part): Promise<{ header: CsvHeader | undefined; start: number; lines: number }> {
  return part.facts.format === 'csv' ? readHeader(part) : { header: undefined, start: part.facts.bom, lines: 0 };
}

/** The header of a CSV file, with the bytes and lines that it and blank lines before it take. */
async function readHeader(part: Part): Promise<{
  header: CsvHeader;
  start: number;
  lines: number;
}> {
  const tokenizer = new CsvTokenizer(part.file, [], undefined, true);
  for await (const chunk of readText(part.file, part.facts)) {
    tokenizer.push(chunk, false);
    if (tokenizer.header !== undefined) break;
  }
  if (tokenizer.header === undefined) tokenizer.push(Buffer.alloc(0), true);
  return {
    header: tokenizer.header!,
    start: part.facts.bom + tokenizer.headerBytes,
    lines: tokenizer.lines,
  };
}

/** Rows of NDJSON whose keys make the columns. */
const SEEN_BYTES = 1024 * 1024;

/** The columns of one file by name, without those that its path says. */
async function columnsOfFile(
  file: SourceFile,
  facts: FileFacts,
): Promise<{ name: string; type?: string; countable: boolean }[]> {
  const part: Part = {
    file: file.path,
    facts,
    partition: file.partition,
    range: undefined,
    groups: undefined,
    bytes: 0,
  };
  switch (facts.format) {
    case 'parquet': {
      const table = await ParquetFile.open(file.path);
      await table.close();
      return table.columns.map(({ name, type, shown }) => ({ name, type: shown, countable: type !== 'other' }));
    }
    case 'csv': {
      const { header } = await readHeader(part);
      return header.names.map((name) => ({ name, countable: true }));
    }
    case 'ndjson': {
      const keys = new Set<string>();
      const reader = new NdjsonReader(file.path, [], undefined, SEEN_BYTES, keys);
      let finished = false;
      for await (const chunk of readText(file.path, facts)) {
        reader.push(chunk, false);
        if ((finished = reader.overhang !== undefined)) break;
      }
      if (!finished) reader.push(Buffer.alloc(0), true);
      if (keys.size === 0) throw new UserError(`'${file.path}' has no rows, and so no columns.`);
      return [...keys].map((name) => ({ name, countable: true }));
    }
  }
}

/**
 * The columns of a table, in the order of its first file: with their types where the file says them (Parquet), and whether they hold single values that
 * can be counted; those of Hive's partition folders last.
 *
 * @throws UserError if the first file cannot be read
 */
export async function columnsOf(source: Source): Promise<{ name: string; type?: string; countable: boolean }[]> {
  const [first] = source.files;
  if (first === undefined) throw new UserError(`There is no data at '${source.description}'.`);
  const own = await columnsOfFile(first, await factsOf(first.path, source.encoding));
  return [
    ...own.filter(({ name }) => !first.partition.has(name)),
    ...[...first.partition.keys()].map((name) => ({ name, countable: true })),
  ];
}

/** The names of the columns that have values to count: not lists, records or bytes. */
export async function countableColumns(source: Source): Promise<string[]> {
  return (await columnsOf(source)).filter(({ countable }) => countable).map(({ name }) => name);
}
