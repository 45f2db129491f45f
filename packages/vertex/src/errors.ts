import { messageOf, UserError } from '@mlops-actions/action-kit';

/** The gRPC status codes that this package tells apart. */
export const Status = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

/** The status code of a call that failed, also of one that was explained since; `undefined` if it is not such an error. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof UserError) return error.cause === undefined ? undefined : statusOf(error.cause);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}

/** Whether the answer of a call was lost, so that nobody knows whether it was done. */
export const answerLost = (error: unknown): boolean =>
  [Status.UNAVAILABLE, Status.DEADLINE_EXCEEDED, Status.INTERNAL, Status.CANCELLED].some(
    (code) => code === statusOf(error),
  );

/**
 * Runs a call and explains its failure.
 *
 * @param what the call as the end of "could not ...", such as `deploy credit-risk@3`
 */
export async function explaining<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw explain(what, error);
  }
}

/**
 * What an error of Vertex AI means and what to do about it. The texts of the service vary, so decisions go by the code and texts only
 * sharpen the advice. An error without a code is a bug and is returned as it is.
 */
export function explain(what: string, error: unknown): unknown {
  if (error instanceof UserError) return error;
  const text = messageOf(error).replace(/^\d+ [A-Z_]+: /, '');
  if (/Could not load the default credentials|Unable to detect a Project Id/i.test(text))
    return missingCredentials(error);
  const code = statusOf(error);
  if (code === undefined) return error;
  const fix = adviceFor(code, text);
  return new UserError(`Vertex AI could not ${what}: ${sentence(text)}`, {
    ...(fix !== undefined && { fix }),
    cause: error,
  });
}

/** The error for a job that has no credentials at all. */
export function missingCredentials(cause?: unknown): UserError {
  return new UserError('This job has no Google Cloud credentials.', {
    fix:
      "Put a step 'uses: google-github-actions/auth' before this one, and 'permissions: id-token: write' on the job, " +
      'without which workload identity federation gets no token.',
    cause,
  });
}

const sentence = (text: string): string => {
  const line = text.trim().replace(/\s+/g, ' ').slice(0, 1000);
  return /[.!?]$/.test(line) ? line : `${line}.`;
};

function adviceFor(code: number, text: string): string | undefined {
  switch (code) {
    case Status.INVALID_ARGUMENT:
      return /location ID doesn't match/i.test(text) ? "Set 'region' to the region of the resource." : undefined;
    case Status.NOT_FOUND:
      return "Check the id, 'project-id' and 'region': ids are looked up in that one region.";
    case Status.PERMISSION_DENIED:
      return permissionAdvice(text);
    case Status.RESOURCE_EXHAUSTED:
      return quotaAdvice(text);
    case Status.FAILED_PRECONDITION:
      return /model server/i.test(text)
        ? "Read the container's log at the address above (roles/logging.viewer); build-image with 'probe: true' finds this in seconds: wrong port, wrong route, or a crash at start."
        : undefined;
    case Status.ABORTED:
      return 'Somebody else changed the resource at the same time: run again, and give the workflow a concurrency group per endpoint.';
    case Status.UNIMPLEMENTED:
      return "The host does not know this API: check that 'region' is one that Vertex AI serves.";
    case Status.UNAVAILABLE:
    case Status.DEADLINE_EXCEEDED:
    case Status.INTERNAL:
      if (/name resolution|ENOTFOUND|EAI_AGAIN/i.test(text)) {
        return "Its host is not known: check that 'region' is one that Vertex AI serves, and the runner's network.";
      }
      return 'The service did not answer in time, after retries. Run again: the action goes on from what was done.';
    case Status.UNAUTHENTICATED:
      return "The credentials were refused or ran out: check the step 'google-github-actions/auth' and its provider's conditions.";
    default:
      return undefined;
  }
}

function permissionAdvice(text: string): string {
  if (/has not been used|is disabled|SERVICE_DISABLED/i.test(text)) {
    return "Enable the API aiplatform.googleapis.com in the project, and check 'project-id'.";
  }
  if (/actAs/i.test(text)) {
    return 'Grant roles/iam.serviceAccountUser on the serving service account to the account of this job.';
  }
  const permission = /[Pp]ermission '?([a-zA-Z]+\.[a-zA-Z.]+)'?/.exec(text)?.[1];
  const named = permission === undefined ? '' : ` (it holds ${permission})`;
  return `Grant roles/aiplatform.user on the project to the account of this job${named}. A wrong 'project-id' looks just the same.`;
}

function quotaAdvice(text: string): string {
  const metrics = [...text.matchAll(/aiplatform\.googleapis\.com\/[a-z0-9_]+/g)].map(([metric]) => metric);
  const named = metrics.length === 0 ? '' : ` (${[...new Set(metrics)].join(', ')})`;
  return `Ask for more quota in the region${named}, lower 'max-replicas' (the quota counts them, not the replicas that run), take another 'machine-type', or undeploy models that get no traffic.`;
}
