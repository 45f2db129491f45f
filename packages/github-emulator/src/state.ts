/** What the server remembers of a repository; plain values, in the words of the API. */
export interface RepositoryState {
  id: number;
  /** `owner/name`. */
  slug: string;
  /** Paths of workflow files that `workflow_dispatch` can start. */
  workflows: string[];
  labels: Label[];
  issues: Issue[];
  pulls: PullRequest[];
  dispatches: Dispatch[];
  workflowDispatches: WorkflowDispatch[];
  artifacts: Artifact[];
  deployments: Deployment[];
  runs: Run[];
  commits: Commit[];
}

/** A workflow run. */
export interface Run {
  id: number;
  actor: string;
  /** Who started its newest attempt. */
  triggeringActor: string;
  headSha: string;
  /** What reviewers said of its jobs that wait for an environment. */
  reviews: Review[];
}

export interface Review {
  state: 'approved' | 'rejected';
  login: string;
  environments: string[];
  comment: string;
}

export interface Commit {
  sha: string;
  /** Null where the e-mail address of the commit belongs to no account. */
  author: string | null;
  /** The first is what it was committed on; a merge has more. */
  parents: string[];
}

export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Comment {
  id: number;
  login: string;
  body: string;
  createdAt: string;
  updatedAt: string;
}

/** An issue, or the conversation of a pull request: GitHub numbers and lists them together. */
export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string | null;
  login: string;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'reopened' | 'not_planned' | null;
  labels: string[];
  assignees: string[];
  comments: Comment[];
  isPullRequest: boolean;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
}

export interface PullRequest extends Required<PullRequestOptions> {
  number: number;
}

export interface PullRequestOptions {
  title?: string;
  head?: string;
  base?: string;
  headSha?: string;
  baseSha?: string;
}

/** A `repository_dispatch` event that was asked for. */
export interface Dispatch {
  eventType: string;
  clientPayload: Record<string, unknown>;
  login: string;
}

export interface WorkflowDispatch {
  workflow: string;
  ref: string;
  inputs: Record<string, string>;
  login: string;
}

export interface Artifact {
  id: number;
  name: string;
  bytes: number;
  /** `sha256:` of the ZIP archive. */
  digest: string;
  expired: boolean;
  createdAt: string;
  runId: number;
  headBranch: string;
  headSha: string;
  /** Another repository's id when a run of a fork uploaded it. */
  headRepositoryId: number;
}

/** An artifact that a run uploads. */
export interface ArtifactUpload {
  name: string;
  /** Content by `/`-separated path. */
  files: ReadonlyMap<string, Uint8Array>;
  runId?: number;
  headBranch?: string;
  headSha?: string;
  /** Whether the run belongs to a fork. */
  fromFork?: boolean;
}

export interface Deployment {
  id: number;
  ref: string;
  /** Commit that the ref meant. */
  sha: string;
  task: string;
  environment: string;
  description: string | null;
  payload: unknown;
  login: string;
  createdAt: string;
  statuses: DeploymentStatus[];
}

export const DEPLOYMENT_STATES = [
  'error',
  'failure',
  'inactive',
  'in_progress',
  'queued',
  'pending',
  'success',
] as const;

export interface DeploymentStatus {
  id: number;
  state: (typeof DEPLOYMENT_STATES)[number];
  description: string;
  environment: string;
  environmentUrl: string;
  logUrl: string;
  login: string;
  createdAt: string;
}
