import { UserError } from '@mlops-actions/action-kit';
import { CHANGES_BY_OTHERS, type Meanwhile } from './another-client.ts';
import { isStatusName, RpcError, type StatusName } from './status.ts';

/** Something that goes wrong at a call. */
export interface RpcFault {
  /** Method (`UpdateEndpoint`), or `*` for all. */
  rpc: string;
  /** The first call that it hits, from 1, counted since the plan was set; the first unless told otherwise. */
  nth?: number;
  /** How many calls it hits from there on; 1 unless told otherwise. */
  times?: number;
  /** Before the call does anything, or after it has done all and only the answer is lost. */
  when?: 'before' | 'after';
  /** Status that the caller gets instead of an answer. Without one, the call is only delayed. */
  code?: StatusName;
  message?: string;
  /** Milliseconds that the call is held up: before it does anything, or before its answer. */
  delay?: number;
  /** What another client changes just before the call, on every endpoint. */
  meanwhile?: Meanwhile;
}

/** Something that goes wrong in a long-running operation. */
export interface OperationFault {
  /** Method that starts it (`DeployModel`). */
  operation: string;
  nth?: number;
  times?: number;
  /** Deployment stage at which it happens; the first unless told otherwise. */
  stage?: string;
  /** Status that the operation ends with. Without one, it never ends (unless it is cancelled). */
  code?: StatusName;
  message?: string;
  /** Replicas that are available when DeployModel has succeeded: the operation itself goes well. */
  replicas?: number;
}

export type Fault = RpcFault | OperationFault;

/** Decides which call or operation a fault hits. The first rule that applies wins. */
export class FaultPlan {
  #rules: { fault: Fault; seen: number }[] = [];

  constructor(faults: readonly Fault[] = []) {
    this.replace(faults);
  }

  get faults(): Fault[] {
    return this.#rules.map(({ fault }) => fault);
  }

  /** Sets a new plan; counting starts again. */
  replace(faults: readonly Fault[]): void {
    this.#rules = faults.map((fault) => ({ fault, seen: 0 }));
  }

  /** The fault of a call that comes in now. */
  atCall(method: string): RpcFault | undefined {
    return this.#hit((fault): fault is RpcFault => 'rpc' in fault && (fault.rpc === method || fault.rpc === '*'));
  }

  /** The fault of an operation that starts now. */
  atOperation(method: string): OperationFault | undefined {
    return this.#hit((fault): fault is OperationFault => 'operation' in fault && fault.operation === method);
  }

  #hit<T extends Fault>(applies: (fault: Fault) => fault is T): T | undefined {
    let hit: T | undefined;
    for (const rule of this.#rules) {
      const { fault } = rule;
      if (!applies(fault)) continue;
      const call = ++rule.seen;
      const { nth = 1, times = 1 } = fault;
      if (call >= nth && call < nth + times) hit ??= fault;
    }
    return hit;
  }
}

/** The status that a fault says. */
export function faultError({ code, message }: { code: StatusName; message?: string }): RpcError {
  return new RpcError(code, message ?? `Injected fault: ${code}.`);
}

const KEYS = {
  rpc: ['rpc', 'nth', 'times', 'when', 'code', 'message', 'delay', 'meanwhile'],
  operation: ['operation', 'nth', 'times', 'stage', 'code', 'message', 'replicas'],
};

/** Reads a fault plan: a JSON list of {@link RpcFault} and {@link OperationFault}. */
export function parseFaults(plan: unknown): Fault[] {
  if (!Array.isArray(plan)) throw new UserError('A fault plan is a JSON list.');
  return plan.map((entry: unknown, index) => {
    const bad = (why: string): UserError => new UserError(`Fault ${index + 1}: ${why}.`);
    if (typeof entry !== 'object' || entry === null) throw bad('it is not an object');
    const kind = 'rpc' in entry ? 'rpc' : 'operation';
    const fault = entry as Record<string, unknown>;
    if (typeof fault[kind] !== 'string') throw bad("it needs 'rpc' or 'operation', the name of a method");
    for (const [key, value] of Object.entries(fault)) {
      if (!KEYS[kind].includes(key))
        throw bad(`'${key}' is not known; a fault of this kind has ${KEYS[kind].join(', ')}`);
      if (['nth', 'times'].includes(key) && !(Number.isInteger(value) && (value as number) >= 1)) {
        throw bad(`'${key}' must be a whole number from 1`);
      }
      if (key === 'delay' && !(typeof value === 'number' && value >= 0)) throw bad("'delay' must be milliseconds");
      if (['message', 'stage'].includes(key) && typeof value !== 'string') throw bad(`'${key}' must be text`);
      if (key === 'when' && value !== 'before' && value !== 'after') throw bad("'when' must be before or after");
      if (key === 'code' && !(isStatusName(value) && value !== 'OK'))
        throw bad("'code' must be the name of a gRPC status");
      if (key === 'replicas' && !(Number.isInteger(value) && (value as number) >= 0)) {
        throw bad("'replicas' must be a whole number from 0");
      }
      if (key === 'meanwhile' && !CHANGES_BY_OTHERS.some((change) => change === value)) {
        throw bad(`'meanwhile' must be one of ${CHANGES_BY_OTHERS.join(', ')}`);
      }
    }
    if (kind === 'rpc' && ['code', 'delay', 'meanwhile'].every((key) => fault[key] === undefined)) {
      throw bad("it needs 'code', 'delay' or 'meanwhile'");
    }
    if (fault['replicas'] !== undefined && (fault['operation'] !== 'DeployModel' || fault['code'] !== undefined)) {
      throw bad("'replicas' is for a DeployModel that succeeds");
    }
    return fault as unknown as Fault;
  });
}
