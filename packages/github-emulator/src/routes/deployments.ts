import { invalid } from '../errors.ts';
import { page, type Call } from '../request.ts';
import { nodeId, user, type DeploymentAnswer, type DeploymentStatusAnswer } from '../shapes.ts';
import { DEPLOYMENT_STATES, type Deployment, type DeploymentStatus, type RepositoryState } from '../state.ts';
import { isProduction } from '../world.ts';
import { found, numberIn, repositoryUrl, type Route } from './route.ts';

const PAGE = 'rest/deployments';

export const DEPLOYMENT_ROUTES: Route[] = [
  {
    method: 'GET',
    path: '/deployments',
    access: { deployments: 'read' },
    documentation: `${PAGE}/deployments#list-deployments`,
    handle(call, repository) {
      const wanted = (name: 'ref' | 'sha' | 'task' | 'environment', deployment: Deployment): boolean => {
        const value = call.query.get(name);
        return value === null || deployment[name] === value;
      };
      const chosen = repository.deployments
        .filter((one) => (['ref', 'sha', 'task', 'environment'] as const).every((name) => wanted(name, one)))
        .reverse();
      const { items, headers } = page(call, `/repos/${repository.slug}/deployments`, chosen);
      return { status: 200, headers, body: items.map((one) => deploymentAnswer(call, repository, one)) };
    },
  },
  {
    method: 'POST',
    path: '/deployments',
    access: { deployments: 'write' },
    documentation: `${PAGE}/deployments#create-a-deployment`,
    handle(call, repository, world) {
      const { body, login } = call;
      const deployment = world.deploy(repository, {
        ref: body.requiredText('Deployment', 'ref'),
        task: body.text('Deployment', 'task'),
        environment: body.text('Deployment', 'environment'),
        description: body.text('Deployment', 'description'),
        payload: body.get('payload'),
        login,
      });
      return { status: 201, body: deploymentAnswer(call, repository, deployment) };
    },
  },
  {
    method: 'GET',
    path: '/deployments/:id',
    access: { deployments: 'read' },
    documentation: `${PAGE}/deployments#get-a-deployment`,
    handle: (call, repository) => ({
      status: 200,
      body: deploymentAnswer(call, repository, deploymentIn(call, repository)),
    }),
  },
  {
    method: 'GET',
    path: '/deployments/:id/statuses',
    access: { deployments: 'read' },
    documentation: `${PAGE}/statuses#list-deployment-statuses`,
    handle(call, repository) {
      const deployment = deploymentIn(call, repository);
      const path = `/repos/${repository.slug}/deployments/${deployment.id}/statuses`;
      const { items, headers } = page(call, path, [...deployment.statuses].reverse());
      return { status: 200, headers, body: items.map((status) => statusAnswer(call, repository, deployment, status)) };
    },
  },
  {
    method: 'POST',
    path: '/deployments/:id/statuses',
    access: { deployments: 'write' },
    documentation: `${PAGE}/statuses#create-a-deployment-status`,
    handle(call, repository, world) {
      const { body, login } = call;
      const deployment = deploymentIn(call, repository);
      const wanted = body.requiredText('DeploymentStatus', 'state');
      const state = DEPLOYMENT_STATES.find((candidate) => candidate === wanted);
      if (state === undefined) throw invalid('DeploymentStatus', 'state', 'invalid');
      const description = body.text('DeploymentStatus', 'description') ?? '';
      if (description.length > 140) throw invalid('DeploymentStatus', 'description', 'invalid');
      const status = world.conclude(repository, deployment, {
        state,
        description,
        environment: body.text('DeploymentStatus', 'environment'),
        environmentUrl: body.text('DeploymentStatus', 'environment_url'),
        logUrl: body.text('DeploymentStatus', 'log_url'),
        login,
        autoInactive: body.get('auto_inactive') !== false,
      });
      return { status: 201, body: statusAnswer(call, repository, deployment, status) };
    },
  },
];

function deploymentIn(call: Call, repository: RepositoryState): Deployment {
  const id = numberIn(call, 'id');
  return found(repository.deployments.find((deployment) => deployment.id === id));
}

function deploymentAnswer(call: Call, repository: RepositoryState, deployment: Deployment): DeploymentAnswer {
  const base = repositoryUrl(call, repository);
  const url = `${base}/deployments/${deployment.id}`;
  return {
    url,
    id: deployment.id,
    node_id: nodeId('Deployment', deployment.id),
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload as DeploymentAnswer['payload'],
    environment: deployment.environment,
    original_environment: deployment.environment,
    description: deployment.description,
    creator: user(call.url, deployment.login),
    created_at: deployment.createdAt,
    updated_at: deployment.statuses.at(-1)?.createdAt ?? deployment.createdAt,
    statuses_url: `${url}/statuses`,
    repository_url: base,
    transient_environment: false,
    production_environment: isProduction(deployment),
  };
}

function statusAnswer(
  call: Call,
  repository: RepositoryState,
  deployment: Deployment,
  status: DeploymentStatus,
): DeploymentStatusAnswer {
  const base = repositoryUrl(call, repository);
  const url = `${base}/deployments/${deployment.id}`;
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId('DeploymentStatus', status.id),
    state: status.state,
    creator: user(call.url, status.login),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: base,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
  };
}
