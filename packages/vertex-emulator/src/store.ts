import { readFile } from 'node:fs/promises';
import { messageOf, UserError, writeJson } from '@mlops-actions/action-kit';
import { seededChance, type Chance, type Moment } from './identity.ts';
import { checkChange, type Violation } from './invariants.ts';
import { EMPTY_STATE, type State } from './state.ts';

/** A violation with what brought it about. */
export interface RecordedViolation extends Violation {
  time: string;
  /** The method, or event, whose change it was. */
  cause: string;
}

/** Makes a new state from the present one, and gives what the caller wants to know. It may throw, and nothing has changed. */
export type Transition<T> = (state: State, moment: Moment) => readonly [State, T];

/** Holds the state. Every change goes through {@link change}: invariants are checked there, and there alone. */
export class Store {
  readonly chance: Chance;
  readonly violations: RecordedViolation[] = [];
  readonly #saver: Saver | undefined;
  #state: State;

  private constructor(state: State, seed: string | undefined, file: string | undefined) {
    this.#state = state;
    this.chance = seededChance(seed);
    this.#saver = file === undefined ? undefined : new Saver(file);
  }

  /** A store whose state is kept in `file`, if one is named: it is read if it exists, and written after every change. */
  static async open({ seed, file }: { seed?: string | undefined; file?: string | undefined }): Promise<Store> {
    return new Store(file === undefined ? EMPTY_STATE : await readState(file), seed, file);
  }

  get state(): State {
    return this.#state;
  }

  /** What a transition would take from outside now. */
  moment(): Moment {
    return { now: new Date().toISOString(), chance: this.chance };
  }

  /** Applies a transition; `cause` is said of the violations that it brings about. */
  change<T>(cause: string, transition: Transition<T>): T {
    const moment = this.moment();
    const before = this.#state;
    const [after, result] = transition(before, moment);
    this.#state = after;
    for (const violation of checkChange(before, after)) this.violations.push({ ...violation, time: moment.now, cause });
    this.#saver?.save(after);
    return result;
  }

  /** Waits until everything is saved. */
  async close(): Promise<void> {
    await this.#saver?.settled();
  }
}

/** Writes the newest state, one write at a time; states that are overtaken are skipped. */
class Saver {
  readonly #file: string;
  #next: State | undefined;
  #writing: Promise<void> | undefined;
  #failure: unknown;

  constructor(file: string) {
    this.#file = file;
  }

  save(state: State): void {
    this.#next = state;
    this.#writing ??= this.#write();
  }

  async settled(): Promise<void> {
    await this.#writing;
    if (this.#failure !== undefined) {
      throw new UserError(`The state could not be saved to '${this.#file}': ${messageOf(this.#failure)}`);
    }
  }

  async #write(): Promise<void> {
    try {
      while (this.#next !== undefined) {
        const state = this.#next;
        this.#next = undefined;
        await writeJson(this.#file, { format: FORMAT, ...state });
      }
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#writing = undefined;
    }
  }
}

const FORMAT = 'vertex-emulator-state/1';

async function readState(file: string): Promise<State> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return EMPTY_STATE;
    throw new UserError(`The state file '${file}' cannot be read: ${messageOf(error)}`);
  }
  let saved: { format?: unknown } & State;
  try {
    saved = JSON.parse(text) as typeof saved;
  } catch (error) {
    throw new UserError(`The state file '${file}' is not JSON: ${messageOf(error)}`);
  }
  if (saved?.format !== FORMAT) {
    throw new UserError(`The state file '${file}' is not a saved state (format '${FORMAT}').`, {
      fix: 'Name another file, or remove it to start empty.',
    });
  }
  const { models, endpoints, operations } = saved;
  // A state that an older emulator saved has no pipelines and no monitoring.
  const {
    pipelineJobs = {},
    monitoringJobs = {},
    modelMonitors = {},
    modelMonitoringJobs = {},
  } = saved as Partial<State>;
  return { models, endpoints, operations, pipelineJobs, monitoringJobs, modelMonitors, modelMonitoringJobs };
}
