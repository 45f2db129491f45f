import path from 'node:path';
import { scalarText, type ValueMap } from '../language/value.ts';
import type { CommandFiles } from './command-files.ts';
import type { StepScope } from './job-state.ts';

/** The parts of the `github` context that the runner puts into the environment as GITHUB_*. */
const FROM_GITHUB = [
  ...['action', 'action_path', 'action_ref', 'action_repository', 'actor', 'actor_id', 'api_url', 'base_ref'],
  ...['event_name', 'event_path', 'graphql_url', 'head_ref', 'job', 'ref', 'ref_name', 'ref_protected', 'ref_type'],
  ...[
    'repository',
    'repository_id',
    'repository_owner',
    'repository_owner_id',
    'retention_days',
    'run_attempt',
    'run_id',
  ],
  ...['run_number', 'server_url', 'sha', 'triggering_actor', 'workflow', 'workflow_ref', 'workflow_sha', 'workspace'],
];

/**
 * The whole environment of a step's program: what the machine gives, `env` of workflow, job and step, what earlier steps wrote,
 * and what the runner sets, which nothing overrides. Nothing else of this process's environment gets through.
 */
export function programEnvironment(
  scope: StepScope,
  stepEnv: Record<string, string>,
  github: ValueMap,
  files: CommandFiles,
  extra: Record<string, string> = {},
): Record<string, string> {
  const { job } = scope;
  const runner = job.contexts['runner'] as ValueMap;
  const environment: Record<string, string> = {
    ...job.run.machineEnv,
    CI: 'true',
    ...job.env,
    ...scope.env,
    ...stepEnv,
  };
  for (const key of FROM_GITHUB) {
    const value = github[key];
    if (value !== undefined && value !== null) environment[`GITHUB_${key.toUpperCase()}`] = scalarText(value) ?? '';
  }
  for (const [key, value] of Object.entries(runner))
    environment[`RUNNER_${key.toUpperCase()}`] = scalarText(value) ?? '';
  environment['PATH'] = [...job.paths, environment['PATH'] ?? ''].filter((part) => part !== '').join(path.delimiter);
  return { ...environment, GITHUB_ACTIONS: 'true', ...job.identity, ...files.env, ...extra };
}

/** Variables that a step may not set for later steps, as on GitHub: they would run code in every Node action. */
export const REFUSED_VARIABLES = ['NODE_OPTIONS'];
