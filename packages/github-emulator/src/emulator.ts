import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError, notFound } from './errors.ts';
import { faultAnswer, FaultPlan, type Fault } from './faults.ts';
import { readBody, type Answer, type Call } from './request.ts';
import { artifactRoutes } from './routes/artifacts.ts';
import { DEPLOYMENT_ROUTES } from './routes/deployments.ts';
import { DISPATCH_ROUTES } from './routes/dispatches.ts';
import { ISSUE_ROUTES } from './routes/issues.ts';
import { LABEL_ROUTES } from './routes/labels.ts';
import { REPOSITORY_ROUTES } from './routes/repository.ts';
import { found, type Route } from './routes/route.ts';
import { RUN_ROUTES } from './routes/runs.ts';
import type { Artifact, ArtifactUpload, Commit, PullRequestOptions, RepositoryState, Review, Run } from './state.ts';
import { authorize, Tokens, type TokenOptions } from './tokens.ts';
import { World } from './world.ts';

export interface GitHubEmulatorOptions {
  /** `owner/name` of the repositories that exist from the start. */
  repositories?: readonly string[];
  /** Calls an hour before the primary rate limit; default 5000. */
  rateLimit?: number;
  /** The time; default the machine's. */
  now?: () => Date;
}

/** A call as it came in. */
export interface RecordedRequest {
  method: string;
  path: string;
  /** What was answered; undefined if the connection was broken instead. */
  status?: number;
}

/** A server of the part of GitHub's REST API that workflows use, with what it remembers. */
export interface GitHubEmulator {
  /** What `GITHUB_API_URL` is set to. */
  readonly url: string;
  /** A copy of all that the server remembers of a repository. @throws Error if there is none */
  state(repository: string): RepositoryState;
  /** Every call, in the order of arrival. */
  requests(): RecordedRequest[];
  /** Adds a repository, or workflows to one that exists. */
  addRepository(slug: string, workflows?: readonly string[]): void;
  /** A token as a job gets it. */
  issueToken(options: TokenOptions): string;
  openPullRequest(repository: string, options?: PullRequestOptions & { login?: string }): number;
  /** Adds a workflow run. */
  addRun(repository: string, run: Omit<Run, 'reviews' | 'triggeringActor'> & { triggeringActor?: string }): void;
  /** Adds a commit; one that is there already stays as it is. */
  addCommit(repository: string, commit: Omit<Commit, 'parents'> & { parents?: string[] }): void;
  /** What a reviewer does with a run whose job waits for an environment. */
  review(repository: string, runId: number, review: Omit<Review, 'comment'> & { comment?: string }): void;
  /** What GitHub does when a job with `environment:` starts: a deployment of its commit, in progress. Its id. */
  startDeployment(repository: string, job: { environment: string; ref: string; sha: string }): number;
  /** What GitHub does when that job ends. */
  endDeployment(repository: string, id: number, state: 'success' | 'failure'): void;
  /** What `actions/upload-artifact` does in a run. */
  uploadArtifact(repository: string, upload: ArtifactUpload): Artifact;
  /** The files of an artifact; undefined if there is none, or it has expired. */
  artifactFiles(id: number): ReadonlyMap<string, Uint8Array> | undefined;
  /** Lets an artifact expire: it is still listed, and can no longer be downloaded. */
  expireArtifact(repository: string, id: number): void;
  /** Renames or transfers a repository: calls by its old name are led on to where it is now. */
  renameRepository(repository: string, slug: string): void;
  /** Suspends an account: lists leave out what it wrote, after they were cut into pages. */
  suspend(login: string): void;
  /** Sets what goes wrong from now on. */
  setFaults(faults: readonly Fault[]): void;
  close(): Promise<void>;
}

const BOT = 'github-actions[bot]';

/** Starts the server on a free port of this machine. */
export async function startGitHubEmulator(options: GitHubEmulatorOptions = {}): Promise<GitHubEmulator> {
  const emulator = new Emulator(options);
  await emulator.listen();
  return emulator;
}

class Emulator implements GitHubEmulator {
  readonly #world: World;
  readonly #tokens = new Tokens();
  readonly #faults = new FaultPlan();
  readonly #requests: RecordedRequest[] = [];
  readonly #limit: number;
  /** Archives are served from another origin, as on GitHub: a token must not be sent there. */
  readonly #links = new Map<string, number>();
  readonly #routes: { route: Route; matches: RegExp; names: string[] }[];
  readonly #api = createServer((request, response) => void this.#serve(request, response));
  readonly #archives = createServer((request, response) => this.#serveArchive(request, response));
  #used = 0;

  constructor({ repositories = [], rateLimit = 5000, now = () => new Date() }: GitHubEmulatorOptions) {
    this.#world = new World(now);
    this.#limit = rateLimit;
    for (const slug of repositories) this.#world.add(slug);
    this.#routes = [
      ...REPOSITORY_ROUTES,
      ...ISSUE_ROUTES,
      ...LABEL_ROUTES,
      ...DISPATCH_ROUTES,
      ...DEPLOYMENT_ROUTES,
      ...RUN_ROUTES,
      ...artifactRoutes((artifact) => this.#link(artifact)),
    ].map((route) => ({ route, ...compile(route.path) }));
  }

  async listen(): Promise<void> {
    await Promise.all([this.#api, this.#archives].map((server) => listening(server)));
  }

  get url(): string {
    return originOf(this.#api);
  }

  state(repository: string): RepositoryState {
    return structuredClone(this.#repository(repository));
  }

  requests(): RecordedRequest[] {
    return structuredClone(this.#requests);
  }

  addRepository(slug: string, workflows: readonly string[] = []): void {
    this.#world.add(slug, workflows);
  }

  issueToken(options: TokenOptions): string {
    return this.#tokens.issue(this.#repository(options.repository).id, options);
  }

  openPullRequest(
    repository: string,
    { login = 'developer', ...options }: PullRequestOptions & { login?: string } = {},
  ): number {
    return this.#world.openPullRequest(this.#repository(repository), options, login).number;
  }

  addRun(repository: string, run: Omit<Run, 'reviews' | 'triggeringActor'> & { triggeringActor?: string }): void {
    this.#repository(repository).runs.push({ triggeringActor: run.actor, ...run, reviews: [] });
  }

  addCommit(repository: string, commit: Omit<Commit, 'parents'> & { parents?: string[] }): void {
    const { commits } = this.#repository(repository);
    if (!commits.some(({ sha }) => sha === commit.sha)) commits.push({ parents: [], ...commit });
  }

  review(repository: string, runId: number, review: Omit<Review, 'comment'> & { comment?: string }): void {
    const run = this.#repository(repository).runs.find(({ id }) => id === runId);
    if (run === undefined) throw new Error(`There is no run ${runId} in ${repository}.`);
    run.reviews.push({ comment: '', ...review });
  }

  startDeployment(repository: string, job: { environment: string; ref: string; sha: string }): number {
    const known = this.#repository(repository);
    const deployment = this.#world.deploy(known, { ...job, login: BOT });
    this.#world.conclude(known, deployment, { state: 'in_progress', login: BOT });
    return deployment.id;
  }

  endDeployment(repository: string, id: number, state: 'success' | 'failure'): void {
    const known = this.#repository(repository);
    const deployment = known.deployments.find((candidate) => candidate.id === id);
    if (deployment === undefined) throw new Error(`There is no deployment ${id} in ${repository}.`);
    this.#world.conclude(known, deployment, { state, login: BOT });
  }

  uploadArtifact(repository: string, upload: ArtifactUpload): Artifact {
    return structuredClone(this.#world.upload(this.#repository(repository), upload));
  }

  artifactFiles(id: number): ReadonlyMap<string, Uint8Array> | undefined {
    return this.#world.contents(id)?.files;
  }

  expireArtifact(repository: string, id: number): void {
    const artifact = this.#repository(repository).artifacts.find((candidate) => candidate.id === id);
    if (artifact === undefined) throw new Error(`There is no artifact ${id} in ${repository}.`);
    artifact.expired = true;
    this.#world.forgetContents(id);
  }

  renameRepository(repository: string, slug: string): void {
    this.#world.rename(this.#repository(repository), slug);
  }

  suspend(login: string): void {
    this.#world.suspend(login);
  }

  setFaults(faults: readonly Fault[]): void {
    this.#faults.replace(faults);
  }

  async close(): Promise<void> {
    await Promise.all(
      [this.#api, this.#archives].map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      ),
    );
  }

  #repository(slug: string): RepositoryState {
    const repository = this.#world.find(slug);
    if (repository === undefined) throw new Error(`The GitHub emulator has no repository '${slug}'.`);
    return repository;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const record: RecordedRequest = { method: request.method ?? '', path: url.pathname + url.search };
    this.#requests.push(record);
    const fault = this.#faults.next(`${record.method} ${url.pathname}`);
    if (fault?.kind === 'hang-up') {
      request.socket.destroy();
      return;
    }
    const answer = await this.#answer(request, url, fault).catch(answerOf);
    if (fault?.kind === 'lost-answer') {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === 'cut-answer') {
      const text = JSON.stringify(answer.body ?? {});
      response.writeHead(answer.status, { 'content-length': text.length + 1, ...answer.headers });
      response.write(text, () => request.socket.destroy());
      return;
    }
    record.status = answer.status;
    send(response, { ...answer, headers: { ...this.#rateHeaders(), ...answer.headers } });
  }

  async #answer(request: IncomingMessage, url: URL, fault: Fault | undefined): Promise<Answer> {
    const body = await readBody(request);
    if (fault !== undefined && fault.kind !== 'lost-answer' && fault.kind !== 'cut-answer')
      throw faultAnswer(fault, this.#world.date());
    const token = this.#tokens.authenticate(request.headers.authorization);
    if (url.pathname === '/rate_limit') return { status: 200, body: this.#rate() };
    this.#used += 1;
    if (this.#used > this.#limit) throw faultAnswer({ kind: 'rate-limit', retryAfter: 3600 }, this.#world.date());
    const { repository, path, moved } = this.#locate(url.pathname);
    if (moved) {
      const location = `${this.url}/repositories/${repository.id}${path}${url.search}`;
      const [status, message] = request.method === 'GET' ? [301, 'Moved Permanently'] : [307, 'Temporary Redirect'];
      return { status, headers: { location }, body: { message, url: location } };
    }
    for (const { route, matches, names } of this.#routes) {
      const match = route.method === request.method ? matches.exec(path) : null;
      if (match === null) continue;
      authorize(token, repository.id, route.access, route.documentation);
      const parameters = new Map(names.map((key, index) => [key, decoded(match[index + 1]!)]));
      const call: Call = { parameters, query: url.searchParams, body, login: token.login, url: this.url };
      return route.handle(call, repository, this.#world);
    }
    throw notFound();
  }

  /** The repository that an address speaks of, by name, former name or id, and the path below it. */
  #locate(pathname: string): { repository: RepositoryState; path: string; moved: boolean } {
    const [, root, first = '', ...rest] = pathname.split('/');
    const below = (parts: string[]): string => parts.map((part) => `/${part}`).join('');
    if (root === 'repositories') {
      return { repository: found(this.#world.findById(Number(first))), path: below(rest), moved: false };
    }
    if (root !== 'repos') throw notFound();
    const [name = '', ...parts] = rest;
    const current = this.#world.find(`${first}/${name}`);
    const repository = current ?? found(this.#world.findMoved(`${first}/${name}`));
    return { repository, path: below(parts), moved: current === undefined };
  }

  #rateHeaders(): Record<string, string> {
    const { limit, remaining, reset, used } = this.#rate().resources.core;
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-used': String(used),
      'x-ratelimit-resource': 'core',
    };
  }

  #rate(): { resources: { core: Record<'limit' | 'remaining' | 'reset' | 'used', number> } } {
    const used = Math.min(this.#used, this.#limit);
    const reset = Math.floor(this.#world.date().getTime() / 1000) + 3600;
    return { resources: { core: { limit: this.#limit, remaining: this.#limit - used, reset, used } } };
  }

  #link(artifact: Artifact): string {
    const key = randomUUID();
    this.#links.set(key, artifact.id);
    return `${originOf(this.#archives)}/artifacts/${key}`;
  }

  /** The storage behind GitHub refuses a request that carries a token besides the signature in the address. */
  #serveArchive(request: IncomingMessage, response: ServerResponse): void {
    const id = this.#links.get(request.url?.split('/').at(-1) ?? '');
    const archive = id === undefined ? undefined : this.#world.contents(id)?.archive;
    if (request.headers.authorization !== undefined) {
      response.writeHead(401, { 'content-type': 'application/xml' });
      response.end('<Error><Code>InvalidAuthenticationInfo</Code></Error>');
    } else if (archive === undefined) {
      response.writeHead(404).end();
    } else {
      response.writeHead(200, { 'content-type': 'application/zip', 'content-length': archive.length });
      response.end(archive);
    }
  }
}

function answerOf(error: unknown): Answer {
  if (error instanceof ApiError) return { status: error.status, body: error.body, headers: error.headers };
  // A fault of the emulator itself is shown, so that a test does not take it for GitHub's.
  return { status: 500, body: { message: `GitHub emulator: ${error instanceof Error ? error.stack : String(error)}` } };
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...(text !== '' && { 'content-type': 'application/json; charset=utf-8' }),
    'x-github-api-version-selected': '2022-11-28',
    ...headers,
  });
  response.end(text);
}

function compile(path: string): { matches: RegExp; names: string[] } {
  const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1]!);
  const expression = path.replace(/:(\w+)/g, (_, name: string) =>
    name === 'number' || name === 'id' ? '(\\d+)' : '([^/]+)',
  );
  return { matches: new RegExp(`^${expression}$`), names };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw notFound();
  }
}

async function listening(server: Server): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
