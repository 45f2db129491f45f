import type { Scope } from '../scope.ts';
import { readBytes, type ByteSource } from '../source.ts';

/** Texts up to this size are read whole; of longer ones the beginning is, and that is a finding. */
export const MAX_TEXT = 64 * 2 ** 20;

/** The text of a source, with a finding if it is too long to be read to its end. */
export function readText(source: ByteSource, scope: Scope): string {
  if (source.size > MAX_TEXT) scope.report('MV904', `Only the first ${MAX_TEXT} bytes of the text were reviewed`);
  return readBytes(source, 0, MAX_TEXT).toString('utf8');
}
