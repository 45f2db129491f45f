import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/** What a program cost. */
export interface Cost {
  /** Milliseconds on the wall. */
  time: number;
  /** Milliseconds of processors, of the program and all that it started; 0 where the system does not tell. */
  cpu: number;
}

export interface Watched extends Cost {
  /** Largest resident size in bytes; 0 where the system does not tell. */
  memory: number;
}

/** Runs a program to its end; one that fails ends the comparison, with its words. */
export async function watch(
  program: string,
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<Watched> {
  const startedAt = performance.now();
  const cpuBefore = await childrenCpu();
  const child = spawn(program, args, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  let memory = 0;
  const look = async (): Promise<void> => {
    // The high-water mark is the kernel's: looking often is needed only to be there before the end.
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    memory = Math.max(memory, 1024 * Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1] ?? 0));
  };
  const watcher = setInterval(() => void look(), 20);
  const code = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  ).finally(() => clearInterval(watcher));
  const time = performance.now() - startedAt;
  if (code !== 0) throw new Error(`${program} ${args[0]} ended with code ${code}:\n${output.slice(-2000)}`);
  return { time, memory, cpu: (await childrenCpu()) - cpuBefore };
}

/** Milliseconds of processors that children of this process have used which have ended. */
async function childrenCpu(): Promise<number> {
  return (await statOf('self'))?.ended ?? 0;
}

/** Milliseconds of processors that a process that still runs has used, with all that it started. */
export async function cpuOfTree(root: number): Promise<number> {
  const names = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const stats = new Map<number, Stat>();
  for (const name of names) {
    const stat = await statOf(name);
    if (stat !== undefined) stats.set(Number(name), stat);
  }
  const isWithin = (pid: number): boolean => {
    const parent = stats.get(pid)?.parent;
    return pid === root || (parent !== undefined && isWithin(parent));
  };
  let cpu = 0;
  for (const [pid, { own, ended }] of stats) if (isWithin(pid)) cpu += own + ended;
  return cpu;
}

interface Stat {
  parent: number;
  /** Milliseconds of processors of the process itself. */
  own: number;
  /** The same of its children that have ended, and of theirs. */
  ended: number;
}

/** What proc(5) calls ppid, utime and stime, cutime and cstime; the times are in hundredths of a second there. */
async function statOf(pid: string): Promise<Stat | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined); // It may have ended, or there is no /proc.
  if (stat === undefined) return undefined;
  // The second field is the program's name in brackets, which may hold blanks and brackets.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const sum = (from: number): number => 10 * (fields[from]! + fields[from + 1]!);
  return { parent: fields[1]!, own: sum(11), ended: sum(13) };
}
