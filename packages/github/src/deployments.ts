import { repositoryPath, type GitHub } from './client.ts';

export type DeploymentState = 'in_progress' | 'queued' | 'pending' | 'success' | 'failure' | 'error' | 'inactive';

export interface DeploymentStatus {
  state: DeploymentState;
  /** At most 140 characters are kept. */
  description: string;
  /** Page with the log. */
  logUrl?: string | undefined;
  /** Page of what was deployed. */
  environmentUrl?: string | undefined;
}

const NEEDS = 'deployments: write';

/** The newest deployment of a commit to an environment; a job with `environment:` has made one. Undefined if there is none. */
export async function findDeployment(
  github: GitHub,
  { environment, commit }: { environment: string; commit: string },
): Promise<number | undefined> {
  const found = (await github.call({
    path: '/deployments',
    query: { environment, sha: commit, per_page: 1 },
    what: `find the deployment to ${environment}`,
    needs: 'deployments: read',
  })) as { id: number }[];
  return found[0]?.id;
}

/** Says how a deployment went. */
export async function setDeploymentStatus(
  github: GitHub,
  deployment: number,
  { state, description, logUrl, environmentUrl }: DeploymentStatus,
): Promise<void> {
  const call = {
    method: 'POST',
    path: repositoryPath`/deployments/${deployment}/statuses`,
    json: {
      state,
      description: description.slice(0, 140),
      ...(logUrl !== undefined && { log_url: logUrl }),
      ...(environmentUrl !== undefined && { environment_url: environmentUrl }),
    },
    what: `set the status of deployment ${deployment}`,
    needs: NEEDS,
  } as const;
  // The newest status counts, so that saying it twice says it once.
  await github.once<unknown>(call, () => Promise.resolve(undefined));
}
