import { messageOf, YAML_OPTIONS, yamlProblem } from '@mlops-actions/action-kit';
import { parseAllDocuments, type Document, type Tags } from 'yaml';
import type { Json } from './json.ts';

/** Aliases that may be resolved: a few lines of YAML could otherwise become gigabytes. */
const MOST_ALIASES = 100;

/**
 * The documents of a YAML or JSON text that may come from anybody.
 *
 * @param fail makes the error of a text that is neither, from what is wrong with it
 */
export function readYaml(text: string, fail: (problem: string) => Error, customTags?: (tags: Tags) => Tags): Json[] {
  const parsed = parseAllDocuments(text, { ...YAML_OPTIONS, ...(customTags && { customTags }) });
  const documents: Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
  return documents.map((document) => {
    const problem = yamlProblem(document);
    if (problem !== undefined) throw fail(problem.message);
    try {
      return document.toJS({ maxAliasCount: MOST_ALIASES }) as Json;
    } catch (error) {
      throw fail(firstLine(messageOf(error)));
    }
  });
}

const firstLine = (text: string): string => text.split('\n', 1)[0]!.replace(/:$/, '');
