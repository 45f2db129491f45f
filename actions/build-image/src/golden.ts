import { messageOf, UserError } from '@mlops-actions/action-kit';
import type { JsonValue } from '@mlops-actions/serving';
import { readFile, stat } from 'node:fs/promises';

/** An instance and what the model must answer to it. */
export interface GoldenRow {
  /** Line in the file, from 1. */
  line: number;
  instance: JsonValue;
  prediction: JsonValue;
}

const SIZE_LIMIT = 64 * 1024 * 1024;

/** Reads JSON Lines of `{"instance": ..., "prediction": ...}`. */
export async function readGolden(file: string): Promise<GoldenRow[]> {
  let text: string;
  try {
    if ((await stat(file)).size > SIZE_LIMIT) throw new UserError(`The golden file '${file}' is larger than 64 MiB.`);
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`The golden file '${file}' cannot be read: ${messageOf(error)}.`, {
      fix: "Check 'golden-path'.",
      cause: error,
    });
  }
  const rows = text
    .split('\n')
    .flatMap((content, index) => (content.trim() === '' ? [] : [parseRow(content, index + 1, file)]));
  if (rows.length === 0) throw new UserError(`The golden file '${file}' holds no rows.`);
  return rows;
}

function parseRow(content: string, line: number, file: string): GoldenRow {
  let row: unknown;
  try {
    row = JSON.parse(content);
  } catch (cause) {
    throw new UserError(`${file}:${line}: not JSON.`, {
      fix: 'Write one {"instance": ..., "prediction": ...} a line.',
      cause,
    });
  }
  const { instance, prediction } = (row ?? {}) as Record<string, JsonValue | undefined>;
  if (instance === undefined || prediction === undefined) {
    throw new UserError(`${file}:${line}: a golden row must have 'instance' and 'prediction'.`);
  }
  return { line, instance, prediction };
}

/** Rows, and bytes of instances, that are sent in one request: Vertex AI takes 1.5 MB. */
const BATCH_ROWS = 50;
const BATCH_BYTES = 1_000_000;

/** Rows in their order, as many together as one request may carry. */
export function batches(rows: readonly GoldenRow[]): GoldenRow[][] {
  const result: GoldenRow[][] = [];
  let bytes = Infinity;
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(row.instance)) + 1;
    if (bytes + size > BATCH_BYTES || result.at(-1)!.length === BATCH_ROWS) {
      result.push([]);
      bytes = 0;
    }
    result.at(-1)!.push(row);
    bytes += size;
  }
  return result;
}

/** How an answer differs from what was expected. */
export interface Difference {
  /** Place in the prediction, such as `.probabilities[1]`; empty for the prediction itself. */
  at: string;
  expected: string;
  actual: string;
}

/** Numbers may differ by `tolerance` at most; everything else must be equal. */
export function compare(
  expected: JsonValue,
  actual: JsonValue,
  tolerance: number,
  onNumber: (difference: number) => void,
  at = '',
): Difference[] {
  if (typeof expected === 'number' && typeof actual === 'number') {
    const difference = Math.abs(expected - actual);
    onNumber(difference);
    return difference <= tolerance ? [] : [{ at, expected: String(expected), actual: String(actual) }];
  }
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((item, index) => compare(item, actual[index]!, tolerance, onNumber, `${at}[${index}]`));
  }
  if (isRecord(expected) && isRecord(actual)) {
    const keys = Object.keys(expected);
    if (keys.length === Object.keys(actual).length && keys.every((key) => Object.hasOwn(actual, key))) {
      return keys.flatMap((key) => compare(expected[key]!, actual[key]!, tolerance, onNumber, `${at}.${key}`));
    }
  }
  return expected === actual ? [] : [{ at, expected: excerpt(expected), actual: excerpt(actual) }];
}

const isRecord = (value: JsonValue): value is { [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function excerpt(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
