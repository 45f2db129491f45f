import { createHash } from 'node:crypto';
import { UserError } from '@mlops-actions/action-kit';
import type { Declaration } from '../declaration.ts';
import type { Engine, Run } from '../engine.ts';
import { kindOf } from '../failure.ts';
import { accessTo, type Secrets } from '../http/access.ts';
import { RestApi, segments } from '../http/api.ts';
import { parseHost } from '../http/host.ts';
import { field, isObject, listField, textField, type Json, type JsonObject } from '../json.ts';
import { readPipelineFile } from '../kfp/load.ts';
import { readYaml } from '../yaml.ts';
import { podName } from './pod-name.ts';
import { declaredParameters, outputsOf, readNodes, viewOf } from './workflow.ts';

export interface ArgoOptions {
  host: string;
  secrets: Secrets;
  /** A file of a Workflow or a template, `NAME` of a WorkflowTemplate, or `cluster/NAME` of a ClusterWorkflowTemplate. */
  pipeline: string;
  namespace: string;
  serviceAccount: string | undefined;
  labels: Readonly<Record<string, string>>;
  /** Milliseconds until an answer must be there. */
  callTimeout?: number;
}

const TITLE = 'Argo Workflows';
const FINGERPRINT_LABEL = 'mlops-request';
const POD_NAMES = 'workflows.argoproj.io/pod-name-format';

/** What a run is made of: a whole workflow from a file, or a reference to a template on the server. */
interface Source {
  name: string;
  digest: string | undefined;
  metadata: JsonObject;
  spec: JsonObject;
  /** The spec that declares the parameters. */
  declared(): Promise<unknown>;
}

/** Argo Workflows by the REST API of its server. */
export async function openArgo(options: ArgoOptions): Promise<Engine> {
  const { namespace } = options;
  const host = parseHost(options.host);
  const api = new RestApi({
    host,
    access: accessTo(host, options.secrets),
    title: TITLE,
    permission:
      'The account must be allowed to create, get and update workflows.argoproj.io, to get workflowtemplates.argoproj.io and to get pods/log in the namespace.',
    ...(options.callTimeout !== undefined && { timeout: options.callTimeout }),
  });
  const source = await sourceOf(options.pipeline, namespace, api);
  const path = (name: string): string => `/api/v1/workflows/${segments(namespace, name)}`;
  const read = (name: string): Promise<unknown> =>
    api.json({ path: path(name), what: `tell how the workflow ${name} is` });
  const runOf = (name: string): Run => ({
    id: name,
    url: `${host.href.replace(/\/+$/, '')}/workflows/${segments(namespace, name)}`,
  });

  return {
    name: 'argo',
    title: TITLE,
    pipeline: source.name,
    digest: source.digest,
    namesAreUnique: true,
    declaration: async () => declarationOf(await source.declared()),
    async find(name) {
      try {
        const workflow = await read(name);
        const fingerprint = textField(field(field(workflow, 'metadata'), 'labels'), FINGERPRINT_LABEL);
        return { ...runOf(name), view: viewOf(workflow), fingerprint };
      } catch (error) {
        if (kindOf(error) === 'missing') return undefined;
        throw error;
      }
    },
    async submit({ name, fingerprint, parameters }) {
      const labels = field(source.metadata, 'labels');
      const workflow = {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Workflow',
        metadata: {
          ...source.metadata,
          name,
          namespace,
          labels: { ...(isObject(labels) ? labels : {}), ...options.labels, [FINGERPRINT_LABEL]: fingerprint },
        },
        spec: {
          ...source.spec,
          arguments: withParameters(source.spec, parameters),
          ...(options.serviceAccount !== undefined && { serviceAccountName: options.serviceAccount }),
        },
      };
      await api.json({
        method: 'POST',
        path: `/api/v1/workflows/${segments(namespace)}`,
        json: { namespace, workflow },
        what: `start the workflow ${name}`,
      });
      return runOf(name);
    },
    view: async ({ id }) => viewOf(await read(id)),
    async log({ id }, task, lines) {
      const workflow = await read(id);
      const node = readNodes(workflow).find((one) => one.id === task.id);
      if (node?.type !== 'Pod') return [];
      const version = textField(field(field(workflow, 'metadata'), 'annotations'), POD_NAMES) ?? 'v2';
      const text = await api.text({
        path: `${path(id)}/log`,
        query: {
          podName: podName(id, { id: node.id, name: node.fullName, template: node.template }, version),
          'logOptions.container': 'main',
          'logOptions.tailLines': lines,
        },
        what: `give the log of ${task.name}`,
      });
      return text.split('\n').flatMap(logLine);
    },
    outputs: async ({ id }) => outputsOf(await read(id)),
    async cancel({ id }) {
      // Stopped and not terminated: what cleans up at the end of the workflow still runs.
      await api.json({
        method: 'PUT',
        path: `${path(id)}/stop`,
        json: { name: id, namespace },
        what: `cancel the workflow ${id}`,
      });
    },
    close: async () => api.close(),
  };
}

async function sourceOf(pipeline: string, namespace: string, api: RestApi): Promise<Source> {
  if (/\.(?:ya?ml|json)$/.test(pipeline)) return fileSource(pipeline);
  const [, cluster, name] = /^(cluster\/)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)$/.exec(pipeline) ?? [];
  if (name === undefined) {
    throw new UserError(`'${pipeline}' is neither a file (.yaml, .yml, .json) nor the name of a workflow template.`, {
      fix: 'Write the name of a WorkflowTemplate in the namespace, or cluster/NAME for a ClusterWorkflowTemplate.',
    });
  }
  const collection = cluster === undefined ? `workflow-templates/${segments(namespace)}` : 'cluster-workflow-templates';
  return {
    name,
    digest: undefined,
    metadata: {},
    spec: { workflowTemplateRef: { name, ...(cluster !== undefined && { clusterScope: true }) } },
    declared: async () =>
      field(
        await api.json({ path: `/api/v1/${collection}/${segments(name)}`, what: `give the workflow template ${name}` }),
        'spec',
      ),
  };
}

const KINDS = new Set(['Workflow', 'WorkflowTemplate', 'ClusterWorkflowTemplate']);

async function fileSource(file: string): Promise<Source> {
  const bytes = await readPipelineFile(file);
  const not = (why: string): UserError =>
    new UserError(`'${file}' is not a workflow of Argo: ${why}.`, {
      fix: 'It must hold one Workflow or WorkflowTemplate.',
    });
  const [workflow, ...more] = readYaml(bytes.toString('utf8'), not);
  if (more.length > 0) throw not('it has more than one document');
  const kind = textField(workflow, 'kind') ?? '';
  if (!KINDS.has(kind)) throw not(`its kind is ${kind === '' ? 'missing' : `'${kind}'`}`);
  const spec = field(workflow, 'spec');
  if (!isObject(spec)) throw not('it has no spec');
  const metadata = field(workflow, 'metadata');
  const name = textField(metadata, 'name') ?? textField(metadata, 'generateName')?.replace(/-+$/, '');
  if (name === undefined) throw not('its metadata has neither name nor generateName');
  const kept = Object.entries(isObject(metadata) ? metadata : {}).filter(
    ([key]) => key === 'labels' || key === 'annotations',
  );
  return {
    name,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    metadata: Object.fromEntries(kept),
    spec,
    declared: async () => spec,
  };
}

function declarationOf(spec: unknown): Declaration {
  return {
    open: false,
    parameters: declaredParameters(spec).flatMap((parameter) => {
      const name = textField(parameter, 'name');
      if (name === undefined) return [];
      const choices = listField(parameter, 'enum') as readonly Json[];
      const settled = ['value', 'default', 'valueFrom'].some((key) => field(parameter, key) != null);
      return [{ name, type: 'any' as const, required: !settled, ...(choices.length > 0 && { choices }) }];
    }),
  };
}

/** Parameters of Argo are text: other values are written as JSON. */
function withParameters(spec: JsonObject, given: JsonObject): JsonObject {
  const own = field(spec, 'arguments');
  const kept = declaredParameters(spec).filter(
    (parameter) => !Object.hasOwn(given, textField(parameter, 'name') ?? ''),
  );
  const set = Object.entries(given).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
  return { ...(isObject(own) ? own : {}), parameters: [...kept, ...set] };
}

/** One line of a stream of log entries: `{"result":{"content":"...","podName":"..."}}`. */
function logLine(line: string): string[] {
  if (line.trim() === '') return [];
  try {
    const content = field(field(JSON.parse(line) as unknown, 'result'), 'content');
    return typeof content === 'string' ? [content] : [];
  } catch {
    return [line];
  }
}
