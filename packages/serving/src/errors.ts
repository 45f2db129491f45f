import { UserError } from '@mlops-actions/action-kit';

/** In which way a container broke the serving contract. */
export type ServingFailure =
  /** The process could not be started at all. */
  | 'not-started'
  /** The process ended by itself. */
  | 'exited'
  /** Nothing accepted connections on the port. */
  | 'not-listening'
  /** The health route answered something else than 200. */
  | 'unhealthy'
  /** No complete answer in time. */
  | 'timeout'
  /** The connection broke in the middle of an answer. */
  | 'disconnected'
  /** The answer is larger than allowed. */
  | 'too-large'
  /** The predict route does not exist. */
  | 'no-predict-route'
  /** The predict route answered with an error. */
  | 'predict-status'
  /** The predict route answered something that is not `{"predictions": [...]}`. */
  | 'bad-predictions'
  /** Not one prediction for each instance. */
  | 'wrong-length';

/** A container that broke the serving contract, with the end of its log. The log is text from outside: escape it where it is shown. */
export class ServingError extends UserError {
  readonly failure: ServingFailure;
  /** The last lines that the container wrote; empty if it wrote nothing. */
  readonly logTail: string;
  /** HTTP status of the answer, for `predict-status`. */
  readonly status: number | undefined;

  constructor(
    failure: ServingFailure,
    message: string,
    options: { logTail?: string; status?: number; fix?: string; cause?: unknown } = {},
  ) {
    super(message, options);
    this.failure = failure;
    this.logTail = options.logTail ?? '';
    this.status = options.status;
  }
}
