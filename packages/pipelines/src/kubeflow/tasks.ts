import type { Task } from '../engine.ts';
import { field, isObject, listField, textField } from '../json.ts';
import { KUBEFLOW_TASKS, taskState } from '../states.ts';

/** A task of a run's `run_details`. */
export interface KubeflowTask extends Task {
  /** Pod that ran it. */
  readonly pod: string | undefined;
  /** Whether it is none of the pipeline's own: the drivers, and the run as a whole. */
  readonly plumbing: boolean;
  /** Ids of its artifacts by the names of its outputs. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** The tasks of a run. Each of the pipeline's is followed by a driver and an `executor`, which is named after it here. */
export function readTasks(run: unknown): KubeflowTask[] {
  const details = listField(field(run, 'run_details'), 'task_details');
  const parents = new Map<string, unknown>();
  for (const detail of details) {
    for (const child of listField(detail, 'child_tasks')) {
      for (const id of [textField(child, 'task_id'), textField(child, 'pod_name')])
        if (id !== undefined) parents.set(id, detail);
    }
  }
  return details.map((detail) => {
    const id = textField(detail, 'task_id') ?? '';
    const pod = textField(detail, 'pod_name');
    const own = textField(detail, 'display_name') ?? id;
    const parent = parents.get(id) ?? parents.get(pod ?? '');
    const name = own === 'executor' ? (textField(parent, 'display_name') ?? own) : own;
    const engineState = textField(detail, 'state') ?? '';
    return {
      id,
      name,
      pod,
      engineState,
      state: taskState(KUBEFLOW_TASKS, engineState.replace('RUNTIME_STATE_UNSPECIFIED', '')),
      error: textField(field(detail, 'error'), 'message'),
      group: listField(detail, 'child_tasks').length > 0,
      plumbing: own === 'root' || own.endsWith('-driver'),
      outputs: new Map(
        Object.entries(asObject(field(detail, 'outputs'))).flatMap(([key, list]) => {
          const [artifact] = listField(list, 'artifact_ids');
          return typeof artifact === 'string' || typeof artifact === 'number' ? [[key, String(artifact)] as const] : [];
        }),
      ),
    };
  });
}

const asObject = (value: unknown): object => (isObject(value) ? value : {});
