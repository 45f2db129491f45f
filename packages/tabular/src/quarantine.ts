import { open, type FileHandle } from 'node:fs/promises';
import { messageOf, UserError } from '@mlops-actions/action-kit';
import { textOf, valueOf, type Cells } from './cells.ts';
import { FAILED } from './check-column.ts';
import { Counter } from './counter.ts';
import { readPart, type Part } from './part.ts';
import type { CountRequest } from './request.ts';
import { decodeUtf8 } from './table.ts';

/** A part that was counted, with what is known of its rows. */
export interface CountedPart {
  /** With the range that was found to begin at a record. */
  readonly part: Part;
  readonly placeOf: (number: number) => string;
  /** Ids of the checks of uniqueness that a line or row fails. */
  readonly repeats: (number: number) => string[];
}

/**
 * Reads a table once more, and writes every row that fails a check as a line of JSON: `{"place": ..., "checks": [ids], "row": {...}}`.
 *
 * @param columns the columns to write
 * @returns how many rows were written
 */
export async function writeQuarantine(
  target: string,
  parts: readonly CountedPart[],
  columns: readonly string[],
  request: CountRequest,
): Promise<number> {
  let file: FileHandle;
  try {
    // The rows are what nobody should read by chance.
    file = await open(target, 'w', 0o600);
  } catch (error) {
    throw new UserError(`The quarantine file '${target}' cannot be written: ${messageOf(error)}.`, { cause: error });
  }
  try {
    let written = 0;
    for (const part of parts) {
      for await (const lines of failingRows(part, columns, request)) {
        written += lines.length;
        if (lines.length > 0) await file.write(`${lines.join('\n')}\n`);
      }
    }
    return written;
  } finally {
    await file.close();
  }
}

async function* failingRows(
  { part, placeOf, repeats }: CountedPart,
  columns: readonly string[],
  request: CountRequest,
): AsyncGenerator<string[]> {
  const failing = new Map<number, string[]>();
  const note = (row: number, id: string): void => {
    const ids = failing.get(row);
    if (ids === undefined) failing.set(row, [id]);
    else ids.push(id);
  };
  let rows = 0;
  const counter = new Counter(
    { ...request, columns: [], key: [], evidencePerCheck: 0 },
    {
      onResults(check, results) {
        for (let row = 0; row < rows; row++) if (results[row] === FAILED) note(row, request.checks[check]!.id);
      },
    },
  );
  const names = [...new Set([...columns, ...counter.names])];
  const places = counter.names.map((name) => names.indexOf(name));
  for await (const batch of readPart(part, names)) {
    failing.clear();
    ({ rows } = batch);
    await counter.add({ ...batch, cells: (index) => batch.cells(places[index]!) }, (row) =>
      placeOf(batch.numbers[row]!),
    );
    for (let row = 0; row < rows; row++) for (const id of repeats(batch.numbers[row]!)) note(row, id);
    const found = [...failing].sort(([a], [b]) => a - b);
    // Entries keep the order of the columns, and a column may be called `__proto__`.
    const texts = found.map((): string[] => []);
    for (const [index, name] of names.entries()) {
      if (found.length === 0) break;
      const cells = await batch.cells(index);
      found.forEach(([row], place) =>
        texts[place]!.push(`${JSON.stringify(name)}:${JSON.stringify(plainValue(cells, row))}`),
      );
    }
    yield found.map(
      ([row, checks], place) =>
        `{"place":${JSON.stringify(placeOf(batch.numbers[row]!))},"checks":${JSON.stringify(checks)},"row":{${texts[place]!.join(',')}}}`,
    );
  }
}

function plainValue(cells: Cells, row: number): string | number | boolean | null {
  if (cells.kind === 'text') {
    const at = cells.offset + row * cells.stride;
    return decodeUtf8(cells.bytes.subarray(cells.bounds[at], cells.bounds[at + 1]), () => 'a row for the quarantine');
  }
  const value = valueOf(cells, row);
  if (value === null || value === undefined) return null;
  const plainly = typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
  return plainly && cells.type !== 'date' && cells.type !== 'timestamp' ? value : textOf(value, cells.type);
}
