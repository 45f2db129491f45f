import type { JsonValue } from '@mlops-actions/serving';
import { invalidField } from '../status.ts';

/** A compiled pipeline (`ml_pipelines.PipelineSpec` of schema 2.1), as far as its tasks, their order and their outputs go. */

export interface Component {
  inputDefinitions?: Definitions;
  outputDefinitions?: Definitions;
  executorLabel?: string;
  dag?: Dag;
}

export interface Definitions {
  parameters?: Record<string, { parameterType?: string; defaultValue?: JsonValue; isOptional?: boolean }>;
  artifacts?: Record<string, { artifactType?: { schemaTitle?: string }; isOptional?: boolean }>;
}

export interface Dag {
  tasks?: Record<string, Task>;
  outputs?: {
    parameters?: Record<string, ParameterSource & { valueFromOneof?: { parameterSelectors?: ParameterSelector[] } }>;
    artifacts?: Record<string, { artifactSelectors?: { producerSubtask?: string; outputArtifactKey?: string }[] }>;
  };
}

interface ParameterSelector {
  producerSubtask?: string;
  outputParameterKey?: string;
}

interface ParameterSource {
  valueFromParameter?: ParameterSelector;
}

export interface Task {
  componentRef?: { name?: string };
  dependentTasks?: string[];
  cachingOptions?: { enableCache?: boolean };
  triggerPolicy?: { condition?: string; strategy?: string };
  inputs?: {
    parameters?: Record<string, ParameterInput>;
    artifacts?: Record<string, ArtifactInput>;
  };
  parameterIterator?: { itemInput?: string; items?: { raw?: string; inputParameter?: string } };
}

export interface ParameterInput {
  runtimeValue?: { constant?: JsonValue };
  componentInputParameter?: string;
  taskOutputParameter?: { producerTask?: string; outputParameterKey?: string };
}

export interface ArtifactInput {
  componentInputArtifact?: string;
  taskOutputArtifact?: { producerTask?: string; outputArtifactKey?: string };
}

export interface Spec {
  name: string;
  root: Component;
  components: ReadonlyMap<string, Component>;
  /** Executors by label, as JSON. */
  executors: ReadonlyMap<string, JsonValue>;
}

const FIELD = 'pipeline_job.pipeline_spec';

const isObject = (json: unknown): json is Record<string, JsonValue> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** Reads a compiled pipeline. Tasks must name components that exist and must not wait for each other in a circle. */
export function readSpec(json: JsonValue): Spec {
  const bad = (why: string): Error => invalidField(FIELD, why);
  if (!isObject(json)) throw bad('Required field is not set.');
  const { pipelineInfo, root, schemaVersion, components = {}, deploymentSpec = {} } = json;
  const name = isObject(pipelineInfo) ? pipelineInfo['name'] : undefined;
  if (typeof name !== 'string' || name === '') throw bad('pipelineInfo.name is not set.');
  if (typeof schemaVersion !== 'string') throw bad('schemaVersion is not set.');
  if (!isObject(root) || !isObject(root['dag'])) throw bad('root.dag is not set.');
  if (!isObject(components) || !isObject(deploymentSpec)) throw bad('components and deploymentSpec must be objects.');
  const executors = deploymentSpec['executors'];
  const spec: Spec = {
    name,
    root: root,
    components: new Map(Object.entries(components)) as ReadonlyMap<string, Component>,
    executors: new Map(isObject(executors) ? Object.entries(executors) : []),
  };
  for (const component of [spec.root, ...spec.components.values()]) {
    for (const [task, { componentRef }] of Object.entries(component.dag?.tasks ?? {})) {
      const reference = componentRef?.name ?? '';
      const target = spec.components.get(reference);
      if (target === undefined) throw bad(`Task ${task} refers to component '${reference}', which does not exist.`);
      if (target.dag === undefined && !spec.executors.has(target.executorLabel ?? '')) {
        throw bad(`Component ${reference} has neither a dag nor an executor.`);
      }
    }
    if (component.dag !== undefined) checkOrder(component.dag, bad);
  }
  checkDepth(spec, spec.root, 0, bad);
  return spec;
}

/** The tasks that a task waits for. */
export function prerequisites({ dependentTasks = [], inputs = {} }: Task): Set<string> {
  return new Set([
    ...dependentTasks,
    ...Object.values(inputs.parameters ?? {}).flatMap(
      ({ taskOutputParameter }) => taskOutputParameter?.producerTask ?? [],
    ),
    ...Object.values(inputs.artifacts ?? {}).flatMap(
      ({ taskOutputArtifact }) => taskOutputArtifact?.producerTask ?? [],
    ),
  ]);
}

function checkOrder({ tasks = {} }: Dag, bad: (why: string) => Error): void {
  const waiting = new Map(Object.entries(tasks).map(([name, task]) => [name, prerequisites(task)]));
  for (const [name, before] of waiting) {
    for (const other of before) {
      if (!waiting.has(other)) throw bad(`Task ${name} waits for ${other}, which does not exist.`);
    }
  }
  while (waiting.size > 0) {
    const free = [...waiting].filter(([, before]) => ![...before].some((other) => waiting.has(other)));
    if (free.length === 0) throw bad(`Tasks wait for each other in a circle: ${[...waiting.keys()].join(', ')}.`);
    for (const [name] of free) waiting.delete(name);
  }
}

const DEEPEST = 20;

function checkDepth(spec: Spec, { dag }: Component, depth: number, bad: (why: string) => Error): void {
  if (depth > DEEPEST) throw bad(`Components are nested more than ${DEEPEST} deep.`);
  for (const { componentRef } of Object.values(dag?.tasks ?? {})) {
    checkDepth(spec, spec.components.get(componentRef?.name ?? '')!, depth + 1, bad);
  }
}

/** The values that a run starts with: what was given, checked by its declaration, and defaults. */
export function startValues(spec: Spec, given: Readonly<Record<string, JsonValue>>): Record<string, JsonValue> {
  const bad = (why: string): Error => invalidField('pipeline_job.runtime_config.parameter_values', why);
  const declared = new Map(Object.entries(spec.root.inputDefinitions?.parameters ?? {}));
  for (const [name, value] of Object.entries(given)) {
    const definition = declared.get(name);
    if (definition === undefined) throw bad(`The pipeline has no input '${name}'.`);
    const type = definition.parameterType ?? '';
    if (!fits(type, value)) throw bad(`Input '${name}' must be ${type}.`);
  }
  const values: [string, JsonValue][] = [];
  for (const [name, { defaultValue, isOptional }] of declared) {
    const value = Object.hasOwn(given, name) ? given[name] : defaultValue;
    if (value !== undefined) values.push([name, value]);
    else if (isOptional !== true) throw bad(`Input '${name}' is missing.`);
  }
  return Object.fromEntries(values);
}

function fits(type: string, value: JsonValue): boolean {
  switch (type) {
    case 'NUMBER_INTEGER':
      return Number.isInteger(value);
    case 'NUMBER_DOUBLE':
      return typeof value === 'number';
    case 'STRING':
      return typeof value === 'string';
    case 'BOOLEAN':
      return typeof value === 'boolean';
    case 'LIST':
      return Array.isArray(value);
    case 'STRUCT':
      return isObject(value);
    default:
      return true;
  }
}

/**
 * Whether a condition holds, where it is one that the KFP compiler writes: comparisons of one input with a constant, joined by `&&` or
 * `||`. Other conditions hold.
 */
export function conditionHolds(condition: string, inputs: Readonly<Record<string, JsonValue>>): boolean {
  const parts = condition.split(/(&&|\|\|)/);
  let result = comparisonHolds(parts[0]!, inputs);
  for (let at = 1; at < parts.length; at += 2) {
    const next = comparisonHolds(parts[at + 1]!, inputs);
    result = parts[at] === '&&' ? result && next : result || next;
  }
  return result;
}

const COMPARISON =
  /^[\s(]*(?<not>!)?[\s(]*(?:(?:int|double|string|bool)\()?inputs\.parameter_values\['(?<name>[^']+)'\]\)?\s*(?<operator>==|!=|<=|>=|<|>)\s*(?<literal>'[^']*'|[-\w.]+)[\s)]*$/;

function comparisonHolds(text: string, inputs: Readonly<Record<string, JsonValue>>): boolean {
  const { not, name = '', operator, literal = '' } = COMPARISON.exec(text)?.groups ?? {};
  if (operator === undefined) return true;
  const left = inputs[name] ?? null;
  const right = literal.startsWith("'") ? literal.slice(1, -1) : (JSON.parse(literal) as JsonValue);
  return compare(left, right, operator) !== (not !== undefined);
}

function compare(left: JsonValue, right: JsonValue, operator: string): boolean {
  if (operator === '==' || operator === '!=') return (left === right) === (operator === '==');
  if (typeof left !== 'number' || typeof right !== 'number') return false;
  if (operator === '<') return left < right;
  if (operator === '>') return left > right;
  return operator === '<=' ? left <= right : left >= right;
}
