import type { FileFacts } from '../facts.ts';
import { Cursor, FormatError } from '../cursor.ts';
import { readBytes, type ByteSource } from '../source.ts';

/** Header lines of a LightGBM text model are few; feature names of a wide table make them long. */
const MAX_HEADER_LINES = 100;
const MAX_LINE = 16 << 20;

export function isLightGbmText(source: ByteSource): boolean {
  return /^tree\r?\nversion=v\d/.test(readBytes(source, 0, 64).toString('latin1'));
}

/** Reads the header of a LightGBM text model. It holds numbers and names alone; its loader runs nothing. */
export function readLightGbm(source: ByteSource, facts: FileFacts): void {
  const cursor = new Cursor(source);
  const header = new Map<string, string>();
  for (let count = 0; count < MAX_HEADER_LINES && cursor.remaining > 0; count++) {
    const line = lineOf(cursor);
    if (line === undefined || line.startsWith('Tree=')) break;
    const at = line.indexOf('=');
    if (at > 0) header.set(line.slice(0, at), line.slice(at + 1));
  }
  facts.producer ??= `LightGBM text ${header.get('version') ?? ''}`.trim();
  const names = header.get('feature_names')?.split(' ');
  if (names !== undefined) facts.featureNames ??= names;
  const last = Number(header.get('max_feature_idx'));
  if (Number.isSafeInteger(last)) facts.featureCount ??= last + 1;
}

function lineOf(cursor: Cursor): string | undefined {
  try {
    return cursor.line(MAX_LINE)?.toString('utf8').trimEnd();
  } catch (error) {
    if (error instanceof FormatError) return undefined; // no line feed at the end
    throw error;
  }
}
