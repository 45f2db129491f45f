import type { Parameter } from '@mlops-actions/tabular/sql';
import { RefusedCall, type Handler } from './server.ts';

/** A table as `tables.get` describes it. */
export interface ServedTable {
  fields: { name: string; type: string; mode?: string; collation?: string }[];
  location?: string;
  numBytes?: number;
  timePartitioning?: { type: 'DAY'; field?: string };
  requirePartitionFilter?: boolean;
}

/** What a statement would do and does; what executes it is up to the test. */
export interface Execution {
  statementType?: string;
  bytes?: number;
  referencedTables?: string[];
  referencedRoutines?: string[];
  columns: { name: string; type: string }[];
  /** Values as JavaScript has them; sent as texts, as the API does. */
  rows: () => Promise<(string | number | null)[][]>;
}

export interface BigQueryServerOptions {
  /** By `project.dataset.table`. */
  tables: ReadonlyMap<string, ServedTable>;
  /** Throws {@link RefusedCall} for a statement that is not valid. */
  execute(sql: string, parameters: Parameter[]): Execution | Promise<Execution>;
  /** Rows in a page of a result. */
  pageRows?: number;
  /** How often a job says that it is not done yet. */
  pollsUntilDone?: number;
  /** Is told that a job was asked for its result. */
  onPoll?(): void;
  /** Errors of jobs, in the order in which jobs are made. */
  jobErrors?: { reason: string; message: string }[];
}

export interface ServedJob {
  id: string;
  sql: string;
  labels: Record<string, string>;
  maximumBytesBilled: string | undefined;
  cancelled: boolean;
}

interface Job extends ServedJob {
  execution: Execution;
  rows: (string | number | null)[][] | undefined;
  polls: number;
  error: { reason: string; message: string } | undefined;
}

interface JobBody {
  jobReference: { jobId?: string; location?: string };
  configuration: {
    dryRun?: boolean;
    labels?: Record<string, string>;
    query: {
      query: string;
      useLegacySql?: boolean;
      maximumBytesBilled?: string;
      parameterMode?: string;
      queryParameters?: {
        name: string;
        parameterType: { type: string; arrayType?: { type: string } };
        parameterValue: { value?: string; arrayValues?: { value: string }[] };
      }[];
    };
  };
}

/**
 * BigQuery's REST API v2, as far as counting uses it: `tables.get`, `jobs.insert` (also dry), `jobs.getQueryResults`, `jobs.get`,
 * `jobs.cancel`. It keeps the rules that a client can break: job ids are taken once, bytes are bounded, locations agree.
 */
export function bigQueryHandler(options: BigQueryServerOptions): { handler: Handler; jobs: ServedJob[] } {
  const jobs: Job[] = [];
  const { pageRows = 1000, pollsUntilDone = 0, jobErrors = [] } = options;

  const find = (id: string, location: string | null): Job => {
    const job = jobs.find((one) => one.id === id);
    if (job === undefined || location !== 'EU') {
      throw new RefusedCall({ status: 404, reason: 'notFound', message: `Not found: Job ${id}` });
    }
    return job;
  };

  const statistics = ({ bytes = 0, statementType = 'SELECT', ...execution }: Execution, dry: boolean): object => ({
    totalBytesProcessed: String(bytes),
    query: {
      totalBytesProcessed: String(bytes),
      statementType,
      referencedTables: (execution.referencedTables ?? []).map((name) => reference(name, 'tableId')),
      ...(execution.referencedRoutines && {
        referencedRoutines: execution.referencedRoutines.map((name) => reference(name, 'routineId')),
      }),
      ...(!dry && { totalBytesBilled: String(Math.max(bytes, 10 * 2 ** 20)) }),
    },
  });

  const insert = async (body: JobBody): Promise<object> => {
    const { configuration, jobReference } = body;
    const { query } = configuration;
    if (query.useLegacySql !== false)
      throw new RefusedCall({ status: 400, reason: 'invalidQuery', message: 'Legacy SQL' });
    const execution = await options.execute(query.query, (query.queryParameters ?? []).map(parameter));
    if (configuration.dryRun === true) return { statistics: statistics(execution, true), status: { state: 'DONE' } };
    const id = jobReference.jobId!;
    if (jobs.some((job) => job.id === id)) {
      throw new RefusedCall({ status: 409, reason: 'duplicate', message: `Already Exists: Job ${id}` });
    }
    const job: Job = {
      id,
      sql: query.query,
      labels: configuration.labels ?? {},
      maximumBytesBilled: query.maximumBytesBilled,
      cancelled: false,
      execution,
      rows: undefined,
      polls: 0,
      error: jobErrors.shift(),
    };
    if (Number(query.maximumBytesBilled) < (execution.bytes ?? 0)) {
      const message = `Query exceeded limit for bytes billed: ${query.maximumBytesBilled!}. ${execution.bytes!} or higher required.`;
      job.error ??= { reason: 'bytesBilledLimitExceeded', message };
    }
    jobs.push(job);
    return { jobReference: { ...jobReference }, status: { state: 'RUNNING' } };
  };

  const results = async (job: Job, token: string | null): Promise<object> => {
    if (job.error !== undefined) throw new RefusedCall({ status: 400, ...job.error });
    if (job.cancelled)
      throw new RefusedCall({ status: 400, reason: 'stopped', message: 'Job execution was cancelled' });
    options.onPoll?.();
    if (job.polls++ < pollsUntilDone) return { jobComplete: false };
    const rows = (job.rows ??= await job.execution.rows());
    const start = Number(token ?? 0);
    const end = start + pageRows;
    return {
      jobComplete: true,
      schema: { fields: job.execution.columns.map(({ name, type }) => ({ name, type, mode: 'NULLABLE' })) },
      totalRows: String(rows.length),
      rows: rows.slice(start, end).map((row) => ({ f: row.map((v) => ({ v: v === null ? null : String(v) })) })),
      ...(end < rows.length && { pageToken: String(end) }),
    };
  };

  const handler: Handler = async ({ method, path, query, body }) => {
    const [, project, rest = ''] = /^\/bigquery\/v2\/projects\/([^/]+)\/(.*)$/.exec(path) ?? [];
    if (project === undefined) return undefined;
    const table = /^datasets\/([^/]+)\/tables\/([^/]+)$/.exec(rest);
    if (table !== null && method === 'GET') return { json: describe(options.tables, project, table.slice(1)) };
    if (rest === 'jobs' && method === 'POST') return { json: await insert(JSON.parse(body) as JobBody) };
    const [, kind, id, verb] = /^(jobs|queries)\/([^/]+)(\/cancel)?$/.exec(rest) ?? [];
    if (kind === undefined) return undefined;
    const job = find(id!, query.get('location'));
    if (verb !== undefined) {
      job.cancelled = true;
      return { json: { job: {} } };
    }
    if (kind === 'queries') return { json: await results(job, query.get('pageToken')) };
    const done = job.error !== undefined || job.rows !== undefined;
    return {
      json: {
        status: { state: done ? 'DONE' : 'RUNNING', ...(job.error && { errorResult: job.error }) },
        statistics: statistics(job.execution, false),
      },
    };
  };
  return { handler, jobs };
}

const reference = (name: string, last: string): object => {
  const [projectId, datasetId, id] = name.split('.');
  return { projectId, datasetId, [last]: id };
};

function describe(tables: ReadonlyMap<string, ServedTable>, project: string, [dataset, table]: string[]): object {
  const name = [project, dataset, decodeURIComponent(table!)].join('.');
  const served = tables.get(name);
  if (served === undefined) {
    throw new RefusedCall({ status: 404, reason: 'notFound', message: `Not found: Table ${name.replace('.', ':')}` });
  }
  const { fields, location = 'EU', numBytes = 0, timePartitioning, requirePartitionFilter } = served;
  return {
    kind: 'bigquery#table',
    type: 'TABLE',
    location,
    numBytes: String(numBytes),
    numRows: '0',
    schema: { fields },
    ...(timePartitioning && { timePartitioning }),
    ...(requirePartitionFilter !== undefined && { requirePartitionFilter }),
  };
}

function parameter(sent: NonNullable<JobBody['configuration']['query']['queryParameters']>[number]): Parameter {
  const { name, parameterType, parameterValue } = sent;
  const isList = parameterType.type === 'ARRAY';
  const isNumber = (isList ? parameterType.arrayType!.type : parameterType.type) === 'FLOAT64';
  const values = isList ? parameterValue.arrayValues!.map(({ value }) => value) : [parameterValue.value!];
  if (isNumber) {
    const numbers = values.map(Number);
    return isList ? { name, type: 'numbers', value: numbers } : { name, type: 'number', value: numbers[0]! };
  }
  return isList ? { name, type: 'texts', value: values } : { name, type: 'text', value: values[0]! };
}
