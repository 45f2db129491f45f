export { approversOf, independent, peopleOf, type RunPeople } from './approvals.ts';
export { defaultBranch, newestArtifactText, type ArtifactText } from './artifacts.ts';
export { createGitHub, repositoryPath, type GitHub, type GitHubCall, type GitHubOptions } from './client.ts';
export {
  setActiveDeployment,
  setDeploymentStatus,
  type ActiveDeployment,
  type DeploymentState,
  type DeploymentStatus,
} from './deployments.ts';
export { repositoryDispatch } from './dispatch.ts';
export { GitHubError } from './errors.ts';
export {
  commentOnce,
  findIssue,
  hiddenMarker,
  openIssue,
  readIssue,
  stickyComment,
  updateIssue,
  type Issue,
  type IssueText,
} from './issues.ts';
export { unzipOnly } from './unzip.ts';
