export { decide, emptyState } from './decide.ts';
export { signalOf } from './memory.ts';
export { ACTIONS, checkDecisions, DEFAULT_DECISIONS, FINDING_KINDS, graver } from './policy.ts';
export type * from './types.ts';
