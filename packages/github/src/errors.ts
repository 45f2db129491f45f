import { UserError } from '@mlops-actions/action-kit';

/** GitHub refused a call, or could not be asked. */
export class GitHubError extends UserError {
  /** HTTP status; undefined if there was no answer. */
  readonly status: number | undefined;
  /** Whether the call may have been carried out all the same. */
  readonly maybeDone: boolean;

  constructor(
    message: string,
    { status, maybeDone = false, ...options }: { status?: number; maybeDone?: boolean; fix?: string; cause?: unknown },
  ) {
    super(message, options);
    this.status = status;
    this.maybeDone = maybeDone;
  }
}

/** What GitHub answered to a call that it did not carry out. */
export interface Refusal {
  status: number;
  message: string;
}

/** Reads the message of a refusal; whatever stands between may answer with a page instead. */
export function readRefusal(status: number, text: string): Refusal {
  try {
    const answer = JSON.parse(text) as { message?: unknown; errors?: unknown };
    const message = typeof answer.message === 'string' ? answer.message : '';
    const details = Array.isArray(answer.errors) ? `: ${JSON.stringify(answer.errors)}` : '';
    return { status, message: (message + details).slice(0, 500) };
  } catch {
    return { status, message: text.slice(0, 200) };
  }
}

/**
 * A refusal as an error that says what to do.
 *
 * @param what the call as the end of "could not ..."
 * @param needs the permission of the job's token: `issues: write`
 */
export function explainRefusal(what: string, { status, message }: Refusal, needs: string): GitHubError {
  const said = message === '' ? `it answered ${status}` : `${status} ${message.replace(/\.$/, '')}`;
  return new GitHubError(`GitHub could not ${what}: ${said}.`, {
    status,
    maybeDone: status >= 500,
    ...fixOf(status, message, needs),
  });
}

function fixOf(status: number, message: string, needs: string): { fix?: string } {
  if (status === 401) return { fix: "Pass a token that is valid: 'github-token: ${{ github.token }}'." };
  if (status === 403 || status === 404) {
    return {
      fix: /disabled/i.test(message)
        ? 'Turn the feature on in the settings of the repository.'
        : `Give the job 'permissions: ${needs}', and see that the workflow that calls it allows it too.`,
    };
  }
  if (status === 410) return { fix: 'Turn issues on in the settings of the repository.' };
  return {};
}
