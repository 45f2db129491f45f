import { createHash } from 'node:crypto';
import path from 'node:path';
import { count, digestFile, formatBytes, log, subjectOf, type Subject } from '@mlops-actions/action-kit';
import { countInBigQuery, createGoogleClient, describeTable } from '@mlops-actions/google-apis';
import type { MonitorWindow } from '@mlops-actions/monitoring';
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
import { parseBigQueryTable, tableName, type RowFilter } from '@mlops-actions/tabular/sql';
import type { Task } from './inputs.ts';
import { fetchPlaces } from './places.ts';
import { rowsInWindow } from './rows-in-window.ts';

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

/** Opens the current data of a task. @param folder for downloads and copies */
export async function openCurrent(task: Task, folder: string): Promise<CurrentData | undefined> {
  if (task.current === undefined) return undefined;
  return task.current.engine === 'bigquery' ? openTable(task) : openFiles(task, task.current.places, folder);
}

export async function openFiles(task: Task, places: readonly string[], folder: string): Promise<CurrentData> {
  const source = await resolveSource(await fetchPlaces(places, path.join(folder, 'current')));
  const bytes = source.files.reduce((sum, file) => sum + file.bytes, 0);
  log.info(`Current data: ${count(source.files.length, 'file')}, ${formatBytes(bytes)}.`);
  const columns = (await columnsOf(source)).map(({ name }) => name);
  const { time } = task.columns;
  const found =
    time === undefined
      ? { sources: [source], inside: undefined, outside: 0, undated: 0, newest: undefined }
      : await rowsInWindow(source, time, task.window, path.join(folder, 'window'));
  if (found.outside > 0) log.info(`${count(found.outside, 'row')} outside of the window are left out.`);
  return {
    description: places.join(', '),
    columns,
    rows: found.inside ?? (await rowsOf(source)),
    undated: found.undated,
    newest: found.newest,
    subjects: [await subjectOfSource(source, places.join(', '))],
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

async function subjectOfSource({ files }: Source, name: string): Promise<Subject> {
  const digests: string[] = [];
  for (const file of files) digests.push(await digestFile(file.path));
  if (digests.length === 1) return subjectOf(name, digests[0]!);
  // Of several files: the digest of their digests, in the order in which they are read.
  return subjectOf(name, `sha256:${createHash('sha256').update(digests.join('\n')).digest('hex')}`);
}

async function openTable(task: Task): Promise<CurrentData> {
  if (task.current?.engine !== 'bigquery') throw new RangeError('The current data is no table.');
  const { table, jobProject, maximumBytesBilled } = task.current;
  const client = createGoogleClient();
  const reference = parseBigQueryTable(table.replace(/^(bigquery|bq):\/\//, ''), jobProject);
  const name = tableName(reference);
  const described = await describeTable(client, reference);
  const { time } = task.columns;
  const filter = time === undefined ? undefined : filterOf(time, described.columns, task.window);
  const countRows = async (definition: Definition): Promise<Counts> => {
    const { counts, bytesBilled, job } = await countInBigQuery(client, name, definition, {
      maximumBytesBilled,
      ...(jobProject !== undefined && { jobProject }),
      filter,
      labels: { 'managed-by': 'mlops-actions', action: 'monitor-model' },
      onEstimate: ({ bytes, dollars }) =>
        log.info(`BigQuery will read at most ${formatBytes(bytes)}, about $${dollars.toFixed(4)} on demand.`),
    });
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

/** A column of dates is compared with dates. */
function filterOf(
  column: string,
  columns: readonly { name: string; type: string }[],
  { from, to }: MonitorWindow,
): RowFilter {
  const isDate = columns.some(({ name, type }) => name === column && type.toUpperCase() === 'DATE');
  return isDate ? { column, from: from.slice(0, 10), to: to.slice(0, 10) } : { column, from, to };
}
