import { UserError } from '@mlops-actions/action-kit';

/**
 * What became of a call that failed:
 * - `transient`: no answer, or one that may be another the next time; whether the call was carried out is not known
 * - `throttled`: too much was asked at once, or a quota is used up; nothing was done
 * - `unauthenticated`: the credentials were refused
 * - `conflict`: the name is taken
 * - `missing`: what it is about does not exist
 * - `refused`: the engine does not do it, now or later
 */
export type FailureKind = 'transient' | 'throttled' | 'unauthenticated' | 'conflict' | 'missing' | 'refused';

/** A call of an engine that failed. */
export class EngineFailure extends UserError {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, options: { fix?: string; cause?: unknown } = {}) {
    super(message, options);
    this.kind = kind;
  }
}

export const kindOf = (error: unknown): FailureKind | undefined =>
  error instanceof EngineFailure ? error.kind : undefined;
