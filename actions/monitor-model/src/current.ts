import path from 'node:path';
import { count, formatBytes, log, subjectOfFiles, type Subject } from '@mlops-actions/action-kit';
import { countInBigQuery, createGoogleClient } from '@mlops-actions/google-apis';
import {
  columnsOf,
  countTable,
  mergeCounts,
  emptyCounts,
  resolveSource,
  type Counts,
  type Definition,
  type Source,
} from '@mlops-actions/tabular';
import type { Places } from './places.ts';
import { rowsInWindow } from './rows-in-window.ts';
import { describe, queryOptions, timeFilter, type ReadableTable } from './tables.ts';
import type { Task } from './task.ts';

/** What the model was asked in the window, however it is counted. */
export interface CurrentData {
  description: string;
  /** Names of the columns. */
  columns: readonly string[];
  rows: number;
  /** Rows whose time cannot be read; they are not counted. */
  undated: number;
  /** Time of the newest row up to the end of the window, where times are known. */
  newest: number | undefined;
  /** Files by their digest; a table has none. */
  subjects: Subject[];
  /** The files themselves, where there are any. */
  sources: readonly Source[];
  count(definition: Definition): Promise<Counts>;
}

/** Opens the current data of a task: files, a table, or a log of requests. @param folder for copies */
export async function openCurrent(task: Task, places: Places, folder: string): Promise<CurrentData | undefined> {
  const { current } = task;
  if (current === undefined) return undefined;
  if (current.engine === 'embedded') {
    return openFiles(task, await places.files(current.places), current.places.join(', '), folder);
  }
  const table = await describe(current.table, task);
  return table.isLog ? openLog(task, table, places, folder) : openTable(task, table);
}

/** @param folder for copies of rows */
export async function openFiles(
  task: Task,
  paths: readonly string[],
  description: string,
  folder: string,
): Promise<CurrentData> {
  const source = await resolveSource(paths);
  const files = source.files.map((file) => file.path);
  const bytes = source.files.reduce((sum, file) => sum + file.bytes, 0);
  log.info(`Current data: ${count(files.length, 'file')}, ${formatBytes(bytes)}.`);
  const columns = (await columnsOf(source)).map(({ name }) => name);
  const { time } = task.columns;
  const found =
    time === undefined
      ? { sources: [source], inside: undefined, outside: 0, undated: 0, newest: undefined }
      : await rowsInWindow(source, time, task.window, path.join(folder, 'window'));
  if (found.outside > 0) log.info(`${count(found.outside, 'row')} outside of the window are left out.`);
  return {
    description,
    columns,
    rows: found.inside ?? (await rowsOf(source)),
    undated: found.undated,
    newest: found.newest,
    subjects: [await subjectOfFiles(description, files)],
    sources: found.sources,
    async count(definition) {
      let counts = emptyCounts(definition);
      for (const part of found.sources) counts = mergeCounts(counts, (await countTable(part, definition)).counts);
      return counts;
    },
  };
}

const rowsOf = async (source: Source): Promise<number> =>
  (await countTable(source, { columns: [], checks: [] })).counts.rows;

/** The rows of a log are counted here, since they are made of its payloads; the rows of all requests are inferred from those of a sample. */
async function openLog(task: Task, table: ReadableTable, places: Places, folder: string): Promise<CurrentData> {
  const { file, share } = await places.log(table);
  const read = await openFiles(task, [file], table.name, folder);
  // What was fetched is no file of the user's.
  return { ...read, rows: Math.round(read.rows / share), subjects: [] };
}

async function openTable(task: Task, table: ReadableTable): Promise<CurrentData> {
  const { name, described } = table;
  const client = createGoogleClient();
  const { time } = task.columns;
  const options = queryOptions(task, timeFilter(table, time, task.window));
  const countRows = async (definition: Definition): Promise<Counts> => {
    const { counts, bytesBilled, job } = await countInBigQuery(client, name, definition, options);
    log.info(`BigQuery billed ${formatBytes(bytesBilled)} (job ${job}).`);
    return counts;
  };
  const first =
    time === undefined
      ? undefined
      : (await countRows({ columns: [{ name: time, kind: 'timestamp', edges: [] }], checks: [] })).columns.get(time);
  return {
    description: name,
    columns: described.columns.filter(({ kind }) => kind !== 'other').map((column) => column.name),
    rows:
      first?.kind === 'timestamp'
        ? first.bins.reduce((sum, bin) => sum + bin, 0)
        : (await countRows({ columns: [], checks: [] })).rows,
    undated: 0,
    newest: first?.kind === 'timestamp' ? first.maximum : undefined,
    subjects: [],
    sources: [],
    count: countRows,
  };
}
