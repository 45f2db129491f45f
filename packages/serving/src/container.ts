import type { Socket } from 'node:net';
import { formatBytes } from '@mlops-actions/action-kit';

/** How a container ended. */
export type ContainerExit =
  | { code: number }
  | { signal: NodeJS.Signals }
  /** Killed by the kernel, within the bytes that it was allowed. */
  | { outOfMemory: number };

/** What a container takes of the machine's memory. */
export interface MemoryUse {
  /** Largest use so far, in bytes. */
  peak: number;
  /**
   * `cgroup`: as the kernel counts it against a container's limit, with the files that it holds in memory. `processes`: resident memory of each
   * process at its own highest, added up.
   */
  source: 'cgroup' | 'processes';
  /** Processes that the kernel killed at the limit. */
  outOfMemoryKills: number;
}

/** A model server that was started from its image. */
export interface ServingContainer {
  /** The port that it was given by AIP_HTTP_PORT. */
  readonly port: number;
  /** When its command was started, on the clock of `performance.now()`. */
  readonly startedAt: number;
  /** Settles when it has ended, by itself or stopped. */
  readonly exited: Promise<ContainerExit>;
  /** How it ended; `undefined` while it runs. */
  readonly exit: ContainerExit | undefined;
  /** A new connection to its port. */
  connect(): Promise<Socket>;
  /** Whether its server listens on all addresses, as it must, and not on 127.0.0.1 alone; true where that cannot be told. */
  listensEverywhere(): Promise<boolean>;
  /** The last lines that it wrote (40 unless told otherwise). */
  logTail(lines?: number): string;
  /** `undefined` where the system does not tell. */
  memory(): Promise<MemoryUse | undefined>;
  /** Ends it: SIGTERM, and SIGKILL after `grace` milliseconds (5,000 unless told otherwise). Can be called twice. */
  stop(grace?: number): Promise<void>;
}

/** How a container ended, in a few words. */
export function formatExit(exit: ContainerExit): string {
  if ('code' in exit) return `exit code ${exit.code}`;
  if ('signal' in exit) return exit.signal;
  return `out of memory: it was allowed ${formatBytes(exit.outOfMemory)}`;
}
