import { UserError } from '@mlops-actions/action-kit';
import { isMapping, isSequence, type MappingToken, type ScalarToken, type TemplateToken } from './github.ts';

/** A token of a file together with the file's name, so that complaints can say where it stands. */
export interface Template {
  token: TemplateToken;
  file: string;
}

/** `file:line` of a token. */
export function placeOf({ token, file }: Template): string {
  return token.line === undefined ? file : `${file}:${token.line}`;
}

/** The fields of a mapping, in order; anything else has none. */
export function fieldsOf(template: Template | undefined): Map<string, Template> {
  const fields = new Map<string, Template>();
  if (template === undefined || !isMapping(template.token)) return fields;
  for (const pair of template.token as Iterable<MappingToken extends Iterable<infer Pair> ? Pair : never>) {
    fields.set(pair.key.toString(), { token: pair.value, file: template.file });
  }
  return fields;
}

/** The items of a sequence; a scalar counts as a sequence of itself, as GitHub reads `needs: build`. */
export function itemsOf(template: Template | undefined): Template[] {
  if (template === undefined) return [];
  if (!isSequence(template.token)) return [template];
  return [...template.token].map((token) => ({ token, file: template.file }));
}

/** The text of a scalar as it is written: for what GitHub allows no expression in. */
export function textOf(template: Template): string {
  return (template.token as ScalarToken).toString();
}

/** Whether a field is there and says `true`. */
export function isTrue(template: Template | undefined): boolean {
  return template !== undefined && textOf(template) === 'true';
}

/** A complaint about a token of a workflow or action file. */
export function complaint(template: Template, message: string, fix?: string): UserError {
  return new UserError(`${placeOf(template)}: ${message}`, fix === undefined ? {} : { fix });
}
