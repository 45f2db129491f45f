import { Column } from './column.ts';
import { factsOf, readText, type TextEncoding } from './files.ts';
import { readNdjson } from './ndjson.ts';
import { readPart } from './part.ts';
import { readCsv } from './read-csv.ts';
import type { Batch } from './table.ts';

export interface TableOptions {
  /** The columns to read, each of which must be there once. */
  columns: readonly string[];
  /** Of text files that do not say it by a byte order mark; UTF-8 if it is left out. */
  encoding?: TextEncoding;
}

/**
 * Reads some columns of a table, in batches, without holding the file in memory.
 *
 * The format is that of the file's name (`.csv`, `.tsv`, `.ndjson`, `.jsonl`, `.parquet`, the text formats also with `.gz`), or of its content where
 * the name does not say. CSV is RFC 4180 with a header; its separator is the comma, semicolon, tab or bar that the header has most of.
 *
 * @throws UserError naming file and row: unreadable, cut off, not of its format, ragged, a column missing
 */
export async function* readTable(file: string, { columns, encoding }: TableOptions): AsyncGenerator<Batch> {
  const facts = await factsOf(file, encoding);
  if (facts.format === 'parquet') {
    const { readParquet } = await import('./parquet.ts');
    yield* readParquet(file, columns);
    return;
  }
  const text = readText(file, facts);
  yield* facts.format === 'ndjson' ? readNdjson(file, text, columns) : readCsv(file, text, columns);
}

/** Some consecutive rows of a table, by columns that read themselves as numbers, points in time or texts. Valid until the next batch is asked for. */
export interface ColumnBatch {
  readonly rows: number;
  readonly columns: readonly Column[];
  /** Where a row of the batch stands in the file, for messages: `line 7`. */
  readonly placeOf: (row: number) => string;
}

/** As {@link readTable}, for columns of which not every value is to become an object. */
export async function* readColumns(file: string, { columns, encoding }: TableOptions): AsyncGenerator<ColumnBatch> {
  const facts = await factsOf(file, encoding);
  const read = columns.map(() => new Column());
  const part = { file, facts, partition: new Map<string, string>(), range: undefined, groups: undefined, bytes: 0 };
  for await (const { rows, unit, numbers, cells } of readPart(part, columns)) {
    if (rows === 0) continue;
    const placeOf = (row: number): string => `${unit} ${numbers[row]!}`;
    for (const [index, column] of read.entries()) column.load(await cells(index), rows, placeOf);
    yield { rows, columns: read, placeOf };
  }
}
