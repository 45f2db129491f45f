import { setTimeout as wait } from 'node:timers/promises';
import { log, messageOf, UserError } from '@mlops-actions/action-kit';
import { explainRefusal, GitHubError, readRefusal } from './errors.ts';

export interface GitHubOptions {
  token: string;
  /** `owner/name`. Default: that of the workflow run. */
  repository?: string;
  environment?: NodeJS.ProcessEnv;
  /** How often a call is tried. */
  attempts?: number;
  /** Waits between attempts, in milliseconds; tests replace it. */
  sleep?: (milliseconds: number) => Promise<unknown>;
}

/** One call of the REST API, below the repository. */
export interface GitHubCall {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path below `/repos/OWNER/NAME`, its parts encoded ({@link repositoryPath}). */
  path: string;
  query?: Readonly<Record<string, string | number | undefined>>;
  json?: object;
  /** The call as the end of "could not ...": `open an issue`. */
  what: string;
  /** Permission that the token needs: `issues: write`. */
  needs: string;
}

/** GitHub's REST API for one repository, with the token of the job. */
export interface GitHub {
  /** `owner/name`. */
  readonly repository: string;
  /**
   * Makes a call. Reading is repeated when the network or the service fails; writing only when it is certain that nothing was done.
   *
   * @returns the answer as JSON; undefined if it has no content
   * @throws GitHubError
   */
  call(call: GitHubCall): Promise<unknown>;
  /**
   * Makes a call that writes something new. If its answer is lost, `find` looks for what it wrote; only if nothing is there it is made again.
   *
   * @returns what the call answers, or what was found
   */
  once<T>(call: GitHubCall, find: () => Promise<T | undefined>): Promise<T>;
  /** All items of a list, up to a bound. */
  list(call: GitHubCall, options?: ListOptions): AsyncGenerator<unknown>;
  /** Follows the one redirect of a download, without the token, and gives the bytes. */
  download(call: GitHubCall, limit: number): Promise<Buffer>;
}

export interface ListOptions {
  /** Key of the list in the answer, where the answer is not a list itself. */
  key?: string;
  /** Most items; more are not asked for. */
  most?: number;
}

const ATTEMPTS = 5;
/** Milliseconds. */
const TIMEOUT = 30_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 60_000;
const PAGE = 100;
const ANSWER_LIMIT = 32 * 1024 * 1024;

/** A path of parts that no name can leave. */
export const repositoryPath = (parts: TemplateStringsArray, ...holes: (string | number)[]): string =>
  parts.reduce((path, part, index) => path + encodeURIComponent(String(holes[index - 1])) + part);

/**
 * A client for one repository. The server is that of `GITHUB_API_URL`; a proxy is used where `NODE_USE_ENV_PROXY` says so.
 *
 * @throws UserError without a token or a repository
 */
export function createGitHub(options: GitHubOptions): GitHub {
  const { token, environment = process.env, attempts = ATTEMPTS, sleep = wait } = options;
  if (token === '') {
    throw new UserError('There is no token for GitHub.', { fix: "Set 'github-token: ${{ github.token }}'." });
  }
  log.mask(token);
  const repository = options.repository ?? environment['GITHUB_REPOSITORY'] ?? '';
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository) || /(^|\/)\.\.?(\/|$)/.test(repository)) {
    throw new UserError(`'${repository}' is not a repository of GitHub.`, {
      fix: 'Run it in a workflow, or set GITHUB_REPOSITORY to owner/name.',
    });
  }
  const server = (environment['GITHUB_API_URL'] || 'https://api.github.com').replace(/\/+$/, '');

  const send = async (call: GitHubCall): Promise<Response> => {
    const { method = 'GET', path, query = {}, json, what, needs } = call;
    const url = new URL(`${server}/repos/${repository}${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    for (let tried = 1; ; tried++) {
      let answer: Response;
      try {
        answer = await fetch(url, {
          method,
          headers: {
            accept: 'application/vnd.github+json',
            authorization: `Bearer ${token}`,
            'user-agent': 'mlops-actions/0.1.0',
            'x-github-api-version': '2022-11-28',
            ...(json !== undefined && { 'content-type': 'application/json' }),
          },
          ...(json !== undefined && { body: JSON.stringify(json) }),
          // A token must not go to wherever an answer leads.
          redirect: 'manual',
          signal: AbortSignal.timeout(TIMEOUT),
        });
      } catch (cause) {
        const unsent = neverSent(cause);
        if (tried >= attempts || !(method === 'GET' || unsent)) {
          throw new GitHubError(`GitHub could not ${what}: ${url.origin} did not answer (${reasonOf(cause)}).`, {
            maybeDone: !unsent,
            cause,
          });
        }
        await sleep(backoff(tried));
        continue;
      }
      if (answer.status < 400) return answer;
      const refusal = readRefusal(answer.status, await answer.text());
      const asked = rateLimitWait(answer, refusal.message);
      if (asked !== undefined && asked > LONGEST_WAIT) {
        throw new GitHubError(`GitHub could not ${what}: its rate limit is used up.`, {
          status: answer.status,
          fix: `Run again in ${Math.ceil(asked / 60_000)} minutes.`,
        });
      }
      const mayPass = asked !== undefined || (method === 'GET' && answer.status >= 500);
      if (!mayPass || tried >= attempts) throw explainRefusal(what, refusal, needs);
      await sleep(asked ?? backoff(tried));
    }
  };

  const call = async (request: GitHubCall): Promise<unknown> => {
    const answer = await send(request);
    const text = await answer.text();
    if (text.length > ANSWER_LIMIT) throw new GitHubError(`GitHub's answer is larger than it can be.`, {});
    if (text === '') return undefined;
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw new GitHubError(`GitHub could not ${request.what}: its answer is not JSON.`, {
        fix: 'Check GITHUB_API_URL, and what stands between the runner and GitHub.',
        cause,
      });
    }
  };

  return {
    repository,
    call,
    async once<T>(request: GitHubCall, find: () => Promise<T | undefined>): Promise<T> {
      for (let tried = 1; ; tried++) {
        try {
          return (await call(request)) as T;
        } catch (error) {
          if (!(error instanceof GitHubError && error.maybeDone)) throw error;
          const done = await find();
          if (done !== undefined) return done;
          if (tried >= attempts) throw error;
          await sleep(backoff(tried));
        }
      }
    },
    async *list(request, { key, most = 1000 } = {}) {
      for (let page = 1, seen = 0; seen < most; page++) {
        const answer = await call({ ...request, query: { ...request.query, per_page: PAGE, page } });
        const items = key === undefined ? answer : (answer as Record<string, unknown> | undefined)?.[key];
        if (!Array.isArray(items))
          throw new GitHubError(`GitHub could not ${request.what}: its answer is no list.`, {});
        yield* items.slice(0, most - seen);
        seen += items.length;
        if (items.length < PAGE) return;
      }
    },
    async download(request, limit) {
      const answer = await send(request);
      const location = answer.headers.get('location');
      await answer.body?.cancel();
      if (answer.status !== 302 || location === null) {
        throw new GitHubError(`GitHub could not ${request.what}: it did not say where.`, { status: answer.status });
      }
      // The address is signed; the token stays here.
      for (let tried = 1; ; tried++) {
        try {
          const file = await fetch(new URL(location, server), { signal: AbortSignal.timeout(2 * TIMEOUT) });
          if (!file.ok) throw new Error(`it answered ${file.status}`);
          return await readLimited(file, limit);
        } catch (cause) {
          if (tried >= attempts || cause instanceof UserError) {
            throw new GitHubError(`GitHub could not ${request.what}: ${messageOf(cause)}.`, { cause });
          }
          await sleep(backoff(tried));
        }
      }
    },
  };
}

async function readLimited(answer: Response, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > limit) throw new UserError(`it is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Milliseconds that a rate limit asks to wait; undefined if it is none. Nothing was done then. */
function rateLimitWait({ status, headers }: Response, message: string): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = headers.get('retry-after');
  if (after !== null && /^\d+$/.test(after)) return Number(after) * 1000;
  const reset = headers.get('x-ratelimit-reset');
  if (headers.get('x-ratelimit-remaining') === '0' && reset !== null && /^\d+$/.test(reset)) {
    return Math.max(0, Number(reset) * 1000 - Date.now());
  }
  // GitHub asks for a minute at least where it gives no time.
  return status === 429 || /secondary rate limit/i.test(message) ? LONGEST_WAIT : undefined;
}

/** Whether the request cannot have reached the server. */
function neverSent(error: unknown): boolean {
  const code = (error as { cause?: { code?: string } }).cause?.code ?? '';
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code);
}

function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  return messageOf(cause ?? error);
}

// Clients that were turned away together must not come back together.
const backoff = (tried: number): number =>
  Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tried - 1)) * (0.5 + Math.random() / 2);
