import type { SigstoreEmulator } from '@mlops-actions/sigstore-emulator';
import { scalarText, type ValueMap } from '../language/value.ts';
import { levelOf, type Permissions } from '../model/permissions.ts';

/** Claims of a job's identity token that are properties of the `github` context by the same name. */
const FROM_GITHUB = [
  ...[
    'actor',
    'base_ref',
    'event_name',
    'head_ref',
    'ref',
    'ref_type',
    'repository',
    'repository_id',
    'repository_owner',
  ],
  ...['repository_owner_id', 'run_attempt', 'run_id', 'run_number', 'sha', 'workflow', 'workflow_ref', 'workflow_sha'],
];

/**
 * The environment by which a job has an identity: the emulator that believes it, and, where `permissions` allow it, where to ask for tokens
 * (https://docs.github.com/en/actions/reference/security/oidc).
 *
 * @param definedIn `job.workflow_*` of the file that defines the job
 */
export function identityEnvironment(
  sigstore: SigstoreEmulator,
  github: ValueMap,
  definedIn: ValueMap,
  permissions: Permissions,
): Record<string, string> {
  const host = { SIGSTORE_EMULATOR_HOST: new URL(sigstore.url).host };
  if (levelOf(permissions, 'id-token') !== 'write') return host;
  const text = (value: ValueMap[string] | undefined): string => (value === undefined ? '' : (scalarText(value) ?? ''));
  const claims = {
    ...Object.fromEntries(FROM_GITHUB.map((name) => [name, text(github[name])])),
    sub: `repo:${text(github['repository'])}:ref:${text(github['ref'])}`,
    job_workflow_ref: text(definedIn['workflow_ref']),
    job_workflow_sha: text(definedIn['workflow_sha']),
    runner_environment: 'self-hosted',
  };
  return { ...host, ...sigstore.jobEnvironment(claims) };
}
