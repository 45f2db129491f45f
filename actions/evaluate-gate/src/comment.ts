import { readFile } from 'node:fs/promises';
import { log, md, messageOf, UserError, type Markdown, type RunContext } from '@mlops-actions/action-kit';
import type { DecisionRecord } from './record.ts';

/** GitHub refuses longer comments; what is left out is in the job summary. */
const LENGTH_LIMIT = 60_000;

/**
 * Keeps one comment on the pull request of the run up to date with the decision. What cannot be posted is told as a warning: the decision stands
 * without it.
 */
export async function commentOnPullRequest(
  record: DecisionRecord,
  summary: Markdown,
  { token, run, environment = process.env }: { token: string; run: RunContext; environment?: NodeJS.ProcessEnv },
): Promise<string | undefined> {
  try {
    const pullRequest = await pullRequestOf(environment);
    // Most runs have no pull request, and need not load a client of GitHub.
    const { createGitHub, stickyComment } = await import('@mlops-actions/github');
    const heading = md`### Gate decision: ${record.verdict}\n\n${record.headline}`.source;
    const run_ = run.runUrl === '' ? '' : `\n\n[The run](${run.runUrl}) has the whole report.`;
    const text = `${heading}\n\n${summary.source}`;
    // Half a table or half a chart would be worse than none.
    const body = text.length + run_.length > LENGTH_LIMIT ? heading + run_ : text + run_;
    const github = createGitHub({ token, repository: run.repository, environment });
    return await stickyComment(github, pullRequest, 'evaluate-gate', body);
  } catch (error) {
    log.warning(`The decision was not written to the pull request: ${messageOf(error)}`, { title: 'evaluate-gate' });
    return undefined;
  }
}

/** The number of the pull request that started the run. */
async function pullRequestOf({ GITHUB_EVENT_PATH: file }: NodeJS.ProcessEnv): Promise<number> {
  const event = file === undefined ? undefined : (JSON.parse(await readFile(file, 'utf8')) as unknown);
  const pullRequest = (event as { pull_request?: { number?: unknown } } | undefined)?.pull_request?.number;
  if (typeof pullRequest === 'number' && Number.isSafeInteger(pullRequest)) return pullRequest;
  throw new UserError('this run was not started by a pull request.');
}
