import { LABEL, REPOSITORY } from './names.ts';

/** Container engines, in the order in which they are looked for. */
export const ENGINES = ['docker', 'podman'] as const;
export type EngineName = (typeof ENGINES)[number];

/**
 * What a container sees of the network. `none`: its own loopback alone. `internal`: a bridge of its own that leads nowhere but to this
 * machine's address on it.
 */
export type Network = 'none' | 'internal';

/** A container of a probe. */
export interface ContainerSpec {
  /** Name of the container and, beside {@link REPOSITORY}, of its image; with `internal` of the network too. */
  owner: string;
  network: Network;
  env: Readonly<Record<string, string>>;
  /** Bytes that it may have, swap included. */
  memory?: number;
}

/** Processes and threads that a container may have: far more than a server needs, far fewer than would hurt the machine. */
const PIDS = 4096;

export const imageOf = (owner: string): string => `${REPOSITORY}:${owner}`;
const labelOf = (owner: string): string => `${LABEL}=${owner}`;

/**
 * The words after `docker` or `podman`, which understand the same. Everything that comes from outside is a word of its own, and none stands where
 * an option could: images and containers have names of ours.
 */
export const commands = {
  /** Loads the docker-archive on the standard input. */
  load: () => ['load', '--quiet'],
  /**
   * The root file system stays writable, as on Vertex AI: what a server writes goes with its container. It has no capabilities and gets none, and
   * its output is not kept but by who is attached.
   */
  create: ({ owner, network, env, memory }: ContainerSpec) => [
    'create',
    '--name',
    owner,
    '--label',
    labelOf(owner),
    '--network',
    network === 'none' ? 'none' : owner,
    // An engine answers for names in its networks, and old ones ask the machine's servers: a way out.
    ...(network === 'none' ? [] : ['--dns', '127.0.0.1']),
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges',
    '--pids-limit',
    String(PIDS),
    ...(memory === undefined ? [] : ['--memory', String(memory), '--memory-swap', String(memory)]),
    '--log-driver',
    'none',
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    imageOf(owner),
  ],
  createNetwork: (owner: string) => ['network', 'create', '--internal', '--label', labelOf(owner), owner],
  /** Gives out what the container writes, and ends with its exit code. */
  start: (owner: string) => ['start', '--attach', owner],
  state: (owner: string) => ['inspect', '--type', 'container', '--format', '{{json .State}}', owner],
  networks: (owner: string) => [
    'inspect',
    '--type',
    'container',
    '--format',
    '{{json .NetworkSettings.Networks}}',
    owner,
  ],
  /** SIGTERM, or the signal that the image asks for; SIGKILL after some seconds. */
  stop: (owner: string, seconds: number) => ['stop', '-t', String(seconds), owner],
  /** Takes everything of a probe away. Each may find nothing to take. */
  remove: (owner: string, network: Network) => [
    ['rm', '--force', '--volumes', owner],
    ['rmi', imageOf(owner)],
    ...(network === 'none' ? [] : [['network', 'rm', owner]]),
  ],
  /** Owners of all there is, a line each. */
  list: () => [
    ['ps', '--all', '--filter', `label=${LABEL}`, '--format', '{{.Names}}'],
    ['images', '--filter', `reference=${REPOSITORY}`, '--format', '{{.Tag}}'],
    ['network', 'ls', '--filter', `label=${LABEL}`, '--format', '{{.Name}}'],
  ],
};
