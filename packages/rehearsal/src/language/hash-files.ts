import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { globMatcher } from './glob.ts';

/**
 * The runner's `hashFiles()`: SHA-256 over the SHA-256 of every matching file of the workspace, empty if there is none.
 * Patterns are taken in turn, `!pattern` takes files out again. The evaluator is synchronous, and so is this.
 */
export function hashFiles(workspace: string, patterns: readonly string[]): string {
  const rules = patterns
    .flatMap((pattern) => pattern.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('--'))
    .map((line) => {
      const keep = !line.startsWith('!');
      const relative = path.relative(workspace, path.resolve(workspace, keep ? line : line.slice(1)));
      const matchers = [globMatcher(relative), globMatcher(`${relative}/**`)];
      return { keep, test: (file: string) => relative === '' || matchers.some((matches) => matches(file)) };
    });
  const chosen = filesOf(workspace).filter((file) =>
    rules.reduce((kept, rule) => (rule.test(file) ? rule.keep : kept), false),
  );
  if (chosen.length === 0) return '';
  const total = createHash('sha256');
  for (const file of chosen)
    total.update(
      createHash('sha256')
        .update(readFileSync(path.join(workspace, file)))
        .digest(),
    );
  return total.digest('hex');
}

function filesOf(folder: string, below = ''): string[] {
  const entries = readdirSync(path.join(folder, below), { withFileTypes: true });
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const relative = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) return filesOf(folder, relative);
      // Links are not followed, as on GitHub.
      return entry.isFile() ? [relative] : [];
    });
}
