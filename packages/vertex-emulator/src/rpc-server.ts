import {
  Server,
  ServerCredentials,
  status,
  type Metadata,
  type sendUnaryData,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, UserError } from '@mlops-actions/action-kit';
import type { CallLog } from './calls.ts';
import type { Meanwhile } from './another-client.ts';
import { faultError, type FaultPlan, type RpcFault } from './faults.ts';
import { serviceDefinition } from './protos.ts';
import type { Call, Handler, Handlers } from './services/context.ts';
import type { Turns } from './schedule.ts';
import type { Security } from './security/security.ts';
import { RpcError } from './status.ts';

/** What surrounds every call. */
export interface Surroundings {
  calls: CallLog;
  faults: FaultPlan;
  turns: Turns;
  /** Lets another client change something, as a fault plans it. */
  meanwhile: (change: Meanwhile) => void;
  /** Told of errors that are the emulator's own. */
  onBug: (method: string, error: unknown) => void;
  /** TLS, and who may call; without, anybody may, in the clear. */
  security?: Pick<Security, 'certificate' | 'key' | 'principalOf'> | undefined;
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
      this.#server.bindAsync(`${host}:${port}`, this.#credentials(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(new UserError(`Cannot listen on ${host}:${port}: ${error.message}`));
      });
    });
  }

  #credentials(): ServerCredentials {
    const { security } = this.#surroundings;
    if (security === undefined) return ServerCredentials.createInsecure();
    const pair = { private_key: Buffer.from(security.key), cert_chain: Buffer.from(security.certificate) };
    return ServerCredentials.createSsl(null, [pair]);
  }

  /** Ends every connection. */
  close(): void {
    this.#closing.abort(new RpcError('UNAVAILABLE', 'The emulator is closing.'));
    this.#server.forceShutdown();
  }

  #authenticate(metadata: Metadata): void {
    const { security } = this.#surroundings;
    if (security === undefined) return;
    const authorization = metadata.get('authorization')[0];
    if (security.principalOf(authorization === undefined ? undefined : String(authorization)) === undefined) {
      throw new RpcError(
        'UNAUTHENTICATED',
        'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
      );
    }
  }

  #surround(service: string, method: string, handler: Handler) {
    const { calls, faults, turns, meanwhile, onBug } = this.#surroundings;
    return (unary: ServerUnaryCall<object, object>, answer: sendUnaryData<object>): void => {
      const open = calls.begin(`${service}.${method}`, unary.request, unary.metadata);
      const call: Call = { sendHeaders: (headers) => unary.sendMetadata(headers) };
      const gone = new AbortController();
      unary.once('cancelled', () => gone.abort(new RpcError('CANCELLED', 'The caller has gone.')));
      const signal = AbortSignal.any([this.#closing.signal, gone.signal]);
      const work = async (): Promise<object> => {
        this.#authenticate(unary.metadata);
        return handler(unary.request as never, call);
      };
      const disturbed = async (): Promise<object> => {
        await turns.wait({ kind: 'call', method, by: unary.getHost() });
        const fault = faults.atCall(method);
        if (fault?.meanwhile !== undefined) meanwhile(fault.meanwhile);
        return withFault(fault, signal, (when) => open.held(when), work);
      };
      disturbed().then(
        (response) => {
          open.end(status.OK);
          answer(null, response);
        },
        (error: unknown) => {
          if (!(error instanceof RpcError)) onBug(`${service}.${method}`, error);
          const code = error instanceof RpcError ? error.code : status.INTERNAL;
          open.end(code, messageOf(error));
          answer({ code, details: messageOf(error) });
        },
      );
    };
  }
}

/** Does the work of a call with a planned fault round it. A caller who goes away before the work began never has it done. */
async function withFault(
  fault: RpcFault | undefined,
  signal: AbortSignal,
  onHeld: (when: 'before' | 'after') => void,
  work: () => Promise<object>,
): Promise<object> {
  if (fault === undefined) return work();
  const { when = 'before', delay = 0, code, message } = fault;
  const strike = async (): Promise<void> => {
    if (delay > 0) onHeld(when);
    await sleep(delay, undefined, { signal }).catch(() => signal.throwIfAborted());
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
