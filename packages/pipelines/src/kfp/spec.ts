import { createHash } from 'node:crypto';
import { UserError } from '@mlops-actions/action-kit';
import type { ScalarTag, Tags } from 'yaml';
import type { Declaration, ParameterType } from '../declaration.ts';
import { field, isObject, listField, textField, type Json, type JsonObject } from '../json.ts';
import { readYaml } from '../yaml.ts';

/** Pipelines as the KFP compiler writes them (`ml_pipelines.PipelineSpec`, schema 2.1), of which this reads the outside and writes the caching. */

export interface CompiledPipeline {
  /** `pipelineInfo.name`. */
  name: string;
  spec: JsonObject;
  /** The second document of a file: what only Kubernetes understands. */
  platformSpec: JsonObject | undefined;
  /** `sha256:...` of the file's bytes. */
  digest: string;
  /** Where it is from, for messages. */
  source: string;
}

/** Larger files are refused: the services take far less. */
export const SPEC_LIMIT = 10 * 1024 * 1024;

/**
 * Reads a compiled pipeline, in YAML or JSON; also one that is wrapped into a PipelineJob.
 *
 * @throws UserError if it is something else, or was compiled by KFP 1
 */
export function parsePipeline(bytes: Uint8Array, source: string): CompiledPipeline {
  const [first, second, ...more] = documents(bytes, source);
  const wrapped = field(first, 'pipelineSpec');
  const spec = isObject(wrapped) ? wrapped : first;
  const not = (why: string, fix?: string): UserError =>
    new UserError(`'${source}' is not a compiled pipeline: ${why}.`, {
      fix: fix ?? "Compile it: compiler.Compiler().compile(pipeline, 'pipeline.yaml') of kfp 2.",
    });
  if (!isObject(spec)) throw not('it is not an object');
  if (textField(spec, 'apiVersion')?.startsWith('argoproj.io/') === true) {
    throw not('it is a workflow of Argo, as KFP 1 compiles to', "Compile it with kfp 2, or set 'engine: argo'.");
  }
  const name = textField(field(spec, 'pipelineInfo'), 'name');
  const schema = textField(spec, 'schemaVersion');
  if (name === undefined) throw not('it has no pipelineInfo.name');
  if (!isObject(field(field(spec, 'root'), 'dag'))) throw not('it has no root.dag');
  if (schema === undefined || !/^2\.[1-9]/.test(schema)) {
    throw not(`its schemaVersion is ${schema ?? 'missing'}, not 2.1`, 'Compile it with kfp 2.');
  }
  if (more.length > 0) throw not('it has more than two documents');
  if (second !== undefined && !isObject(field(second, 'platforms')))
    throw not("its second document has no 'platforms'");
  return {
    name,
    spec,
    platformSpec: isObject(second) ? second : undefined,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    source,
  };
}

function documents(bytes: Uint8Array, source: string): Json[] {
  if (bytes.length > SPEC_LIMIT) throw new UserError(`The pipeline '${source}' is larger than 10 MiB.`);
  const fail = (problem: string): UserError =>
    new UserError(`The pipeline '${source}' is neither YAML nor JSON: ${problem}.`);
  return readYaml(Buffer.from(bytes).toString('utf8'), fail, asPyYaml);
}

/**
 * The compiler writes by PyYAML, which leaves `1e3` and `0o17` without quotes because they are text to it. They must not become numbers here.
 */
function asPyYaml(tags: Tags): Tags {
  return tags.flatMap((tag): Tags => {
    if (typeof tag === 'string') return [tag];
    const { tag: type, format } = tag as ScalarTag;
    if (type === 'tag:yaml.org,2002:int' && format === 'OCT') return [];
    if (type === 'tag:yaml.org,2002:float' && format === 'EXP') {
      return [{ ...(tag as ScalarTag), test: /^[-+]?[0-9][0-9_]*\.[0-9_]*[eE][-+][0-9]+$/ }];
    }
    return [tag];
  });
}

const TYPES: ReadonlyMap<string, ParameterType> = new Map([
  ['STRING', 'text'],
  ['NUMBER_INTEGER', 'integer'],
  ['NUMBER_DOUBLE', 'number'],
  ['BOOLEAN', 'boolean'],
  ['LIST', 'list'],
  ['STRUCT', 'object'],
]);

/** What the pipeline declares of its parameters. */
export function declarationOf({ spec, source }: CompiledPipeline): Declaration {
  const inputs = field(field(spec, 'root'), 'inputDefinitions');
  const artifacts = Object.entries(asObject(field(inputs, 'artifacts'))).filter(
    ([, artifact]) => field(artifact, 'isOptional') !== true,
  );
  if (artifacts.length > 0) {
    throw new UserError(
      `The pipeline '${source}' wants artifacts as inputs (${artifacts.map(([name]) => name).join(', ')}).`,
      {
        fix: 'Give their URIs as parameters, and import them in the pipeline (dsl.importer).',
      },
    );
  }
  return {
    open: false,
    parameters: Object.entries(asObject(field(inputs, 'parameters'))).map(([name, definition]) => ({
      name,
      type: TYPES.get(textField(definition, 'parameterType') ?? '') ?? 'any',
      required: field(definition, 'defaultValue') === undefined && field(definition, 'isOptional') !== true,
      nullable: field(definition, 'isOptional') === true && field(definition, 'defaultValue') === undefined,
      ...(listField(definition, 'literals').length > 0 && { choices: listField(definition, 'literals') as Json[] }),
    })),
  };
}

/** The pipeline with caching switched on or off for every task, also in what is nested. */
export function withCaching(spec: JsonObject, enabled: boolean): JsonObject {
  const changeTasks = (component: Json): Json => {
    const dag = field(component, 'dag');
    const tasks = field(dag, 'tasks');
    if (!isObject(component) || !isObject(dag) || !isObject(tasks)) return component;
    const changed = mapValues(tasks, (task) =>
      isObject(task)
        ? { ...task, cachingOptions: { ...asObject(task['cachingOptions']), enableCache: enabled } }
        : task,
    );
    return { ...component, dag: { ...dag, tasks: changed } };
  };
  const root = spec['root'];
  const components = spec['components'];
  return {
    ...spec,
    ...(root !== undefined && { root: changeTasks(root) }),
    ...(isObject(components) && { components: mapValues(components, changeTasks) }),
  };
}

/** Where the pipeline's own outputs come from: by their names, the task of the root and its output. */
export function outputSources({ spec }: CompiledPipeline): {
  parameters: ReadonlyMap<string, readonly OutputSource[]>;
  artifacts: ReadonlyMap<string, readonly OutputSource[]>;
} {
  const outputs = field(field(field(spec, 'root'), 'dag'), 'outputs');
  const read = (kind: string, selectorsOf: (source: Json) => readonly unknown[], key: string) =>
    new Map(
      Object.entries(asObject(field(outputs, kind))).map(([name, source]) => [
        name,
        selectorsOf(source).flatMap((selector): OutputSource[] => {
          const task = textField(selector, 'producerSubtask');
          const output = textField(selector, key);
          return task === undefined || output === undefined ? [] : [{ task, output }];
        }),
      ]),
    );
  return {
    parameters: read(
      'parameters',
      (source) => [
        field(source, 'valueFromParameter'),
        ...listField(field(source, 'valueFromOneof'), 'parameterSelectors'),
      ],
      'outputParameterKey',
    ),
    artifacts: read('artifacts', (source) => listField(source, 'artifactSelectors'), 'outputArtifactKey'),
  };
}

export interface OutputSource {
  task: string;
  output: string;
}

const asObject = (value: unknown): JsonObject => (isObject(value) ? value : {});

const mapValues = (object: JsonObject, change: (value: Json) => Json): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
