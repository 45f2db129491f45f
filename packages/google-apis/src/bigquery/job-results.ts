import { UserError } from '@mlops-actions/action-kit';
import { Answer } from '../answers.ts';
import { BIGQUERY } from '../apis.ts';
import { urlPath, type GoogleClient } from '../client.ts';
import { GoogleApiError } from '../errors.ts';
import { explainJobError } from './job-errors.ts';
import { CREATES_JOBS, type BoundedQuery, type Query, type QueryFacts, type Row } from './query.ts';

/** Milliseconds that BigQuery itself waits for the result before it says that there is none yet. */
const POLL = 10_000;
const PAGE_ROWS = 10_000;

/** Hands the rows of a job on, page by page, as soon as it is done. Gives their columns. */
export async function fetchRows(
  client: GoogleClient,
  query: BoundedQuery,
  jobId: string,
  take: (rows: readonly Row[]) => void | Promise<void>,
): Promise<QueryFacts['columns']> {
  const { maximumRows = Infinity, what } = query;
  let columns: { name: string; type: string }[] = [];
  let fetched = 0;
  let total: number;
  let pageToken: string | undefined;
  do {
    const page = await resultPage(client, query, jobId, pageToken);
    columns = page
      .object('schema')
      .objects('fields')
      .map((field) => ({ name: field.text('name'), type: field.text('type') }));
    total = page.integer('totalRows');
    if (total > maximumRows) {
      throw new UserError(`BigQuery could not ${what}: it gives ${total} rows, and at most ${maximumRows} are read.`, {
        fix: 'Name a view that gives fewer.',
      });
    }
    const rows = page.objects('rows').map((row) => readRow(row, columns));
    fetched += rows.length;
    await take(rows);
    pageToken = page.optionalText('pageToken') || undefined;
  } while (pageToken !== undefined);
  if (fetched !== total) {
    throw new UserError(`BigQuery could not ${what}: it gave ${fetched} of ${total} rows.`, { fix: 'Run again.' });
  }
  return columns;
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

/** The job itself, with its state and statistics. */
export async function getJob(client: GoogleClient, query: Query, jobId: string): Promise<Answer> {
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

function readRow(row: Answer, columns: readonly { name: string }[]): Row {
  const cells = row.objects('f');
  return new Map(columns.map(({ name }, index) => [name, cells[index]?.optionalText('v') ?? null]));
}
