import { nodeId, user } from '../shapes.ts';
import { found, numberIn, repositoryUrl, type Route } from './route.ts';

export const REPOSITORY_ROUTES: Route[] = [
  {
    method: 'GET',
    path: '',
    access: {},
    documentation: 'rest/repos/repos#get-a-repository',
    handle(call, repository) {
      const [owner = '', name = ''] = repository.slug.split('/');
      return {
        status: 200,
        body: {
          id: repository.id,
          node_id: nodeId('Repository', repository.id),
          name,
          full_name: repository.slug,
          owner: user(call.url, owner),
          private: true,
          url: repositoryUrl(call, repository),
          html_url: `https://github.com/${repository.slug}`,
          default_branch: 'main',
        },
      };
    },
  },
  {
    method: 'GET',
    path: '/pulls/:number',
    access: { 'pull-requests': 'read' },
    documentation: 'rest/pulls/pulls#get-a-pull-request',
    handle(call, repository) {
      const number = numberIn(call, 'number');
      const pull = found(repository.pulls.find((candidate) => candidate.number === number));
      const issue = repository.issues.find((candidate) => candidate.number === number)!;
      const base = repositoryUrl(call, repository);
      return {
        status: 200,
        body: {
          id: issue.id,
          node_id: nodeId('PullRequest', issue.id),
          url: `${base}/pulls/${number}`,
          html_url: `https://github.com/${repository.slug}/pull/${number}`,
          issue_url: `${base}/issues/${number}`,
          number,
          state: issue.state,
          title: issue.title,
          body: issue.body,
          user: user(call.url, issue.login),
          head: { ref: pull.head, sha: pull.headSha, label: `${repository.slug.split('/')[0]}:${pull.head}` },
          base: { ref: pull.base, sha: pull.baseSha, label: `${repository.slug.split('/')[0]}:${pull.base}` },
          created_at: issue.createdAt,
          updated_at: issue.updatedAt,
        },
      };
    },
  },
];
