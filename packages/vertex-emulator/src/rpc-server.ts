import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, UserError } from '@mlops-actions/action-kit';
import type { CallLog } from './calls.ts';
import { faultError, type FaultPlan, type RpcFault } from './faults.ts';
import { serviceDefinition } from './protos.ts';
import type { Call, Handler, Handlers } from './services/context.ts';
import { RpcError } from './status.ts';

/** What surrounds every call. */
export interface Surroundings {
  calls: CallLog;
  faults: FaultPlan;
  /** Told of errors that are the emulator's own. */
  onBug: (method: string, error: unknown) => void;
}

/** A gRPC server of some services. Faults, the log of calls and errors are handled round each call, here and nowhere else. */
export class RpcServer {
  readonly #server = new Server({ 'grpc.max_receive_message_length': 32 * 1024 * 1024 });
  readonly #surroundings: Surroundings;
  readonly #closing = new AbortController();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  addService(fullName: string, handlers: Handlers): void {
    const service = fullName.split('.').at(-1)!;
    const implementation: UntypedServiceImplementation = Object.fromEntries(
      Object.entries(handlers).map(([method, handler]) => [method, this.#surround(service, method, handler)]),
    );
    this.#server.addService(serviceDefinition(fullName, Object.keys(handlers)), implementation);
  }

  /** Listens on a port (0: any), and gives the port. */
  async listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(new UserError(`Cannot listen on ${host}:${port}: ${error.message}`));
      });
    });
  }

  /** Ends every connection. */
  close(): void {
    this.#closing.abort();
    this.#server.forceShutdown();
  }

  #surround(service: string, method: string, handler: Handler) {
    const { calls, faults, onBug } = this.#surroundings;
    return (unary: ServerUnaryCall<object, object>, answer: sendUnaryData<object>): void => {
      const end = calls.begin(`${service}.${method}`, unary.request, unary.metadata);
      const call: Call = { sendHeaders: (headers) => unary.sendMetadata(headers) };
      withFault(faults.atCall(method), this.#closing.signal, async () => handler(unary.request as never, call)).then(
        (response) => {
          end(status.OK);
          answer(null, response);
        },
        (error: unknown) => {
          if (!(error instanceof RpcError)) onBug(`${service}.${method}`, error);
          const code = error instanceof RpcError ? error.code : status.INTERNAL;
          end(code, messageOf(error));
          answer({ code, details: messageOf(error) });
        },
      );
    };
  }
}

/** Does the work of a call with a planned fault round it. */
async function withFault(
  fault: RpcFault | undefined,
  closing: AbortSignal,
  work: () => Promise<object>,
): Promise<object> {
  if (fault === undefined) return work();
  const { when = 'before', delay = 0, code, message } = fault;
  const strike = async (): Promise<void> => {
    await sleep(delay, undefined, { signal: closing }).catch(() => {
      throw new RpcError('UNAVAILABLE', 'The emulator is closing.');
    });
    if (code !== undefined) throw faultError({ code, ...(message !== undefined && { message }) });
  };
  if (when === 'before') {
    await strike();
    return work();
  }
  const response = await work();
  await strike();
  return response;
}
