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

/** A run, and the people who have to do with it. */
export interface SideRun {
  id: number;
  /** Who starts it, and wrote its commit. */
  actor: string;
  /** Who approves its jobs that have an environment; undefined if nobody does. */
  reviewer: string | undefined;
}

/** GitHub's API as one run sees it. */
export class GitHubSide {
  readonly #emulator: GitHubEmulator;
  readonly #repository: Repository;
  readonly #run: SideRun;
  readonly #before: RepositoryState;

  constructor(emulator: GitHubEmulator, repository: Repository, run: SideRun, workflows: readonly string[]) {
    const { slug, sha } = repository;
    this.#emulator = emulator;
    this.#repository = repository;
    this.#run = run;
    emulator.addRepository(slug, workflows);
    emulator.addCommit(slug, { sha, author: run.actor });
    emulator.addRun(slug, { id: run.id, actor: run.actor, headSha: sha });
    this.#before = emulator.state(slug);
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

  /** The reviewer lets a job into its environment. Who it was; undefined if there is no reviewer. */
  approve(environment: string): string | undefined {
    const { id, reviewer } = this.#run;
    if (reviewer !== undefined) {
      this.#emulator.review(this.#repository.slug, id, {
        state: 'approved',
        login: reviewer,
        environments: [environment],
      });
    }
    return reviewer;
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
      runId: this.#run.id,
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
