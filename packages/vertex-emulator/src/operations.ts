import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@mlops-actions/action-kit';
import { faultError, type FaultPlan, type OperationFault } from './faults.ts';
import type { Moment } from './identity.ts';
import { operationTypes, pack } from './protos.ts';
import type { Turns } from './schedule.ts';
import { packedResponse, withOperation, type Operation, type State } from './state.ts';
import { RpcError } from './status.ts';
import type { Store } from './store.ts';

/** The end of an operation's work: one change, together with the operation's own. */
export type Finish = (state: State, moment: Moment) => { state: State; response: object };

/** What an operation does. */
export interface Work {
  service: 'ModelService' | 'EndpointService' | 'PipelineService' | 'JobService' | 'ModelMonitoringService';
  method: string;
  /** Resource whose operation it is. */
  target: string;
  /** What is true from the moment that the operation starts. */
  begin?(state: State, moment: Moment): State;
  run(progress: Progress): Promise<Finish>;
  /** What follows when the operation has succeeded. */
  afterwards?(): void;
  /** Takes back what `begin` did, when the operation fails. */
  abandon?(state: State): State;
  /** Takes back what `run` did outside the state, when the operation fails. */
  cleanUp?(): Promise<void>;
}

/** How an operation's work goes on. */
export interface Progress {
  /** Aborted when the operation is cancelled, or the emulator closes. */
  signal: AbortSignal;
  /** Enters a stage, which takes its share of the delay. */
  stage(name: DeploymentStage): Promise<void>;
  /** Takes the whole delay, for operations without stages. */
  pause(): Promise<void>;
  /** Of replicas that should be available in the end, those that are. */
  replicas(wanted: number): number;
}

const WORKING_STAGES = [
  'STARTING_DEPLOYMENT',
  'PREPARING_MODEL',
  'CREATING_SERVING_CLUSTER',
  'ADDING_NODES_TO_CLUSTER',
  'GETTING_CONTAINER_IMAGE',
  'STARTING_MODEL_SERVER',
  'FINISHING_UP',
] as const;
export type DeploymentStage = (typeof WORKING_STAGES)[number];

export interface OperationsOptions {
  /** Milliseconds that an operation takes beside its work. */
  delay: number;
  onLog: (line: string) => void;
  turns: Turns;
}

/** Runs long-running operations and keeps their records in the state. */
export class Operations {
  readonly #store: Store;
  readonly #faults: FaultPlan;
  readonly #delay: number;
  readonly #onLog: (line: string) => void;
  readonly #turns: Turns;
  readonly #running = new Map<string, { abort: AbortController; ended: Promise<void> }>();

  constructor(store: Store, faults: FaultPlan, options: OperationsOptions) {
    this.#store = store;
    this.#faults = faults;
    this.#delay = options.delay;
    this.#onLog = options.onLog;
    this.#turns = options.turns;
  }

  /** Starts an operation and returns its record. */
  start(work: Work): Operation {
    const { response, metadata } = operationTypes(work.service, work.method);
    const operation = this.#store.change(work.method, (state, moment) => {
      const begun = work.begin?.(state, moment) ?? state;
      const record = newOperation(work.method, work.target, work.target, metadata, moment);
      return [withOperation(begun, record), record] as const;
    });
    const abort = new AbortController();
    const ended = this.#run(operation.name, work, response, abort.signal).finally(() => {
      this.#running.delete(operation.name);
    });
    this.#running.set(operation.name, { abort, ended });
    return operation;
  }

  /** Records an operation that is done as soon as it is asked for, as deletions are; it belongs to the location. */
  startDone(work: Pick<Work, 'service' | 'method' | 'target'> & { place: string; finish: Finish }): Operation {
    const { response: type, metadata } = operationTypes(work.service, work.method);
    return this.#store.change(work.method, (before, moment) => {
      const { state, response } = work.finish(before, moment);
      const record = {
        ...newOperation(work.method, work.target, work.place, metadata, moment),
        result: { response: packedResponse(pack(type, response)) },
      };
      return [withOperation(state, record), record];
    });
  }

  /** Cancels an operation, if it still runs. */
  cancel(name: string): void {
    this.#running.get(name)?.abort.abort(new RpcError('CANCELLED', 'The operation was cancelled.'));
  }

  /** Waits for an operation to end, or for the time to pass. */
  async wait(name: string, timeout: number): Promise<void> {
    const running = this.#running.get(name);
    if (running === undefined) return;
    const timer = new AbortController();
    await Promise.race([running.ended, sleep(timeout, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
  }

  /** Stops all work where it is; the records stay as they are. */
  async close(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort(CLOSING);
    await Promise.all(running.map(({ ended }) => ended));
  }

  async #run(name: string, work: Work, responseType: string, signal: AbortSignal): Promise<void> {
    const fault = this.#faults.atOperation(work.method);
    const progress: Progress = {
      signal,
      stage: async (stage) => {
        this.#update(name, work.method, (operation) => ({ ...operation, stage }));
        await strike(fault, stage, signal);
        await sleep(this.#delay / WORKING_STAGES.length, undefined, { signal }).catch(() => signal.throwIfAborted());
      },
      pause: async () => {
        await strike(fault, undefined, signal);
        await sleep(this.#delay, undefined, { signal }).catch(() => signal.throwIfAborted());
      },
      replicas: (wanted) => Math.min(wanted, fault?.replicas ?? wanted),
    };
    try {
      const finish = await work.run(progress);
      await this.#turns.wait({ kind: 'operation', method: work.method, by: work.target });
      signal.throwIfAborted();
      this.#store.change(work.method, (before, moment) => {
        const { state, response } = finish(before, moment);
        const result = { response: packedResponse(pack(responseType, response)) };
        return [withOperation(state, ended(state.operations[name]!, result, moment)), undefined];
      });
      this.#onLog(`${work.method} is done: ${work.target}`);
      work.afterwards?.();
    } catch (error) {
      await work.cleanUp?.();
      if (signal.reason === CLOSING) return;
      const failure = error instanceof RpcError ? error : new RpcError('INTERNAL', messageOf(error));
      this.#onLog(`${work.method} failed: ${work.target}: ${failure.message}`);
      this.#store.change(work.method, (before, moment) => {
        const state = work.abandon?.(before) ?? before;
        const result = { error: { code: failure.code, message: failure.message } };
        return [withOperation(state, ended(state.operations[name]!, result, moment)), undefined];
      });
    }
  }

  #update(name: string, cause: string, change: (operation: Operation) => Operation): void {
    this.#store.change(cause, (state, { now }) => [
      withOperation(state, { ...change(state.operations[name]!), updateTime: now }),
      undefined,
    ]);
  }
}

const CLOSING = Symbol('the emulator closes');
const CANCELLED = 1;

/** The record of an operation that another emulator left behind when it ended. */
export function interrupted(operation: Operation, now: string): Operation {
  const error = { code: 10, message: 'The emulator ended while the operation ran.' };
  return operation.result === undefined ? ended(operation, { error }, { now }) : operation;
}

function ended(operation: Operation, result: NonNullable<Operation['result']>, { now }: { now: string }): Operation {
  const stage =
    'response' in result
      ? 'SUCCESSFULLY_DEPLOYED'
      : result.error.code === CANCELLED
        ? 'DEPLOYMENT_TERMINATED'
        : 'FAILED_TO_DEPLOY';
  return { ...operation, result, updateTime: now, ...(operation.stage !== undefined && { stage }) };
}

function newOperation(
  method: string,
  target: string,
  parent: string,
  metadataType: string,
  { now, chance }: Moment,
): Operation {
  const name = `${parent}/operations/${chance.id()}`;
  return { name, target, method, metadataType, createTime: now, updateTime: now };
}

/** Lets a planned fault happen, if it is due at this stage. */
async function strike(
  fault: OperationFault | undefined,
  stage: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (fault === undefined || fault.replicas !== undefined || (fault.stage !== undefined && fault.stage !== stage))
    return;
  signal.throwIfAborted();
  const { code, message } = fault;
  if (code !== undefined) throw faultError({ code, ...(message !== undefined && { message }) });
  await new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
}
