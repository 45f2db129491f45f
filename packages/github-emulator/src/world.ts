import { createHash } from 'node:crypto';
import type {
  Artifact,
  ArtifactUpload,
  Deployment,
  DeploymentStatus,
  Issue,
  PullRequest,
  PullRequestOptions,
  RepositoryState,
} from './state.ts';
import { zipOf } from './zip.ts';

/** All repositories of the server, with what makes ids and times. */
export class World {
  readonly #repositories = new Map<string, RepositoryState>();
  /** Repositories by the names that they had before. */
  readonly #formerNames = new Map<string, RepositoryState>();
  readonly #suspended = new Set<string>();
  /** Contents of artifacts that have not expired, by id. */
  readonly #contents = new Map<number, { archive: Buffer; files: ReadonlyMap<string, Uint8Array> }>();
  readonly #clock: () => Date;
  #lastId = 1000;

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  nextId(): number {
    return ++this.#lastId;
  }

  date(): Date {
    return this.#clock();
  }

  /** The time as GitHub writes it: in seconds. */
  now(): string {
    return this.#clock()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
  }

  repositories(): RepositoryState[] {
    return [...this.#repositories.values()];
  }

  find(slug: string): RepositoryState | undefined {
    return this.#repositories.get(slug.toLowerCase());
  }

  /** The repository that had this name before. */
  findMoved(slug: string): RepositoryState | undefined {
    return this.#formerNames.get(slug.toLowerCase());
  }

  findById(id: number): RepositoryState | undefined {
    return this.repositories().find((repository) => repository.id === id);
  }

  /** Renames or transfers a repository: its old address leads to the new one from then on. */
  rename(repository: RepositoryState, slug: string): void {
    this.#repositories.delete(repository.slug.toLowerCase());
    this.#formerNames.set(repository.slug.toLowerCase(), repository);
    repository.slug = slug;
    this.#repositories.set(slug.toLowerCase(), repository);
  }

  suspend(login: string): void {
    this.#suspended.add(login);
  }

  /** Whether what an account wrote is left out of lists. */
  isSuspended(login: string): boolean {
    return this.#suspended.has(login);
  }

  /** Names compare without case, as on GitHub. A repository that exists stays as it is. */
  add(slug: string, workflows: readonly string[] = []): RepositoryState {
    const existing = this.find(slug);
    if (existing !== undefined) {
      existing.workflows = [...new Set([...existing.workflows, ...workflows])];
      return existing;
    }
    if (!/^[\w.-]+\/[\w.-]+$/.test(slug)) throw new Error(`'${slug}' is no repository: write 'owner/name'.`);
    const repository: RepositoryState = {
      id: this.nextId(),
      slug,
      workflows: [...workflows],
      labels: [],
      issues: [],
      pulls: [],
      dispatches: [],
      workflowDispatches: [],
      artifacts: [],
      deployments: [],
      runs: [],
      commits: [],
    };
    this.#repositories.set(slug.toLowerCase(), repository);
    return repository;
  }

  /** A new issue, or the conversation of a new pull request: they share the numbers. */
  openIssue(
    repository: RepositoryState,
    fields: Pick<Issue, 'title' | 'body' | 'login'> & Partial<Pick<Issue, 'labels' | 'assignees' | 'isPullRequest'>>,
  ): Issue {
    const now = this.now();
    const issue: Issue = {
      id: this.nextId(),
      number: repository.issues.length + 1,
      state: 'open',
      stateReason: null,
      labels: [],
      assignees: [],
      comments: [],
      isPullRequest: false,
      createdAt: now,
      updatedAt: now,
      closedAt: null,
      ...fields,
    };
    for (const label of issue.labels) this.ensureLabel(repository, label);
    repository.issues.push(issue);
    return issue;
  }

  /** GitHub makes a label when an issue first wears it. */
  ensureLabel(repository: RepositoryState, name: string): void {
    if (repository.labels.some((label) => sameLabel(label.name, name))) return;
    repository.labels.push({ id: this.nextId(), name, color: 'ededed', description: null });
  }

  openPullRequest(repository: RepositoryState, options: PullRequestOptions, login: string): PullRequest {
    const title = options.title ?? 'A change';
    const { number } = this.openIssue(repository, { title, body: null, login, isPullRequest: true });
    const pull: PullRequest = {
      number,
      title,
      head: options.head ?? 'change',
      base: options.base ?? 'main',
      headSha: options.headSha ?? '1'.repeat(40),
      baseSha: options.baseSha ?? '0'.repeat(40),
    };
    repository.pulls.push(pull);
    return pull;
  }

  deploy(
    repository: RepositoryState,
    asked: Pick<Deployment, 'ref' | 'login'> & {
      [K in 'sha' | 'task' | 'environment' | 'description']?: string | undefined;
    } & {
      payload?: unknown;
    },
  ): Deployment {
    const { ref, login, task = 'deploy', environment = 'production', description = null, payload = '' } = asked;
    // The server knows no git: a ref that is a commit means itself.
    const sha = asked.sha ?? (/^[0-9a-f]{40}$/.test(ref) ? ref : '0'.repeat(40));
    const made = { id: this.nextId(), ref, sha, task, environment, description, payload, login };
    const deployment: Deployment = { ...made, createdAt: this.now(), statuses: [] };
    repository.deployments.push(deployment);
    return deployment;
  }

  /** Adds a status. A success makes earlier deployments of the environment inactive, unless that is production or the caller says otherwise. */
  conclude(
    repository: RepositoryState,
    deployment: Deployment,
    asked: Pick<DeploymentStatus, 'state' | 'login'> & {
      [K in 'description' | 'environment' | 'environmentUrl' | 'logUrl']?: string | undefined;
    } & { autoInactive?: boolean },
  ): DeploymentStatus {
    const { state, login, description = '', environmentUrl = '', logUrl = '', autoInactive = true } = asked;
    const { environment = deployment.environment } = asked;
    const said = { state, description, environment, environmentUrl, logUrl, login, createdAt: this.now() };
    const status: DeploymentStatus = { id: this.nextId(), ...said };
    if (state === 'success' && autoInactive && !isProduction(deployment)) {
      for (const other of repository.deployments) {
        if (other.id >= deployment.id || other.environment !== deployment.environment) continue;
        if (other.statuses.at(-1)?.state !== 'success') continue;
        other.statuses.push({ ...status, id: this.nextId(), state: 'inactive', description: '' });
      }
    }
    deployment.statuses.push(status);
    return status;
  }

  upload(repository: RepositoryState, upload: ArtifactUpload): Artifact {
    const archive = zipOf(upload.files);
    const id = this.nextId();
    const artifact: Artifact = {
      id,
      name: upload.name,
      bytes: archive.length,
      digest: `sha256:${createHash('sha256').update(archive).digest('hex')}`,
      expired: false,
      createdAt: this.now(),
      runId: upload.runId ?? 1,
      headBranch: upload.headBranch ?? 'main',
      headSha: upload.headSha ?? '0'.repeat(40),
      headRepositoryId: upload.fromFork ? repository.id + 1_000_000 : repository.id,
    };
    repository.artifacts.push(artifact);
    this.#contents.set(id, { archive, files: new Map(upload.files) });
    return artifact;
  }

  contents(id: number): { archive: Buffer; files: ReadonlyMap<string, Uint8Array> } | undefined {
    return this.#contents.get(id);
  }

  forgetContents(id: number): void {
    this.#contents.delete(id);
  }
}

/** GitHub takes an environment of this name for production, unless the caller says otherwise. */
export const isProduction = ({ environment }: Pick<Deployment, 'environment'>): boolean => environment === 'production';

/** Names of labels compare without case. */
export function sameLabel(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
