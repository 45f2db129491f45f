import { readFile } from 'node:fs/promises';
import type { GeneratedFile } from './files.ts';

/**
 * The services that packages/vertex calls. Loading all that the client ships (3,400 types, two API versions) is what makes it slow to
 * start; the bundle carries these services, the messages they reach, and what their long-running operations answer.
 */
const PACKAGE = 'google.cloud.aiplatform.v1';
const SERVICES = ['EndpointService', 'ModelService', 'PipelineService', 'PredictionService', 'JobService'].map(
  (name) => `${PACKAGE}.${name}`,
);

/** Of services that reach far, the methods that are called; of the others all are carried. */
const METHODS: ReadonlyMap<string, readonly string[]> = new Map([
  [
    `${PACKAGE}.JobService`,
    [
      'ListModelDeploymentMonitoringJobs',
      'GetModelDeploymentMonitoringJob',
      'UpdateModelDeploymentMonitoringJob',
      'SearchModelDeploymentMonitoringStatsAnomalies',
    ],
  ],
]);

const SOURCE = 'node_modules/@google-cloud/aiplatform/build/protos/protos.json';

/** A node of protobufjs' JSON descriptor: a namespace, a message, an enum or a service. */
interface Descriptor {
  nested?: Record<string, Descriptor>;
  fields?: Record<string, { type: string; keyType?: string }>;
  methods?: Record<
    string,
    { requestType: string; responseType: string; options?: Record<string, unknown>; parsedOptions?: unknown[] }
  >;
  values?: Record<string, number>;
  [key: string]: unknown;
}

/** The descriptor beside the bundle, cut down from the installed client's. */
export async function generateVertexProtos(): Promise<GeneratedFile[]> {
  const root = JSON.parse(await readFile(SOURCE, 'utf8')) as Descriptor;
  const wanted = reachable(root, SERVICES);
  return [{ path: 'dist/vertex-protos.json', content: `${JSON.stringify(prune(root, '', wanted))}\n` }];
}

function lookup(root: Descriptor, name: string): Descriptor | undefined {
  return name.split('.').reduce<Descriptor | undefined>((node, part) => node?.nested?.[part], root);
}

/** A type name as protobuf resolves it: from the innermost scope outwards. */
function resolve(root: Descriptor, scope: string, type: string): string | undefined {
  if (type.startsWith('.')) return type.slice(1);
  for (let parts = scope.split('.'); ; parts = parts.slice(0, -1)) {
    const candidate = [...parts.filter((part) => part !== ''), type].join('.');
    const found = lookup(root, candidate);
    if (found !== undefined && (found.fields !== undefined || found.values !== undefined)) return candidate;
    if (parts.length === 0) return undefined;
  }
}

function reachable(root: Descriptor, services: string[]): Set<string> {
  const wanted = new Set<string>();
  const queue = [...services];
  const follow = (scope: string, type: string): void => {
    const name = resolve(root, scope, type);
    if (name !== undefined) queue.push(name);
  };
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (wanted.has(name)) continue;
    const node = carried(lookup(root, name), name);
    if (node === undefined) throw new Error(`The installed aiplatform client has no '${name}'.`);
    wanted.add(name);
    for (const field of Object.values(node.fields ?? {})) follow(name, field.type);
    for (const method of Object.values(node.methods ?? {})) {
      follow(name, method.requestType);
      follow(name, method.responseType);
      for (const type of operationTypes(method)) follow(name, type);
    }
    // Extensions of descriptor.proto (google.api annotations) are what the loader reads options with.
  }
  return wanted;
}

/** A node without the methods that nobody calls. */
function carried(node: Descriptor | undefined, name: string): Descriptor | undefined {
  const called = METHODS.get(name);
  if (node?.methods === undefined || called === undefined) return node;
  const missing = called.find((method) => node.methods![method] === undefined);
  if (missing !== undefined) throw new Error(`The installed aiplatform client has no '${name}.${missing}'.`);
  return {
    ...node,
    methods: Object.fromEntries(Object.entries(node.methods).filter(([method]) => called.includes(method))),
  };
}

/** Response and metadata types of a long-running method, from `(google.longrunning.operation_info)`. */
function operationTypes(method: { options?: Record<string, unknown> }): string[] {
  return Object.entries(method.options ?? {})
    .filter(([key]) => key.startsWith('(google.longrunning.operation_info)'))
    .map(([, value]) => String(value));
}

/** The namespaces around what is wanted; a message keeps the nested types that are wanted themselves. */
function prune(node: Descriptor, name: string, wanted: Set<string>): Descriptor {
  const { nested, ...own } = node;
  const kept: Record<string, Descriptor> = {};
  for (const [key, child] of Object.entries(nested ?? {})) {
    const path = name === '' ? key : `${name}.${key}`;
    const isNamespace =
      child.fields === undefined &&
      child.values === undefined &&
      child.methods === undefined &&
      child.nested !== undefined;
    if (wanted.has(path)) kept[key] = prune(carried(child, path)!, path, wanted);
    else if (isNamespace || [...wanted].some((other) => other.startsWith(`${path}.`))) {
      const inner = prune(child, path, wanted);
      if (Object.keys(inner.nested ?? {}).length > 0) kept[key] = isNamespace ? inner : { ...inner };
    }
  }
  return Object.keys(kept).length > 0 ? { ...own, nested: kept } : own;
}
