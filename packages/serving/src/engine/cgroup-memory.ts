import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { MemoryUse } from '../container.ts';

const MOUNT = '/sys/fs/cgroup';

/**
 * Memory of a container as its cgroup counts it, of version 2 (https://docs.kernel.org/admin-guide/cgroup-v2.html, memory.peak, from Linux 5.19 on) or 1
 * (memory.max_usage_in_bytes). `undefined` if the container has no cgroup of its own, as without the right to make one.
 *
 * @param pid its first process
 * @param id its id, by which engines name its cgroup
 */
export async function cgroupMemory(pid: number, id: string): Promise<MemoryUse | undefined> {
  const membership = await readText(`/proc/${pid}/cgroup`);
  const first = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(membership);
  const group = first?.[1] ?? /^0::(.*)$/m.exec(membership)?.[1];
  if (group === undefined || !group.includes(id)) return undefined;
  const folder = path.join(MOUNT, first === null ? '' : 'memory', group);
  const [peakFile, eventsFile] =
    first === null ? ['memory.peak', 'memory.events'] : ['memory.max_usage_in_bytes', 'memory.oom_control'];
  const peak = Number((await readText(path.join(folder, peakFile))).trim());
  if (!(peak > 0)) return undefined;
  const kills = /^oom_kill (\d+)$/m.exec(await readText(path.join(folder, eventsFile)))?.[1] ?? '0';
  return { peak, source: 'cgroup', outOfMemoryKills: Number(kills) };
}

const readText = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');
