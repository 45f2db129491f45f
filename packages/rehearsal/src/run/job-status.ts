import type { Scope } from '../language/evaluate.ts';
import { scalarText, type Value } from '../language/value.ts';
import type { Conclusion } from '../result.ts';

/**
 * The status functions of a job's `if`. They look at everything that the job waited for, directly or not: so a job is skipped after a
 * skipped one even if the job between them ran `always()`, as on GitHub.
 */
export function jobStatusFunctions(lineage: Map<string, Conclusion>, cancelled: () => boolean): Scope['functions'] {
  const among = (names: Value[]): Conclusion[] =>
    names.length === 0 ? [...lineage.values()] : names.map((name) => lineage.get(scalarText(name) ?? '') ?? 'skipped');
  return {
    success: (...names) => !cancelled() && among(names).every((result) => result === 'success'),
    failure: (...names) => !cancelled() && among(names).includes('failure'),
    cancelled: () => cancelled(),
    always: () => true,
  };
}

/** The conclusion of several jobs together; what was skipped does not count. */
export function worst(conclusions: Conclusion[]): Conclusion {
  if (conclusions.includes('failure')) return 'failure';
  if (conclusions.includes('cancelled')) return 'cancelled';
  return conclusions.length > 0 && conclusions.every((conclusion) => conclusion === 'skipped') ? 'skipped' : 'success';
}
