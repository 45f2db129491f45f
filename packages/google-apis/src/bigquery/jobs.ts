import { randomUUID } from 'node:crypto';
import { UserError } from '@mlops-actions/action-kit';
import type { Parameter } from '@mlops-actions/tabular/sql';
import { Answer } from '../answers.ts';
import { BIGQUERY } from '../apis.ts';
import { urlPath, type GoogleClient, type GoogleRequest } from '../client.ts';
import { GoogleApiError } from '../errors.ts';
import { explainJobError, mayPassWithAnotherJob } from './job-errors.ts';
import { fetchRows, getJob } from './job-results.ts';
import {
  CREATES_JOBS,
  type BoundedQuery,
  type DryRun,
  type Query,
  type QueryFacts,
  type QueryResult,
  type Row,
} from './query.ts';

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

/** Runs a statement and fetches its rows, see {@link runQueryByPage}. */
export async function runQuery(client: GoogleClient, query: BoundedQuery): Promise<QueryResult> {
  const rows: Row[] = [];
  const facts = await runQueryByPage(client, query, (page) => void rows.push(...page));
  return { ...facts, rows };
}

/**
 * Runs a statement, and hands its rows on page by page as they come. The job has an id of our choosing, so that a lost answer does not run and bill it
 * twice. Aborting cancels the job.
 *
 * @throws UserError if the statement is refused or fails, would bill more than its bound, or gives more rows than allowed
 */
export async function runQueryByPage(
  client: GoogleClient,
  query: BoundedQuery,
  take: (rows: readonly Row[]) => void | Promise<void>,
): Promise<QueryFacts> {
  const { maximumBytesBilled } = query;
  if (!(Number.isSafeInteger(maximumBytesBilled) && maximumBytesBilled > 0)) {
    throw new UserError('A query needs a bound on the bytes that it may bill.', {
      fix: "Set 'maximum-bytes-billed'.",
    });
  }
  for (let tried = 1; ; tried++) {
    const jobId = `mlops_actions_${randomUUID()}`;
    try {
      return await runJob(client, query, jobId, take);
    } catch (error) {
      if (query.signal?.aborted === true) {
        await cancel(client, query, jobId);
        throw error;
      }
      if (tried >= JOBS || !mayPassWithAnotherJob(error)) throw error;
    }
  }
}

async function runJob(
  client: GoogleClient,
  query: BoundedQuery,
  jobId: string,
  take: (rows: readonly Row[]) => void | Promise<void>,
): Promise<QueryFacts> {
  await insert(client, query, jobId);
  const columns = await fetchRows(client, query, jobId, take);
  const statistics = (await getJob(client, query, jobId)).object('statistics');
  const details = statistics.object('query');
  return {
    columns,
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
