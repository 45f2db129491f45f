import { messageOf } from '@mlops-actions/action-kit';
import { RE2JS } from 're2js';
import type { Field } from './document.ts';

const LONGEST = 2000;

/** A pattern must be one that is matched in linear time (RE2 syntax): what comes with a pull request must not be able to stall the job. */
export function checkPattern(pattern: string, field: Field): void {
  if (pattern.length > LONGEST) field.complain(`is longer than ${LONGEST} characters`);
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    field.complain(
      `is no pattern that is read here: ${messageOf(error)}`,
      'Patterns are RE2 syntax: no look-around, no back-references.',
    );
  }
}
