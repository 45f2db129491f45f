import { count, formatBytes, log, UserError } from '@mlops-actions/action-kit';
import {
  createGoogleClient,
  describeTable,
  readRowsInBigQuery,
  type BigQueryOptions,
  type BigQueryTable,
  type RowsRequest,
} from '@mlops-actions/google-apis';
import type { MonitorWindow } from '@mlops-actions/monitoring';
import { parseBigQueryTable, tableName, type RowFilter } from '@mlops-actions/tabular/sql';
import { isRequestLog, REQUEST_LOG, unfold } from './request-log.ts';
import { tableOf } from './table-url.ts';
import type { Task } from './task.ts';
import { createText, csvLine, type TextFile } from './text-file.ts';

/** Rows that are read of a table for quality, and requests that are read of a log: enough for intervals of a thousandth, and seconds to fetch. */
export const MOST_SCORED = 200_000;
/** Labels are read whole, since a sample of them need not be of the rows that were sampled. */
export const MOST_LABELS = 2_000_000;

/** A table of which rows are read, and for how much. */
export interface ReadableTable {
  name: string;
  described: BigQueryTable;
  isLog: boolean;
}

/** Asks BigQuery what a table is; costs nothing. */
export async function describe(url: string, { bigQuery }: Pick<Task, 'bigQuery'>): Promise<ReadableTable> {
  const reference = parseBigQueryTable(tableOf(url), bigQuery.jobProject);
  const described = await describeTable(createGoogleClient(), reference);
  return { name: tableName(reference), described, isLog: isRequestLog(described.columns) };
}

/** How the statements of a task are run, and said to cost. */
export const queryOptions = ({ bigQuery }: Pick<Task, 'bigQuery'>, filter: RowFilter | undefined): BigQueryOptions => ({
  maximumBytesBilled: bigQuery.maximumBytesBilled,
  ...(bigQuery.jobProject !== undefined && { jobProject: bigQuery.jobProject }),
  filter,
  labels: { 'managed-by': 'mlops-actions', action: 'monitor-model' },
  onEstimate: ({ bytes, dollars }) =>
    log.info(`BigQuery will read at most ${formatBytes(bytes)}, about $${dollars.toFixed(4)} on demand.`),
});

/** The rows of a time, if there is a column of it. A column of dates is compared with dates. */
export function timeFilter(
  { described: { columns } }: ReadableTable,
  column: string | undefined,
  { from, to }: MonitorWindow,
): RowFilter | undefined {
  if (column === undefined) return undefined;
  const isDate = columns.some(({ name, kind }) => name === column && kind === 'date');
  return isDate ? { column, from: from.slice(0, 10), to: to.slice(0, 10) } : { column, from, to };
}

/** Writes keys, scores, times and slices of a table, of some time, as CSV; of many a sample by the hash of the key. */
export async function readScoredTable(
  table: ReadableTable,
  task: Task,
  { range, mostRows }: { range: MonitorWindow; mostRows: number },
  file: string,
): Promise<void> {
  const { key, score, time } = task.columns;
  const columns = [
    ...new Set([key, score, ...(time === undefined ? [] : [time]), ...(task.policy.performance?.slices ?? [])]),
  ];
  await readToCsv(table, { columns, mostRows, sampleBy: key }, timeFilter(table, time, range), task, file);
}

/** Writes keys and outcomes of a table as CSV. */
export async function readLabelTable(table: ReadableTable, task: Task, file: string): Promise<void> {
  const columns = [task.columns.key, task.columns.label];
  await readToCsv(table, { columns, mostRows: MOST_LABELS }, undefined, task, file);
}

async function readToCsv(
  table: ReadableTable,
  request: RowsRequest,
  filter: RowFilter | undefined,
  task: Task,
  file: string,
): Promise<void> {
  const { columns } = table.described;
  const isTime = request.columns.map((name) => columns.find((column) => column.name === name)?.kind === 'timestamp');
  const output = await createText(file);
  await output.write([csvLine(request.columns)]);
  await readRows(table, request, filter, task, output, (row) => [
    csvLine(row.map((cell, index) => (isTime[index] === true ? isoOf(cell) : cell))),
  ]);
}

/** The rows that a log of requests was unfolded to. */
export interface UnfoldedLog {
  file: string;
  /** Share of the requests that were read, 0 to 1. */
  share: number;
}

/**
 * Writes the rows of a log of requests as CSV: what the model that is judged was asked in some time; of many requests a sample by the hash of their ids.
 *
 * @param features columns of instances that are wanted beside those that the task names
 * @param deployedModelId the deployed model that is judged; undefined for whatever answered
 */
export async function readRequestLog(
  table: ReadableTable,
  task: Task,
  {
    range,
    features,
    deployedModelId,
    mostRows,
  }: { range: MonitorWindow; features: readonly string[]; deployedModelId: string | undefined; mostRows: number },
  file: string,
): Promise<UnfoldedLog> {
  const { key, score, time } = task.columns;
  if (time === undefined) {
    throw new UserError(`It is not said which column of the log of requests ${table.name} is the time.`, {
      fix: `Set 'time-column', or monitor.time-column in model.yaml, to ${REQUEST_LOG.time}.`,
    });
  }
  const slices = task.policy.performance?.slices ?? [];
  const names = [...new Set(['id', REQUEST_LOG.id, REQUEST_LOG.time, key, time, score, ...slices, ...features])];
  const output = await createText(file);
  await output.write([csvLine(names)]);
  let unread = 0;
  const { share } = await readRows(
    table,
    {
      columns: [REQUEST_LOG.id, REQUEST_LOG.time, REQUEST_LOG.request, REQUEST_LOG.response],
      where: deployedModelId === undefined ? undefined : { column: REQUEST_LOG.model, is: deployedModelId },
      mostRows,
      sampleBy: REQUEST_LOG.id,
    },
    timeFilter(table, REQUEST_LOG.time, range),
    task,
    output,
    ([id, logged, request, response]) => {
      const rows = unfold(
        { id: id ?? '', time: isoOf(logged!) ?? '', request: request!, response: response! },
        task.modelInputs,
      );
      if (rows === undefined) unread++;
      return (rows ?? []).map((row) => csvLine(names.map((name) => row.get(name) ?? null)));
    },
  );
  if (unread > 0) {
    log.warning(
      `${count(unread, 'request')} of ${table.name} have payloads that are no instances in JSON, and are left out.`,
    );
  }
  return { file, share };
}

/** Writes what the rows of a request come to, and closes the file. */
async function readRows(
  table: ReadableTable,
  request: RowsRequest,
  filter: RowFilter | undefined,
  task: Task,
  output: TextFile,
  linesOf: (row: (string | null)[]) => string[],
): Promise<{ share: number }> {
  const { rows, share, bytesBilled, jobs } = await readRowsInBigQuery(
    createGoogleClient(),
    table.name,
    request,
    queryOptions(task, filter),
    (page) => output.write(page.flatMap(linesOf)),
  );
  await output.close();
  log.info(
    `${count(rows, 'row')} of ${table.name}${share < 1 ? `, of which a sample of ${(share * 100).toFixed(2)} % was read` : ''}; BigQuery billed ${formatBytes(bytesBilled)} (${jobs.join(', ')}).`,
  );
  return { share };
}

const isoOf = (milliseconds: string | null): string | null =>
  milliseconds === null ? null : new Date(Number(milliseconds)).toISOString();
