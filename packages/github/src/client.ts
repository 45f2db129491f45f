import { setTimeout as wait } from 'node:timers/promises';
import { log, messageOf, UserError } from '@mlops-actions/action-kit';
import { GitHubError } from './errors.ts';
import { backoff, readLimited, send, TooLarge, type Sending } from './send.ts';

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
const DOWNLOAD_TIMEOUT = 60_000;
const PAGE = 100;

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

  const sending: Sending = { server, token, attempts, sleep };

  const addressOf = ({ path, query = {} }: GitHubCall): URL => {
    const url = new URL(`${server}/repos/${repository}${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url;
  };

  const ask = async (request: GitHubCall, url: URL): Promise<{ body: unknown; headers: Headers }> => {
    const { status, headers, text } = await send(request, url, sending);
    if (status >= 300) throw new GitHubError(`GitHub could not ${request.what}: it answered ${status}.`, { status });
    if (text === '') return { body: undefined, headers };
    try {
      return { body: JSON.parse(text) as unknown, headers };
    } catch (cause) {
      throw new GitHubError(`GitHub could not ${request.what}: its answer is not JSON.`, {
        fix: 'Check GITHUB_API_URL, and what stands between the runner and GitHub.',
        cause,
      });
    }
  };

  const call = async (request: GitHubCall): Promise<unknown> => (await ask(request, addressOf(request))).body;

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
      let next: URL | undefined = addressOf({ ...request, query: { ...request.query, per_page: PAGE } });
      for (let seen = 0; seen < most && next !== undefined;) {
        const { body, headers } = await ask(request, next);
        const items: unknown = key === undefined ? body : (body as Record<string, unknown> | undefined)?.[key];
        if (!Array.isArray(items))
          throw new GitHubError(`GitHub could not ${request.what}: its answer is no list.`, {});
        yield* items.slice(0, most - seen);
        seen += items.length;
        next = nextPage(headers, server);
      }
    },
    async download(request, limit) {
      const { status, headers } = await send(request, addressOf(request), sending);
      const location = headers.get('location');
      if (status !== 302 || location === null) {
        throw new GitHubError(`GitHub could not ${request.what}: it did not say where.`, { status });
      }
      // The address is signed; the token stays here.
      for (let tried = 1; ; tried++) {
        try {
          const file = await fetch(new URL(location, server), { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT) });
          if (!file.ok) throw new Error(`it answered ${file.status}`);
          return await readLimited(file, limit);
        } catch (cause) {
          if (tried >= attempts || cause instanceof TooLarge) {
            const what = cause instanceof TooLarge ? `it ${cause.message}` : messageOf(cause);
            throw new GitHubError(`GitHub could not ${request.what}: ${what}.`, { cause });
          }
          await sleep(backoff(tried));
        }
      }
    },
  };
}

/**
 * Where a list goes on. A page can be shorter than was asked for and not be the last: GitHub leaves out what a suspended account wrote after it has counted.
 */
function nextPage(headers: Headers, server: string): URL | undefined {
  const [, address] = /<([^>]+)>;[^,]*\brel="next"/.exec(headers.get('link') ?? '') ?? [];
  if (address === undefined || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.origin !== new URL(server).origin) {
    throw new GitHubError(`GitHub's list goes on at another server, ${url.origin}.`, {
      fix: 'Check GITHUB_API_URL, and what stands between the runner and GitHub.',
    });
  }
  return url;
}
