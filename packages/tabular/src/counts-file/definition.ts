import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical.ts';
import type { Definition } from '../definition.ts';

/** The content of `definition.json`: what another engine is to count. */
export interface DefinitionFile extends Definition {
  'definition-version': 1;
  /** `sha256:...` of the canonical JSON (RFC 8785) of `columns` and `checks`; `counts.json` repeats it. */
  digest: string;
}

/** What ties counts to the definition that they were counted by. */
export function digestOfDefinition({ columns, checks }: Definition): string {
  return `sha256:${createHash('sha256').update(canonicalJson({ columns, checks })).digest('hex')}`;
}

export function renderDefinition({ columns, checks }: Definition): DefinitionFile {
  return { 'definition-version': 1, digest: digestOfDefinition({ columns, checks }), columns, checks };
}
