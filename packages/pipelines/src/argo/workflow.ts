import type { Artifact, RunView, Task } from '../engine.ts';
import { field, isObject, listField, textField, type Json, type JsonObject } from '../json.ts';
import { ARGO_RUNS, ARGO_TASKS, runState, taskState } from '../states.ts';

/** What a Workflow of Argo says of itself. */

export interface ArgoNode extends Task {
  /** Full name within the workflow. */
  readonly fullName: string;
  readonly template: string;
  readonly type: string;
  readonly outputs: unknown;
}

/** Types of nodes that run something; the others only stand for them. */
const LEAVES = new Set(['Pod', 'Container', 'HTTP', 'Plugin', 'Suspend', 'Skipped']);

export function readNodes(workflow: unknown): ArgoNode[] {
  const nodes = field(field(workflow, 'status'), 'nodes');
  return Object.values(isObject(nodes) ? nodes : {}).map((node) => {
    const engineState = textField(node, 'phase') ?? '';
    const type = textField(node, 'type') ?? '';
    const fullName = textField(node, 'name') ?? '';
    const message = textField(node, 'message');
    const state = taskState(ARGO_TASKS, engineState);
    return {
      id: textField(node, 'id') ?? fullName,
      name: textField(node, 'displayName') ?? fullName,
      fullName,
      type,
      template: textField(node, 'templateName') ?? textField(field(node, 'templateRef'), 'template') ?? '',
      state,
      engineState,
      error: state === 'failed' ? message : undefined,
      group: !LEAVES.has(type),
      outputs: field(node, 'outputs'),
    };
  });
}

export function viewOf(workflow: unknown): RunView {
  const status = field(workflow, 'status');
  const spec = field(workflow, 'spec');
  const engineState = textField(status, 'phase') ?? '';
  const shutdown = textField(spec, 'shutdown') !== undefined;
  const nodes = readNodes(workflow);
  const name = textField(field(workflow, 'metadata'), 'name') ?? '';
  let state = runState(ARGO_RUNS, engineState);
  if (shutdown && state === 'failed') state = 'cancelled';
  else if (shutdown && state !== 'succeeded') state = 'cancelling';
  else if ((state === 'running' || state === 'queued') && isSuspended(spec, nodes)) state = 'paused';
  return {
    state,
    engineState,
    error: textField(status, 'message'),
    // Steps and retries have nodes of their own that say nothing; the node of the workflow's name is the workflow.
    tasks: nodes.filter(({ type, fullName }) => fullName !== name && type !== 'StepGroup' && type !== 'TaskGroup'),
  };
}

/** Suspended as a whole, or waiting at a suspend node while nothing else runs. */
function isSuspended(spec: unknown, nodes: readonly ArgoNode[]): boolean {
  if (field(spec, 'suspend') === true) return true;
  const running = nodes.filter(({ state, group }) => state === 'running' && !group);
  return running.length > 0 && running.every(({ type }) => type === 'Suspend');
}

/** What the workflow and its nodes left behind. */
export function outputsOf(workflow: unknown): {
  parameters: Record<string, Json>;
  artifacts: Record<string, Artifact>;
} {
  const name = textField(field(workflow, 'metadata'), 'name') ?? '';
  const parameters = new Map<string, Json>();
  const artifacts = new Map<string, Artifact>();
  const add = (prefix: string, outputs: unknown): void => {
    for (const parameter of listField(outputs, 'parameters')) {
      const key = textField(parameter, 'name');
      const value = field(parameter, 'value');
      if (key !== undefined && value !== undefined) parameters.set(prefix + key, value as Json);
    }
    for (const artifact of listField(outputs, 'artifacts')) {
      const key = textField(artifact, 'name');
      const uri = uriOf(artifact);
      if (key !== undefined && uri !== undefined) artifacts.set(prefix + key, { uri });
    }
  };
  for (const node of readNodes(workflow)) if (node.fullName !== name) add(`${node.name}.`, node.outputs);
  // The outputs of the entry point are the workflow's own.
  for (const node of readNodes(workflow)) if (node.fullName === name) add('', node.outputs);
  add('', field(field(workflow, 'status'), 'outputs'));
  return { parameters: Object.fromEntries(parameters), artifacts: Object.fromEntries(artifacts) };
}

const SCHEMES = { s3: 's3', gcs: 'gs', oss: 'oss' } as const;

/** Where an artifact lies. One in the workflow's own repository says only its key. */
function uriOf(artifact: unknown): string | undefined {
  for (const [kind, scheme] of Object.entries(SCHEMES)) {
    const place = field(artifact, kind);
    const key = textField(place, 'key');
    if (key === undefined) continue;
    const bucket = textField(place, 'bucket');
    return bucket === undefined ? key : `${scheme}://${bucket}/${key}`;
  }
  const azure = field(artifact, 'azure');
  const blob = textField(azure, 'blob');
  if (blob !== undefined)
    return [textField(azure, 'endpoint'), textField(azure, 'container'), blob]
      .filter((part) => part !== undefined)
      .join('/');
  return textField(field(artifact, 'http'), 'url');
}

/** The parameters that a workflow's spec takes. */
export function declaredParameters(spec: unknown): JsonObject[] {
  return listField(field(spec, 'arguments'), 'parameters').filter(isObject);
}
