import { UserError } from '@mlops-actions/action-kit';
import { repositoryPath, type GitHub } from './client.ts';

/** The people behind a workflow run, by login. */
export interface RunPeople {
  /** Who triggered the run, and who ran it again. */
  startedBy: string[];
  /** Authors of the commit that it ran on; of a merge also those of the commits that were merged. */
  changedBy: string[];
}

interface UserAnswer {
  login: string;
  type: string;
}

interface RunAnswer {
  actor: UserAnswer | null;
  triggering_actor: UserAnswer | null;
  head_sha: string;
}

interface CommitAnswer {
  author: UserAnswer | null;
  parents: { sha: string }[];
}

interface ReviewAnswer {
  state: string;
  user: UserAnswer | null;
  environments: { name: string }[];
}

const NEEDS = 'actions: read';

/**
 * The people behind a run.
 *
 * @throws UserError if an author is nobody that GitHub knows: then nobody can be said to be somebody else
 */
export async function peopleOf(github: GitHub, runId: string): Promise<RunPeople> {
  const run = (await github.call({
    path: repositoryPath`/actions/runs/${runId}`,
    what: `read the run ${runId}`,
    needs: NEEDS,
  })) as RunAnswer;
  const head = await readCommit(github, run.head_sha);
  const authors = [authorOf(head, run.head_sha)];
  // The author of a merge is who merged; what came in is by others.
  for (const { sha } of head.parents.slice(1)) authors.push(authorOf(await readCommit(github, sha), sha));
  const startedBy = [run.actor, run.triggering_actor].flatMap((user) => (user === null ? [] : [user.login]));
  if (startedBy.length === 0) throw new UserError(`GitHub does not say who started the run ${runId}.`);
  return { startedBy: unique(startedBy), changedBy: unique(authors) };
}

/** The people who let a run into an environment, by login. A bot is nobody. */
export async function approversOf(github: GitHub, runId: string, environment: string): Promise<string[]> {
  const reviews = (await github.call({
    path: repositoryPath`/actions/runs/${runId}/approvals`,
    what: `read who approved the run ${runId}`,
    needs: NEEDS,
  })) as ReviewAnswer[];
  const approvals = reviews.filter(
    ({ state, environments }) => state === 'approved' && environments.some(({ name }) => sameName(name, environment)),
  );
  return unique(approvals.flatMap(({ user }) => (user?.type === 'User' ? [user.login] : [])));
}

/** Those of the approvers who had no hand in it. Logins compare without case. */
export function independent(approvers: readonly string[], people: readonly RunPeople[]): string[] {
  const involved = people.flatMap(({ startedBy, changedBy }) => [...startedBy, ...changedBy]);
  return approvers.filter((login) => !involved.some((other) => sameName(other, login)));
}

async function readCommit(github: GitHub, sha: string): Promise<CommitAnswer> {
  const call = { path: repositoryPath`/commits/${sha}`, what: `read the commit ${sha}`, needs: 'contents: read' };
  return (await github.call(call)) as CommitAnswer;
}

function authorOf({ author }: CommitAnswer, sha: string): string {
  if (author !== null) return author.login;
  throw new UserError(
    `The author of the commit ${sha} has no account at GitHub, so nobody can be said to be somebody else.`,
    {
      fix: "Add the commit's e-mail address to the author's account, or commit with one that is there.",
    },
  );
}

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const unique = (logins: readonly string[]): string[] =>
  logins.filter((login, index) => logins.findIndex((other) => sameName(other, login)) === index);
