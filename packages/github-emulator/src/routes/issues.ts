import { ApiError, invalid } from '../errors.ts';
import { page, type Call } from '../request.ts';
import { nodeId, user, type CommentAnswer, type IssueAnswer } from '../shapes.ts';
import type { Comment, Issue, RepositoryState } from '../state.ts';
import type { Access } from '../tokens.ts';
import { sameLabel } from '../world.ts';
import { labelAnswer } from './labels.ts';
import { found, numberIn, repositoryUrl, type Route } from './route.ts';

const READ: Access = { issues: 'read', 'pull-requests': 'read' };
const WRITE: Access = { issues: 'write', 'pull-requests': 'write' };
const TITLE_CHARACTERS = 256;
const BODY_CHARACTERS = 65_536;

export const ISSUE_ROUTES: Route[] = [
  {
    method: 'GET',
    path: '/issues',
    access: READ,
    documentation: 'rest/issues/issues#list-repository-issues',
    handle(call, repository, world) {
      const { items, headers } = page(call, `/repos/${repository.slug}/issues`, chooseIssues(call, repository));
      const shown = items.filter(({ login }) => !world.isSuspended(login));
      return { status: 200, headers, body: shown.map((issue) => issueAnswer(call, repository, issue)) };
    },
  },
  {
    method: 'POST',
    path: '/issues',
    access: { issues: 'write' },
    documentation: 'rest/issues/issues#create-an-issue',
    handle(call, repository, world) {
      const { body, login } = call;
      const issue = world.openIssue(repository, {
        title: titleOf(body.requiredText('Issue', 'title')),
        body: bodyOf(body.text('Issue', 'body')) ?? null,
        login,
        labels: body.names('Issue', 'labels') ?? [],
        assignees: body.names('Issue', 'assignees') ?? [],
      });
      const answer = issueAnswer(call, repository, issue);
      return { status: 201, headers: { location: answer.url }, body: answer };
    },
  },
  {
    method: 'GET',
    path: '/issues/:number',
    access: READ,
    documentation: 'rest/issues/issues#get-an-issue',
    handle: (call, repository) => ({ status: 200, body: issueAnswer(call, repository, issueIn(call, repository)) }),
  },
  {
    method: 'PATCH',
    path: '/issues/:number',
    access: WRITE,
    documentation: 'rest/issues/issues#update-an-issue',
    handle(call, repository, world) {
      const issue = issueIn(call, repository);
      update(call, issue, world.now());
      for (const label of issue.labels) world.ensureLabel(repository, label);
      return { status: 200, body: issueAnswer(call, repository, issue) };
    },
  },
  {
    method: 'GET',
    path: '/issues/:number/comments',
    access: READ,
    documentation: 'rest/issues/comments#list-issue-comments',
    handle(call, repository, world) {
      const issue = issueIn(call, repository);
      const path = `/repos/${repository.slug}/issues/${issue.number}/comments`;
      const { items, headers } = page(call, path, issue.comments);
      const shown = items.filter(({ login }) => !world.isSuspended(login));
      return { status: 200, headers, body: shown.map((comment) => commentAnswer(call, repository, issue, comment)) };
    },
  },
  {
    method: 'POST',
    path: '/issues/:number/comments',
    access: WRITE,
    documentation: 'rest/issues/comments#create-an-issue-comment',
    handle(call, repository, world) {
      const issue = issueIn(call, repository);
      const now = world.now();
      const comment: Comment = {
        id: world.nextId(),
        login: call.login,
        body: bodyOf(call.body.requiredText('IssueComment', 'body')),
        createdAt: now,
        updatedAt: now,
      };
      issue.comments.push(comment);
      issue.updatedAt = now;
      return { status: 201, body: commentAnswer(call, repository, issue, comment) };
    },
  },
  {
    method: 'GET',
    path: '/issues/comments/:id',
    access: READ,
    documentation: 'rest/issues/comments#get-an-issue-comment',
    handle(call, repository) {
      const { issue, comment } = commentIn(call, repository);
      return { status: 200, body: commentAnswer(call, repository, issue, comment) };
    },
  },
  {
    method: 'PATCH',
    path: '/issues/comments/:id',
    access: WRITE,
    documentation: 'rest/issues/comments#update-an-issue-comment',
    handle(call, repository, world) {
      const { issue, comment } = commentIn(call, repository);
      comment.body = bodyOf(call.body.requiredText('IssueComment', 'body'));
      comment.updatedAt = world.now();
      return { status: 200, body: commentAnswer(call, repository, issue, comment) };
    },
  },
  {
    method: 'DELETE',
    path: '/issues/comments/:id',
    access: WRITE,
    documentation: 'rest/issues/comments#delete-an-issue-comment',
    handle(call, repository) {
      const { issue, comment } = commentIn(call, repository);
      issue.comments = issue.comments.filter((other) => other !== comment);
      return { status: 204 };
    },
  },
];

export function issueIn(call: Call, repository: RepositoryState): Issue {
  const number = numberIn(call, 'number');
  return found(repository.issues.find((issue) => issue.number === number));
}

/** What a list shows: newest first, open ones, unless the query asks otherwise. Pull requests are among them, as on GitHub. */
function chooseIssues(call: Call, { issues }: RepositoryState): Issue[] {
  const { query } = call;
  const state = query.get('state') ?? 'open';
  if (!['open', 'closed', 'all'].includes(state)) throw invalid('Issue', 'state', 'invalid');
  const labels = (query.get('labels') ?? '').split(',').filter((label) => label !== '');
  const creator = query.get('creator');
  const since = query.get('since');
  const time = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const direction = query.get('direction') === 'asc' ? 1 : -1;
  return issues
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => labels.every((label) => issue.labels.some((own) => sameLabel(own, label))))
    .filter((issue) => creator === null || issue.login === creator)
    .filter((issue) => since === null || Date.parse(issue.updatedAt) >= Date.parse(since))
    .sort((a, b) => direction * (Date.parse(a[time]) - Date.parse(b[time]) || a.number - b.number));
}

function update({ body }: Call, issue: Issue, now: string): void {
  const state = body.text('Issue', 'state') ?? issue.state;
  if (state !== 'open' && state !== 'closed') throw invalid('Issue', 'state', 'invalid');
  const reason = body.text('Issue', 'state_reason');
  if (reason !== undefined && reason !== 'completed' && reason !== 'not_planned' && reason !== 'reopened') {
    throw invalid('Issue', 'state_reason', 'invalid');
  }
  const title = body.has('title') ? titleOf(body.requiredText('Issue', 'title')) : issue.title;
  const text = body.has('body') ? (bodyOf(body.text('Issue', 'body')) ?? null) : issue.body;
  const labels = body.names('Issue', 'labels') ?? issue.labels;
  const assignees = body.names('Issue', 'assignees') ?? issue.assignees;
  if (state !== issue.state) {
    issue.closedAt = state === 'closed' ? now : null;
    issue.stateReason = reason ?? (state === 'closed' ? 'completed' : 'reopened');
  }
  Object.assign(issue, { state, title, body: text, labels, assignees, updatedAt: now });
}

function titleOf(text: string): string {
  if (text.length > TITLE_CHARACTERS) throw invalid('Issue', 'title', 'invalid');
  return text;
}

function bodyOf<T extends string | undefined>(text: T): T {
  if (text !== undefined && text.length > BODY_CHARACTERS) {
    throw new ApiError(422, 'Validation Failed', {
      errors: [
        { resource: 'Issue', field: 'body', code: 'custom', message: 'body is too long (maximum is 65536 characters)' },
      ],
    });
  }
  return text;
}

function commentIn(call: Call, repository: RepositoryState): { issue: Issue; comment: Comment } {
  const id = numberIn(call, 'id');
  const issue = found(repository.issues.find(({ comments }) => comments.some((comment) => comment.id === id)));
  return { issue, comment: issue.comments.find((comment) => comment.id === id)! };
}

function issueAnswer(call: Call, repository: RepositoryState, issue: Issue): IssueAnswer {
  const base = repositoryUrl(call, repository);
  const url = `${base}/issues/${issue.number}`;
  const web = `https://github.com/${repository.slug}`;
  const pull = `${web}/pull/${issue.number}`;
  return {
    id: issue.id,
    node_id: nodeId('Issue', issue.id),
    url,
    repository_url: base,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: issue.isPullRequest ? pull : `${web}/issues/${issue.number}`,
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: user(call.url, issue.login),
    labels: issue.labels.map((name) =>
      labelAnswer(
        call,
        repository,
        repository.labels.find((label) => sameLabel(label.name, name))!,
      ),
    ),
    assignee: issue.assignees[0] === undefined ? null : user(call.url, issue.assignees[0]),
    assignees: issue.assignees.map((login) => user(call.url, login)),
    milestone: null,
    locked: false,
    comments: issue.comments.length,
    closed_at: issue.closedAt,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    author_association: 'NONE',
    ...(issue.isPullRequest && {
      pull_request: {
        url: `${base}/pulls/${issue.number}`,
        html_url: pull,
        diff_url: `${pull}.diff`,
        patch_url: `${pull}.patch`,
        merged_at: null,
      },
    }),
  };
}

function commentAnswer(call: Call, repository: RepositoryState, issue: Issue, comment: Comment): CommentAnswer {
  const base = repositoryUrl(call, repository);
  const kind = issue.isPullRequest ? 'pull' : 'issues';
  return {
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    url: `${base}/issues/comments/${comment.id}`,
    html_url: `https://github.com/${repository.slug}/${kind}/${issue.number}#issuecomment-${comment.id}`,
    issue_url: `${base}/issues/${issue.number}`,
    body: comment.body,
    user: user(call.url, comment.login),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: 'NONE',
  };
}
