import type { Scope } from '../scope.ts';

/** Ways out of Jinja's sandbox, or around filters for them. */
const ESCAPES =
  /__\w+__|\\x5f|\\u005f|\|\s*(attr|map)\s*\(\s*(attribute\s*=)?\s*['"]?_|\|\s*attr\b|\b(mro|subclasses|globals|builtins|popen|lipsum|cycler|joiner|getattr|import_module)\b|\bself\s*\.\s*_/i;
const LOADS = /^\s*[-+]?\s*(import|include|extends|from)\b/;

/** Reviews a Jinja template, such as a tokenizer's chat template: no expression of it may reach for Python's internals. */
export function scanTemplate(template: string, name: string, scope: Scope): void {
  for (const [, expression = '', statement = ''] of template.matchAll(/\{\{(.*?)\}\}|\{%(.*?)%\}/gs)) {
    const found = ESCAPES.exec(expression + statement)?.[0] ?? LOADS.exec(statement)?.[1];
    if (found !== undefined) {
      scope.report('MV307', `The template ${name} uses '${found.trim()}'`, { symbol: found.trim() });
    }
  }
}
