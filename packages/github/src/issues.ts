import { repositoryPath, type GitHub } from './client.ts';

/** An issue, as far as it is needed here. */
export interface Issue {
  number: number;
  url: string;
  title: string;
  body: string;
  open: boolean;
  /** Login of its author. */
  author: string;
}

export interface IssueText {
  title: string;
  /** Markdown in which every text from outside is escaped. */
  body: string;
}

interface IssueAnswer {
  number: number;
  html_url: string;
  title: string;
  body: string | null;
  state: string;
  user: { login: string } | null;
  pull_request?: object;
}

interface CommentAnswer {
  id: number;
  body: string | null;
  html_url: string;
  user: { login: string } | null;
}

const READ = 'issues: read';
const WRITE = 'issues: write';

/** A comment that is not shown and names what a text is about. Names must not end it. */
export const hiddenMarker = (name: string): string => `<!-- mlops-actions ${name.replaceAll('--', '')} -->`;

const issueOf = (answer: unknown): Issue => {
  const { number, html_url, title, body, state, user } = answer as IssueAnswer;
  return { number, url: html_url, title, body: body ?? '', open: state === 'open', author: user?.login ?? '' };
};

/**
 * The issue whose body has a marker, the newest if there are several. Only issues with the label are looked at, which takes rights on the repository
 * to set: nobody else can pass an issue of theirs off as the one.
 *
 * @param open whether closed ones are left out
 */
export async function findIssue(
  github: GitHub,
  label: string,
  marker: string,
  { open = false }: { open?: boolean } = {},
): Promise<Issue | undefined> {
  const issues = github.list(
    {
      path: '/issues',
      query: { labels: label, state: open ? 'open' : 'all', sort: 'created', direction: 'desc' },
      what: 'list the issues',
      needs: READ,
    },
    { most: 500 },
  );
  for await (const item of issues) {
    if ((item as IssueAnswer).pull_request !== undefined) continue;
    const issue = issueOf(item);
    if (issue.body.includes(marker)) return issue;
  }
  return undefined;
}

/** An issue by its number. */
export async function readIssue(github: GitHub, number: number): Promise<Issue> {
  const path = repositoryPath`/issues/${number}`;
  return issueOf(await github.call({ path, what: `read issue #${number}`, needs: READ }));
}

/** Opens an issue that is found again by label and marker; the body must hold the marker. */
export async function openIssue(github: GitHub, label: string, marker: string, text: IssueText): Promise<Issue> {
  if (!text.body.includes(marker)) throw new RangeError('The body must hold the marker.');
  const found = await github.once<Issue | IssueAnswer>(
    {
      method: 'POST',
      path: '/issues',
      json: { title: text.title, body: text.body, labels: [label] },
      what: 'open an issue',
      needs: WRITE,
    },
    () => findIssue(github, label, marker),
  );
  return 'html_url' in found ? issueOf(found) : found;
}

/** Changes what is different, and nothing if nothing is. */
export async function updateIssue(github: GitHub, issue: Issue, wanted: IssueText & { open: boolean }): Promise<Issue> {
  const changes = {
    ...(wanted.title !== issue.title && { title: wanted.title }),
    // GitHub gives back line breaks as they are, but may trim the end.
    ...(wanted.body.trimEnd() !== issue.body.trimEnd() && { body: wanted.body }),
    ...(wanted.open !== issue.open &&
      (wanted.open ? { state: 'open', state_reason: 'reopened' } : { state: 'closed', state_reason: 'completed' })),
  };
  if (Object.keys(changes).length === 0) return issue;
  const call = {
    method: 'PATCH',
    path: repositoryPath`/issues/${issue.number}`,
    json: changes,
    what: `change issue #${issue.number}`,
    needs: WRITE,
  } as const;
  // To set a value twice is to set it once, so a lost answer only means doing it again.
  const answer = await github.once<IssueAnswer>(call, () => Promise.resolve(undefined));
  return issueOf(answer);
}

/** Adds a comment once: one of the same author with the same marker is enough. */
export async function commentOnce(github: GitHub, issue: Issue, marker: string, body: string): Promise<boolean> {
  const find = (): Promise<CommentAnswer | undefined> =>
    findComment(github, issue.number, marker, ({ user }) => user?.login === issue.author);
  if ((await find()) !== undefined) return false;
  await github.once<CommentAnswer>(
    {
      method: 'POST',
      path: repositoryPath`/issues/${issue.number}/comments`,
      json: { body: `${body}\n\n${marker}` },
      what: `comment on issue #${issue.number}`,
      needs: WRITE,
    },
    find,
  );
  return true;
}

async function findComment(
  github: GitHub,
  number: number,
  marker: string,
  accept: (comment: CommentAnswer) => boolean,
): Promise<CommentAnswer | undefined> {
  const comments = github.list({
    path: repositoryPath`/issues/${number}/comments`,
    what: `list the comments of #${number}`,
    needs: READ,
  });
  for await (const item of comments) {
    const comment = item as CommentAnswer;
    if (comment.body?.includes(marker) === true && accept(comment)) return comment;
  }
  return undefined;
}

/**
 * One comment on a pull request that is kept up to date: the first call writes it, later ones change it.
 *
 * @param name tells it from other comments, such as `contract-diff`
 * @param body markdown in which every text from outside is escaped
 * @returns its address
 */
export async function stickyComment(github: GitHub, pullRequest: number, name: string, body: string): Promise<string> {
  const marker = hiddenMarker(`sticky ${name}`);
  const text = `${body}\n\n${marker}`;
  // Whoever can comment can copy a marker, but a bot's name cannot be taken.
  const find = (): Promise<CommentAnswer | undefined> =>
    findComment(github, pullRequest, marker, ({ user }) => user?.login.endsWith('[bot]') === true);
  const what = `comment on pull request #${pullRequest}`;
  const existing = await find();
  if (existing === undefined) {
    const path = repositoryPath`/issues/${pullRequest}/comments`;
    const call = { method: 'POST', path, json: { body: text }, what, needs: 'pull-requests: write' } as const;
    return (await github.once<CommentAnswer>(call, find)).html_url;
  }
  if (existing.body?.trimEnd() !== text.trimEnd()) {
    const path = repositoryPath`/issues/comments/${existing.id}`;
    const call = { method: 'PATCH', path, json: { body: text }, what, needs: 'pull-requests: write' } as const;
    await github.once<CommentAnswer>(call, () => Promise.resolve(undefined));
  }
  return existing.html_url;
}
