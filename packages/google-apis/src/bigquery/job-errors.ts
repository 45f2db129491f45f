import { GoogleApiError, sentence } from '../errors.ts';

const BY_REASON: ReadonlyMap<string, string> = new Map([
  [
    'bytesBilledLimitExceeded',
    "Raise 'maximum-bytes-billed', count fewer columns, or give a window of the partition column.",
  ],
  [
    'accessDenied',
    'Grant roles/bigquery.dataViewer on the table or its dataset (it holds bigquery.tables.getData), and roles/bigquery.jobUser on the project that runs the job, to the account of this job.',
  ],
  ['notFound', "Check the table's project, dataset and name, and that the job runs in the location of its dataset."],
  [
    'quotaExceeded',
    'The project used up a quota of BigQuery, perhaps one of its own on bytes a day: ask for more, or run later.',
  ],
  [
    'resourcesExceeded',
    'The statement needs more memory than BigQuery has for one: count fewer columns at once, or drop checks of uniqueness.',
  ],
  ['billingTierLimitExceeded', 'Count fewer columns at once.'],
  ['stopped', 'Somebody cancelled the job.'],
  ['backendError', 'BigQuery failed, also with new jobs: run again later.'],
  ['internalError', 'BigQuery failed, also with new jobs: run again later.'],
  ['jobBackendError', 'BigQuery failed, also with new jobs: run again later.'],
  ['jobInternalError', 'BigQuery failed, also with new jobs: run again later.'],
]);

const TRANSIENT = new Set(['backendError', 'internalError', 'jobBackendError', 'jobInternalError']);

/** What a job's own error means, whether it came as the job's status or as the answer to a call about it. Other errors stay as they are. */
export function explainJobError(what: string, error: unknown): Error {
  if (!(error instanceof GoogleApiError)) return error as Error;
  const { status, reason } = error;
  const said = error.message.replace(/^BigQuery could not [^:]*: /, '');
  const fix = /without a filter over column/i.test(said)
    ? "The table wants a filter on its partition column: give a window of it ('window')."
    : (BY_REASON.get(reason ?? '') ?? error.fix);
  return new GoogleApiError(`BigQuery could not ${what}: ${sentence(said)}`, status, reason, {
    ...(fix !== undefined && { fix }),
    cause: error,
  });
}

/** Whether the service failed, not the statement: a new job may succeed. */
export const mayPassWithAnotherJob = (error: unknown): boolean =>
  error instanceof GoogleApiError && error.status === 200 && TRANSIENT.has(error.reason ?? '');
