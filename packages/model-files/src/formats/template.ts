import type { Scope } from '../scope.ts';

/** Ways out of Jinja's sandbox, or around filters for them. */
const ESCAPES =
  /__\w+__|\\x5f|\\u005f|\|\s*(attr|map)\s*\(\s*(attribute\s*=)?\s*['"]?_|\|\s*attr\b|\b(mro|subclasses|globals|builtins|popen|lipsum|cycler|joiner|getattr|import_module)\b|\bself\s*\.\s*_/i;
const LOADS = /^\s*[-+]?\s*(import|include|extends|from)\b/;

/** Reviews a Jinja template, such as a tokenizer's chat template: no expression of it may reach for Python's internals. */
export function scanTemplate(template: string, name: string, scope: Scope): void {
  for (const code of codeOf(template)) {
    const found = ESCAPES.exec(code.text)?.[0] ?? (code.isStatement ? LOADS.exec(code.text)?.[1] : undefined);
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
