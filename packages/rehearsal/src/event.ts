import { UserError } from '@mlops-actions/action-kit';
import { scalarText, type Value, type ValueMap } from './language/value.ts';
import { NO_COMMIT, type Repository } from './model/repository.ts';
import type { Workflow } from './model/workflow.ts';

/** The event that starts a run. */
export interface RunEvent {
  name: string;
  payload: ValueMap;
}

/** What is said of the event from outside. */
export interface WantedEvent {
  name?: string;
  payload?: ValueMap;
}

/**
 * The name of the event: the wanted one, else `workflow_dispatch`, else the workflow's first.
 * @throws UserError if the workflow does not run on it
 */
export function chooseEvent({ events, file }: Workflow, wanted: string | undefined): string {
  if (wanted === undefined) return events.includes('workflow_dispatch') ? 'workflow_dispatch' : events[0]!;
  if (events.includes(wanted)) return wanted;
  throw new UserError(`${file.path} does not run on '${wanted}', but on ${events.join(', ')}.`);
}

/**
 * The payload of an event, with what is given laid over it.
 * @throws UserError if the workflow does not run on this kind of the event
 */
export function eventPayload(
  workflow: Workflow,
  event: string,
  parts: { caller: Repository; actor: string; inputs: ValueMap; given: ValueMap },
): ValueMap {
  const { caller, actor, inputs, given } = parts;
  const [owner = '', name = ''] = caller.slug.split('/');
  const payload = {
    repository: { name, full_name: caller.slug, owner: { login: owner }, default_branch: 'main' },
    sender: { login: actor },
    ref: caller.ref,
    ...(event === 'push' && { before: NO_COMMIT, after: caller.sha }),
    // The form of workflow_dispatch knows only texts.
    ...(event === 'workflow_dispatch' && {
      inputs: Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, scalarText(value) ?? ''])),
    }),
    ...(event === 'repository_dispatch' && { branch: 'main', client_payload: {} }),
    ...kindOf(workflow, event, given),
    ...given,
  };
  checkKind(workflow, event, payload);
  return payload;
}

/** What the payload says of the kind, where the workflow leaves no choice. */
function kindOf({ filters }: Workflow, event: string, given: ValueMap): ValueMap {
  const { types = [], crons = [] } = filters.get(event) ?? {};
  if (event === 'schedule') return crons[0] === undefined ? {} : { schedule: crons[0] };
  const [only, ...others] = types;
  return given['action'] === undefined && only !== undefined && others.length === 0 ? { action: only } : {};
}

function checkKind({ filters, file }: Workflow, event: string, payload: ValueMap): void {
  const { types, crons = [] } = filters.get(event) ?? {};
  const action = scalarText(payload['action'] ?? null) ?? '';
  const cron = scalarText(payload['schedule'] ?? null) ?? '';
  if (event === 'schedule' && !crons.includes(cron)) {
    throw new UserError(`${file.path} has no schedule '${cron}', but ${crons.map((line) => `'${line}'`).join(', ')}.`);
  }
  if (event === 'repository_dispatch' && action === '' && types === undefined) {
    throw new UserError("A repository_dispatch has a type: its payload must hold it as 'action'.");
  }
  if (types === undefined || types.includes(action)) return;
  // Without an action in the payload every kind of an event that is not a dispatch is meant.
  if (action === '' && event !== 'repository_dispatch') return;
  const what = action === '' ? `without an 'action'` : `of the type '${action}'`;
  throw new UserError(`${file.path} does not run on ${event} ${what}, but on ${types.join(', ')}.`);
}

/** The `github` context of a run, as far as it is the same for every job. */
export function githubContext(parts: {
  workflow: Workflow;
  event: RunEvent;
  eventPath: string;
  actor: string;
  token: string;
  runId: string;
  repositoryId: string;
  apiUrl: string;
  workflowRef: Value;
}): ValueMap {
  const { workflow, event, actor } = parts;
  const { slug, ref, sha } = workflow.file.repository;
  const text = (value: Value | undefined): string => (typeof value === 'string' ? value : '');
  const pull = event.payload['pull_request'] as { head?: ValueMap; base?: ValueMap } | undefined;
  return {
    actor,
    actor_id: '0',
    api_url: parts.apiUrl,
    base_ref: text(pull?.base?.['ref']),
    event: event.payload,
    event_name: event.name === 'workflow_call' ? 'workflow_dispatch' : event.name,
    event_path: parts.eventPath,
    graphql_url: `${parts.apiUrl}/graphql`,
    head_ref: text(pull?.head?.['ref']),
    ref,
    ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_protected: false,
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    repository: slug,
    repository_id: parts.repositoryId,
    repository_owner: slug.split('/')[0]!,
    repository_owner_id: '0',
    repositoryUrl: `git://github.com/${slug}.git`,
    retention_days: '90',
    run_attempt: '1',
    run_id: parts.runId,
    run_number: '1',
    secret_source: 'Actions',
    server_url: 'https://github.com',
    sha,
    token: parts.token,
    triggering_actor: actor,
    workflow: workflow.name,
    workflow_ref: parts.workflowRef,
    workflow_sha: sha,
  };
}
