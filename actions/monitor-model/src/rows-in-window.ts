import path from 'node:path';
import type { MonitorWindow } from '@mlops-actions/monitoring';
import { columnsOf, readTable, resolveSource, type Cell, type Source, type SourceFile } from '@mlops-actions/tabular';
import { createText, csvLine } from './text-file.ts';
import { instantOf } from './window.ts';

/** The rows of a window: whole files, and copies of the rows of those that reach beyond it. */
export interface WindowRows {
  /** At most two, since copies may be of another format. */
  sources: Source[];
  /** Rows of the window, of other times, and without a time that can be read. */
  inside: number;
  outside: number;
  undated: number;
  /** Time of the newest row up to the end of the window, in milliseconds; undefined if no row has one. */
  newest: number | undefined;
}

/**
 * Finds the rows of a window. Files that lie wholly in it are read in place.
 *
 * @param folder for copies
 */
export async function rowsInWindow(
  source: Source,
  timeColumn: string,
  window: MonitorWindow,
  folder: string,
): Promise<WindowRows> {
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  const isInside = (cell: Cell): boolean => {
    const time = instantOf(cell);
    return time !== undefined && time >= from && time < to;
  };
  const whole: SourceFile[] = [];
  const copies: string[] = [];
  const rows: WindowRows = { sources: [], inside: 0, outside: 0, undated: 0, newest: undefined };
  for (const [index, file] of source.files.entries()) {
    let [inside, others] = [0, 0];
    for await (const { columns } of readTable(file.path, { columns: [timeColumn] })) {
      for (const cell of columns[0]!) {
        const time = instantOf(cell);
        if (time === undefined) rows.undated++;
        else if (time < to) rows.newest = Math.max(rows.newest ?? -Infinity, time);
        if (time !== undefined && time >= from && time < to) inside++;
        else others++;
        if (time !== undefined && !(time >= from && time < to)) rows.outside++;
      }
    }
    rows.inside += inside;
    if (inside > 0 && others === 0) whole.push(file);
    else if (inside > 0) copies.push(await copyRows(file, timeColumn, isInside, path.join(folder, String(index))));
  }
  if (whole.length > 0) rows.sources.push({ description: source.description, files: whole });
  if (copies.length > 0) rows.sources.push(await resolveSource(copies));
  return rows;
}

/** Copies the rows of a file that are wanted: text as CSV, typed values as NDJSON, so that they are counted as in the original. */
async function copyRows(
  file: SourceFile,
  timeColumn: string,
  wanted: (time: Cell) => boolean,
  folder: string,
): Promise<string> {
  const names = (await columnsOf({ description: file.path, files: [{ ...file, partition: new Map() }] })).map(
    ({ name }) => name,
  );
  const isText = /\.(csv|tsv)(\.gz)?$/i.test(file.path);
  const place = path.join(
    folder,
    ...[...file.partition].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  const copy = path.join(place, isText ? 'rows.csv' : 'rows.ndjson');
  const output = await createText(copy);
  if (isText) await output.write([csvLine(names)]);
  const timeAt = names.indexOf(timeColumn);
  for await (const { columns, length } of readTable(file.path, { columns: names })) {
    const lines: string[] = [];
    for (let row = 0; row < length; row++) {
      if (!wanted(columns[timeAt]![row]!)) continue;
      const cells = columns.map((column) => column[row]!);
      lines.push(isText ? csvLine(cells) : ndjsonRow(names, cells));
    }
    await output.write(lines);
  }
  await output.close();
  return copy;
}

/** Written out by hand: an object would put `__proto__` and numbers in other places. */
const ndjsonRow = (names: readonly string[], cells: readonly Cell[]): string =>
  `{${names.map((name, index) => `${JSON.stringify(name)}:${JSON.stringify(cells[index])}`).join(',')}}`;
