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

const READ = 'deployments: read';
const WRITE = 'deployments: write';

/** Deployments that are looked at, newest first. */
const MOST = 30;

/** The deployment that says what serves. */
export interface ActiveDeployment {
  environment: string;
  /** Commit that what serves came from; `undefined` if nothing of this repository serves. */
  commit: string | undefined;
  /** Why that one is active, and why others are not: at most 140 characters are kept. */
  active: string;
  inactive: string;
  /** Page with the log. */
  logUrl?: string;
}

/**
 * Makes the newest deployment of a commit the one that an environment shows as active, and no other. GitHub itself takes whatever job ran last for what is
 * deployed, and a job that takes something back runs on another commit than the one that serves then.
 *
 * @returns what was changed
 */
export async function setActiveDeployment(
  github: GitHub,
  { environment, commit, active, inactive, logUrl }: ActiveDeployment,
): Promise<{ id: number; commit: string; state: DeploymentState }[]> {
  const list = github.list(
    { path: '/deployments', query: { environment }, what: `list the deployments to ${environment}`, needs: READ },
    { most: MOST },
  );
  const deployments: { id: number; sha: string; state: string | undefined }[] = [];
  for await (const item of list) {
    const { id, sha } = item as { id: number; sha: string };
    deployments.push({ id, sha, state: await stateOf(github, id) });
  }
  const serving = deployments.find(({ sha }) => sha === commit);
  const changes: { id: number; commit: string; state: DeploymentState }[] = [];
  const set = async (one: { id: number; sha: string }, state: DeploymentState, description: string): Promise<void> => {
    await setDeploymentStatus(github, one.id, { state, description, logUrl });
    changes.push({ id: one.id, commit: one.sha, state });
  };
  for (const other of deployments) {
    if (other !== serving && other.state === 'success') await set(other, 'inactive', inactive);
  }
  if (serving !== undefined && serving.state !== 'success') await set(serving, 'success', active);
  return changes;
}

/** The newest status of a deployment. */
async function stateOf(github: GitHub, id: number): Promise<string | undefined> {
  const [newest] = (await github.call({
    path: repositoryPath`/deployments/${id}/statuses`,
    query: { per_page: 1 },
    what: `read the status of deployment ${id}`,
    needs: READ,
  })) as { state: string }[];
  return newest?.state;
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
    needs: WRITE,
  } as const;
  // The newest status counts, so that saying it twice says it once.
  await github.once<unknown>(call, () => Promise.resolve(undefined));
}
