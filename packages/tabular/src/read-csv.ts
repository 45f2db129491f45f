import { CsvTokenizer, type CsvBatch } from './csv.ts';
import { decodeUtf8, type Batch } from './table.ts';

/**
 * Reads columns of CSV (RFC 4180) from chunks of bytes: quoted values with doubled quotes, separators and line breaks in them; lines end by LF or CRLF;
 * blank lines are skipped. Every record has as many values as the header. Only wanted values are decoded.
 */
export async function* readCsv(
  file: string,
  chunks: AsyncIterable<Buffer>,
  wanted: readonly string[],
): AsyncGenerator<Batch> {
  const tokenizer = new CsvTokenizer(file, wanted);
  const decoded = function* (chunk: Buffer, last: boolean): Generator<Batch> {
    const batch = tokenizer.push(chunk, last);
    if (batch.rows > 0) yield decode(file, batch, wanted.length);
  };
  for await (const chunk of chunks) yield* decoded(chunk, false);
  yield* decoded(Buffer.alloc(0), true);
}

function decode(file: string, { rows, cells, numbers }: CsvBatch, width: number): Batch {
  const lines = Array.from(numbers);
  return {
    length: rows,
    columns: Array.from({ length: width }, (_, column) => {
      const { bytes, bounds, offset, stride } = cells(column);
      return Array.from({ length: rows }, (__, row) => {
        const at = offset + row * stride;
        return decodeUtf8(
          bytes.subarray(bounds[at], bounds[at + 1]),
          () => `'${file}': the record at line ${lines[row]!}`,
        );
      });
    }),
    placeOf: (index) => `line ${lines[index]!}`,
  };
}
