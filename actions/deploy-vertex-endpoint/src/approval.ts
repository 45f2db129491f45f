import { log, UserError, type RunContext } from '@mlops-actions/action-kit';
import type { RunPeople } from '@mlops-actions/github';

/** That somebody else must have approved, and who counts as somebody else. */
export interface ApprovalDemand {
  /** GitHub environment of the job. */
  environment: string;
  /** Further runs whose people had a hand in the model, such as the one that released it to an earlier environment. */
  madeByRuns: readonly string[];
  githubToken: string;
}

/** Who approved a deployment, and who had a hand in what is deployed. Logins. */
export interface Approval {
  environment: string;
  /** Reviewers who had no hand in it: one at least. */
  approvedBy: string[];
  people: ({ run: string } & RunPeople)[];
}

/**
 * Asks GitHub who let this run into its environment, and proves that it was somebody else than those who made what it deploys: who started
 * or repeated the run, who wrote its commit, and the same of the runs that made the model.
 *
 * @throws UserError if nobody else approved, or if it cannot be known
 */
export async function demandApproval(demand: ApprovalDemand, context: RunContext): Promise<Approval> {
  const { environment, githubToken } = demand;
  if (context.runId === '') throw new UserError('Outside a workflow run nobody can have approved it.');
  // Deployments that need no approval need no client of GitHub.
  const { approversOf, createGitHub, independent, peopleOf } = await import('@mlops-actions/github');
  const github = createGitHub({ token: githubToken, repository: context.repository });
  const people: Approval['people'] = [];
  for (const run of new Set([context.runId, ...demand.madeByRuns])) {
    people.push({ run, ...(await peopleOf(github, run)) });
  }
  const approvers = await approversOf(github, context.runId, environment);
  const approvedBy = independent(approvers, people);
  if (approvedBy.length === 0) {
    throw new UserError(
      approvers.length === 0
        ? `Nobody approved this run for the environment '${environment}'.`
        : `Only ${approvers.join(', ')} approved this run for the environment '${environment}', who had a hand in what it deploys.`,
      {
        fix: `Give the environment required reviewers in the settings of the repository, prevent self-review, and let one approve who neither started the run nor wrote its commit.`,
      },
    );
  }
  log.info(`Approved for ${environment} by ${approvedBy.join(', ')}`);
  return { environment, approvedBy, people };
}
