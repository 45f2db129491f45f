/** The facts of the workflow run that evidence and labels carry. Empty outside GitHub. */
export interface RunContext {
  /** `owner/name`. */
  repository: string;
  /** Commit that triggered the run. */
  commit: string;
  /** Git ref that triggered the run. */
  ref: string;
  runId: string;
  runAttempt: string;
  /** Page of the run. */
  runUrl: string;
  /** Workflow file and ref that the caller started. */
  workflow: string;
  /** Login that triggered the run. */
  actor: string;
}

/** Reads the run's facts from the environment that the runner sets. */
export function runContext(env: NodeJS.ProcessEnv = process.env): RunContext {
  const get = (name: string): string => env[name] ?? '';
  const repository = get('GITHUB_REPOSITORY');
  const runId = get('GITHUB_RUN_ID');
  return {
    repository,
    commit: get('GITHUB_SHA'),
    ref: get('GITHUB_REF'),
    runId,
    runAttempt: get('GITHUB_RUN_ATTEMPT'),
    runUrl:
      runId === '' ? '' : `${get('GITHUB_SERVER_URL') || 'https://github.com'}/${repository}/actions/runs/${runId}`,
    workflow: get('GITHUB_WORKFLOW_REF'),
    actor: get('GITHUB_ACTOR'),
  };
}

/**
 * Address of a file of the repository that the running action comes from, at the ref that the workflow uses. An organisation's own copy
 * thus names its own pages. Undefined outside GitHub, and for an action that is used by a local path.
 */
export function actionPage(file: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const repository = env['GITHUB_ACTION_REPOSITORY'];
  const ref = env['GITHUB_ACTION_REF'];
  if (repository === undefined || repository === '' || ref === undefined || ref === '') return undefined;
  return `${env['GITHUB_SERVER_URL'] ?? 'https://github.com'}/${repository}/blob/${ref}/${file}`;
}
