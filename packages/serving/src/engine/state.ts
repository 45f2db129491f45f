import { constants } from 'node:os';
import type { ContainerExit } from '../container.ts';
import { commands, type EngineName } from './commands.ts';
import { runEngine } from './run.ts';

/** What an engine says of a container. Both have more fields, and these alike. */
export interface ContainerState {
  Running: boolean;
  Pid: number;
  ExitCode: number;
  OOMKilled: boolean;
  StartedAt: string;
}

export async function readState(engine: EngineName, owner: string): Promise<ContainerState> {
  return JSON.parse(await runEngine(engine, commands.state(owner))) as ContainerState;
}

/** The time of Go that is none. */
export const hasStarted = ({ StartedAt }: ContainerState): boolean => !StartedAt.startsWith('0001-');

/**
 * How a container ended. An exit code above 128 is a signal's, as in a shell.
 *
 * @param memory bytes that it was allowed, unless it was stopped from here. Nobody else kills the first process of a container but the kernel, and
 * engines do not always hear of that.
 */
export function exitOf({ OOMKilled, ExitCode }: ContainerState, memory: number | undefined): ContainerExit {
  const signal = Object.entries(constants.signals).find(([, number]) => number === ExitCode - 128)?.[0];
  if (memory !== undefined && (OOMKilled || signal === 'SIGKILL')) return { outOfMemory: memory };
  return signal === undefined ? { code: ExitCode } : { signal: signal as NodeJS.Signals };
}

/**
 * Address of a container in the one network that it is in.
 *
 * @throws Error if it has none, having ended.
 */
export async function readAddress(engine: EngineName, owner: string): Promise<string> {
  const networks: unknown = JSON.parse(await runEngine(engine, commands.networks(owner)));
  const address = (networks as Record<string, { IPAddress?: string } | undefined>)[owner]?.IPAddress;
  if (!address) throw new Error('the container has no address');
  return address;
}
