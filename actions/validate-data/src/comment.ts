import { readFile } from 'node:fs/promises';
import {
  md,
  mdJoin,
  mdVerdict,
  UserError,
  type Markdown,
  type RunContext,
  type Verdict,
} from '@mlops-actions/action-kit';

/** GitHub refuses longer comments; what is left out is in the job summary. */
const LENGTH_LIMIT = 60_000;

/**
 * Keeps one comment for each contract on the pull request of the run up to date.
 *
 * @throws Error if this run has no pull request, or the token may not comment
 */
export async function commentOnPullRequest(
  told: { headline: string; verdict: Verdict; contract: string; change: Markdown },
  token: string | undefined,
  { repository, runUrl }: RunContext,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const pullRequest = await pullRequestOf(environment);
  // Most runs have no pull request, and need not load a client of GitHub.
  const { createGitHub, stickyComment } = await import('@mlops-actions/github');
  const head = mdJoin(md`### Data contract: ${mdVerdict(told.verdict)}`, md`${told.headline}`);
  const link = runUrl === '' ? undefined : md`The run with the whole report: ${runUrl}`;
  const whole = mdJoin(head, told.change, link);
  // Half a table would be worse than none.
  const body = whole.source.length > LENGTH_LIMIT ? mdJoin(head, link) : whole;
  const github = createGitHub({ token: token ?? '', repository, environment });
  return stickyComment(github, pullRequest, `validate-data ${told.contract}`, body.source);
}

/** The number of the pull request that started the run. */
async function pullRequestOf({ GITHUB_EVENT_PATH: file }: NodeJS.ProcessEnv): Promise<number> {
  const event = file === undefined ? undefined : (JSON.parse(await readFile(file, 'utf8')) as unknown);
  const number = (event as { pull_request?: { number?: unknown } } | undefined)?.pull_request?.number;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw new UserError('This run was not started by a pull request.');
}
