import { createHash } from 'node:crypto';
import { UserError } from '@mlops-actions/action-kit';

/** Longest key and value of a label. */
export const LABEL_LENGTH = 63;
/** Most labels that a resource may have. */
export const LABEL_COUNT = 64;

export type Labels = Record<string, string>;

/**
 * Any text as the value of a label. Text that fits is kept as it is; text that loses something on the way (a character that labels
 * do not know, or its end) gets eight hex digits of its SHA-256, so that two texts never become one label.
 */
export function labelValue(text: string): string {
  const plain = text.toLowerCase().replace(/[^a-z0-9_-]+/g, '-');
  if (plain === text && text.length <= LABEL_LENGTH) return text;
  const mark = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${plain.slice(0, LABEL_LENGTH - mark.length - 1)}-${mark}`;
}

/** A `sha256:...` digest as the value of a label: its first 63 hex digits, all but four of its 256 bits. */
export function digestLabel(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1).slice(0, LABEL_LENGTH);
}

/**
 * Checks labels that a user gave.
 *
 * @param reserved keys that are not the user's to set; one that ends with a hyphen stands for all that begin with it
 */
export function checkLabels(labels: Readonly<Labels>, reserved: readonly string[] = []): Labels {
  for (const [key, value] of Object.entries(labels)) {
    if (!/^[a-z][a-z0-9_-]{0,62}$/.test(key)) {
      throw new UserError(`'${key}' cannot be the key of a label.`, {
        fix: 'Use up to 63 of a-z, 0-9, _ and -, beginning with a letter.',
      });
    }
    if (reserved.some((own) => (own.endsWith('-') ? key.startsWith(own) : key === own))) {
      throw new UserError(`The label '${key}' is written by this action and cannot be set.`);
    }
    if (!/^[a-z0-9_-]{0,63}$/.test(value)) {
      throw new UserError(`'${value}' cannot be the value of the label '${key}'.`, {
        fix: 'Use up to 63 of a-z, 0-9, _ and -.',
      });
    }
  }
  return { ...labels };
}
