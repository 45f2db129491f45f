import { standingOf } from '../pickle/allowlist.ts';
import { FormatError } from '../cursor.ts';
import type { Scope } from '../scope.ts';
import { parseJson } from './json.ts';
import { isRecord } from './safetensors.ts';

const MAX_NODES = 2_000_000;

/** Reviews the schema of a skops file: every type and function that it names must be allowed. */
export function scanSkopsSchema(text: string, scope: Scope): void {
  const stack: unknown[] = [parseJson(text, 'the skops schema')];
  for (let visited = 0; stack.length > 0; visited++) {
    if (visited > MAX_NODES) throw new FormatError('the skops schema is too large to review');
    const node = stack.pop();
    if (Array.isArray(node)) for (const item of node) stack.push(item);
    if (!isRecord(node)) continue;
    const { __module__: module, __class__: name } = node;
    if (typeof module === 'string' && typeof name === 'string') {
      const { use } = standingOf(module, name, scope.allow);
      if (use === 'unlisted' || use === 'danger') {
        scope.report('MV313', `The skops file names ${module}.${name}`, { symbol: `${module}.${name}` });
      }
    }
    stack.push(...Object.values(node));
  }
}
