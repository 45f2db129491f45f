import { readCommonInputs, type CommonInputs, type InputReader } from '@mlops-actions/action-kit';

/** How the job that rolled back ended. */
const RESULTS = ['success', 'failure', 'cancelled', 'skipped'] as const;
export type JobEnd = (typeof RESULTS)[number];

/** The inputs as they were given. */
export interface Inputs extends CommonInputs {
  environment: string;
  /** Path of the report of rollback; it need not be there. */
  report: string;
  jobResult: JobEnd;
  reason: string;
  incidentUrl?: string | undefined;
  incidentLabel?: string | undefined;
  githubToken: string;
}

export function readInputs(reader: InputReader): Inputs {
  return {
    ...readCommonInputs(reader),
    environment: reader.required('environment'),
    report: reader.required('report'),
    jobResult: reader.choice('job-result', RESULTS) ?? 'failure',
    reason: reader.required('reason'),
    incidentUrl: reader.text('incident-url'),
    incidentLabel: reader.text('incident-label'),
    githubToken: reader.required('github-token'),
  };
}
