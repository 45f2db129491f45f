import { log, UserError, type RunContext } from '@mlops-actions/action-kit';
import type { RunPeople } from '@mlops-actions/github';
import type { Inputs } from './inputs.ts';

/** That somebody else must have approved, and who counts as somebody else. */
export interface ApprovalDemand {
  /** GitHub environment of the job. */
  environment: string;
  /** Further runs whose people had a hand in the model, such as the one that released it to an earlier environment. */
  madeByRuns: readonly string[];
  githubToken: string;
}

/** Either of model.yaml and the workflow can ask for it, and neither can lift what the other asks. */
export function approvalOf(inputs: Inputs, inManifest: boolean): ApprovalDemand | undefined {
  if (!(inManifest || inputs.requireApproval)) return undefined;
  if (inputs.environment === undefined) {
    throw new UserError('An approval is required, and it is not said for which environment.', {
      fix: "Set 'environment' to the GitHub environment of the job, which is the environment of model.yaml too.",
    });
  }
  const madeByRuns = inputs.madeByRuns ?? [];
  const wrong = madeByRuns.find((run) => !/^\d+$/.test(run));
  if (wrong !== undefined) throw new UserError(`Input 'made-by-runs' must hold ids of workflow runs, not '${wrong}'.`);
  return { environment: inputs.environment, madeByRuns, githubToken: inputs.githubToken ?? '' };
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
