import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/** What everything of a probe in an engine is labelled with. */
export const LABEL = 'dev.mlops-actions.probe';
/** Repository of the images of probes. */
export const REPOSITORY = 'localhost/mlops-actions-probe';

const PREFIX = 'mlops-actions-probe';

/**
 * A name for everything that a probe leaves in an engine while it runs: it says which process it is of, so that another can tell whether
 * that one still lives. Of processes in another PID namespace nobody here can say.
 */
export function newOwner(): string {
  return [PREFIX, pidNamespace(), process.pid, startOf(process.pid), randomUUID()].join('.');
}

/** Whether a name is of a process that has ended; not if that cannot be known. */
export function isAbandoned(owner: string): boolean {
  const [prefix, namespace, pid, start, random] = owner.split('.');
  if (prefix !== PREFIX || random === undefined || namespace !== pidNamespace()) return false;
  return startOf(Number(pid)) !== start;
}

/** Number of this process's PID namespace. */
const pidNamespace = (): string => readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');

/** When a process was started, in ticks since the machine's start; `undefined` if there is none. */
function startOf(pid: number): string | undefined {
  try {
    // The name in parentheses may hold anything; the start is the twentieth field after it.
    const [, fields] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!;
    return fields!.split(' ')[19];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
