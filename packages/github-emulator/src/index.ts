export {
  startGitHubEmulator,
  type GitHubEmulator,
  type GitHubEmulatorOptions,
  type RecordedRequest,
} from './emulator.ts';
export { type Fault } from './faults.ts';
export { type Access, type PermissionLevel, type TokenOptions } from './tokens.ts';
export {
  type Artifact,
  type ArtifactUpload,
  type Comment,
  type Commit,
  type Deployment,
  type DeploymentStatus,
  type Dispatch,
  type Issue,
  type Label,
  type PullRequest,
  type PullRequestOptions,
  type RepositoryState,
  type Review,
  type Run,
  type WorkflowDispatch,
} from './state.ts';
