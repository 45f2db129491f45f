import type { Conclusion, JobResult } from '../result.ts';

/** How something ended, as reports tell it. */
export type State = Conclusion | 'tolerated';

/** The words for it. */
export const WORDS: Record<State, string> = {
  success: 'passed',
  failure: 'failed',
  cancelled: 'cancelled',
  skipped: 'skipped',
  tolerated: 'failed, tolerated',
};

export const stateOf = ({ tolerated, conclusion }: JobResult): State => (tolerated ? 'tolerated' : conclusion);
