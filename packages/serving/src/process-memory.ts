import { readdir, readFile } from 'node:fs/promises';
import type { MemoryUse } from './container.ts';

interface ProcessFacts {
  pid: number;
  parent: number;
  group: number;
}

/**
 * Memory of a process, its descendants and the rest of its process group: the high-water marks (VmHWM) of those that live now. Pages that they
 * share count more than once. `undefined` on other systems than Linux.
 */
export async function processMemory(pid: number): Promise<MemoryUse | undefined> {
  if (process.platform !== 'linux') return undefined;
  const marks = treeOf(pid, await listProcesses()).map(async (member) => {
    const status = await readProc(member, 'status');
    return 1024 * Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1] ?? 0);
  });
  const peak = (await Promise.all(marks)).reduce((sum, mark) => sum + mark, 0);
  return peak === 0 ? undefined : { peak, source: 'processes', outOfMemoryKills: 0 };
}

function treeOf(root: number, all: readonly ProcessFacts[]): number[] {
  const members = new Set([root]);
  for (let before = 0; before < members.size;) {
    before = members.size;
    for (const { pid, parent, group } of all) if (group === root || members.has(parent)) members.add(pid);
  }
  return [...members];
}

async function listProcesses(): Promise<ProcessFacts[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  return Promise.all(
    pids.map(async (pid) => {
      // The name in parentheses may hold anything; state, parent and group follow it.
      const [, parent, group] = (await readProc(pid, 'stat')).replace(/^.*\) /s, '').split(' ');
      return { pid, parent: Number(parent), group: Number(group) };
    }),
  );
}

/** A file of /proc; empty if the process has ended meanwhile. */
const readProc = (pid: number, name: string): Promise<string> =>
  readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
