import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@mlops-actions/action-kit';
import {
  formatExit,
  ServingError,
  startContainer,
  vertexEnvironment,
  waitUntilHealthy,
  type ProcessContainer,
} from '@mlops-actions/serving';
import type { Images } from './images.ts';
import { endpointName, type Place } from './names.ts';
import type { DeployedModel, ModelVersion } from './state.ts';
import { RpcError } from './status.ts';
import type { ContainerSpec } from './wire.ts';

/** A deployed model, and what it is deployed from. */
export interface Deployment {
  endpoint: Place & { id: string };
  deployed: DeployedModel;
  version: ModelVersion;
}

/** Routes of a deployed model's server. */
export interface Routes {
  predictRoute: string;
  healthRoute: string;
}

/** What `/state` tells of a process. */
export interface ProcessFacts {
  endpoint: string;
  deployedModelId: string;
  pid: number;
  url: string;
  log: string;
}

export interface FleetOptions {
  images: Images;
  /** Folder for the logs of the containers. */
  logs: string;
  /** Milliseconds in which a server must become healthy, if its model does not say less. */
  startTimeout: number;
  /** Told when a server has ended by itself, and when it runs again. */
  onHealth(deployment: Deployment, problem: string | undefined): void;
}

interface Replica extends Routes {
  deployment: Deployment;
  container: ProcessContainer;
  log: string;
  inFlight: Set<Promise<unknown>>;
  stopping: boolean;
}

const RESTART_DELAYS = [1000, 2000, 5000, 10_000, 30_000];
const DRAIN_TIMEOUT = 5000;
const LOG_LINES = 10;

/** The processes of the deployed models: one each, whatever the number of replicas. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #replicas = new Map<string, Replica>();
  readonly #background = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  get processes(): ProcessFacts[] {
    return [...this.#replicas.values()].map(({ deployment, container, log }) => ({
      endpoint: endpointName(deployment.endpoint),
      deployedModelId: deployment.deployed.id,
      pid: container.pid,
      url: container.url,
      log,
    }));
  }

  /**
   * Starts a deployed model's server and waits until it is healthy.
   *
   * @throws RpcError in Vertex AI's words, with the place and the end of the log.
   */
  async start(deployment: Deployment, signal: AbortSignal): Promise<void> {
    const routes = routesOf(deployment);
    const { endpoint, deployed } = deployment;
    const log = path.join(this.#options.logs, `${endpoint.location}-${endpoint.id}-${deployed.id}.log`);
    const container = await this.#launch(deployment, routes, log, AbortSignal.any([signal, this.#closing.signal]));
    this.#watch({ ...routes, deployment, container, log, inFlight: new Set(), stopping: false });
  }

  /** Stops the server of a deployed model of an endpoint (by its name), after the answers that it still owes. */
  async stop(endpoint: string, deployedModelId: string): Promise<void> {
    const key = keyOf(endpoint, deployedModelId);
    const replica = this.#replicas.get(key);
    if (replica === undefined) return;
    replica.stopping = true;
    this.#replicas.delete(key);
    if (replica.inFlight.size > 0) {
      const owed = Promise.allSettled(replica.inFlight);
      await Promise.race([owed, sleep(DRAIN_TIMEOUT, undefined, { ref: false })]);
    }
    await replica.container.stop();
  }

  /** Stops a server without making anybody wait for it; {@link close} does. */
  retire(endpoint: string, deployedModelId: string): void {
    this.#inBackground(this.stop(endpoint, deployedModelId));
  }

  /** @throws RpcError if a deployed model's server does not run. */
  checkServing(endpoint: string, deployedModelId: string): Replica {
    const replica = this.#replicas.get(keyOf(endpoint, deployedModelId));
    if (replica !== undefined && replica.container.exit === undefined) return replica;
    throw new RpcError('UNAVAILABLE', `The DeployedModel ${deployedModelId} has no replica that answers.`);
  }

  /** Does something with a deployed model's server, which is not stopped meanwhile. */
  async use<T>(
    endpoint: string,
    deployedModelId: string,
    body: (container: ProcessContainer, routes: Routes) => Promise<T>,
  ): Promise<T> {
    const replica = this.checkServing(endpoint, deployedModelId);
    const running = body(replica.container, replica);
    replica.inFlight.add(running);
    try {
      return await running;
    } finally {
      replica.inFlight.delete(running);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const replicas = [...this.#replicas.values()];
    for (const replica of replicas) replica.stopping = true;
    await Promise.all(replicas.map(({ container }) => container.stop(1000)));
    await Promise.all(this.#background);
    this.#replicas.clear();
  }

  async #launch(
    deployment: Deployment,
    { healthRoute, predictRoute }: Routes,
    log: string,
    signal: AbortSignal,
  ): Promise<ProcessContainer> {
    const { endpoint, deployed, version } = deployment;
    const spec = containerSpec(version);
    const { rootfs, config } = await this.#options.images.get(version.imageDigest!);
    signal.throwIfAborted();
    let container: ProcessContainer | undefined;
    try {
      container = await startContainer({
        rootfs,
        config,
        command: spec.command,
        args: spec.args,
        logFile: log,
        env: {
          ...Object.fromEntries(spec.env.map(({ name = '', value = '' }) => [name, value])),
          ...vertexEnvironment({
            healthRoute,
            predictRoute,
            storageUri: version.spec.artifactUri ?? '',
            projectNumber: endpoint.project,
            endpointId: endpoint.id,
            deployedModelId: deployed.id,
            modelId: deployed.model.split('/').at(-1)!,
            modelVersionId: version.id,
            machineType: deployed.resources.machineSpec?.machineType ?? '',
          }),
        },
      });
      await waitUntilHealthy(container, { healthRoute, timeout: this.#timeout(spec), signal });
      return container;
    } catch (error) {
      await container?.stop(1000);
      if (!(error instanceof ServingError)) throw error;
      throw new RpcError('FAILED_PRECONDITION', explain(error, log));
    }
  }

  #timeout({ deploymentTimeout }: ContainerSpec): number {
    const asked = Number(deploymentTimeout?.seconds ?? 0) * 1000;
    return asked > 0 ? Math.min(asked, this.#options.startTimeout) : this.#options.startTimeout;
  }

  /** Takes a replica in, and sets a new one in its place should it end by itself. */
  #watch(replica: Replica): void {
    const { deployment, container } = replica;
    this.#replicas.set(keyOf(endpointName(deployment.endpoint), deployment.deployed.id), replica);
    this.#inBackground(
      container.exited.then(async (exit) => {
        if (replica.stopping) return;
        this.#options.onHealth(deployment, `Model server exited unexpectedly (${formatExit(exit)}).`);
        await this.#restart(replica);
      }),
    );
  }

  #inBackground(work: Promise<void>): void {
    this.#background.add(work);
    void work.finally(() => this.#background.delete(work));
  }

  async #restart(replica: Replica): Promise<void> {
    const signal = this.#closing.signal;
    for (let attempt = 0; ; attempt++) {
      await sleep(RESTART_DELAYS[Math.min(attempt, RESTART_DELAYS.length - 1)], undefined, { signal }).catch(
        () => undefined,
      );
      if (replica.stopping || signal.aborted) return;
      try {
        const container = await this.#launch(replica.deployment, replica, replica.log, signal);
        if (replica.stopping || signal.aborted) {
          await container.stop(1000);
          return;
        }
        this.#watch({ ...replica, container, inFlight: new Set() });
        this.#options.onHealth(replica.deployment, undefined);
        return;
      } catch (error) {
        if (replica.stopping || signal.aborted) return;
        this.#options.onHealth(replica.deployment, messageOf(error));
      }
    }
  }
}

const keyOf = (endpoint: string, deployedModelId: string): string => `${endpoint}/${deployedModelId}`;

function containerSpec({ spec }: ModelVersion): ContainerSpec {
  if (spec.containerSpec === undefined) throw new Error('A version without a container cannot be deployed.');
  return spec.containerSpec;
}

/** The routes that the model names, or those that Vertex AI names instead (ModelContainerSpec). */
function routesOf({ endpoint, deployed, version }: Deployment): Routes {
  const { predictRoute, healthRoute } = containerSpec(version);
  const path = `/v1/endpoints/${endpoint.id}/deployedModels/${deployed.id}`;
  return { predictRoute: predictRoute || `${path}:predict`, healthRoute: healthRoute || path };
}

function explain(error: ServingError, log: string): string {
  const tail = error.logTail.split('\n').slice(-LOG_LINES).join('\n').slice(-2000);
  return [
    error.failure === 'not-started' ? `Model server exited unexpectedly: ${error.message}` : error.message,
    error.fix ?? '',
    `Model server logs can be found at ${log}.`,
    tail === '' ? 'It wrote nothing.' : `The log ends:\n${tail}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}
