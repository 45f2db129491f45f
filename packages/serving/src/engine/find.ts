import { hostname } from 'node:os';
import type { EngineName, Network } from './commands.ts';
import { runEngine } from './run.ts';

/** A container engine of this machine that works. */
export interface Engine {
  name: EngineName;
  version: string;
  /** The most closed network in which its containers can be reached from here. */
  network: Network;
  /** Whether it runs without root, as this user. */
  rootless: boolean;
}

interface Facts {
  version: string;
  os: string;
  architecture: string;
  rootless: boolean;
}

/**
 * Looks whether an engine runs here that can start images for `platform`.
 *
 * A container without a network is reached by entering its network namespace, which root may, and whoever made the user namespace that it
 * belongs to: with podman and a docker without root that is the user who starts the container. To members of the group `docker` the engine's
 * namespaces are closed, so their containers get an internal network.
 *
 * @returns the engine, or why it cannot be used, as half a sentence
 */
export async function findEngine(
  name: EngineName,
  platform: { os: string; architecture: string },
): Promise<Engine | string> {
  if (process.platform !== 'linux') return 'its containers can be reached on Linux alone';
  let facts: Facts;
  try {
    facts = await (name === 'docker' ? dockerFacts() : podmanFacts());
  } catch (error) {
    return (error as Error).message;
  }
  const { version, os, architecture, rootless } = facts;
  if (os !== platform.os || architecture !== platform.architecture) {
    // An emulated processor would do, and measure nothing.
    return `it runs ${os}/${architecture}, and the image is for ${platform.os}/${platform.architecture}`;
  }
  const mayEnter = name === 'podman' || rootless || process.getuid?.() === 0;
  return { name, version, network: mayEnter ? 'none' : 'internal', rootless };
}

async function dockerFacts(): Promise<Facts> {
  const server = parse(await runEngine('docker', ['version', '--format', '{{json .Server}}']));
  const format = '{"Name":{{json .Name}},"SecurityOptions":{{json .SecurityOptions}}}';
  const { Name, SecurityOptions } = parse(await runEngine('docker', ['info', '--format', format]));
  // A daemon elsewhere: on another host, in a virtual machine, or around the container that this job runs in.
  if (Name !== hostname()) throw new Error(`it runs its containers on '${text(Name)}', not on '${hostname()}'`);
  return {
    version: text(server['Version']),
    os: text(server['Os']),
    architecture: text(server['Arch']),
    rootless: Array.isArray(SecurityOptions) && SecurityOptions.includes('name=rootless'),
  };
}

async function podmanFacts(): Promise<Facts> {
  const { host, version } = parse(await runEngine('podman', ['info', '--format', 'json'])) as Record<
    string,
    Record<string, unknown> | undefined
  >;
  if (host?.['serviceIsRemote'] === true) throw new Error('it runs its containers on another machine');
  return {
    version: text(version?.['Version']),
    os: text(host?.['os']),
    architecture: text(host?.['arch']),
    rootless: (host?.['security'] as Record<string, unknown> | undefined)?.['rootless'] === true,
  };
}

function parse(json: string): Record<string, unknown> {
  const value: unknown = JSON.parse(json);
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new Error('it does not say what it is');
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error('it does not say what it is');
}
