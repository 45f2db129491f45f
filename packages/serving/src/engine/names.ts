import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/** What everything of a probe in an engine is labelled with. */
export const LABEL = 'dev.mlops-actions.probe';
/** Repository of the images of probes. */
export const REPOSITORY = 'localhost/mlops-actions-probe';

/**
 * A name for everything that a probe leaves in an engine while it runs: it says which process it is of, so that another can tell whether
 * that one still lives. Of processes in another PID namespace nobody here can say.
 */
export function newOwner(): string {
  return [namespace(), process.pid, startOf(process.pid) ?? '', randomUUID()].join('.');
}

/** Whether the process that a name is of has ended; not if that cannot be known. */
export function isAbandoned(owner: string): boolean {
  const [where, pid, start, ...rest] = owner.split('.');
  if (rest.length !== 1 || where !== namespace() || !/^\d+$/.test(pid!)) return false;
  return startOf(Number(pid)) !== start;
}

/** Number of this process's PID namespace. */
function namespace(): string {
  const { groups } = /(?<inode>\d+)/.exec(readlinkSync('/proc/self/ns/pid'))!;
  return groups!['inode']!;
}

/** When a process was started, in ticks since the machine's start; `undefined` if there is none. */
function startOf(pid: number): string | undefined {
  try {
    // The name in parentheses may hold anything; the start is the twentieth field after it.
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
  } catch {
    return undefined;
  }
}
