import { FormatError } from '../cursor.ts';

/** Parses JSON that is meant to be such; a mistake is a {@link FormatError} that names `what`. */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new FormatError(`${what} is not valid JSON`);
  }
}

/** A key that stands twice in the outermost object: readers differ in which value they take. The text must be valid JSON. */
export function duplicateKey(text: string): string | undefined {
  const keys = new Set<string>();
  let depth = 0;
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;
  let expectsKey = false;
  for (const [found] of text.matchAll(token)) {
    if (found === '{' || found === '[') expectsKey = ++depth === 1 && found === '{';
    else if (found === '}' || found === ']') depth--;
    else if (found === ',') expectsKey = depth === 1;
    else if (expectsKey && found.startsWith('"')) {
      const key = JSON.parse(found) as string;
      if (keys.has(key)) return key;
      keys.add(key);
      expectsKey = false;
    }
  }
  return undefined;
}
