import type { RunContext } from '@mlops-actions/action-kit';
import type { Observation } from '../observe.ts';
import type { Outcome } from '../report.ts';
import type { Memory } from '../state.ts';

export interface PageParts {
  outcome: Outcome;
  observation: Observation;
  memory: Memory;
  run: RunContext;
}
export const renderPage = (_parts: PageParts): string => '';
