import type { getOctokit } from '@actions/github';

/** Answers as GitHub's published OpenAPI description types them, through its own client. */
type Rest = ReturnType<typeof getOctokit>['rest'];
export type IssueAnswer = Awaited<ReturnType<Rest['issues']['get']>>['data'];
export type CommentAnswer = Awaited<ReturnType<Rest['issues']['getComment']>>['data'];
export type LabelAnswer = Awaited<ReturnType<Rest['issues']['getLabel']>>['data'];
export type ArtifactAnswer = Awaited<ReturnType<Rest['actions']['getArtifact']>>['data'];
export type DeploymentAnswer = Awaited<ReturnType<Rest['repos']['getDeployment']>>['data'];
export type DeploymentStatusAnswer = Awaited<ReturnType<Rest['repos']['getDeploymentStatus']>>['data'];
export type RunAnswer = Pick<
  Awaited<ReturnType<Rest['actions']['getWorkflowRun']>>['data'],
  'id' | 'node_id' | 'head_sha' | 'url' | 'html_url' | 'actor' | 'triggering_actor'
>;
type Review = Awaited<ReturnType<Rest['actions']['getReviewsForRun']>>['data'][number];
export type ReviewAnswer = Pick<Review, 'state' | 'comment' | 'user'> & {
  environments: Pick<Review['environments'][number], 'name' | 'url' | 'html_url'>[];
};
export type CommitAnswer = Pick<
  Awaited<ReturnType<Rest['repos']['getCommit']>>['data'],
  'sha' | 'node_id' | 'url' | 'html_url' | 'author' | 'parents'
>;
export type UserAnswer = NonNullable<DeploymentAnswer['creator']>;

/** An opaque id as GitHub makes them up. */
export function nodeId(kind: string, id: number): string {
  return Buffer.from(`${kind}:${id}`).toString('base64url');
}

export function user(api: string, login: string): UserAnswer {
  const url = `${api}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id: 41898282,
    node_id: nodeId('User', 41898282),
    avatar_url: '',
    gravatar_id: '',
    url,
    html_url: `https://github.com/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
    site_admin: false,
  };
}
