import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { messageOf } from '@mlops-actions/action-kit';
import { localCommand, type ImageConfig } from './command.ts';
import { connectTo } from './connect.ts';
import type { ContainerExit, ServingContainer } from './container.ts';
import { ServingError } from './errors.ts';
import { guard } from './guard.ts';
import { ContainerLog } from './log.ts';
import { processMemory } from './process-memory.ts';

export interface ContainerOptions {
  /** Folder that the image was unpacked into. */
  rootfs: string;
  /** The image's configuration. */
  config: ImageConfig;
  /** Variables laid over the image's: see {@link vertexEnvironment}. */
  env: Readonly<Record<string, string>>;
  /** Stands in for the image's entrypoint and command. */
  command?: readonly string[];
  /** Stands in for the image's command. */
  args?: readonly string[];
  /** Port that AIP_HTTP_PORT names; a free one if it is not given. */
  port?: number;
  /** File that everything the container writes is appended to. */
  logFile?: string;
}

/** An image that runs as a process of this machine. */
export interface ProcessContainer extends ServingContainer {
  /** Base URL of its server, without a slash at the end. */
  readonly url: string;
  readonly pid: number;
}

/**
 * Starts an unpacked image as a process of this machine (POSIX only), in a process group of its own that dies with this process.
 * It is not isolated: what the image needs beside its own files (a shared library, an interpreter) comes from this machine.
 *
 * On Vertex AI the port is the model's; here several containers share one machine, so each gets a free port by
 * AIP_HTTP_PORT. A server that ignores AIP_HTTP_PORT never becomes healthy here.
 *
 * @throws ServingError if the process cannot be started.
 */
export async function startContainer(options: ContainerOptions): Promise<ProcessContainer> {
  const port = options.port ?? (await freePort());
  const env = { ...options.env, AIP_HTTP_PORT: String(port) };
  const command = await localCommand({ ...options, env });
  const log = new ContainerLog(options.logFile);
  const startedAt = performance.now();
  const child = spawn(command.file, command.args, {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  log.collect(child.stdout);
  log.collect(child.stderr);

  let exit: ContainerExit | undefined;
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ended = new Promise<ContainerExit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = code === null ? { signal: signal! } : { code };
      resolve(exit);
    });
  });
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
  } catch (error) {
    await log.close();
    throw new ServingError('not-started', `The image's command could not be started: ${messageOf(error)}.`, {
      cause: error,
      fix: 'A container runs here as a plain process: its program must be executable on this machine.',
    });
  }
  const pid = child.pid!;
  const dismissGuard = guard([['kill', '-s', 'KILL', '--', `-${pid}`]]);
  // A container ends with its first process: what that one leaves behind in its group ends too, and closes the pipes.
  const exited = ended.then(async (how) => {
    signalGroup(pid, 'SIGKILL');
    await closed;
    dismissGuard();
    await log.close();
    return how;
  });

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid,
    startedAt,
    exited,
    get exit() {
      return exit;
    },
    connect: () => connectTo('127.0.0.1', port),
    listensEverywhere: () => listensEverywhere(port),
    memory: () => processMemory(pid),
    logTail: (lines = 40) => log.last(lines),
    async stop(grace = 5000) {
      if (exit === undefined) {
        signalGroup(pid, 'SIGTERM');
        const kill = setTimeout(() => signalGroup(pid, 'SIGKILL'), grace);
        await ended;
        clearTimeout(kill);
      }
      await exited;
    },
  };
}

/** Told by the next address of the loopback network, which only Linux answers for. */
async function listensEverywhere(port: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  try {
    (await connectTo('127.0.0.2', port)).destroy();
    return true;
  } catch {
    return false;
  }
}

function signalGroup(groupId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-groupId, signal);
  } catch (error) {
    // ESRCH: the group is gone. EPERM (macOS): nothing but zombies are left of it.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
