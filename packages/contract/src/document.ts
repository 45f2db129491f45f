import { UserError, YAML_OPTIONS, yamlProblem } from '@mlops-actions/action-kit';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';

/** A contract comes with a pull request: nothing written by people comes near these. */
export const SIZE_LIMIT = 1024 * 1024;
const ALIAS_LIMIT = 100;

/** A file that fields are read from, and how its places are told to people. */
interface Source {
  file: string;
  line(path: readonly Key[]): number | undefined;
}

type Key = string | number;

/**
 * A place in a document and what stands there. Mappings are read as Map, so that no key can reach an object's prototype; every complaint names the
 * file, the line and the path.
 */
export class Field {
  readonly value: unknown;
  readonly path: readonly Key[];
  readonly source: Source;

  constructor(value: unknown, path: readonly Key[], source: Source) {
    this.value = value;
    this.path = path;
    this.source = source;
  }

  /** `schema[0].properties[3].quality[0]`; empty for the document itself. */
  get place(): string {
    return this.path
      .map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`))
      .join('');
  }

  get isSet(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** @throws UserError `<file>:<line>: <path> <problem>.` */
  complain(problem: string, fix?: string): never {
    const line = this.source.line(this.path);
    const where = this.path.length === 0 ? 'the document' : `'${this.place}'`;
    throw new UserError(`${this.source.file}${line === undefined ? '' : `:${line}`}: ${where} ${problem}.`, {
      ...(fix !== undefined && { fix }),
    });
  }

  /** The keys of a mapping, all texts. */
  keys(): string[] {
    return [...this.mapping().keys()].map((key) =>
      typeof key === 'string' ? key : this.complain(`has a key that is no text: ${show(key)}`),
    );
  }

  get(key: string): Field {
    return new Field(this.isSet ? this.mapping().get(key) : undefined, [...this.path, key], this.source);
  }

  private mapping(): Map<unknown, unknown> {
    return this.value instanceof Map ? this.value : this.complain(`must be a mapping, not ${show(this.value)}`);
  }

  /** The items of a list; none if it is not set. */
  items(): Field[] {
    if (!this.isSet) return [];
    if (!Array.isArray(this.value)) return this.complain(`must be a list, not ${show(this.value)}`);
    return this.value.map((item, index) => new Field(item, [...this.path, index], this.source));
  }

  text(): string | undefined {
    if (!this.isSet) return undefined;
    return typeof this.value === 'string' ? this.value : this.complain(`must be a text, not ${show(this.value)}`);
  }

  /** A text that is there and not blank. */
  requiredText(): string {
    const text = this.text();
    if (text === undefined || text.trim() === '') return this.complain('must be set');
    return text;
  }

  flag(): boolean | undefined {
    if (!this.isSet) return undefined;
    return typeof this.value === 'boolean'
      ? this.value
      : this.complain(`must be true or false, not ${show(this.value)}`);
  }

  number({ minimum = -Infinity, whole = false }: { minimum?: number; whole?: boolean } = {}): number | undefined {
    if (!this.isSet) return undefined;
    const { value } = this;
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      return this.complain(`must be a number, not ${show(value)}`);
    }
    if (whole && !Number.isSafeInteger(value)) return this.complain(`must be a whole number, not ${value}`);
    if (value < minimum) return this.complain(`must be at least ${minimum}, not ${value}`);
    return value;
  }

  /** Texts, numbers and booleans as the texts that data would hold; null is left out. */
  scalars(): string[] {
    return this.items().flatMap((item) => {
      if (!item.isSet) return [];
      const { value } = item;
      if (typeof value === 'string' || typeof value === 'boolean') return [String(value)];
      if (typeof value === 'number') return [numberText(value)];
      return item.complain(`must be a single value, not ${show(value)}`);
    });
  }
}

/** A number as its decimal digits, without exponent where it is whole. */
const numberText = (value: number): string => (Number.isSafeInteger(value) ? BigInt(value).toString() : String(value));

/** What stands in a document, cut short, for messages. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (value instanceof Map) return 'a mapping';
  if (Array.isArray(value)) return 'a list';
  const text = typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/**
 * Reads a YAML document (JSON is one) from hostile text.
 *
 * @param file name for messages
 * @throws UserError if it is too large, no YAML, nested too deeply, or blows up through aliases
 */
export function readDocument(text: string, file: string): Field {
  if (Buffer.byteLength(text) > SIZE_LIMIT) throw new UserError(`${file} is larger than 1 MiB.`);
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { ...YAML_OPTIONS, lineCounter: lines });
    const problem = yamlProblem(document);
    if (problem !== undefined) {
      throw new UserError(`${file}:${lines.linePos(problem.offset).line}: ${problem.message}.`);
    }
    const value: unknown = document.toJS({ mapAsMap: true, maxAliasCount: ALIAS_LIMIT });
    return new Field(value, [], { file, line: (path) => lineOf(document, lines, path) });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${file} cannot be read as YAML: it is nested too deeply, or its aliases refer to too much.`, {
      fix: 'Write the values out.',
      cause: error,
    });
  }
}

/** The line of the deepest part of the way that exists. */
function lineOf(document: Document.Parsed, lines: LineCounter, path: readonly Key[]): number | undefined {
  for (let depth = path.length; depth >= 0; depth--) {
    const node: unknown = depth === 0 ? document.contents : getIn(document, path.slice(0, depth));
    const offset = isNode(node) ? node.range?.[0] : undefined;
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return undefined;
}

function getIn(document: Document.Parsed, path: readonly Key[]): unknown {
  try {
    return document.getIn(path, true);
  } catch {
    // On the way lies an alias or a scalar; a shorter way is tried next.
    return undefined;
  }
}
