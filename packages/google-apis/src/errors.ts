import { messageOf, UserError } from '@mlops-actions/action-kit';
import type { GoogleApi } from './apis.ts';

/** What a call needs from IAM, for the advice when it is refused. */
export interface Permission {
  /** `bigquery.jobs.create` */
  readonly permission: string;
  /** The least predefined role that holds it: `roles/bigquery.jobUser`. */
  readonly role: string;
  /** What the role is granted on: `the project`. */
  readonly on: string;
}

/** A refusal by one of Google's APIs. */
export class GoogleApiError extends UserError {
  /** HTTP status of the answer. */
  readonly status: number;
  /** The API's own word for it: `rateLimitExceeded`, `notFound`, `SERVICE_DISABLED`. */
  readonly reason: string | undefined;

  constructor(
    message: string,
    status: number,
    reason: string | undefined,
    options: { fix?: string; cause?: unknown } = {},
  ) {
    super(message, options);
    this.status = status;
    this.reason = reason;
  }
}

/** What the error body of an answer says. */
export interface Refusal {
  status: number;
  reason: string | undefined;
  message: string;
}

/** Reads the JSON error body that all of Google's APIs share; a proxy's or a load balancer's HTML says nothing beyond its status. */
export function readRefusal(status: number, body: string): Refusal {
  const { error, errorType } = parseObject(body) as { error?: unknown; errorType?: unknown };
  // The Prometheus interface of Cloud Monitoring has Prometheus' own form.
  if (typeof error === 'string') {
    return { status, reason: typeof errorType === 'string' ? errorType : undefined, message: sentence(error) };
  }
  if (typeof error !== 'object' || error === null) return { status, reason: undefined, message: '' };
  const { message, errors, details } = error as { message?: unknown; errors?: unknown; details?: unknown };
  // `details` holds the newer, sharper reasons, `errors` those of BigQuery and Cloud Storage.
  const reason = firstReason(details) ?? firstReason(errors);
  return { status, reason, message: typeof message === 'string' ? sentence(message) : '' };
}

function parseObject(body: string): object {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

function firstReason(entries: unknown): string | undefined {
  if (!Array.isArray(entries)) return undefined;
  return entries
    .map((entry: unknown) => (entry as { reason?: unknown } | null)?.reason)
    .find((reason): reason is string => typeof reason === 'string');
}

/** A text of Google's as one sentence of bounded length. */
export function sentence(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ').slice(0, 1000);
  return line === '' || /[.!?]$/.test(line) ? line : `${line}.`;
}

/**
 * A refusal as an error that says what to do.
 *
 * @param what the call as the end of "could not ...": `read the table p.d.t`
 */
export function explainRefusal(api: GoogleApi, what: string, refusal: Refusal, needs: Permission): GoogleApiError {
  const { status, reason, message } = refusal;
  const said = message === '' ? `it answered ${status}.` : message;
  const fix = adviceFor(api, refusal, needs);
  return new GoogleApiError(`${api.name} could not ${what}: ${said}`, status, reason, fix === undefined ? {} : { fix });
}

/** Reasons by which the APIs say "too much at once", also with status 403. */
const RATE_REASONS = new Set([
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'jobRateLimitExceeded',
  'RATE_LIMIT_EXCEEDED',
]);

/** Whether nothing was done, because too much was asked at once. */
export const isRateLimit = ({ status, reason }: Refusal): boolean =>
  status === 429 || (status === 403 && reason !== undefined && RATE_REASONS.has(reason));

function adviceFor(api: GoogleApi, refusal: Refusal, needs: Permission): string | undefined {
  const { status, reason, message } = refusal;
  if (isRateLimit(refusal)) {
    return `Too much was asked of ${api.name} at once, also after waiting: run again later, or ask for more quota.`;
  }
  switch (status) {
    case 401:
      return "The credentials were refused or ran out: check the step 'google-github-actions/auth' and the conditions of its provider.";
    case 403:
      return adviceFor403(api, reason, message, needs);
    case 404:
      return `Check the name and the project. Without ${needs.permission} (${needs.role} on ${needs.on}) some things look as if they did not exist.`;
    case 408:
    case 500:
    case 502:
    case 503:
    case 504:
      return 'The service did not answer in time, after retries: run again.';
    default:
      return undefined;
  }
}

function adviceFor403(api: GoogleApi, reason: string | undefined, message: string, needs: Permission): string {
  if (
    reason === 'accessNotConfigured' ||
    reason === 'SERVICE_DISABLED' ||
    /has not been used|is disabled/i.test(message)
  ) {
    return `Enable the API ${api.service} in the project.`;
  }
  if (reason === 'quotaExceeded') return `Ask for more quota of ${api.name}, or ask for less.`;
  if (reason === 'billingNotEnabled' || reason === 'BILLING_DISABLED') return 'Enable billing for the project.';
  if (
    /VPC Service Controls|vpcServiceControlsUniqueIdentifier/i.test(message) ||
    reason === 'SECURITY_POLICY_VIOLATED'
  ) {
    return 'A perimeter of VPC Service Controls stands between: run in it (a self-hosted runner), or have an ingress rule made for this identity.';
  }
  return `Grant ${needs.role} on ${needs.on} to the account of this job (it holds ${needs.permission}).`;
}

/** The error for a job that has no credentials at all. */
export function missingCredentials(cause: unknown): UserError {
  return new UserError(`This job has no Google Cloud credentials: ${sentence(messageOf(cause))}`, {
    fix:
      "Put a step 'uses: google-github-actions/auth' before this one, and 'permissions: id-token: write' on the job, " +
      'without which workload identity federation gets no token.',
    cause,
  });
}

/** The error for a host that cannot be reached. */
export function unreachable(api: GoogleApi, what: string, origin: string, cause: unknown): UserError {
  // An attempt that took too long was aborted by us, and says why in its cause.
  const inner = cause instanceof Error && cause.name === 'AbortError' ? cause.cause : cause;
  const { code = messageOf(inner) } = inner as NodeJS.ErrnoException;
  return new UserError(`${api.name} could not ${what}: ${origin} cannot be reached (${code}).`, {
    fix: `Check the runner's network; behind a proxy set NODE_USE_ENV_PROXY: 1 beside HTTPS_PROXY in the step's env, and for an emulator ${api.emulatorVariable}.`,
    cause,
  });
}
