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
  let expectsKey = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') expectsKey = ++depth === 1 && character === '{';
    else if (character === '}' || character === ']') depth--;
    else if (character === ',') expectsKey = depth === 1;
    else if (character === '"') {
      const end = endOfString(text, at);
      if (expectsKey && depth === 1) {
        const key = JSON.parse(text.slice(at, end + 1)) as string;
        if (keys.has(key)) return key;
        keys.add(key);
        expectsKey = false;
      }
      at = end;
    }
  }
  return undefined;
}

/** Position of the quote that closes the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
