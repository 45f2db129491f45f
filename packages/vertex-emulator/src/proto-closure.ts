/** A node of protobufjs' JSON descriptor: a namespace, a message, an enum or a service. */
export interface Descriptor {
  nested?: Record<string, Descriptor>;
  fields?: Record<string, { type: string; keyType?: string }>;
  methods?: Record<
    string,
    { requestType: string; responseType: string; options?: Record<string, unknown>; parsedOptions?: unknown[] }
  >;
  values?: Record<string, number>;
  [key: string]: unknown;
}

/** Of services that reach far, the methods that are wanted; of the others all are. */
export type Methods = ReadonlyMap<string, readonly string[]>;

/** A descriptor cut down to some services, the messages that they reach, and what their long-running operations answer. */
export function closureOf(root: Descriptor, services: readonly string[], methods: Methods = new Map()): Descriptor {
  return prune(root, '', reachable(root, services, methods), methods);
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

function reachable(root: Descriptor, services: readonly string[], methods: Methods): Set<string> {
  const wanted = new Set<string>();
  const queue = [...services];
  const follow = (scope: string, type: string): void => {
    const name = resolve(root, scope, type);
    if (name !== undefined) queue.push(name);
  };
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (wanted.has(name)) continue;
    const node = carried(lookup(root, name), name, methods);
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
function carried(node: Descriptor | undefined, name: string, methods: Methods): Descriptor | undefined {
  const called = methods.get(name);
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
function prune(node: Descriptor, name: string, wanted: ReadonlySet<string>, methods: Methods): Descriptor {
  const { nested, ...own } = node;
  const kept: Record<string, Descriptor> = {};
  for (const [key, child] of Object.entries(nested ?? {})) {
    const path = name === '' ? key : `${name}.${key}`;
    const isNamespace =
      child.fields === undefined &&
      child.values === undefined &&
      child.methods === undefined &&
      child.nested !== undefined;
    if (wanted.has(path)) kept[key] = prune(carried(child, path, methods)!, path, wanted, methods);
    else if (isNamespace || [...wanted].some((other) => other.startsWith(`${path}.`))) {
      const inner = prune(child, path, wanted, methods);
      if (Object.keys(inner.nested ?? {}).length > 0) kept[key] = isNamespace ? inner : { ...inner };
    }
  }
  return Object.keys(kept).length > 0 ? { ...own, nested: kept } : own;
}
