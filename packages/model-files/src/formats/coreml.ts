import { FormatError } from '../cursor.ts';
import type { Scope } from '../scope.ts';
import type { ByteSource } from '../source.ts';
import { fieldsOf, wholeMessage } from './protobuf.ts';

/** Kinds of models have the fields from here on; before them stand version and description. */
const FIRST_KIND = 200;
const CUSTOM_MODEL = 555;

/** True if the bytes are a Core ML Model: a version, a description, and one kind of model. */
export function isCoreMl(source: ByteSource): boolean {
  const numbers = new Set<number>();
  try {
    for (const field of fieldsOf(wholeMessage(source))) {
      if (field.number === 1 && field.wire !== 0) return false;
      if (field.number > 10 && field.number < FIRST_KIND) return false;
      numbers.add(field.number);
    }
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
  return numbers.has(1) && numbers.has(2) && [...numbers].some((number) => number >= FIRST_KIND && number < 4000);
}

/** A custom model is a class of the app that loads it. */
export function scanCoreMl(source: ByteSource, scope: Scope): void {
  for (const { number } of fieldsOf(wholeMessage(source))) {
    if (number === CUSTOM_MODEL)
      scope.report('MV305', 'The Core ML model is a custom model, which names a class of the app');
  }
  scope.report('MV901', 'Not scanned deeply: Core ML');
}
