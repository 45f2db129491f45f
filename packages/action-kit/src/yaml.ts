import { isCollection, isScalar, visit, type Document } from 'yaml';

/**
 * How YAML that may come from anybody is parsed. Keys that are written twice are left to {@link yamlProblem}: the parser compares each with every
 * other, and a mapping of 100,000 keys would take it minutes.
 */
export const YAML_OPTIONS = { version: '1.2', strict: true, uniqueKeys: false } as const;

/** Something wrong with a document, and where in the text. */
export interface YamlProblem {
  message: string;
  offset: number;
}

/**
 * The first thing that is wrong with a document: a fault or doubt of the parser; another version of YAML, in which the same text means something else;
 * a key that is written twice, also once as a number and once as a text; an anchor that holds itself.
 *
 * @param document parsed with {@link YAML_OPTIONS}
 */
export function yamlProblem(document: Document.Parsed): YamlProblem | undefined {
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) {
    const message =
      fault.code === 'MULTIPLE_DOCS' ? 'One document is read, and here a second begins' : firstLine(fault.message);
    return { message, offset: fault.pos[0] };
  }
  const { explicit, version } = document.directives.yaml;
  if (explicit === true && version !== '1.2') return { message: `YAML ${version} is not read, only 1.2`, offset: 0 };
  let found: YamlProblem | undefined;
  visit(document, {
    Map(_, map) {
      const keys = new Set<string>();
      for (const { key } of map.items) {
        const name = String(isScalar(key) ? key.value : key);
        if (keys.has(name)) {
          found = { message: 'Map keys must be unique', offset: offsetOf(key) };
          return visit.BREAK;
        }
        keys.add(name);
      }
      return undefined;
    },
    Alias(_, alias, ancestors) {
      if (!ancestors.some((node) => isAnchored(node, alias.source))) return undefined;
      found = { message: `The anchor '${alias.source}' holds itself`, offset: offsetOf(alias) };
      return visit.BREAK;
    },
  });
  return found;
}

const firstLine = (text: string): string => text.split('\n', 1)[0]!.replace(/( at line \d+.*|:)$/, '');

const isAnchored = (node: unknown, name: string): boolean => isCollection(node) && node.anchor === name;

const offsetOf = (node: unknown): number =>
  (node as { range?: readonly [number, number, number] | null } | null)?.range?.[0] ?? 0;
