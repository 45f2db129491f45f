import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultError, type FaultPlan, type OperationFault } from '../faults.ts';
import { pipelineJobName, placeName } from '../names.ts';
import { withPipelineJob } from '../state.ts';
import { RpcError } from '../status.ts';
import type { Store } from '../store.ts';
import {
  hasEnded,
  NO_OUTPUTS,
  withTask,
  type JobState,
  type PipelineJob,
  type PipelineTask,
  type TaskOutputs,
} from './job.ts';
import { conditionHolds, prerequisites, readSpec, startValues, type Component, type Spec, type Task } from './spec.ts';
import { groupOutputs, iterations, produced, taskInputs, type Group, type TaskEnd } from './wiring.ts';

/** One run while it goes on. */
interface Running {
  name: string;
  spec: Spec;
  /** Aborted when the run is cancelled or deleted, or the emulator closes. */
  signal: AbortSignal;
  /** Aborted when a task has failed and the run is to fail fast. */
  failFast: AbortController;
  failures: string[];
  fault: OperationFault | undefined;
}

/** Goes through the tasks of pipeline runs: nothing is executed, but order, conditions, caching, failures and outputs are those of the spec. */
export class PipelineRuns {
  readonly #store: Store;
  readonly #faults: FaultPlan;
  readonly #options: { delay: number; onLog: (line: string) => void };
  readonly #running = new Map<string, { abort: AbortController; ended: Promise<void> }>();

  constructor(store: Store, faults: FaultPlan, options: { delay: number; onLog: (line: string) => void }) {
    this.#store = store;
    this.#faults = faults;
    this.#options = options;
  }

  /** Starts a run that is in the state already. */
  start(job: PipelineJob): void {
    const name = pipelineJobName(job);
    const abort = new AbortController();
    const running: Running = {
      name,
      spec: readSpec(job.pipelineSpec),
      signal: abort.signal,
      failFast: new AbortController(),
      failures: [],
      fault: this.#faults.atOperation('CreatePipelineJob'),
    };
    const ended = this.#run(running, job).finally(() => this.#running.delete(name));
    this.#running.set(name, { abort, ended });
  }

  /** Begins to cancel a run: it says CANCELLING until its tasks have stopped. */
  cancel(name: string): void {
    this.#change(name, (job) => ({ ...job, state: 'CANCELLING' }));
    this.#running.get(name)?.abort.abort(CANCELLED);
  }

  /** Forgets a run, wherever it is. */
  forget(name: string): void {
    this.#running.get(name)?.abort.abort(STOPPED);
  }

  async close(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort(STOPPED);
    await Promise.all(running.map(({ ended }) => ended));
  }

  async #run(running: Running, job: PipelineJob): Promise<void> {
    const { name, signal, spec } = running;
    const { chance } = this.#store;
    const root: PipelineTask = {
      id: chance.id(),
      name: job.id,
      state: 'RUNNING',
      inputs: startValues(spec, job.runtime.parameterValues),
      outputs: NO_OUTPUTS,
      createTime: now(),
      startTime: now(),
    };
    try {
      for (const state of ['QUEUED', 'PENDING'] as const) await this.#pass(running, state);
      await this.#pass(running, 'PAUSED', () => this.#change(name, (current) => ({ ...current, state: 'PAUSED' })));
      this.#change(name, (current) => ({ ...withTask(current, root), state: 'RUNNING', startTime: now() }));
      const dag = spec.root.dag ?? {};
      const outputs = await this.#group(
        running,
        { dag, inputs: root.inputs, artifacts: {}, parentId: root.id },
        spec.root,
      );
      signal.throwIfAborted();
      const failed = running.failures.length > 0;
      this.#end(running, failed ? 'FAILED' : 'SUCCEEDED', { ...root, state: failed ? 'FAILED' : 'SUCCEEDED', outputs });
    } catch (error) {
      if (signal.reason === STOPPED) return;
      if (signal.reason === CANCELLED) {
        await this.#pause().catch(() => undefined);
        this.#end(running, 'CANCELLED', { ...root, state: 'CANCELLED' });
        return;
      }
      const message = error instanceof Error ? error.message : String(error);
      running.failures.push(message);
      this.#end(running, 'FAILED', { ...root, state: 'FAILED', error: { code: 13, message } });
    }
  }

  #end({ name, failures }: Running, state: JobState, root: PipelineTask): void {
    this.#options.onLog(`PipelineJob ${name}: ${state}`);
    const endTime = now();
    const stopped = (task: PipelineTask): PipelineTask =>
      task.state === 'PENDING' || task.state === 'RUNNING' ? { ...task, state: 'CANCELLED', endTime } : task;
    this.#change(name, (job) => {
      const known = job.tasks.some(({ id }) => id === root.id);
      const ended = known ? withTask(job, { ...root, endTime }) : job;
      return {
        ...ended,
        tasks: ended.tasks.map(stopped),
        state,
        endTime,
        ...(failures.length > 0 && {
          error: {
            code: 9,
            message: `The DAG failed because some tasks failed. The failed tasks are: [${failures.join(', ')}].`,
          },
        }),
      };
    });
  }

  /** The tasks of a dag, each when what it waits for has ended. */
  async #group(running: Running, group: Group, component: Component): Promise<TaskOutputs> {
    const ends = new Map<string, Promise<TaskEnd>>();
    const end = (name: string, task: Task): Promise<TaskEnd> => {
      const known = ends.get(name);
      if (known !== undefined) return known;
      const made = (async () => {
        const before = await Promise.all(
          [...prerequisites(task)].map(async (other) => [other, await end(other, group.dag.tasks![other]!)] as const),
        );
        return this.#task(running, group, name, task, new Map(before));
      })();
      ends.set(name, made);
      return made;
    };
    const tasks = Object.entries(group.dag.tasks ?? {});
    // All are waited for, also when one throws: nothing may go on behind a run that has ended.
    const settled = await Promise.allSettled(tasks.map(([name, task]) => end(name, task)));
    for (const result of settled) if (result.status === 'rejected') throw result.reason as Error;
    const done = new Map(await Promise.all(tasks.map(async ([name]) => [name, await ends.get(name)!] as const)));
    return groupOutputs(group.dag, component, done);
  }

  async #task(
    running: Running,
    group: Group,
    name: string,
    task: Task,
    before: ReadonlyMap<string, TaskEnd>,
  ): Promise<TaskEnd> {
    const { spec, signal } = running;
    signal.throwIfAborted();
    const component = spec.components.get(task.componentRef!.name!)!;
    const anyway = task.triggerPolicy?.strategy === 'ALL_UPSTREAM_TASKS_COMPLETED';
    const blocked =
      !anyway &&
      ([...before.values()].some(({ outcome }) => outcome !== 'succeeded') || running.failFast.signal.aborted);
    const inputs = taskInputs(task, group, before);
    const started: PipelineTask = {
      id: this.#store.chance.id(),
      parentId: group.parentId,
      name,
      state: 'PENDING',
      inputs: inputs.parameters,
      outputs: NO_OUTPUTS,
      createTime: now(),
    };
    const { condition } = task.triggerPolicy ?? {};
    if (blocked || (condition !== undefined && !conditionHolds(condition, inputs.parameters))) {
      this.#record(running, { ...started, state: 'NOT_TRIGGERED', endTime: now() });
      // A branch that is not taken does not hold up what follows it; one that could not be taken does.
      return { outcome: blocked ? 'not-triggered' : 'succeeded', outputs: NO_OUTPUTS };
    }
    this.#record(running, started);
    if (component.dag !== undefined) return this.#nested(running, component, task, started, inputs);
    return this.#leaf(running, component, task, started, inputs, anyway);
  }

  /** A task that is a dag itself: once, or for each item of a loop. */
  async #nested(
    running: Running,
    component: Component,
    task: Task,
    started: PipelineTask,
    inputs: TaskOutputs,
  ): Promise<TaskEnd> {
    const failuresBefore = running.failures.length;
    this.#record(running, { ...started, state: 'RUNNING', startTime: now() });
    let outputs = NO_OUTPUTS;
    for (const over of iterations(task, inputs.parameters)) {
      const group = {
        dag: component.dag!,
        inputs: { ...inputs.parameters, ...over },
        artifacts: inputs.artifacts,
        parentId: started.id,
      };
      outputs = await this.#group(running, group, component);
    }
    const failed = running.failures.length > failuresBefore;
    this.#record(running, {
      ...started,
      state: failed ? 'FAILED' : 'SUCCEEDED',
      startTime: now(),
      endTime: now(),
      outputs,
    });
    return { outcome: failed ? 'failed' : 'succeeded', outputs };
  }

  async #leaf(
    running: Running,
    component: Component,
    task: Task,
    started: PipelineTask,
    inputs: TaskOutputs,
    anyway: boolean,
  ): Promise<TaskEnd> {
    const { spec, signal, name: jobName } = running;
    const executor = spec.executors.get(component.executorLabel!) ?? null;
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([executor, component.outputDefinitions ?? null, inputs]))
      .digest('hex');
    const cached = task.cachingOptions?.enableCache === true ? this.#cached(jobName, fingerprint) : undefined;
    if (cached !== undefined) {
      this.#record(running, {
        ...started,
        state: 'SKIPPED',
        startTime: now(),
        endTime: now(),
        outputs: cached.outputs,
        fingerprint,
      });
      return { outcome: 'succeeded', outputs: cached.outputs };
    }
    const stop = anyway ? signal : AbortSignal.any([signal, running.failFast.signal]);
    const begun: PipelineTask = { ...started, state: 'RUNNING', startTime: now() };
    try {
      await this.#pause(stop);
      this.#record(running, begun);
      await this.#strike(running, started.name, stop);
      await this.#pause(stop);
    } catch (error) {
      if (signal.aborted) throw error;
      if (running.failFast.signal.aborted && !(error instanceof RpcError)) {
        this.#record(running, { ...begun, state: 'CANCELLED', endTime: now() });
        return { outcome: 'failed', outputs: NO_OUTPUTS };
      }
      const failure = { code: error instanceof RpcError ? error.code : 13, message: String((error as Error).message) };
      this.#record(running, { ...begun, state: 'FAILED', error: failure, endTime: now() });
      running.failures.push(started.name);
      const { failurePolicy } = this.#store.state.pipelineJobs[jobName]!.runtime;
      if (failurePolicy === 'PIPELINE_FAILURE_POLICY_FAIL_FAST') running.failFast.abort(STOPPED);
      return { outcome: 'failed', outputs: NO_OUTPUTS };
    }
    const outputs = produced(this.#store.state.pipelineJobs[jobName]!, component, executor, started);
    this.#record(running, { ...begun, state: 'SUCCEEDED', endTime: now(), outputs, fingerprint });
    return { outcome: 'succeeded', outputs };
  }

  #cached(jobName: string, fingerprint: string): PipelineTask | undefined {
    const { pipelineJobs } = this.#store.state;
    const place = placeName(pipelineJobs[jobName]!);
    return Object.values(pipelineJobs)
      .filter((job) => placeName(job) === place)
      .flatMap(({ tasks }) => tasks)
      .find((task) => task.fingerprint === fingerprint && task.state === 'SUCCEEDED');
  }

  /** Lets the fault that is planned for a stage happen: a task's name, or a state of the run. */
  async #strike({ fault }: Running, stage: string, signal: AbortSignal): Promise<void> {
    if (fault?.stage !== stage) return;
    signal.throwIfAborted();
    const { code, message } = fault;
    if (code !== undefined) throw faultError({ code, ...(message !== undefined && { message }) });
    await new Promise((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
    );
  }

  /** A state that a run goes through; it stays there where a fault says so. */
  async #pass(running: Running, state: JobState, enter?: () => void): Promise<void> {
    if (state === 'PAUSED' && running.fault?.stage !== state) return;
    enter?.();
    if (state === 'QUEUED' && running.fault?.stage === state) this.#change(running.name, (job) => ({ ...job, state }));
    await this.#strike(running, state, running.signal);
    if (state !== 'QUEUED') await this.#pause(running.signal);
  }

  async #pause(signal?: AbortSignal): Promise<void> {
    await sleep(this.#options.delay, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }

  #record({ name }: Running, task: PipelineTask): void {
    this.#change(name, (job) => withTask(job, task));
  }

  /** Changes a job that is still there; what has ended does not change any more. */
  #change(name: string, change: (job: PipelineJob) => PipelineJob): void {
    this.#store.change('PipelineJob', (state, moment) => {
      const job = state.pipelineJobs[name];
      if (job === undefined || hasEnded(job)) return [state, undefined];
      return [withPipelineJob(state, { ...change(job), updateTime: moment.now }), undefined];
    });
  }
}

const CANCELLED = Symbol('the run is cancelled');
const STOPPED = Symbol('the emulator stops the run');

const now = (): string => new Date().toISOString();
