import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { log, messageOf } from '@mlops-actions/action-kit';
import { connectTo } from '../connect.ts';
import type { ContainerExit, ServingContainer } from '../container.ts';
import { ServingError } from '../errors.ts';
import { guard } from '../guard.ts';
import { ContainerLog } from '../log.ts';
import { processMemory } from '../process-memory.ts';
import { cgroupMemory } from './cgroup-memory.ts';
import { commands, imageOf } from './commands.ts';
import type { Engine } from './find.ts';
import { newOwner } from './names.ts';
import { enterNetwork } from './namespace.ts';
import { EngineError, runEngine } from './run.ts';
import { exitOf, hasStarted, readAddress, readState, type ContainerState } from './state.ts';
import { removeProbe, sweep } from './sweep.ts';

export interface EngineContainerOptions {
  engine: Engine;
  /** The image as a docker-archive, under the name that it gets. */
  archive: (name: string) => AsyncIterable<Uint8Array>;
  /** Variables laid over the image's: see {@link vertexEnvironment}. */
  env: Readonly<Record<string, string>>;
  /** Port that AIP_HTTP_PORT names: the model's own, the container has a network to itself. */
  port: number;
  /** Bytes of memory that it may have; as many as there are unless told otherwise. */
  memory?: number;
}

/** A model server in a container of an engine. */
export interface EngineContainer extends ServingContainer {
  /** Takes container, image and network away, and ends the server if it still runs. */
  remove(): Promise<void>;
}

/**
 * Loads an image into an engine and starts it, closed off: without a network that leads anywhere, without capabilities, as the image's user. What
 * it leaves in the engine bears the name of this process: it is taken away by {@link EngineContainer.remove}, by a guard should this process be
 * killed, or by the next call.
 *
 * @throws ServingError `not-started`, with what the engine says.
 */
export async function startEngineContainer(options: EngineContainerOptions): Promise<EngineContainer> {
  const { engine, archive, env, port, memory } = options;
  const { name } = engine;
  const owner = newOwner();
  const dismissGuard = guard(
    commands.remove(owner, engine.network).map((args) => [name, ...args]),
    ownEnvironment(),
  );
  const remove = async (): Promise<void> => {
    for (const failure of await removeProbe(name, owner, engine.network))
      log.warning(failure, { title: 'Left behind by the probe' });
    dismissGuard();
  };
  try {
    await sweep(name);
    await runEngine(name, commands.load(), archive(imageOf(owner)));
    if (engine.network === 'internal') await runEngine(name, commands.createNetwork(owner));
    const spec = { owner, network: engine.network, env: { ...env, AIP_HTTP_PORT: String(port) } };
    const id = await runEngine(name, commands.create({ ...spec, ...(memory !== undefined && { memory }) }));
    return await start(engine, { owner, id: id.trim(), port, memory }, remove);
  } catch (error) {
    await remove();
    throw error instanceof EngineError ? notStarted(engine, error.message, error) : error;
  }
}

/** A container that was made. */
interface Made {
  owner: string;
  id: string;
  port: number;
  memory: number | undefined;
}

async function start(
  engine: Engine,
  { owner, id, port, memory }: Made,
  remove: () => Promise<void>,
): Promise<EngineContainer> {
  const { name } = engine;
  const output = new ContainerLog(undefined);
  const startedAt = performance.now();
  const attached = spawn(name, commands.start(owner), {
    cwd: tmpdir(), // When a container runs out of memory, podman's conmon may leave a file 'oom' where it was started.
    env: process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  output.collect(attached.stdout);
  output.collect(attached.stderr);

  let exit: ContainerExit | undefined;
  let isStopped = false;
  const exited = ended(attached).then(async () => {
    exit = exitOf(await readState(name, owner), isStopped ? undefined : memory);
    return exit;
  });
  exited.catch(() => undefined); // It is awaited below and by whoever stops the container.
  const state = await firstState(engine, owner, exited);
  if (!hasStarted(state)) throw notStarted(engine, output.last(5));

  const reach = exit === undefined ? await reachContainer(engine, owner, state.Pid, exited) : undefined;
  return {
    port,
    startedAt,
    exited,
    get exit() {
      return exit;
    },
    connect: () => reach?.connect(port) ?? Promise.reject(new Error('The container has ended.')),
    listensEverywhere: async () => true, // It could not be reached otherwise.
    logTail: (lines = 40) => output.last(lines),
    memory: async () => (await cgroupMemory(state.Pid, id)) ?? processMemory(state.Pid),
    async stop(grace = 5000) {
      isStopped = true;
      if (exit === undefined) await runEngine(name, commands.stop(owner, Math.ceil(grace / 1000)));
      await exited;
    },
    async remove() {
      reach?.close();
      await remove();
    },
  };
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });

/** The state of a container that runs or has ended. */
async function firstState(engine: Engine, owner: string, exited: Promise<ContainerExit>): Promise<ContainerState> {
  for (;;) {
    const isOver = await Promise.race([exited.then(() => true), sleep(20, false)]);
    const state = await readState(engine.name, owner);
    if (isOver || state.Running) return state;
  }
}

interface Reach {
  connect(port: number): ReturnType<typeof connectTo>;
  close(): void;
}

/** @returns nothing if the container has ended meanwhile. */
async function reachContainer(
  engine: Engine,
  owner: string,
  pid: number,
  exited: Promise<ContainerExit>,
): Promise<Reach | undefined> {
  try {
    if (engine.network === 'none') return await enterNetwork(pid, engine.rootless);
    const address = await readAddress(engine.name, owner);
    return { connect: (port) => connectTo(address, port), close: () => undefined };
  } catch (error) {
    if (await Promise.race([exited.then(() => true), sleep(1000, false)])) return undefined;
    throw notStarted(engine, messageOf(error), error);
  }
}

function notStarted({ name }: Engine, said: string, cause?: unknown): ServingError {
  return new ServingError('not-started', `${name} could not start the image: ${said.replace(/\s+/g, ' ').trim()}.`, {
    cause,
    fix: `If ${name} starts no other image here either, set 'probe-runtime' to another one.`,
  });
}

/** The runner kills what bears this variable when the job ends, before it could tidy up. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  delete env['RUNNER_TRACKING_ID'];
  return env;
}
