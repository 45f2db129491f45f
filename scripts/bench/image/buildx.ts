import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { startBuildKit } from './buildkit.ts';
import { toolOf, type ForeignBuilder } from './foreign.ts';
import { cpuOfTree, watch, type Cost } from './watch.ts';

/** docker buildx where the BuildKit of the build before still runs; nothing is set that need not be. */
export const buildx: ForeignBuilder = {
  name: 'docker buildx',
  startsFrom: 'a warm BuildKit',
  factors: { full: 12 },
  open: async (folder, registry) => {
    const { build, close } = await openBuildx(folder, registry);
    return { build: (context, tag) => build(context, tag), close };
  },
};

/** docker buildx on runners that live for one build, with the cache that it can keep in the image itself. */
export const buildxOnNewRunners: ForeignBuilder = {
  name: 'docker buildx, inline',
  startsFrom: 'an empty BuildKit',
  factors: { full: 12 },
  open: (folder, registry) =>
    Promise.resolve({
      build: async (context, tag, previous) => {
        const cold = await mkdtemp(path.join(folder, 'cold-'));
        const { build, close } = await openBuildx(cold, registry);
        try {
          const from = previous === undefined ? [] : ['--cache-from', `type=registry,ref=${previous}`];
          return await build(context, tag, '--cache-to', 'type=inline', ...from);
        } finally {
          await close();
          await rm(cold, { recursive: true, force: true });
        }
      },
      close: () => Promise.resolve(),
    }),
};

interface Buildx {
  build: (context: string, tag: string, ...options: string[]) => Promise<Cost>;
  close: () => Promise<void>;
}

/** A client in an empty folder, with an empty BuildKit. */
async function openBuildx(folder: string, registry: string): Promise<Buildx> {
  const client = toolOf('buildx');
  const { pid, address, stop } = await startBuildKit(folder, registry);
  const home = path.join(folder, 'home');
  await mkdir(home);
  const run = (...args: string[]): Promise<Cost> =>
    watch(client, args, home, { BUILDX_CONFIG: path.join(home, 'buildx') });
  try {
    await run('create', '--driver', 'remote', '--name', 'bench', address);
  } catch (error) {
    await stop();
    throw error;
  }
  const build: Buildx['build'] = async (context, tag, ...options) => {
    const before = await cpuOfTree(pid);
    const { time, cpu } = await run('build', '--builder', 'bench', ...options, '--push', '--tag', tag, context);
    // The daemon does nearly all of the work.
    return { time, cpu: cpu + (await cpuOfTree(pid)) - before };
  };
  return { build, close: stop };
}
