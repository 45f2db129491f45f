import { closest, UserError } from '@mlops-actions/action-kit';

/** One value of a table. CSV has text only; whole numbers beyond 2^53 come as text, so that no digit is lost. */
export type Cell = string | number | boolean | null;

/** Some consecutive rows of a table. */
export interface Batch {
  /** Number of rows. */
  length: number;
  /** Values of the wanted columns, in the order in which they were asked for. */
  columns: Cell[][];
  /** Where a row of the batch stands in the file, for messages: `line 7`. */
  placeOf(index: number): string;
}

/**
 * Finds the wanted columns among those of a file.
 *
 * @returns for each wanted column its index
 * @throws UserError if one is missing (with a suggestion) or is there twice
 * @throws RangeError if one is wanted twice
 */
export function locateColumns(file: string, found: readonly string[], wanted: readonly string[]): number[] {
  if (new Set(wanted).size !== wanted.length) throw new RangeError(`A column is wanted twice: ${wanted.join(', ')}.`);
  return wanted.map((name) => {
    const index = found.indexOf(name);
    if (index < 0) {
      const near = closest(name, found);
      const shown = found.slice(0, 20).join(', ') + (found.length > 20 ? ', ...' : '');
      throw new UserError(`'${file}' has no column '${name}'.`, {
        fix: near === undefined ? `It has: ${shown}.` : `Did you mean '${near}'?`,
      });
    }
    if (found.includes(name, index + 1)) throw new UserError(`'${file}' has the column '${name}' more than once.`);
    return index;
  });
}

/** Decodes UTF-8, refusing what is not. */
export function decodeUtf8(bytes: Uint8Array, place: () => string): string {
  try {
    return DECODER.decode(bytes);
  } catch (error) {
    throw new UserError(`${place()} holds bytes that are not UTF-8.`, { fix: 'Save the file as UTF-8.', cause: error });
  }
}

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A record longer than this is refused: no table of predictions or features has one, and it would fill the memory. */
export const RECORD_LIMIT = 4 * 1024 * 1024;
