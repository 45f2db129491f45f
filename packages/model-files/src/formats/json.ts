import { FormatError } from '../cursor.ts';

/** Parses JSON that is meant to be such; a mistake is a {@link FormatError} that names `what`. */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new FormatError(`${what} is not valid JSON`);
  }
}

/** A key that stands twice in one object: readers differ in which value they take. The text must be valid JSON. */
export function duplicateKey(text: string): string | undefined {
  /** The keys of the objects that are open; `undefined` for lists. */
  const open: (Set<string> | undefined)[] = [];
  let expectsKey = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case BRACE:
        open.push(new Set());
        expectsKey = true;
        break;
      case BRACKET:
        open.push(undefined);
        expectsKey = false;
        break;
      case BRACE_END:
      case BRACKET_END:
        open.pop();
        expectsKey = false;
        break;
      case COMMA:
        expectsKey = open.at(-1) !== undefined;
        break;
      case QUOTE: {
        const end = endOfString(text, at);
        if (expectsKey) {
          const key = JSON.parse(text.slice(at, end + 1)) as string;
          const keys = open.at(-1)!;
          if (keys.has(key)) return key;
          keys.add(key);
          expectsKey = false;
        }
        at = end;
      }
    }
  }
  return undefined;
}

const [BRACE, BRACE_END, BRACKET, BRACKET_END, COMMA, QUOTE] = [...'{}[],"'].map((c) => c.charCodeAt(0));

/** Position of the quote that closes the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
