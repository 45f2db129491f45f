import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { toolOf, type ForeignBuilder } from './foreign.ts';
import { watch, type Cost } from './watch.ts';

/** Where buildah, started by root, remembers whatever it pushed and in what form, for any store. */
const PUSHED_BEFORE = '/var/lib/containers/cache';
const isRoot = process.getuid?.() === 0;

/** buildah with its own choice of a storage driver, a fixed time and, as on a new runner, nothing in its store and memory, for each build anew. */
export const buildah: ForeignBuilder = {
  name: 'buildah',
  startsFrom: 'an empty store',
  factors: { full: 7, hashed: 25, known: 100 },
  open: async (folder) => {
    const program = toolOf('buildah');
    if (isRoot) await mkdir(PUSHED_BEFORE, { recursive: true });
    return { build: (context, tag) => buildCold(program, folder, context, tag), close: () => Promise.resolve() };
  },
};

async function buildCold(tool: string, folder: string, context: string, tag: string): Promise<Cost> {
  const cold = await mkdtemp(path.join(folder, 'cold-'));
  const memory = path.join(cold, 'memory');
  await mkdir(memory);
  const global = ['--root', path.join(cold, 'store'), '--runroot', path.join(cold, 'run')];
  const run = (command: string, ...args: string[]): Promise<Cost> => {
    const words = [tool, ...global, command, '--tls-verify=false', '--quiet', ...args];
    // No option moves that memory; one that does not run as root has it in its home, which is the folder here.
    const [program, ...rest] = isRoot ? [...over(memory, PUSHED_BEFORE), ...words] : words;
    return watch(program!, rest, cold);
  };
  const built = await run('build', '--isolation', 'chroot', '--timestamp', '0', '--layers', '--tag', tag, context);
  const pushed = await run('push', tag);
  await rm(cold, { recursive: true, force: true });
  return { time: built.time + pushed.time, cpu: built.cpu + pushed.cpu };
}

/** The start of a command that sees one folder in the place of another. */
const over = (folder: string, place: string): string[] => [
  ...['unshare', '--mount', 'sh', '-c', 'mount --bind "$1" "$2" && shift 2 && exec "$@"', 'sh'],
  ...[folder, place],
];
