import type { Scope } from '../scope.ts';

/** Ways out of Jinja's sandbox, or around filters for them. */
const ESCAPES =
  /__\w+__|\|\s*(attr|map)\s*\(\s*(attribute\s*=)?\s*['"]?_|\|\s*attr\b|\b(mro|subclasses|globals|builtins|popen|lipsum|cycler|joiner|getattr|import_module)\b|\bself\s*\.\s*_/i;
const LOADS = /^\s*[-+]?\s*(import|include|extends|from)\b/;
/** Loops of this many rounds serve nobody but who wants the server to stop. */
const MAX_RANGE = 1_000_000;

/** Reviews a Jinja template, such as a tokenizer's chat template: no expression of it may reach for Python's internals. */
export function scanTemplate(template: string, name: string, scope: Scope): void {
  for (const code of codeOf(template)) {
    const found =
      ESCAPES.exec(code.text)?.[0] ??
      (code.isStatement ? LOADS.exec(code.text)?.[1] : undefined) ??
      suspectToken(code.text);
    if (found !== undefined)
      scope.report('MV307', `The template ${name} uses '${found.trim()}'`, { symbol: found.trim() });
  }
}

/** What stands in `{{ }}` and `{% %}`; what is not closed counts to the end. */
function* codeOf(template: string): Generator<{ text: string; isStatement: boolean }> {
  const opening = /\{[{%]/g;
  for (let match = opening.exec(template); match !== null; match = opening.exec(template)) {
    const isStatement = match[0] === '{%';
    const close = template.indexOf(isStatement ? '%}' : '}}', opening.lastIndex);
    const end = close < 0 ? template.length : close;
    yield { text: template.slice(opening.lastIndex, end), isStatement };
    opening.lastIndex = end;
  }
}

/** A text or a name of which an internal name could be put together, or a loop without end. */
function suspectToken(code: string): string | undefined {
  for (const [token] of code.matchAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*|\brange\s*\([^()]*\)/gs)) {
    if (/^['"]/.test(token)) {
      if (isFragment(unescaped(token.slice(1, -1)))) return token;
    } else if (/^__|__$/.test(token)) return token;
  }
  const range = [...code.matchAll(/\brange\s*\(([^()]*)\)/g)].find(([, args = '']) =>
    [...args.matchAll(/\d+/g)].some(([digits]) => Number(digits) > MAX_RANGE),
  );
  return range?.[0];
}

/** A piece of a dunder name, or a format that makes one: characters by number, attributes in `str.format`. */
function isFragment(text: string): boolean {
  return /^_+$|(^|\W)__[a-z]|[a-z]__(\W|$)|%c|\{\w*(\.|\[)\w*/.test(text);
}

/** Python's escapes resolved. */
function unescaped(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([0-7]{1,3}))/gi,
    (_, x?: string, u?: string, U?: string, octal?: string) => {
      const point = octal === undefined ? parseInt((x ?? u ?? U)!, 16) : parseInt(octal, 8);
      return point <= 0x10ffff ? String.fromCodePoint(point) : '';
    },
  );
}
