import { createHash } from 'node:crypto';
import { pinned, type Pin } from './starters.ts';

/** What is in the organisation's folder now. */
export interface Installed {
  /** Content by name of the files there. */
  files: ReadonlyMap<string, string>;
  /** SHA-256 of each file as this command last wrote it, by name. */
  written: ReadonlyMap<string, string>;
}

export interface FileChange {
  kind: 'add' | 'update' | 'remove';
  name: string;
  before: string;
  after: string;
}

export interface Plan {
  changes: FileChange[];
  /** Files that would be overwritten or removed although somebody else wrote what is in them. */
  edited: string[];
  /** What the record is to say afterwards. */
  written: Map<string, string>;
}

/**
 * What is to be done so that the folder holds the starters, and nothing that an earlier version installed and this one has no more.
 * Pure. Files that this command did not write are left alone unless `force` is set.
 */
export function planInstallation(
  starters: ReadonlyMap<string, string>,
  { files, written }: Installed,
  pin: Pin,
  force: boolean,
): Plan {
  const plan: Plan = { changes: [], edited: [], written: new Map() };
  const untouched = (name: string, content: string): boolean => written.get(name) === digestOf(content);
  for (const [name, content] of starters) {
    const after = pinned(content, pin);
    const before = files.get(name);
    plan.written.set(name, digestOf(after));
    if (before === after) continue;
    plan.changes.push({ kind: before === undefined ? 'add' : 'update', name, before: before ?? '', after });
    if (before !== undefined && !untouched(name, before) && !force) plan.edited.push(name);
  }
  for (const name of written.keys()) {
    const before = files.get(name);
    if (starters.has(name) || before === undefined) continue;
    plan.changes.push({ kind: 'remove', name, before, after: '' });
    if (!untouched(name, before) && !force) plan.edited.push(name);
  }
  return plan;
}

export function digestOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
