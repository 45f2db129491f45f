import { ApiError } from '../errors.ts';
import type { Call } from '../request.ts';
import { nodeId, user, type CommitAnswer, type ReviewAnswer, type RunAnswer } from '../shapes.ts';
import type { Commit, RepositoryState, Review, Run } from '../state.ts';
import { found, numberIn, repositoryUrl, type Route } from './route.ts';

export const RUN_ROUTES: Route[] = [
  {
    method: 'GET',
    path: '/actions/runs/:id',
    access: { actions: 'read' },
    documentation: 'rest/actions/workflow-runs#get-a-workflow-run',
    handle: (call, repository) => ({ status: 200, body: runAnswer(call, repository, runIn(call, repository)) }),
  },
  {
    method: 'GET',
    path: '/actions/runs/:id/approvals',
    access: { actions: 'read' },
    documentation: 'rest/actions/workflow-runs#get-the-review-history-for-a-workflow-run',
    handle: (call, repository) => ({
      status: 200,
      body: runIn(call, repository).reviews.map((review) => reviewAnswer(call, repository, review)),
    }),
  },
  {
    method: 'GET',
    path: '/commits/:sha',
    access: { contents: 'read' },
    documentation: 'rest/commits/commits#get-a-commit',
    handle(call, repository) {
      const sha = call.parameters.get('sha')!;
      const commit = repository.commits.find((candidate) => candidate.sha === sha);
      if (commit === undefined) throw new ApiError(422, `No commit found for SHA: ${sha}`);
      return { status: 200, body: commitAnswer(call, repository, commit) };
    },
  },
];

function runIn(call: Call, repository: RepositoryState): Run {
  const id = numberIn(call, 'id');
  return found(repository.runs.find((run) => run.id === id));
}

function runAnswer(call: Call, repository: RepositoryState, run: Run): RunAnswer {
  return {
    id: run.id,
    node_id: nodeId('WorkflowRun', run.id),
    head_sha: run.headSha,
    url: `${repositoryUrl(call, repository)}/actions/runs/${run.id}`,
    html_url: `https://github.com/${repository.slug}/actions/runs/${run.id}`,
    actor: user(call.url, run.actor),
    triggering_actor: user(call.url, run.triggeringActor),
  };
}

function reviewAnswer(call: Call, repository: RepositoryState, review: Review): ReviewAnswer {
  return {
    state: review.state,
    comment: review.comment,
    user: user(call.url, review.login),
    environments: review.environments.map((name) => ({
      name,
      url: `${repositoryUrl(call, repository)}/environments/${encodeURIComponent(name)}`,
      html_url: `https://github.com/${repository.slug}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    })),
  };
}

function commitAnswer(call: Call, repository: RepositoryState, { sha, author, parents }: Commit): CommitAnswer {
  const base = `${repositoryUrl(call, repository)}/commits`;
  return {
    sha,
    node_id: nodeId('Commit', 0),
    url: `${base}/${sha}`,
    html_url: `https://github.com/${repository.slug}/commit/${sha}`,
    author: author === null ? null : user(call.url, author),
    parents: parents.map((parent) => ({ sha: parent, url: `${base}/${parent}` })),
  };
}
