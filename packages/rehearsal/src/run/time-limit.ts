import { evaluateNumber, type Scope } from '../language/evaluate.ts';
import { complaint, type Template } from '../language/tokens.ts';

/** A `timeout-minutes` while it runs. */
export interface TimeLimit {
  /** Aborts when the time is over. */
  signal: AbortSignal;
  /** Undefined: there is no limit. */
  minutes?: number;
  /** Lets go of the timer. */
  end: () => void;
}

/** The longest that a timer of Node.js can wait, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** Starts the limit of a `timeout-minutes` field. @throws UserError if it is no number above 0. */
export function startTimeLimit(template: Template | undefined, scope: Scope, fallback?: number): TimeLimit {
  const controller = new AbortController();
  const minutes = template === undefined ? fallback : evaluateNumber(template, scope);
  if (minutes === undefined) return { signal: controller.signal, end: () => undefined };
  if (template !== undefined && !(minutes > 0)) throw complaint(template, "'timeout-minutes' must be more than 0.");
  const timer = setTimeout(() => controller.abort(), Math.min(minutes * 60_000, LONGEST));
  return { signal: controller.signal, minutes, end: () => clearTimeout(timer) };
}
