import type { GitHubEmulator, PermissionLevel, RepositoryState } from '@mlops-actions/github-emulator';
import { readFile } from 'node:fs/promises';
import type { Permissions } from '../model/permissions.ts';
import type { Repository } from '../model/repository.ts';
import type { DispatchedEvent } from '../result.ts';
import type { ArtifactFile } from './artifact-store.ts';

/** Scopes of a workflow's token; `write-all` and `read-all` mean them all. */
const SCOPES = [
  ...['actions', 'attestations', 'checks', 'contents', 'deployments', 'discussions', 'issues'],
  ...['packages', 'pages', 'pull-requests', 'repository-projects', 'security-events', 'statuses'],
];

/** GitHub's API as one run sees it. */
export class GitHubSide {
  readonly #emulator: GitHubEmulator;
  readonly #repository: Repository;
  readonly #runId: number;
  readonly #before: RepositoryState;

  constructor(emulator: GitHubEmulator, repository: Repository, runId: number, workflows: readonly string[]) {
    this.#emulator = emulator;
    this.#repository = repository;
    this.#runId = runId;
    emulator.addRepository(repository.slug, workflows);
    this.#before = emulator.state(repository.slug);
  }

  get url(): string {
    return this.#emulator.url;
  }

  get repositoryId(): string {
    return String(this.#before.id);
  }

  /** A token that may do what the job's `permissions` say. */
  tokenFor({ rest, scopes }: Permissions): string {
    const permissions: Record<string, PermissionLevel> = Object.fromEntries(SCOPES.map((scope) => [scope, rest]));
    return this.#emulator.issueToken({
      repository: this.#repository.slug,
      permissions: { ...permissions, ...Object.fromEntries(scopes) },
    });
  }

  /** Makes the deployment of a job with `environment:`; what it gives says how the job ended. */
  startDeployment(environment: string): (state: 'success' | 'failure') => void {
    const { slug, ref, sha } = this.#repository;
    const id = this.#emulator.startDeployment(slug, { environment, ref, sha });
    return (state) => this.#emulator.endDeployment(slug, id, state);
  }

  /** Keeps an artifact beyond the run. */
  async upload(name: string, files: readonly ArtifactFile[]): Promise<void> {
    const contents = await Promise.all(
      files.map(async (file): Promise<[string, Uint8Array]> => [file.path, await readFile(file.source)]),
    );
    this.#emulator.uploadArtifact(this.#repository.slug, {
      name,
      files: new Map(contents),
      runId: this.#runId,
      headBranch: this.#repository.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
      headSha: this.#repository.sha,
    });
  }

  /**
   * The artifacts of an earlier run by the API, newest first, so that a token's missing permission shows.
   * @throws Error with what the API says
   */
  async artifactsOf(
    slug: string,
    runId: string,
    token: string,
  ): Promise<{ name: string; id: number; digest: string; files: ReadonlyMap<string, Uint8Array> }[]> {
    const address = `${this.url}/repos/${slug}/actions/runs/${encodeURIComponent(runId)}/artifacts?per_page=100`;
    const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
    const body = (await answer.json()) as {
      message?: string;
      artifacts?: { id: number; name: string; digest: string }[];
    };
    if (!answer.ok) throw new Error(`${answer.status}: ${body.message ?? 'no message'}`);
    return (body.artifacts ?? []).flatMap(({ id, name, digest }) => {
      const files = this.#emulator.artifactFiles(id);
      return files === undefined ? [] : [{ id, name, digest, files }];
    });
  }

  /** The workflow runs that this run has asked GitHub to start. */
  dispatched(): DispatchedEvent[] {
    const now = this.#emulator.state(this.#repository.slug);
    return [
      ...now.dispatches
        .slice(this.#before.dispatches.length)
        .map(({ eventType, clientPayload }) => ({ event: 'repository_dispatch' as const, eventType, clientPayload })),
      ...now.workflowDispatches
        .slice(this.#before.workflowDispatches.length)
        .map(({ workflow, ref, inputs }) => ({ event: 'workflow_dispatch' as const, workflow, ref, inputs })),
    ];
  }
}
