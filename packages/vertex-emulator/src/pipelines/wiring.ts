import type { JsonValue } from '@mlops-actions/serving';
import type { PipelineJob, PipelineTask, TaskOutputs } from './job.ts';
import type { Component, Dag, Task } from './spec.ts';

/** What goes into tasks and comes out of them, by the spec. Pure. */

/** How a task went, for those that wait for it. */
export interface TaskEnd {
  outcome: 'succeeded' | 'failed' | 'not-triggered';
  outputs: TaskOutputs;
}

/** The tasks of a dag while they run, with what their component was given. */
export interface Group {
  dag: Dag;
  inputs: Readonly<Record<string, JsonValue>>;
  artifacts: TaskOutputs['artifacts'];
  parentId: string;
}

/** What a task is given: constants, inputs of its group, and outputs of the tasks before it. */
export function taskInputs(task: Task, group: Group, before: ReadonlyMap<string, TaskEnd>): TaskOutputs {
  const parameters: [string, JsonValue][] = [];
  for (const [key, source] of Object.entries(task.inputs?.parameters ?? {})) {
    const { producerTask = '', outputParameterKey = '' } = source.taskOutputParameter ?? {};
    const value =
      source.runtimeValue?.constant ??
      group.inputs[source.componentInputParameter ?? ''] ??
      before.get(producerTask)?.outputs.parameters[outputParameterKey];
    if (value !== undefined) parameters.push([key, value]);
  }
  const artifacts = Object.entries(task.inputs?.artifacts ?? {}).flatMap(
    ([key, { taskOutputArtifact, componentInputArtifact }]) => {
      const { producerTask = '', outputArtifactKey = '' } = taskOutputArtifact ?? {};
      const artifact =
        before.get(producerTask)?.outputs.artifacts[outputArtifactKey] ?? group.artifacts[componentInputArtifact ?? ''];
      return artifact === undefined ? [] : [[key, artifact] as const];
    },
  );
  return { parameters: Object.fromEntries(parameters), artifacts: Object.fromEntries(artifacts) };
}

/** What each round of a loop lays over the inputs; one round that lays nothing where there is no loop. */
export function iterations(
  { parameterIterator }: Task,
  inputs: Readonly<Record<string, JsonValue>>,
): Record<string, JsonValue>[] {
  if (parameterIterator === undefined) return [{}];
  const { itemInput = '', items = {} } = parameterIterator;
  const list = items.raw === undefined ? inputs[items.inputParameter ?? ''] : (JSON.parse(items.raw) as JsonValue);
  return Array.isArray(list) ? list.map((item: JsonValue) => ({ [itemInput]: item })) : [{}];
}

/** What a dag gives, from the tasks that its spec names. */
export function groupOutputs(
  { outputs = {} }: Dag,
  component: Component,
  done: ReadonlyMap<string, TaskEnd>,
): TaskOutputs {
  const parameters = Object.entries(outputs.parameters ?? {}).flatMap(([key, source]) => {
    const selectors = source.valueFromOneof?.parameterSelectors ?? [source.valueFromParameter ?? {}];
    const found = selectors
      .map((one) => done.get(one.producerSubtask ?? '')?.outputs.parameters[one.outputParameterKey ?? ''])
      .find((value) => value !== undefined);
    return found === undefined ? [] : [[key, found] as const];
  });
  const artifacts = Object.entries(outputs.artifacts ?? {}).flatMap(([key, { artifactSelectors = [] }]) => {
    const found = artifactSelectors
      .map((one) => done.get(one.producerSubtask ?? '')?.outputs.artifacts[one.outputArtifactKey ?? ''])
      .find((artifact) => artifact !== undefined);
    return found === undefined ? [] : [[key, found] as const];
  });
  const declared = component.outputDefinitions ?? {};
  return {
    parameters: Object.fromEntries(parameters.filter(([key]) => declared.parameters?.[key] !== undefined)),
    artifacts: Object.fromEntries(artifacts.filter(([key]) => declared.artifacts?.[key] !== undefined)),
  };
}

const VALUES: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['NUMBER_INTEGER', 1],
  ['NUMBER_DOUBLE', 0.5],
  ['BOOLEAN', true],
  ['LIST', []],
  ['STRUCT', {}],
]);

/** A value of its type for every declared output: nothing was computed, so texts say where they come from. */
export function produced(
  job: PipelineJob,
  { outputDefinitions = {} }: Component,
  executor: JsonValue,
  task: PipelineTask,
): TaskOutputs {
  const folder = `${job.runtime.gcsOutputDirectory.replace(/\/$/, '')}/${job.project}/${job.id}/${task.name}_${task.id}`;
  const imported = (executor as { importer?: { artifactUri?: { constant?: string } } } | null)?.importer?.artifactUri
    ?.constant;
  return {
    parameters: Object.fromEntries(
      Object.entries(outputDefinitions.parameters ?? {}).map(([key, { parameterType = '' }]) => [
        key,
        VALUES.get(parameterType) ?? `${task.name}.${key}`,
      ]),
    ),
    artifacts: Object.fromEntries(
      Object.entries(outputDefinitions.artifacts ?? {}).map(([key, { artifactType }]) => [
        key,
        { uri: imported ?? `${folder}/${key}`, schemaTitle: artifactType?.schemaTitle ?? 'system.Artifact' },
      ]),
    ),
  };
}
