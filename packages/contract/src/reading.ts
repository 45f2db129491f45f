import { closest } from '@mlops-actions/action-kit';
import type { Field } from './document.ts';
import { knownKeys } from './keys.ts';

/** What is the same all over one document: how strict it is to be read, and what was read past. */
export class Reading {
  readonly remarks: string[] = [];
  /** Since 3.1 the standard allows no keys but its own. */
  readonly strict: boolean;

  constructor(strict: boolean) {
    this.strict = strict;
  }

  /** A misspelt key would switch a rule off in silence: it is an error, and in 3.0 a remark where nothing known is near. */
  keys(field: Field, part: keyof typeof knownKeys): void {
    const known = knownKeys[part];
    for (const key of field.keys()) {
      if (known.includes(key)) continue;
      const near = closest(key, known);
      if (this.strict || near !== undefined) {
        field.complain(
          `has the unknown key '${key}'`,
          near === undefined ? 'Use customProperties for what the standard does not know.' : `Did you mean '${near}'?`,
        );
      }
      this.remarks.push(`${field.get(key).place} is not of the standard and was not looked at.`);
    }
  }
}
