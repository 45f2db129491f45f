import path from 'node:path';
import { closest, UserError, YAML_OPTIONS, yamlProblem } from '@mlops-actions/action-kit';
import { isMap, isNode, isPair, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { Gate, Manifest, Monitor, OrganisationPolicy } from './generated/manifest.ts';
import * as generated from './generated/validate.ts';

/** What Ajv reports about one violation. */
interface Violation {
  instancePath: string;
  keyword: string;
  message?: string;
  params: Record<string, unknown>;
  schemaPath: string;
  /** The key that breaks a rule for keys, where `instancePath` is that of its mapping. */
  propertyName?: string;
  parentSchema?: { properties?: object };
}

type Validator = ((value: unknown) => boolean) & { errors?: Violation[] | null };

/**
 * Parses and checks the text of a model.yaml. YAML 1.2, no custom tags, a bounded number of aliases.
 *
 * @param file name for messages
 * @throws UserError naming every violation by line and key, with a suggestion for unknown keys
 */
export function parseManifest(text: string, file: string): Manifest {
  return parse(text, file, generated.validate as Validator) as Manifest;
}

/** The same for a policy file: what stands under `gate` in a model.yaml, as a file of its own. */
export function parseGate(text: string, file: string): Gate {
  return parse(text, file, generated.validateGate as Validator) as Gate;
}

/** The same for a policy file of a monitor: what stands under `monitor` in a model.yaml. */
export function parseMonitor(text: string, file: string): Monitor {
  return parse(text, file, generated.validateMonitor as Validator) as Monitor;
}

/** The same for an organisation's policy file. */
export function parseOrganisationPolicy(text: string, file: string): OrganisationPolicy {
  return parse(text, file, generated.validateOrganisationPolicy as Validator) as OrganisationPolicy;
}

function parse(text: string, file: string, validate: Validator): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...YAML_OPTIONS, lineCounter: lines });
  const problem = yamlProblem(document);
  if (problem !== undefined) {
    throw new UserError(`${file}:${lines.linePos(problem.offset).line}: ${problem.message}.`);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    throw new UserError(`${file}: its aliases cannot be resolved.`, { cause: error, fix: 'Write the values out.' });
  }
  if (validate(value)) return value;

  const complaints = (validate.errors ?? [])
    .filter((violation) => !isEcho(violation))
    .map((violation) => {
      const place = lineOf(document, lines, keyPath(violation));
      return `${file}${place === undefined ? '' : `:${place}`}: ${explain(violation, value, path.basename(file))}`;
    });
  const shown = [...new Set(complaints)];
  const more = shown.length > 5 ? ` (and ${shown.length - 5} more)` : '';
  throw new UserError(`${shown.slice(0, 5).join(' ')}${more}`);
}

/** Violations that only repeat, in a worse way, what another one says. */
function isEcho({ keyword, schemaPath }: Violation): boolean {
  return keyword === 'propertyNames' || (keyword === 'required' && /\/oneOf\/\d+\/required$/.test(schemaPath));
}

function segments(instancePath: string): string[] {
  return instancePath
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function keyPath(violation: Violation): string[] {
  const path = segments(violation.instancePath);
  const extra = violation.params['additionalProperty'] ?? violation.propertyName;
  return typeof extra === 'string' ? [...path, extra] : path;
}

function explain(
  { instancePath, keyword, message, params, parentSchema, propertyName }: Violation,
  root: unknown,
  name: string,
): string {
  const keys = segments(instancePath);
  const where = keys.length === 0 ? name : `'${keys.join('.')}'`;
  if (propertyName !== undefined) return `the key '${propertyName}' in ${where} ${message ?? 'is not allowed'}.`;
  switch (keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const near = closest(key, Object.keys(parentSchema?.properties ?? {}));
      return `unknown key '${key}' in ${where}${near === undefined ? '' : `, did you mean '${near}'?`}${near === undefined ? '.' : ''}`;
    }
    case 'required':
      return `${where} must have '${String(params['missingProperty'])}'.`;
    case 'oneOf':
      return `${where} must have exactly one of bound, non-inferiority-margin and superiority-margin.`;
    case 'enum':
      return `${where} must be one of ${(params['allowedValues'] as unknown[]).join(', ')}, not '${show(root, keys)}'.`;
    case 'const':
      return `${where} must be ${JSON.stringify(params['allowedValue'])}, not '${show(root, keys)}'.`;
    case 'not':
      return `${where} must not be '${show(root, keys)}'.`;
    case 'pattern':
      return `${where} must match ${String(params['pattern'])}, which '${show(root, keys)}' does not.`;
    default:
      return `${where} ${message ?? 'is not valid'}${keys.length === 0 ? '' : `, which '${show(root, keys)}' is not`}.`;
  }
}

function show(root: unknown, path: string[]): string {
  let value = root;
  for (const segment of path) value = (value as Record<string, unknown>)[segment];
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** The line of the deepest node on the way that exists. */
function lineOf(document: Document.Parsed, lines: LineCounter, path: string[]): number | undefined {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0];
  for (const segment of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && String(item.key) === segment);
      if (pair === undefined) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = isNode(pair.value) ? pair.value : null;
    } else {
      const item: unknown = (node as { items?: unknown[] } | null)?.items?.[Number(segment)];
      if (!isNode(item)) break;
      node = item;
      offset = item.range?.[0] ?? offset;
    }
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}
