import { UserError } from '@mlops-actions/action-kit';
import { decodeUtf8, locateColumns, RECORD_LIMIT, type Batch, type Cell } from './table.ts';

const LF = 0x0a;

/** Reads columns of NDJSON: one JSON object a line, blank lines skipped. */
export async function* readNdjson(
  file: string,
  chunks: AsyncIterable<Buffer>,
  wanted: readonly string[],
): AsyncGenerator<Batch> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 0;
  let columns: Cell[][] = wanted.map(() => []);
  let lines: number[] = [];

  const take = (): Batch => {
    const batch = { length: lines.length, columns, placeOf: placesOf(lines) };
    columns = wanted.map(() => []);
    lines = [];
    return batch;
  };
  const add = (bytes: Buffer): void => {
    line++;
    const text = decodeUtf8(bytes, () => `'${file}': line ${line}`).trim();
    if (text === '') return;
    const row = parseRow(text, file, line);
    wanted.forEach((name, slot) => {
      if (!Object.hasOwn(row, name)) locateColumns(`${file}, line ${line}`, Object.keys(row), [name]);
      columns[slot]!.push(toCell(row[name], name, file, line));
    });
    lines.push(line);
  };

  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      add(bytes.subarray(start, end));
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > RECORD_LIMIT) throw new UserError(`'${file}': line ${line + 1} is longer than 4 MiB.`);
    if (lines.length > 0) yield take();
  }
  if (rest.length > 0) add(rest);
  if (lines.length > 0) yield take();
}

const placesOf =
  (lines: number[]) =>
  (index: number): string =>
    `line ${lines[index]!}`;

function parseRow(text: string, file: string, line: number): Record<string, unknown> {
  let row: unknown;
  try {
    row = /\d{16}/.test(text) ? JSON.parse(text, exactIntegers) : JSON.parse(text);
  } catch (error) {
    throw new UserError(`'${file}': line ${line} is not JSON.`, { cause: error });
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw new UserError(`'${file}': line ${line} is not a JSON object.`);
  }
  return row as Record<string, unknown>;
}

/** Keeps the digits of whole numbers that a double would round: two ids must not become one. */
function exactIntegers(_: string, value: unknown, context?: { source?: string }): unknown {
  const inexact = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return inexact && /^-?\d+$/.test(context?.source ?? '') ? context!.source : value;
}

function toCell(value: unknown, name: string, file: string, line: number): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  throw new UserError(`'${file}': line ${line} has a nested value in '${name}'.`);
}
