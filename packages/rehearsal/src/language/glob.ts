import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Translates a glob to a test of `/`-separated paths: `*` and `?` stay within a segment, `**` spans segments, `[...]` is a set.
 * Names that start with a dot match like others, as with GitHub's `@actions/glob`.
 */
export function globMatcher(glob: string): (file: string) => boolean {
  const segments = glob.split('/').filter((segment, index) => segment !== '' || index === 0);
  const matchers = segments.map((segment) => (segment === '**' ? undefined : segmentMatcher(segment)));
  return (file) => matchSegments(file.split('/'), matchers);
}

/** Whether text holds a glob's special characters. */
export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

type SegmentMatcher = ((name: string) => boolean) | undefined;

/** Dynamic programming over both lists, so that no pattern takes more than their product of steps. */
function matchSegments(names: string[], matchers: SegmentMatcher[]): boolean {
  let reachable = new Set([0]);
  const spread = (states: Set<number>): Set<number> => {
    for (const state of states) if (state < matchers.length && matchers[state] === undefined) states.add(state + 1);
    return states;
  };
  reachable = spread(reachable);
  for (const name of names) {
    const next = new Set<number>();
    for (const state of reachable) {
      if (state >= matchers.length) continue;
      const matcher = matchers[state];
      if (matcher === undefined) next.add(state);
      else if (matcher(name)) next.add(state + 1);
    }
    reachable = spread(next);
  }
  return reachable.has(matchers.length);
}

function segmentMatcher(segment: string): (name: string) => boolean {
  const parts = [...segment.matchAll(/\[(!|\^)?(\]?[^\]]*)\]|\*+|\?|\\?([^])/g)];
  const pattern = parts
    .map(([whole, negated, set, literal]) => {
      if (literal !== undefined) return escapeRegExp(literal);
      if (set !== undefined) return `[${negated === undefined ? '' : '^'}${set.replace(/[\\\]^]/g, '\\$&')}]`;
      return whole === '?' ? '[^/]' : '[^/]*';
    })
    .join('');
  try {
    const expression = new RegExp(`^${pattern}$`, 's');
    return (name) => expression.test(name);
  } catch {
    // A set that is none, such as `[z-a]`, stands for itself.
    return (name) => name === segment;
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** All files below a folder, as `/`-separated paths relative to it, in code-point order. Links to folders are followed once. */
export async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  const visit = async (relative: string, ancestors: readonly string[]): Promise<void> => {
    const absolute = path.join(folder, relative);
    const info = await stat(absolute).catch(() => undefined);
    if (info === undefined) return;
    if (info.isFile()) files.push(relative);
    if (!info.isDirectory()) return;
    const identity = `${info.dev}:${info.ino}`;
    if (ancestors.includes(identity)) return;
    for (const name of await readdir(absolute)) {
      await visit(relative === '' ? name : `${relative}/${name}`, [...ancestors, identity]);
    }
  };
  await visit('', []);
  return files.sort((a, b) => (a < b ? -1 : 1));
}
