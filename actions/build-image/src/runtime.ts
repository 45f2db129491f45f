import { log, UserError } from '@mlops-actions/action-kit';
import { dockerArchive, unpackImage, type Image } from '@mlops-actions/oci';
import {
  ENGINES,
  findEngine,
  guard,
  startContainer,
  startEngineContainer,
  vertexEnvironment,
  type Engine,
  type EngineName,
  type Network,
  type ServingContainer,
} from '@mlops-actions/serving';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Plan, ProbeRuntime } from './inputs.ts';

/** What an image was started by. */
export type RuntimeFacts = { name: EngineName; version: string; network: Network } | { name: 'process' };

/** An image that runs. */
export interface StartedImage {
  container: ServingContainer;
  /** Takes away what was made for it; to be called when it has ended. */
  remove: () => Promise<void>;
}

/** How images are started. */
export interface Runtime {
  facts: RuntimeFacts;
  /** @throws ServingError if the image cannot be started. */
  start(
    image: Image,
    plan: Pick<Plan, 'port' | 'healthRoute' | 'predictRoute'>,
    memory?: number,
  ): Promise<StartedImage>;
}

/**
 * The runtime that was asked for, or the first that works. Docker stands first: an engine that whoever runs the job may use, with a limit and a
 * measure of memory. Podman without root often has neither. A process comes last: nothing holds it but the rights of this one. Only the machine
 * decides, never the image: one that an engine cannot start fails, it does not get out by failing.
 *
 * In a rehearsal `auto` is a process, as it is with the emulator itself.
 *
 * @throws UserError if an engine that was asked for cannot be used.
 */
export async function chooseRuntime(wanted: ProbeRuntime, { config }: Image): Promise<Runtime> {
  if (wanted === 'process') return localProcess;
  if (wanted === 'auto' && process.env['VERTEX_AI_EMULATOR_HOST']) return localProcess;
  const reasons: string[] = [];
  for (const name of wanted === 'auto' ? ENGINES : [wanted]) {
    const found = await findEngine(name, config);
    if (typeof found !== 'string') return inEngine(found);
    reasons.push(`${name}: ${found}`);
  }
  if (wanted !== 'auto') {
    throw new UserError(`The probe cannot use ${reasons[0]!.replace(/\.$/, '')}.`, {
      fix: "Start the engine, or set 'probe-runtime' to another one.",
    });
  }
  log.info(`No container engine can be used here (${reasons.join('; ')}): the image runs as a process.`);
  return localProcess;
}

/**
 * What of a probe may be otherwise on Vertex AI, a sentence: a process runs on this machine, whatever the image is for. An engine of another
 * platform is never chosen.
 */
export function platformWarnings({ name }: RuntimeFacts, { config }: Image): string[] {
  const here = `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const there = `${config.os}/${config.architecture}`;
  if (name !== 'process' || here === there) return [];
  return [`The image is for ${there} and was probed on ${here}, so what it computes there was not seen.`];
}

const inEngine = (engine: Engine): Runtime => ({
  facts: { name: engine.name, version: engine.version, network: engine.network },
  async start(image, plan, memory) {
    const container = await startEngineContainer({
      engine,
      archive: (name) => dockerArchive(image, name),
      env: vertexEnvironment(plan),
      port: plan.port,
      ...(memory !== undefined && { memory }),
    });
    return { container, remove: () => container.remove() };
  },
});

const localProcess: Runtime = {
  facts: { name: 'process' },
  async start(image, plan) {
    const folder = await mkdtemp(path.join(tmpdir(), 'build-image-probe-'));
    const dismissGuard = guard([['rm', '-rf', '--', folder]]);
    const remove = async (): Promise<void> => {
      await rm(folder, { recursive: true, force: true });
      dismissGuard();
    };
    try {
      const rootfs = path.join(folder, 'rootfs');
      const config = await unpackImage(image, rootfs);
      return { container: await startContainer({ rootfs, config, env: vertexEnvironment(plan) }), remove };
    } catch (error) {
      await remove();
      throw error;
    }
  },
};
