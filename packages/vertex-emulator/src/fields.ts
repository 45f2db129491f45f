import { snakeCase } from './listing.ts';
import { invalidField, RpcError } from './status.ts';
import type { FieldMask } from './wire.ts';

/** Checks of fields that models and endpoints share. */

const LABEL_KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const LABEL_VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
const MOST_LABELS = 64;
const LONGEST_DISPLAY_NAME = 128;

export function checkDisplayName(field: string, text = ''): string {
  if (text === '') throw invalidField(field, 'Required field is not set.');
  if ([...text].length > LONGEST_DISPLAY_NAME) {
    throw invalidField(field, `The display name must have at most ${LONGEST_DISPLAY_NAME} characters.`);
  }
  return text;
}

export function checkLabels(field: string, labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(labels);
  if (entries.length > MOST_LABELS) {
    throw invalidField(field, `There are ${entries.length} labels, of at most ${MOST_LABELS}.`);
  }
  for (const [key, value] of entries) {
    if (!LABEL_KEY.test(key)) throw invalidField(field, `Invalid label key '${key}'.`);
    if (!LABEL_VALUE.test(value)) throw invalidField(field, `Invalid value '${value}' of label '${key}'.`);
  }
  return labels;
}

/** The paths of an update mask in snake_case; each must be one that the method can update. */
export function checkMask(mask: FieldMask | undefined, updatable: readonly string[]): string[] {
  const paths = (mask?.paths ?? []).map(snakeCase);
  if (paths.length === 0) throw invalidField('update_mask', 'Required field is not set.');
  for (const path of paths) {
    if (!updatable.includes(path)) {
      throw new RpcError('INVALID_ARGUMENT', `Field '${path}' of update_mask cannot be updated.`);
    }
  }
  return paths;
}
