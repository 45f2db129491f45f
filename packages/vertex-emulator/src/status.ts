import { status } from '@grpc/grpc-js';

/** Name of a gRPC status. */
export type StatusName = keyof typeof status;

/** An error that the caller gets as a gRPC status, or an operation as its `error`. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: status;

  constructor(code: StatusName, message: string) {
    super(message);
    this.code = status[code];
  }
}

/** The service's form for a field with a wrong value. */
export function invalidField(field: string, message: string): RpcError {
  return new RpcError('INVALID_ARGUMENT', `List of found errors:\t1.Field: ${field}; Message: ${message}\t`);
}

export const isStatusName = (text: unknown): text is StatusName =>
  typeof text === 'string' && /^[A-Z]/.test(text) && Object.hasOwn(status, text);
