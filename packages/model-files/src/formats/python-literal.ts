import { FormatError } from '../cursor.ts';

/** A value as Python's `repr` writes it, as far as NumPy's headers go. Tuples are lists. */
export type Literal = string | number | boolean | null | Literal[] | Map<string, Literal>;

const MAX_DEPTH = 32;

/**
 * Reads a Python literal of strings without escapes, whole numbers, True, False, None, lists, tuples and dicts with text keys. Anything else,
 * a key that stands twice included, is a {@link FormatError}: what Python would make of it is not guessed.
 */
export function parsePythonLiteral(text: string): Literal {
  const tokens = [...text.matchAll(/\s*('[^'\\\n]*'|"[^"\\\n]*"|-?\d+L?|True|False|None|[()[\]{},:]|\S)/gy)].map(
    ([, token]) => token!,
  );
  let at = 0;
  const fail = (): never => {
    throw new FormatError('a Python literal cannot be read');
  };
  const expect = (token: string): void => void (tokens[at++] === token || fail());

  const value = (depth: number): Literal => {
    const token = tokens[at++];
    if (token === undefined || depth > MAX_DEPTH) return fail();
    if (token === '[') return items(']', depth);
    if (token === '(') return items(')', depth);
    if (token === '{') return entries(depth);
    if (/^['"]./.test(token)) return token.slice(1, -1);
    if (/^-?\d/.test(token)) return parseInt(token, 10);
    if (token === 'None') return null;
    if (token === 'True' || token === 'False') return token === 'True';
    return fail();
  };
  const items = (end: string, depth: number): Literal[] => {
    const list: Literal[] = [];
    while (tokens[at] !== end) {
      list.push(value(depth + 1));
      if (tokens[at] !== end) expect(',');
    }
    at++;
    return list;
  };
  const entries = (depth: number): Map<string, Literal> => {
    const map = new Map<string, Literal>();
    while (tokens[at] !== '}') {
      const key = value(depth + 1);
      if (typeof key !== 'string' || map.has(key)) return fail();
      expect(':');
      map.set(key, value(depth + 1));
      if (tokens[at] !== '}') expect(',');
    }
    at++;
    return map;
  };

  const result = value(0);
  return at === tokens.length ? result : fail();
}
