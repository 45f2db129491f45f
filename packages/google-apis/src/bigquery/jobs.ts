import { randomUUID } from 'node:crypto';
import { UserError } from '@mlops-actions/action-kit';
import type { Parameter } from '@mlops-actions/tabular/sql';
import { Answer } from '../answers.ts';
import { BIGQUERY } from '../apis.ts';
import { urlPath, type GoogleClient, type GoogleRequest } from '../client.ts';
import { GoogleApiError, type Permission } from '../errors.ts';
import { explainJobError, mayPassWithAnotherJob } from './job-errors.ts';

/** A statement, and who runs and pays for it where. */
export interface Query {
  /** The project whose slots and budget the job uses. */
  project: string;
  /** Where the data is: `EU`, `europe-west4`. */
  location: string;
  sql: string;
  parameters?: readonly Parameter[];
  /** Labels of the job, which bills show. */
  labels?: Readonly<Record<string, string>>;
  /** What it is for, as the end of "could not ...": `count p.d.t`. */
  what: string;
  signal?: AbortSignal | undefined;
}

/** A query that may bill this much, and no more. */
export interface BoundedQuery extends Query {
  maximumBytesBilled: number;
}

/** What a statement would do. */
export interface DryRun {
  /** Upper bound of what it would process. */
  bytes: number;
  /** `SELECT`, `INSERT`, `SCRIPT`, ... */
  statementType: string;
  /** `project.dataset.table` of what it reads, views and what stands behind them. */
  tables: string[];
  /** Functions and procedures of the project's own that it calls. */
  routines: string[];
}

export interface QueryResult {
  columns: readonly { name: string; type: string }[];
  /** By column, as the API writes them: texts, or null. */
  rows: ReadonlyMap<string, string | null>[];
  bytesProcessed: number;
  bytesBilled: number;
  /** `project:location.job`, as consoles and audit logs name it. */
  job: string;
}

const CREATES_JOBS: Permission = {
  permission: 'bigquery.jobs.create',
  role: 'roles/bigquery.jobUser',
  on: 'the project that runs the job',
};

/** Asks BigQuery what a statement would read, which costs nothing. */
export async function dryRun(client: GoogleClient, query: Query): Promise<DryRun> {
  const job = new Answer(
    BIGQUERY.name,
    await client.call({
      ...insertion(query),
      json: { ...configuration(query, { dryRun: true }), jobReference: reference(query) },
    }),
  );
  const statistics = job.object('statistics');
  const details = statistics.object('query');
  return {
    bytes: statistics.integer('totalBytesProcessed'),
    statementType: details.text('statementType'),
    tables: details.objects('referencedTables').map((table) => dotted(table, 'tableId')),
    routines: details.objects('referencedRoutines').map((routine) => dotted(routine, 'routineId')),
  };
}

const dotted = (reference: Answer, last: string): string =>
  [reference.text('projectId'), reference.text('datasetId'), reference.text(last)].join('.');

/** How often a statement is run as a new job, when the service itself failed. A job that failed bills nothing. */
const JOBS = 3;

/**
 * Runs a statement and fetches its rows. The job has an id of our choosing, so that a lost answer does not run and bill it twice. Aborting
 * cancels the job.
 *
 * @throws UserError if the statement is refused or fails, or would bill more than its bound
 */
export async function runQuery(client: GoogleClient, query: BoundedQuery): Promise<QueryResult> {
  const { maximumBytesBilled } = query;
  if (!(Number.isSafeInteger(maximumBytesBilled) && maximumBytesBilled > 0)) {
    throw new UserError('A query needs a bound on the bytes that it may bill.', {
      fix: "Set 'maximum-bytes-billed'.",
    });
  }
  for (let tried = 1; ; tried++) {
    const jobId = `mlops_actions_${randomUUID()}`;
    try {
      return await runJob(client, query, jobId);
    } catch (error) {
      if (query.signal?.aborted === true) {
        await cancel(client, query, jobId);
        throw error;
      }
      if (tried >= JOBS || !mayPassWithAnotherJob(error)) throw error;
    }
  }
}

async function runJob(client: GoogleClient, query: BoundedQuery, jobId: string): Promise<QueryResult> {
  await insert(client, query, jobId);
  const fetched = await fetchRows(client, query, jobId);
  const statistics = (await getJob(client, query, jobId)).object('statistics');
  const details = statistics.object('query');
  return {
    ...fetched,
    bytesProcessed: details.integer('totalBytesProcessed'),
    bytesBilled: details.integer('totalBytesBilled'),
    job: `${query.project}:${query.location}.${jobId}`,
  };
}

const reference = ({ project, location }: Query, jobId?: string): object => ({
  projectId: project,
  location,
  ...(jobId !== undefined && { jobId }),
});

const insertion = ({ project, what, signal }: Query): GoogleRequest => ({
  api: BIGQUERY,
  method: 'POST',
  path: urlPath`/bigquery/v2/projects/${project}/jobs`,
  what,
  needs: CREATES_JOBS,
  // A job of the same id is not made twice.
  repeatable: true,
  signal,
});

function configuration({ sql, parameters = [], labels }: Query, extra: object, bound?: number): object {
  return {
    configuration: {
      ...extra,
      ...(labels !== undefined && { labels }),
      query: {
        query: sql,
        useLegacySql: false,
        ...(bound !== undefined && { maximumBytesBilled: String(bound) }),
        ...(parameters.length > 0 && { parameterMode: 'NAMED', queryParameters: parameters.map(queryParameter) }),
      },
    },
  };
}

function queryParameter(parameter: Parameter): object {
  const { name, type, value } = parameter;
  const element = { type: type === 'number' || type === 'numbers' ? 'FLOAT64' : 'STRING' };
  return type === 'number' || type === 'text'
    ? { name, parameterType: element, parameterValue: { value: String(value) } }
    : {
        name,
        parameterType: { type: 'ARRAY', arrayType: element },
        parameterValue: { arrayValues: value.map((one) => ({ value: String(one) })) },
      };
}

async function insert(client: GoogleClient, query: BoundedQuery, jobId: string): Promise<void> {
  try {
    await client.call({
      ...insertion(query),
      json: { ...configuration(query, {}, query.maximumBytesBilled), jobReference: reference(query, jobId) },
    });
  } catch (error) {
    // An earlier attempt, whose answer was lost, made it.
    if (error instanceof GoogleApiError && error.status === 409) return;
    throw explainJobError(query.what, error);
  }
}

/** Milliseconds that BigQuery itself waits for the result before it says that there is none yet. */
const POLL = 10_000;
const PAGE_ROWS = 10_000;

async function fetchRows(
  client: GoogleClient,
  query: Query,
  jobId: string,
): Promise<Pick<QueryResult, 'columns' | 'rows'>> {
  const rows: ReadonlyMap<string, string | null>[] = [];
  let columns: { name: string; type: string }[] = [];
  let total: number;
  let pageToken: string | undefined;
  do {
    const page = await resultPage(client, query, jobId, pageToken);
    columns = page
      .object('schema')
      .objects('fields')
      .map((field) => ({ name: field.text('name'), type: field.text('type') }));
    total = page.integer('totalRows');
    rows.push(...page.objects('rows').map((row) => readRow(row, columns)));
    pageToken = page.optionalText('pageToken') || undefined;
  } while (pageToken !== undefined);
  if (rows.length !== total) {
    throw new UserError(`BigQuery could not ${query.what}: it gave ${rows.length} of ${total} rows.`, {
      fix: 'Run again.',
    });
  }
  return { columns, rows };
}

/** The next page of the result, as soon as the job is done. */
async function resultPage(
  client: GoogleClient,
  query: Query,
  jobId: string,
  pageToken: string | undefined,
): Promise<Answer> {
  const { project, location, what, signal } = query;
  for (;;) {
    try {
      const answer = new Answer(
        BIGQUERY.name,
        await client.call({
          api: BIGQUERY,
          path: urlPath`/bigquery/v2/projects/${project}/queries/${jobId}`,
          query: { location, timeoutMs: POLL, maxResults: PAGE_ROWS, pageToken },
          what,
          needs: CREATES_JOBS,
          signal,
        }),
      );
      if (answer.boolean('jobComplete')) return answer;
    } catch (error) {
      signal?.throwIfAborted();
      // A failed job and a failed question look alike here; the job itself knows.
      throw (await jobError(client, query, jobId)) ?? explainJobError(what, error);
    }
  }
}

async function jobError(client: GoogleClient, query: Query, jobId: string): Promise<Error | undefined> {
  const status = (await getJob(client, query, jobId)).object('status');
  const error = status.optionalObject('errorResult');
  if (error === undefined) return undefined;
  const [reason, message] = [error.optionalText('reason'), error.optionalText('message') ?? ''];
  return explainJobError(query.what, new GoogleApiError(message, 200, reason));
}

async function getJob(client: GoogleClient, query: Query, jobId: string): Promise<Answer> {
  const { project, location, what, signal } = query;
  return new Answer(
    BIGQUERY.name,
    await client.call({
      api: BIGQUERY,
      path: urlPath`/bigquery/v2/projects/${project}/jobs/${jobId}`,
      query: { location },
      what,
      needs: CREATES_JOBS,
      signal,
    }),
  );
}

/** Milliseconds; a job that is being aborted has seconds left. */
const CANCEL_TIMEOUT = 5_000;

async function cancel(client: GoogleClient, { project, location, what }: Query, jobId: string): Promise<void> {
  const cancelled = client.call({
    api: BIGQUERY,
    method: 'POST',
    path: urlPath`/bigquery/v2/projects/${project}/jobs/${jobId}/cancel`,
    query: { location },
    what: `stop the job that was to ${what}`,
    needs: CREATES_JOBS,
    timeout: CANCEL_TIMEOUT,
  });
  // The user is told why it was aborted, not that a job which may never have begun could not be stopped.
  await cancelled.catch(() => undefined);
}

function readRow(row: Answer, columns: readonly { name: string }[]): ReadonlyMap<string, string | null> {
  const cells = row.objects('f');
  return new Map(columns.map(({ name }, index) => [name, cells[index]?.optionalText('v') ?? null]));
}
